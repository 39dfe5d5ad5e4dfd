"""What the solver says when no packages fit, cut to who asks for what.

uv (0.8 and newer) explains itself in "Because A and B, we can conclude that C." What follows from what is left out: the
facts are what a user can change. And "you require" is said of everything that it was given, the scoring runtime's
needs among them.
"""

import re
from collections.abc import Collection, Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

_ORNAMENTS = " \u2570\u2500\u25b6\u2502\u00d7"  # it draws its explanation as a tree
_NO_SOLUTION = "No solution found"
_PACKAGE = (
    r"[A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?(?:\{[^}]*\})?"
    r"(?:(?:===?|[<>!~]=?)[^\s,]+(?:,(?:===?|[<>!~]=?)[^\s,]+)*)?"
)
_FACT = r"\s(?:depends?|has|have|is|are|was|were|could|cannot|requires?)\b"
_LISTED = rf"(?!you\b){_PACKAGE}(?!{_FACT})(?![^\s,])"
_REQUIRED = re.compile(rf"you require ({_LISTED}(?:(?:, and|,| and) {_LISTED})*)")
_CONCLUDED = re.compile(r",? we can conclude that .*$")
_SPLIT = re.compile(
    r",? and (?=(?:you require|all|any|only|there|because)\b|" + _PACKAGE + _FACT + ")"
)
_AVAILABLE = re.compile(rf"only ({_PACKAGE}) is available$")
# Hints that name a cause; others tell of uv's options.
_CAUSES = ("could not be queried", "authentication", "network")
_NOT_FOUND = "was not found in the package registry"
_MOST = 6


def sentence(said: str, file: str, theirs: Collection[str], runtimes: Collection[str]) -> str:
    """uv's complaint about the packages of `file` and those of the scoring runtime, on one line."""
    lines = [line.strip(_ORNAMENTS) for line in said.strip().splitlines()]
    text = " ".join(line for line in _without_hints(lines) if line)
    if _NO_SOLUTION not in text:
        return f"the packages cannot be looked up: {text}"
    told = [_attributed(fact, file, theirs, runtimes) for fact in _told(list(_facts(text)))]
    shown = "; ".join(list(dict.fromkeys(told))[:_MOST]) or text
    advice = (
        "check the name, and the package indexes that pip is told of here (docs/packages.md)"
        if _NOT_FOUND in shown
        else "allow versions that go together"
    )
    return "; ".join([f"no set of packages fits: {shown}", *_causes(lines)]) + f": {advice}"


def _causes(lines: list[str]) -> Iterator[str]:
    """What hints say of the network and of credentials."""
    hints = " ".join(lines).split("hint:")[1:]
    return (hint.strip(" .") for hint in hints if any(cause in hint for cause in _CAUSES))


def _without_hints(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if line.startswith("hint:"):
            return
        yield line


def _facts(text: str) -> Iterator[str]:
    """What it starts from, without what it concludes."""
    for reason in re.split(r"(?:And b|B)ecause ", text)[1:]:
        for fact in _SPLIT.split(_CONCLUDED.sub("", reason)):
            yield fact.strip(" ,.").removeprefix("because ")


def _told(facts: list[str]) -> Iterator[str]:
    """The facts without long lists of versions, and without a version that another fact is about."""
    for fact in facts:
        match = _AVAILABLE.match(fact)
        more = match and any(other.startswith(f"{match[1]} ") for other in facts)
        if not more and "the following versions" not in fact:
            yield fact


def _attributed(fact: str, file: str, theirs: Collection[str], runtimes: Collection[str]) -> str:
    match = _REQUIRED.search(fact)
    if match is None:
        return fact
    packages = re.split(r",? and |, (?![<>=!~])", match[1])
    own = [each for each in packages if not _is_among(each, runtimes) or _is_among(each, theirs)]
    others = [each for each in packages if each not in own]
    parts = [
        *([f"{file} requires {' and '.join(own)}"] if own else []),
        *([f"the scoring runtime requires {' and '.join(others)}"] if others else []),
    ]
    return fact.replace(match[0], "; ".join(parts))


def _is_among(package: str, lines: Collection[str]) -> bool:
    asked = _parsed(re.sub(r"\{[^}]*\}", "", package))
    return asked is not None and any(
        other is not None
        and canonicalize_name(other.name) == canonicalize_name(asked.name)
        and (not asked.specifier or other.specifier == asked.specifier)
        for other in map(_parsed, lines)
    )


def _parsed(line: str) -> Requirement | None:
    try:
        return Requirement(line)
    except InvalidRequirement:
        return None
