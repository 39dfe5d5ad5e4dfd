"""A real Kubernetes of one node on this machine: what a managed cluster of the rehearsal is.

Its processes are Kubernetes' own, built from its published Go modules; its pods run in containerd and runc of the
system. It listens on an address that only this machine and its pods reach.
"""
