"""Models: register, find, download, delete."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from slipway.registry import (
    files,
    lineage,
    model_manifest,
    model_transfer,
    model_words,
    names,
    notes,
)
from slipway.registry.connection import Connection
from slipway.registry.errors import InUseError, NotFoundError, RegistryError
from slipway.registry.files import Content
from slipway.registry.many import at_once
from slipway.registry.model_manifest import ModelDescription
from slipway.registry.model_words import Words
from slipway.registry.numbers import Manifest, Numbers, newest
from slipway.registry.records import ModelVersion


class ModelStore:
    """The models of one registry. `users(model_id)` answers ids of images that hold a model."""

    def __init__(self, connection: Connection, users: Callable[[str], list[str]]) -> None:
        self._connection = connection
        self._users = users

    def register(
        self,
        name: str,
        file: Path | str,
        *,
        tags: Mapping[str, str] | None = None,
        properties: Mapping[str, str] | None = None,
        description: str | None = None,
        framework: str | None = None,
        framework_version: str | None = None,
        replace: bool = True,
    ) -> ModelVersion:
        """Register the file or folder; the same content under the same name is the version it already has.

        Of such a version what is given replaces what was said before (properties are only added), or, without
        `replace`, is refused where it differs. Raises RegistryError, SaidOtherwiseError. May be killed at any
        point and called again.
        """
        path = Path(file)
        repository = names.model_repository(names.model(name))
        if framework_version and not framework:
            raise RegistryError(
                f"framework_version {framework_version!r} was given for the model {name!r} without "
                "a framework: give both."
            )
        words = Words(
            tags=tags,
            properties=properties,
            description=description,
            framework=framework,
            framework_version=framework_version,
        )
        content = files.read(path)
        numbers = Numbers(self._connection, repository)
        known = numbers.content(content.sha256)
        if known is None:
            model_transfer.upload(self._connection, repository, content)
            manifest = self._write(repository, _described(name, path, content, words))
        else:
            manifest = self._manifest(repository, known)
            if not replace and (found := numbers.of_content(content.sha256)) is not None:
                words.require_the_same(self._read(repository, *found))
        number, settled = numbers.claim(manifest, content.sha256)
        return self._say(repository, self._read(repository, number, settled), words)

    def get(self, name: str, version: int | None = None) -> ModelVersion:
        """One version; the newest when none is named. Raises NotFoundError."""
        repository = names.model_repository(names.model(name))
        claimed = Numbers(self._connection, repository).claimed()
        number = newest(claimed) if version is None else version
        if number is None or number not in claimed:
            raise NotFoundError(self._missing(name, number, claimed))
        return self._read(repository, number, claimed[number])

    def origin(self, model: ModelVersion) -> str:
        """Where the version was copied from, by digest; empty where it was registered here."""
        return notes.origin(self._connection, names.model_repository(model.name), model.digest)

    def find(self, name: str, sha256: str) -> ModelVersion | None:
        """The version of the model whose file or folder has this hash, if there is one."""
        repository = names.model_repository(names.model(name))
        found = Numbers(self._connection, repository).of_content(sha256)
        return self._read(repository, *found) if found else None

    def versions(self, name: str) -> "list[int]":
        """The versions of one model, sorted."""
        repository = names.model_repository(names.model(name))
        return sorted(Numbers(self._connection, repository).claimed())

    def versions_of_all(self) -> Mapping[str, Sequence[int]]:
        """The versions of each model that has any."""
        found = at_once(self._named_versions, self._connection.repositories(names.MODELS))
        return {name: versions for name, versions in found if versions}

    def list(self, name: str | None = None) -> "list[ModelVersion]":
        """All versions, of one model or of all, by name and number."""
        if name is None:
            repositories = self._connection.repositories(names.MODELS)
        else:
            repositories = [names.model_repository(names.model(name))]
        places = [
            (repository, number, digest)
            for repository in repositories
            for number, digest in Numbers(self._connection, repository).claimed().items()
        ]
        found = at_once(lambda place: self._read(*place), places)
        return sorted(found, key=lambda model: (model.name, model.version))

    def download(self, name: str, version: int | None, target_dir: Path | str) -> Path:
        """Write the model's file or folder into `target_dir` and answer its path.

        It appears whole and verified, or not at all. One with the same content may be there
        already; another one is not overwritten.
        """
        model = self.get(name, version)
        repository = names.model_repository(name)
        manifest, _, digest = self._connection.manifest(repository, model.digest)
        content = model_manifest.content_of(manifest, digest)
        target = Path(target_dir) / content.filename
        if target.exists() or target.is_symlink():
            if _has(target, content):
                return target
            raise RegistryError(
                f"{target} exists and is not {model.id}: choose another folder to download to, which may be new."
            )
        model_transfer.download(self._connection, repository, content, target)
        return target

    def delete(self, name: str, version: int) -> None:
        """Delete one version. Raises InUseError, naming the images that hold it; NotFoundError."""
        repository = names.model_repository(names.model(name))
        self.require_unused(f"{name}:{version}")
        numbers = Numbers(self._connection, repository)
        digest = numbers.claimed().get(version)
        if digest is not None:
            model = self._read(repository, version, digest)
            for tag in (model_words.tag(model.sha256), notes.origin_tag(digest)):
                notes.forget(self._connection, repository, tag)
        if not numbers.delete(version):
            raise NotFoundError(self._missing(name, version, numbers.claimed()))

    def require_unused(self, model_id: str) -> None:
        """Raises InUseError, naming the images of the registry that hold the model."""
        users = self._users(model_id)
        if users:
            raise InUseError(
                f"The model {model_id} is used by {_listed(users)}: delete "
                f"{'it' if len(users) == 1 else 'them'} first."
            )

    def predict_version(self, name: str, sha256: str) -> int:
        """The number that `register` would answer now for a file or folder with this hash."""
        repository = names.model_repository(names.model(name))
        return Numbers(self._connection, repository).predict(sha256)

    def _write(self, repository: str, model: ModelDescription) -> Manifest:
        config = model_manifest.config(model)
        with self._connection.asking():
            digest, size = self._connection.client.upload_blob(repository, BytesIO(config))
        return model_manifest.write(model, digest, size)

    def _manifest(self, repository: str, digest: str) -> Manifest:
        content, media_type, _ = self._connection.manifest(repository, digest)
        return Manifest(content, media_type)

    def _read(self, repository: str, number: int, digest: str) -> ModelVersion:
        content, _, _ = self._connection.manifest(repository, digest)
        registered = model_manifest.read(content, digest, number)
        return model_words.read(self._connection, repository, registered)

    def _say(self, repository: str, model: ModelVersion, words: Words) -> ModelVersion:
        said = words.over(model)
        if said != model:
            model_words.write(self._connection, repository, said)
        return said

    def _named_versions(self, repository: str) -> tuple[str, Sequence[int]]:
        """A model's name, which not every repository has for its own (`names.model_repository`), and its versions."""
        claimed = Numbers(self._connection, repository).claimed()
        name = repository.removeprefix(names.MODELS)
        if claimed and repository != names.model_repository(name):
            name = self._read(repository, *next(iter(claimed.items()))).name
        return name, sorted(claimed)

    def _missing(self, name: str, version: int | None, claimed: Mapping[int, str]) -> str:
        where = f"in the registry {self._connection.login_server}"
        if not claimed:
            return f"There is no model {name!r} {where}: register it first."
        has = ", ".join(str(number) for number in claimed)
        return f"The model {name!r} has no version {version} {where}; it has {has}."


def _described(name: str, path: Path, content: Content, words: Words) -> ModelDescription:
    return ModelDescription(
        name=name,
        content=content,
        tags=words.tags or {},
        properties=words.properties or {},
        description=words.description or "",
        framework=words.framework or "",
        framework_version=words.framework_version or "",
        revision=lineage.revision(path),
        created_by=lineage.created_by(),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _has(target: Path, content: Content) -> bool:
    try:
        return files.sha256_of(target) == content.sha256
    except RegistryError:
        return False


def _listed(ids: list[str]) -> str:
    return f"the image{'s' if len(ids) > 1 else ''} {', '.join(ids)}"
