"""The file or folder of a registered model, on this machine."""

from pathlib import Path

from slipway.places import cache_root
from slipway.registry.client import shared_client


def downloaded(login_server: str, name: str, version: int) -> str:
    """Fetch the model's file or folder once and return its path below the cache.

    Raises what the registry client raises: it is one sentence.
    """
    folder = cache_root() / "models" / login_server.replace(":", "_") / name / str(version)
    kept = [each for each in folder.glob("*") if not each.name.startswith(".")]
    if len(kept) == 1:
        return str(kept[0])
    found: Path = shared_client(login_server).models.download(name, version, folder)
    return str(found)
