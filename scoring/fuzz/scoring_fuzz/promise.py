"""What every refusal of the scoring runtime promises."""

_SHORTEST, _LONGEST = 10, 1000


class BrokenPromise(Exception):
    """The server would have answered something that it promises never to answer."""


def refused(status: int, sentence: str) -> None:
    """A refusal is the client's fault (4xx) and one sentence of bounded length. Raises BrokenPromise."""
    if not 400 <= status < 500:
        raise BrokenPromise(f"a malformed request is answered {status}: {sentence[:200]}")
    if not _SHORTEST <= len(sentence) <= _LONGEST:
        raise BrokenPromise(f"{len(sentence)} characters are no sentence: {sentence[:200]!r}")
    try:
        sentence.encode()
    except UnicodeEncodeError:
        raise BrokenPromise(f"a refusal cannot be sent as UTF-8: {sentence[:200]!a}") from None


def holds(condition: bool, what: str) -> None:
    """Raises BrokenPromise."""
    if not condition:
        raise BrokenPromise(what)
