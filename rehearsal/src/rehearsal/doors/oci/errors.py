"""The registry's refusals: the error body of the OCI Distribution specification, in ACR's words."""

from pathlib import Path
from typing import Any

DISALLOWED = (
    "The operation is disallowed on this registry, repository or image. View troubleshooting "
    "steps at https://aka.ms/acr/faq/#why-does-my-pull-or-push-request-fail-with-disallowed-operation"
)


class OciError(Exception):
    """A refusal: HTTP `status`, `code` of the specification (or of ACR), `message`, `detail`."""

    def __init__(self, status: int, code: str, message: str, detail: Any = None) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
        super().__init__(f"{code}: {message}")

    def body(self) -> dict[str, Any]:
        """The JSON body."""
        error = {"code": self.code, "message": self.message, "detail": self.detail}
        return {"errors": [error]}


def disallowed() -> OciError:
    """A locked tag, manifest or repository (`writeEnabled` or `deleteEnabled` is false)."""
    return OciError(405, "REGISTRY_DISALLOWED_OPERATION", DISALLOWED, {})


def name_invalid(name: str) -> OciError:
    """A repository name outside the specification's grammar."""
    return OciError(400, "NAME_INVALID", "invalid repository name", {"name": name})


def name_unknown(name: str) -> OciError:
    """A repository that is not there."""
    return OciError(404, "NAME_UNKNOWN", "repository name not known to registry", {"name": name})


def tag_unknown(tag: str) -> OciError:
    """A tag that is not there (ACR's own API)."""
    return OciError(404, "TAG_UNKNOWN", "the specified tag does not exist", {"Tag": tag})


def tag_invalid(tag: str) -> OciError:
    """A tag outside the specification's grammar."""
    return OciError(400, "TAG_INVALID", "manifest tag did not match URI", {"Tag": tag})


def manifest_unknown(reference: str) -> OciError:
    """A manifest that is not there, by tag or by digest."""
    if ":" in reference:
        return OciError(
            404, "MANIFEST_UNKNOWN", f"manifest {reference} is not found", {"Digest": reference}
        )
    message = f'manifest tagged by "{reference}" is not found'
    return OciError(404, "MANIFEST_UNKNOWN", message, {"Tag": reference})


def manifest_invalid(reason: str) -> OciError:
    """A manifest that is not what its media type says."""
    return OciError(400, "MANIFEST_INVALID", "manifest invalid", {"reason": reason})


def manifest_blob_unknown(digest: str) -> OciError:
    """A manifest that names content which the repository does not hold."""
    message = "blob unknown to registry"
    return OciError(400, "MANIFEST_BLOB_UNKNOWN", message, {"Digest": digest})


def blob_unknown(digest: str) -> OciError:
    """A blob that the repository does not hold."""
    return OciError(404, "BLOB_UNKNOWN", "blob unknown to registry", {"Digest": digest})


def blob_lost(digest: str, path: Path) -> OciError:
    """A blob that the repository holds and whose file somebody has removed; a push sends it again."""
    message = (
        f"the file of blob {digest} is missing from the rehearsal's state ({path}): "
        "push the image again, or restore the file"
    )
    return OciError(404, "BLOB_UNKNOWN", message, {"Digest": digest})


def upload_unknown(upload_id: str) -> OciError:
    """An upload session that never was, or is over."""
    message = "blob upload unknown to registry"
    return OciError(404, "BLOB_UPLOAD_UNKNOWN", message, {"uuid": upload_id})


def digest_invalid(reason: str) -> OciError:
    """A digest that is malformed, or is not that of the content received."""
    message = "provided digest did not match uploaded content"
    return OciError(400, "DIGEST_INVALID", message, {"reason": reason})


def size_invalid(limit: int) -> OciError:
    """More bytes than the registry takes."""
    message = "provided length did not match content length"
    return OciError(413, "SIZE_INVALID", message, {"limit": limit})


def body_too_large(limit: int) -> OciError:
    """A form or document that is longer than any that is meant."""
    return OciError(413, "SIZE_INVALID", "request body too large", {"limit": limit})


def range_unsatisfiable(size: int) -> OciError:
    """A part of a blob that lies beyond its end."""
    return OciError(416, "RANGE_INVALID", "the range lies beyond the blob", {"size": size})


def range_invalid(received: int) -> OciError:
    """A chunk that does not begin where the last one ended; `received` bytes are here."""
    return OciError(416, "RANGE_INVALID", "invalid content range", {"received": received})
