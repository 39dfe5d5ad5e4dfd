"""The file of a registered model, on this machine."""

from pathlib import Path

from slipway.places import cache_root
from slipway.registry.client import RegistryClient


def downloaded(login_server: str, name: str, version: float) -> str:
    """Fetch the model's file once and return its path below the cache.

    Raises what the registry client raises: it is one sentence.
    """
    number = int(version)
    folder = cache_root() / "models" / login_server.replace(":", "_") / name / str(number)
    kept = [each for each in folder.glob("*") if not each.name.startswith(".")]
    if len(kept) == 1:
        return str(kept[0])
    found: Path = RegistryClient(login_server).models.download(name, number, folder)
    return str(found)
