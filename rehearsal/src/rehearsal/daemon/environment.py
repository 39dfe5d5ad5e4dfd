"""The variables after which `pulumi` and Microsoft's clients talk to the rehearsal."""

import os
import sys
from pathlib import Path

from rehearsal.core.identity import load as load_identity
from rehearsal.daemon.places import Places
from rehearsal.daemon.status import Status
from rehearsal.doors import table
from rehearsal.doors.kind import Opened

# Fixed, so that the salt of a stack's settings can be committed and `pulumi stack init` leaves the tree as it is.
# Nothing depends on it: the state folder is its owner's only, and the keys in it open services on this machine's
# loopback interface.
PASSPHRASE = "rehearsal"  # noqa: S105 - public on purpose, see above


def variables(places: Places, status: Status) -> dict[str, str]:
    """Name -> value: those of Pulumi's state, and what each door adds."""
    return {**_of_pulumi(places), **_of_doors(places, status)}


def _of_pulumi(places: Places) -> dict[str, str]:
    places.pulumi.mkdir(parents=True, exist_ok=True)
    _write_passphrase(places.passphrase)
    return {
        "PATH": os.pathsep.join([*_tool_folders(places), os.environ.get("PATH", os.defpath)]),
        # Attributes beside the state's files are not written in one step: a kill meanwhile would make a stack
        # unreadable ("failed to load checkpoint: EOF").
        "PULUMI_BACKEND_URL": f"file://{places.pulumi}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(places.passphrase),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # The doors are asked instead of providers; the engine would all the same fetch those of an existing
        # state, hundreds of megabytes, or try to for seconds where there is no network.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }


def _of_doors(places: Places, status: Status) -> dict[str, str]:
    """What several doors give to one variable is joined by commas, as in PULUMI_DEBUG_PROVIDERS."""
    identity = load_identity(places.state)
    found: dict[str, str] = {}
    for kind in table.DOORS:
        opened = Opened(port=status.doors.get(kind.name, 0), identity=identity, trust=places.trust)
        for name, value in kind.variables(opened).items():
            found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _tool_folders(places: Places) -> list[str]:
    """The folders of the rehearsal's own command and of a Pulumi CLI in the cache, where PATH lacks them."""
    own = Path(sys.executable).parent
    built = sorted(places.toolchain.glob("pulumi-*/bin"), key=lambda path: path.stat().st_mtime)
    present = os.environ.get("PATH", "").split(os.pathsep)
    return [folder for folder in map(str, [own, *built[-1:]]) if folder not in present]


def _write_passphrase(path: Path) -> None:
    path.write_text(PASSPHRASE)
    path.chmod(0o600)
