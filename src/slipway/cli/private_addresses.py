"""Private addresses, which are reached from their virtual network alone."""

import ipaddress
import socket
from urllib.parse import urlsplit

# Whoever is in the network reaches it at once; elsewhere packets to it are lost without a word.
_SECONDS = 5


def unreachable(scoring_uri: str, connect_to: str | None) -> str | None:
    """Why the service cannot be asked from here, where its address is private and nothing connects to it."""
    parts = urlsplit(scoring_uri)
    host = connect_to or parts.hostname or ""
    if not _is_private(host):
        return None
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((host, port), _SECONDS).close()
    except OSError as error:
        return (
            f"{host} is a private address, which is reached from its virtual network alone, and not from this machine "
            f"({error}): run this on a machine in that network"
        )
    return None


def _is_private(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_private and not address.is_loopback
