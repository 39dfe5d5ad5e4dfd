"""Options of pip in a list of packages: what to write instead, since an image's lock holds packages alone."""

import re

_INDEXES = "name packages here, and set indexes by pip's configuration or PIP_EXTRA_INDEX_URL (docs/packages.md)"
_WHEELS = "name each wheel by its path, as ./wheels/NAME.whl"
_EDITABLE = (
    "code of your own goes into the image by the source directory; or build a wheel of it "
    "(`pip wheel --no-deps -w wheels .`) and name that, as ./wheels/NAME.whl"
)
_NOT_NEEDED = "remove it: an image installs exactly what its lock names"
_INSTEAD = {
    ("-e", "--editable"): _EDITABLE,
    ("-c", "--constraint"): "write the versions that it allows beside the packages here",
    ("-f", "--find-links"): _WHEELS,
    ("-i", "--index-url", "--extra-index-url", "--trusted-host", "--no-index", "--cert"): _INDEXES,
    ("--pre",): "name the pre-release itself, as name==2.0rc1",
    ("--no-binary", "--only-binary", "--prefer-binary", "--require-hashes"): _NOT_NEEDED,
    ("--no-deps", "--upgrade", "-U", "--no-cache-dir", "--user", "--quiet", "-q"): _NOT_NEEDED,
    ("--use-pep517", "--no-build-isolation", "--use-feature"): _NOT_NEEDED,
}
_REQUIREMENTS = re.compile(r"(?:-r|--requirement)(?:\s*=\s*|\s*)(?P<path>\S.*)$")
_OF_A_PACKAGE = re.compile(r"\s+--(?:hash|config-settings?|global-option)[\s=]\S+")
_CREDENTIALS = re.compile(r"//[^/\s@]+@")


def requirements_file(line: str) -> str | None:
    """The path of `-r PATH`, or None for another line."""
    match = _REQUIREMENTS.match(line)
    return match["path"].strip() if match else None


def refusal(line: str) -> str:
    """What to write instead of an option."""
    word = re.split(r"[\s=]", line, maxsplit=1)[0]
    instead = next((text for names, text in _INSTEAD.items() if word in names), None)
    if instead is None and not word.startswith("--"):
        # `-e.` and `-ihttps://…`: a short option and its value may be one word.
        instead = next((text for names, text in _INSTEAD.items() if word[:2] in names), None)
    return f"{shown(line)} is an option of pip, which an image's lock cannot hold: {instead or _INDEXES}"


def without_options(line: str) -> tuple[str, bool]:
    """A package's line without options of its own such as `--hash`, and whether it had any."""
    bare = _OF_A_PACKAGE.sub("", line)
    return bare.strip(), bare != line


def shown(line: str) -> str:
    """The line in quotes, without user name and password of an address."""
    return repr(_CREDENTIALS.sub("//****@", line))
