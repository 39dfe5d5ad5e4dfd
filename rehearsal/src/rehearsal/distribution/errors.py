"""What went wrong between us and a registry."""


class DistributionError(Exception):
    """One sentence: which registry, what was asked, what it answered. `status` is the HTTP status, 0 without one."""

    def __init__(self, message: str, status: int = 0) -> None:
        self.status = status
        super().__init__(message)
