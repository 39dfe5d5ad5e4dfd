"""Text files as users have them: UTF-8, or a sentence that names what they are instead."""

from pathlib import Path


def read_text(path: Path) -> str:
    """The text, without a byte order mark. Raises ValueError with what is wrong and what to do."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        line = content.count(b"\n", 0, error.start) + 1
        found = "is UTF-16" if utf16 else f"has a byte in line {line} that is not UTF-8"
        raise ValueError(f"{path} {found}: save it as UTF-8") from None
