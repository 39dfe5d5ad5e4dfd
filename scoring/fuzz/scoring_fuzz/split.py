"""Inputs as files: one line of what stands in the head of a request, then its body as it is."""


def head_and_body(data: bytes, fields: int) -> tuple[list[bytes], bytes]:
    """`fields` parts of the first line, told apart by "|", and the rest; what is missing is empty."""
    head, _, body = data.partition(b"\n")
    parts = head.split(b"|", fields - 1)
    return parts + [b""] * (fields - len(parts)), body
