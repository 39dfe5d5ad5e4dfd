"""What Azure Container Instances offers to one Linux container group, in any region.

A region may offer less, and more than 4 cores or 16 GB needs a raised quota; Azure then says so.
"""

from slipway.rules.ranges import Range

CPU_CORES = Range(1, 31, 0.01, "Azure Container Instances")
MEMORY_GB = Range(1, 240, 0.1, "Azure Container Instances")
