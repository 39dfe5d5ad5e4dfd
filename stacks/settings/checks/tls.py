"""A service's certificate, its key and its name belong together, today."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from slipway.rules import certificates
from stacks.settings.given import Given
from stacks.settings.problems import Problems, below
from stacks.settings.secrets import SECRETS
from stacks.settings.service import TlsSettings
from stacks.settings.stack import KEYS, Settings


def problems(settings: Settings, given: Given, known: Problems) -> Iterator[tuple[str, str]]:
    """Keys and what is wrong with them."""
    for name, service in settings.services.items():
        if service.tls is not None:
            key = below(KEYS["services"], name)
            for where, why in _of(service.tls, given):
                yield f"{key}.tls.{where}", why


def _of(tls: TlsSettings, given: Given) -> Iterator[tuple[str, str]]:
    pem = tls.certificate_file.read_text()
    reasons = list(certificates.chain_problems(pem, datetime.now(UTC)))
    for why in reasons:
        yield "certificateFile", f"{why}; the file is {str(tls.certificate_file)!r}"
    if tls.cname is not None and (refused := certificates.name_problem(pem, tls.cname)):
        yield "cname", refused
    secrets = given.values.get(SECRETS)
    key = secrets.get(tls.key_secret) if isinstance(secrets, Mapping) else None
    if isinstance(key, str) and (refused := certificates.key_problem(pem, key)):
        yield "keySecret", f"{refused}, which {SECRETS}.{tls.key_secret} is not"
