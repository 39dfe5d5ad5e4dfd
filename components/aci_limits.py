"""What Azure Container Instances offers to one Linux container group, in any region.

A region may offer less, and more than 4 cores or 16 GB needs a raised quota; Azure then says so.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """From `least` to `most`, in steps of `step`."""

    least: float
    most: float
    step: float

    def refusal(self, value: float) -> str | None:
        """Say why `value` is not on offer, or None if it is."""
        steps = value / self.step
        if self.least <= value <= self.most and abs(steps - round(steps)) < 1e-6:
            return None
        return f"must be {self} on Azure Container Instances, got {value:g}"

    def __str__(self) -> str:
        return f"{self.least:g} to {self.most:g} in steps of {self.step:g}"


CPU_CORES = Range(1, 31, 0.01)
MEMORY_GB = Range(1, 240, 0.1)
