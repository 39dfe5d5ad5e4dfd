"""From what the user named to a target: URL checked, key and body added."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from scoring.errors import ScoringError
from scoring.load.connection import Target

#: Keys come from the environment: arguments are seen by everybody on the machine.
KEY = "SLIPWAY_KEY"


def build(
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    *,
    allow_remote: bool,
    method: str | None = None,
) -> Target:
    """Raises ScoringError for a URL that is none, or another machine's without `allow_remote`."""
    parts = _checked(url)
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    address = _address(host, port, allow_remote=allow_remote)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    verb = method or ("GET" if body is None else "POST")
    lines = {
        "Host": parts.netloc.rpartition("@")[2],
        "Accept": "application/json",
        "Connection": "keep-alive",
    }
    if body is not None:
        lines |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    if os.environ.get(KEY):
        lines["Authorization"] = f"Bearer {os.environ[KEY]}"
    lines |= headers
    head = f"{verb} {path} HTTP/1.1\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in lines.items()
    )
    tls = ssl.create_default_context() if parts.scheme == "https" else None
    return Target(address, port, head.encode() + b"\r\n" + (body or b""), tls, host)


def body_of(given: str | None) -> bytes | None:
    """JSON text, or @FILE. Raises ScoringError."""
    if given is None:
        return None
    if not given.startswith("@"):
        return given.encode()
    try:
        return Path(given[1:]).read_bytes()
    except OSError as error:
        raise ScoringError(f"--data: {given[1:]} cannot be read: {error.strerror}") from None


def headers_of(given: list[str]) -> dict[str, str]:
    found = {}
    for line in given:
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or "\r" in line or "\n" in line:
            raise ScoringError(f"--header is {line!r}; it must be 'Name: value'")
        found[name.strip()] = value.strip()
    return found


def sample(url: str) -> bytes | None:
    """The example that the server's own OpenAPI document gives for the URL's path; None when there is none."""
    import urllib.request

    parts = urlsplit(url)
    address = f"{parts.scheme}://{parts.netloc}/openapi.json"
    request = urllib.request.Request(address, headers=_key_header())  # noqa: S310  (http or https: checked before)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  (likewise)
            document = json.load(answer)
        post = document["paths"][parts.path or "/"]["post"]
        content = post["requestBody"]["content"]["application/json"]
        return json.dumps(content["example"]).encode()
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _key_header() -> dict[str, str]:
    key = os.environ.get(KEY)
    return {"Authorization": f"Bearer {key}"} if key else {}


def _checked(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ScoringError(
            f"{url!r} is no URL of a server; it must begin with http://HOST or https://HOST"
        )
    return parts


def _address(host: str, port: int, *, allow_remote: bool) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ScoringError(f"{host} cannot be found: {error.strerror or error}") from None
    remote = [
        str(info[4][0]) for info in found if not ipaddress.ip_address(str(info[4][0])).is_loopback
    ]
    if remote and not allow_remote:
        raise ScoringError(
            f"{host} is another machine ({remote[0]}); it gets load only with --allow-remote"
        )
    # The address that was looked at, not the name again: it must not change in between.
    return str(found[0][4][0])
