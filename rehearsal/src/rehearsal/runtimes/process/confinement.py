"""What of this machine a container's processes may touch, where the kernel has Landlock.

Its own files and temporary folder; its interpreter, this machine's programs and libraries, and what describes the
hardware, to read. Not: the rehearsal's state and keys, other containers, the user's own files, this machine's /tmp.
"""

from pathlib import Path

from rehearsal.machine import landlock
from rehearsal.machine.landlock import READ, WRITE, Grant

# Where distributions and package managers keep programs and libraries.
_SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt", "/nix/store"),
    *("/home/linuxbrew/.linuxbrew", "/proc", "/sys"),
)
# Of /etc only what libraries ask for: the rest may hold secrets, and the rehearsal may run as root.
_SETTINGS = (
    *("alternatives", "ca-certificates", "ssl", "pki", "crypto-policies", "ld.so.cache"),
    *("ld.so.conf", "ld.so.conf.d", "resolv.conf", "hosts", "host.conf", "nsswitch.conf"),
    *("gai.conf", "protocols", "services", "networks", "passwd", "group", "localtime"),
    *("timezone", "os-release", "mime.types", "locale.alias", "locale.conf", "fonts"),
    *("terminfo", "inputrc", "profile", "profile.d", "bash.bashrc", "bashrc"),
    *("debian_version",),
)
_DEVICES_READ = ("/dev/zero", "/dev/random", "/dev/urandom")
_DEVICES = ("/dev/null", "/dev/full", "/dev/tty", "/dev/ptmx", "/dev/pts", "/dev/shm")  # noqa: S108 - a device


def is_kept_from_writing(user_is_root: bool) -> bool:
    """Whether a container's processes cannot write to the files of their image: they are root's, as in a layer."""
    return bool(landlock.abi()) and not user_is_root


def grants(python: Path, own: list[Path], to_read: list[Path]) -> list[Grant]:
    """For a container with that interpreter; `own` is written, `to_read` only read."""
    # A virtual environment, and the installation that its interpreter belongs to.
    interpreters = [python.parents[1], python.resolve().parents[1]]
    system = [*map(Path, _SYSTEM), *(Path("/etc") / name for name in _SETTINGS)]
    reading = [*system, *map(Path, _DEVICES_READ), *interpreters, *to_read]
    writing = [*map(Path, _DEVICES), *own]
    return [*(Grant(path, READ) for path in reading), *(Grant(path, WRITE) for path in writing)]
