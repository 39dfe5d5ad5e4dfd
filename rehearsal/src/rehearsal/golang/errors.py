"""What goes wrong while a tool is obtained."""


class ToolchainError(Exception):
    """One way of obtaining a tool did not work: a sentence that says what was tried and what came of it."""
