"""Where this machine gets packages: what pip and uv are told here serves an image's lock and its build alike.

pip is told by its configuration files and `PIP_*` variables (pip's documentation, "Configuration"), uv by `UV_*`
variables. The lock is made by uv on this machine, the build runs pip in a container; each is told what the other is.
An index gives access, not content: the lock holds every package by hash and names no host.
"""

import configparser
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from slipway.imagebuild.errors import BuildInputError

# A later section is nearer to what is run.
_SECTIONS = ("global", "install")
_NAMED = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)=(?P<url>[A-Za-z][\w+.-]*://.*)$")
_USER = re.compile(r"//[^/\s@]+@")
#: Older names of uv's variables; those that are set from here replace them.
_OF_UV = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_INSECURE_HOST")


@dataclass(frozen=True, kw_only=True)
class Indexes:
    """Package indexes, with their credentials in their addresses. Empty where PyPI is meant."""

    default: str = ""
    extra: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()
    """Hosts whose certificate is not checked."""
    authorities: Path | None = None
    """PEM file of the authorities to trust: networks that re-sign TLS."""

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        """`variables` as uv is to have them."""
        told = {
            "UV_DEFAULT_INDEX": self.default,
            "UV_INDEX": " ".join(self.extra),
            "UV_INSECURE_HOST": " ".join(self.trusted),
            "SSL_CERT_FILE": str(self.authorities or ""),
        }
        kept = {name: value for name, value in variables.items() if name not in _OF_UV}
        return kept | {name: value for name, value in told.items() if value}

    def pip_options(self) -> dict[str, str]:
        """pip's options of the same meaning, without the authorities."""
        told = {
            "index-url": self.default,
            "extra-index-url": "\n".join(self.extra),
            "trusted-host": "\n".join(self.trusted),
        }
        return {name: value for name, value in told.items() if value}

    def without_credentials(self, text: str) -> str:
        """A message in which no user name or password of an index is left."""
        text = _USER.sub("//****@", text)
        for url in (self.default, *self.extra):
            if password := urlsplit(url).password:
                text = text.replace(password, "****")
        return text


def of_this_machine(variables: Mapping[str, str] = os.environ) -> Indexes:
    """What pip and uv are told here; what is said to uv comes first. Raises BuildInputError."""
    pip = {**dict(_files_say(variables)), **_variables_say(variables)}
    uv_extra = f"{variables.get('UV_INDEX', '')} {variables.get('UV_EXTRA_INDEX_URL', '')}"
    default = variables.get("UV_DEFAULT_INDEX") or variables.get("UV_INDEX_URL")
    authorities = variables.get("SSL_CERT_FILE") or pip.get("cert")
    return Indexes(
        default=_plain(default or pip.get("index-url", ""), variables),
        extra=_distinct(
            _plain(url, variables)
            for url in (*uv_extra.split(), *pip.get("extra-index-url", "").split())
        ),
        trusted=_distinct(
            (
                *variables.get("UV_INSECURE_HOST", "").split(),
                *pip.get("trusted-host", "").split(),
            )
        ),
        authorities=Path(authorities).expanduser() if authorities else None,
    )


def _variables_say(variables: Mapping[str, str]) -> dict[str, str]:
    """`PIP_EXTRA_INDEX_URL` -> `extra-index-url`."""
    return {
        name.removeprefix("PIP_").lower().replace("_", "-"): value
        for name, value in variables.items()
        if name.startswith("PIP_") and value
    }


def _files_say(variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Options of pip's configuration files, the nearest last."""
    for path in _files(variables):
        configuration = configparser.RawConfigParser()
        try:
            configuration.read_string(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, configparser.Error):
            # The parser's own message quotes the line, which may hold a password.
            raise BuildInputError(
                {"pip_conf": f"{path} is no readable pip configuration"}
            ) from None
        for section in filter(configuration.has_section, _SECTIONS):
            for name, value in configuration.items(section):
                yield name.lstrip("-").replace("_", "-"), value


def _files(variables: Mapping[str, str]) -> Iterator[Path]:
    """As pip looks for them: `PIP_CONFIG_FILE` takes the place of the user's own; the null device, of all."""
    chosen = variables.get("PIP_CONFIG_FILE")
    if chosen == os.devnull:
        return
    home = Path(variables.get("HOME") or Path.home())
    shared = variables.get("XDG_CONFIG_DIRS") or "/etc/xdg"
    own = Path(variables.get("XDG_CONFIG_HOME") or home / ".config")
    yield from filter(Path.is_file, (Path(each, "pip/pip.conf") for each in shared.split(":")))
    yield from filter(Path.is_file, [Path("/etc/pip.conf")])
    if not (chosen and Path(chosen).exists()):
        yield from filter(Path.is_file, [home / ".pip/pip.conf", own / "pip/pip.conf"])
    yield from filter(Path.is_file, [Path(sys.prefix, "pip.conf")])
    if chosen:
        yield Path(chosen)


def _plain(index: str, variables: Mapping[str, str]) -> str:
    """An address, with the credentials that uv finds in variables of the index's name (`name=https://…`)."""
    match = _NAMED.match(index)
    if match is None:
        return index
    prefix = "UV_INDEX_" + re.sub(r"[^A-Z0-9]", "_", match["name"].upper())
    user, password = (variables.get(f"{prefix}_{part}", "") for part in ("USERNAME", "PASSWORD"))
    if not (user or password):
        return match["url"]
    parts = urlsplit(match["url"])
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(
        parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{host}")
    )


def _distinct(values: "Iterator[str] | tuple[str, ...]") -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
