"""The page to try the service: one HTML file without external assets, under a policy that allows no others."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

_ASSETS = Path(__file__).parent / "assets"


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def content() -> bytes:
    return (
        _asset("page.html")
        .replace("/*STYLE*/", _asset("page.css"))
        .replace("/*SCRIPT*/", _asset("page.js"))
        .encode()
    )


@cache
def headers() -> tuple[tuple[str, str], ...]:
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {_hash(_asset('page.js'))}",
            f"style-src {_hash(_asset('page.css'))}",
            "connect-src 'self'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )
    return (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", policy),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-cache"),
    )
