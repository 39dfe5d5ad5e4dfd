"""Words for clients."""

from __future__ import annotations


def shortened(text: str, most: int = 200) -> str:
    """Of what a client sent, a refusal repeats no more than `most` characters."""
    return text if len(text) <= most else f"{text[:most]}..."
