"""The models of a running server, by name and version."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.models.base import Model
from scoring.wording import shortened


class ModelNotFound(Exception):
    """No model of that name or version; the text names those that are there."""


class Catalog:
    """Models by name and version; the version that counts as newest answers where none is named."""

    def __init__(self) -> None:
        self._models: dict[str, dict[str, Model]] = {}

    def add(self, model: Model) -> None:
        self._models.setdefault(model.name, {})[model.version] = model

    def get(self, name: str, version: str | None = None) -> Model:
        """Raises ModelNotFound."""
        versions = self._models.get(name)
        if versions is None:
            known = ", ".join(sorted(self._models)) or "none"
            raise ModelNotFound(f"model {shortened(name)!r} is not served here; served: {known}")
        if version is None:
            return versions[max(versions, key=_age)]
        if version not in versions:
            known = ", ".join(self.versions(name))
            raise ModelNotFound(
                f"model {shortened(name)!r} has no version {shortened(version)!r}; served: {known}"
            )
        return versions[version]

    def versions(self, name: str) -> list[str]:
        """Oldest first; empty for an unknown name."""
        return sorted(self._models.get(name, {}), key=_age)

    def names(self) -> list[str]:
        return sorted(self._models)

    def __iter__(self) -> Iterator[Model]:
        for versions in self._models.values():
            yield from versions.values()

    def __len__(self) -> int:
        return sum(len(versions) for versions in self._models.values())


def _age(version: str) -> tuple[int, int, str]:
    return (1, int(version), "") if version.isdigit() else (0, 0, version)
