"""A certificate chain and its private key, looked at before a service gets them."""

import warnings
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_SHOWN = 5
_PKCS8 = "-----BEGIN PRIVATE KEY-----"


def chain_problems(pem: str, now: datetime) -> Iterator[str]:
    """What keeps clients from accepting these certificates, the service's own first."""
    chain = _read(pem)
    if not chain:
        yield "must be a file of PEM certificates"
        return
    for one, issuer in pairwise(chain):
        if not _issued(one, issuer):
            yield (
                "must hold the service's own certificate first and after each its issuer, got "
                f"{_subject(one)} before {_subject(issuer)}"
            )
            return
    for one in chain:
        if one.not_valid_after_utc <= now:
            yield f"must be valid, and {_subject(one)} expired on {one.not_valid_after_utc:%Y-%m-%d}"
        elif one.not_valid_before_utc > now:
            yield f"must be valid, and {_subject(one)} is so from {one.not_valid_before_utc:%Y-%m-%d} on"


def name_problem(pem: str, name: str) -> str | None:
    """Why the service cannot be reached under this name, if it cannot."""
    chain = _read(pem)
    names = _names(chain[0]) if chain else []
    if not chain or any(_covers(each.lower(), name.lower()) for each in names):
        return None
    shown = ", ".join(names[:_SHOWN]) or "no name"
    return f"must be a name in the certificate, got {name!r}; it is for {shown}"


def key_problem(pem: str, key: str) -> str | None:
    """Why the key does not go with the certificate, if it does not; nothing of the key is in it."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        public = load_pem_private_key(key.encode(), None).public_key()
    except TypeError:
        return "must be a private key without a password"
    except (ValueError, UnsupportedAlgorithm):
        return "must be a private key in PEM"
    chain = _read(pem)
    return (
        None
        if not chain or public == chain[0].public_key()
        else "must be the key of the certificate"
    )


def as_served(key: str) -> str:
    """The key in the one form that the scoring server takes, PKCS#8; one that cannot be read, as it is.

    Other forms (`BEGIN RSA PRIVATE KEY`, `BEGIN EC PRIVATE KEY`) are what many tools write.
    """
    if _PKCS8 in key:
        return key
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization as forms

    try:
        read = forms.load_pem_private_key(key.encode(), None)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return key
    return read.private_bytes(
        forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption()
    ).decode()


def _read(pem: str) -> "list[Certificate]":
    from cryptography.utils import CryptographyDeprecationWarning
    from cryptography.x509 import load_pem_x509_certificates

    try:
        with warnings.catch_warnings():
            # Of old authorities in a chain: their user can do nothing about them.
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            return load_pem_x509_certificates(pem.encode())
    except ValueError:
        return []


def _issued(certificate: "Certificate", issuer: "Certificate") -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _names(certificate: "Certificate") -> list[str]:
    from cryptography.x509 import DNSName, ExtensionNotFound, SubjectAlternativeName

    try:
        found = certificate.extensions.get_extension_for_class(SubjectAlternativeName)
    except (ExtensionNotFound, ValueError):
        return []
    return list(found.value.get_values_for_type(DNSName))


def _covers(pattern: str, name: str) -> bool:
    """A wildcard stands for the first label, and for one alone."""
    if pattern.startswith("*."):
        return pattern[1:] == name[name.find(".") :] and "." in name
    return pattern == name


def _subject(certificate: "Certificate") -> str:
    return repr(certificate.subject.rfc4514_string() or ", ".join(_names(certificate)))
