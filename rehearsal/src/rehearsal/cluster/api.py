"""The node's API server, asked as its administrator."""

import json
from typing import Any

import urllib3

from rehearsal.cluster.errors import ClusterError
from rehearsal.cluster.layout import SERVER
from rehearsal.cluster.places import ClusterPlaces

_SECONDS = 10.0


class Api:
    """Requests to one API server. Not for threads."""

    def __init__(self, places: ClusterPlaces) -> None:
        self._pool = urllib3.PoolManager(
            ca_certs=str(places.pki / "ca.crt"),
            cert_file=str(places.pki / "admin.crt"),
            key_file=str(places.pki / "admin.key"),
            retries=False,
            timeout=_SECONDS,
        )

    def is_ready(self) -> bool:
        """Whether it takes requests."""
        return self._status("GET", "/readyz") == 200

    def get(self, path: str) -> dict[str, Any] | None:
        """The object at `path`; None where there is none or nobody answers."""
        try:
            answer = self._pool.request("GET", f"{SERVER}{path}")
        except urllib3.exceptions.HTTPError:
            return None
        found: dict[str, Any] | None = answer.json() if answer.status == 200 else None
        return found

    def apply(self, path: str, content: dict[str, Any]) -> None:
        """Create the object or make it so, by server-side apply. Raises ClusterError with the server's words."""
        answer = self._pool.request(
            "PATCH",
            f"{SERVER}{path}?fieldManager=rehearsal&force=true",
            body=json.dumps(content),
            headers={"Content-Type": "application/apply-patch+yaml"},
        )
        if answer.status not in (200, 201):
            raise ClusterError(f"the API server refused {path}: {_message(answer.data)}")

    def delete(self, path: str) -> None:
        """Delete the object or objects at `path`, at once; what is not there is no error."""
        self._status(
            "DELETE", path, body=json.dumps({"gracePeriodSeconds": 1, "kind": "DeleteOptions"})
        )

    def _status(self, method: str, path: str, body: str | None = None) -> int | None:
        headers = {"Content-Type": "application/json"} if body else {}
        try:
            answer = self._pool.request(method, f"{SERVER}{path}", body=body, headers=headers)
        except urllib3.exceptions.HTTPError:
            return None
        return answer.status


def _message(body: bytes) -> str:
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return body[:200].decode(errors="replace")
