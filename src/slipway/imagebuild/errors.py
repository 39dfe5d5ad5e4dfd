"""What is wrong with the inputs of an image, all at once."""

from collections.abc import Mapping


class BuildInputError(Exception):
    """The inputs of an image are wrong.

    `problems` maps what is wrong (an argument's name, or a file with its line) to one sentence.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("\n".join(f"{where}: {what}" for where, what in self.problems.items()))
