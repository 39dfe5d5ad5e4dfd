"""Images: give a number to one that was pushed, find, delete."""

from collections.abc import Mapping, Sequence

from slipway.registry import image_labels, names, notes
from slipway.registry import media_types as types
from slipway.registry.connection import Connection
from slipway.registry.errors import NotFoundError, RegistryError
from slipway.registry.many import at_once
from slipway.registry.numbers import Manifest, Numbers, claim_time, claims, newest
from slipway.registry.records import ImageVersion, Times


class ImageStore:
    """The images of one registry."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def publish(
        self, name: str, digest: str, content_key: str, models: Sequence[str] = ()
    ) -> ImageVersion:
        """Give the image `images/<name>@<digest>`, which was pushed, its number.

        The same content key is the same version: the digest that was published first stands, also
        when a rebuild came out with another one. Raises RegistryError.
        """
        repository = names.image_repository(names.image(name))
        content, media_type, _ = self._pushed(name, repository, digest)
        self._require_labels(repository, digest, content_key, models)
        numbers = Numbers(self._connection, repository)
        number, settled = numbers.claim(Manifest(content, media_type), content_key)
        return self._read(name, number, settled)

    def get(self, name: str, version: int | None = None) -> ImageVersion:
        """One version; the newest when none is named. Raises NotFoundError."""
        claimed = self._claimed(name)
        number = newest(claimed) if version is None else version
        if number is None or number not in claimed:
            raise NotFoundError(self._missing(name, number, claimed))
        return self._read(name, number, claimed[number])

    def find(self, name: str, content_key: str) -> ImageVersion | None:
        """The version of the image with this content key, if there is one."""
        repository = names.image_repository(names.image(name))
        found = Numbers(self._connection, repository).of_content(content_key)
        return self._read(name, *found) if found else None

    def is_pushed(self, repository: str, digest: str) -> bool:
        """Whether the registry has the image, with a number or without. Raises RegistryError."""
        try:
            self._connection.manifest(repository, digest)
        except NotFoundError:
            return False
        return True

    def origin(self, image: ImageVersion) -> str:
        """Where the version was copied from, by digest; empty where it was built for this registry."""
        return notes.origin(self._connection, image.repository, image.digest)

    def times(self, name: str) -> Mapping[int, Times]:
        """Version -> when it came about.

        An image's own date says nothing: builds are reproducible, so that it is the same for all.
        """
        repository = names.image_repository(names.image(name))
        tags = {tag.name: tag for tag in self._connection.tags(repository)}
        claimed = claims(tags.values())

        def read(number: int) -> Times:
            claim = claimed[number]
            note = notes.origin_tag(str(claim.digest))
            if note not in tags:
                return Times(created=claim_time(claim))
            origin = notes.read(self._connection, repository, note) or {}
            return Times(created=origin.get(types.ORIGIN_CREATED, ""), copied=claim_time(claim))

        return dict(zip(claimed, at_once(read, list(claimed)), strict=True))

    def users(self, model_id: str) -> list[str]:
        """Ids of the images that hold a model."""
        return [image.id for image in self.list() if model_id in image.models]

    def versions(self, name: str) -> "list[int]":
        """The versions of one image, sorted."""
        return sorted(self._claimed(name))

    def versions_of_all(self) -> Mapping[str, Sequence[int]]:
        """The versions of each image that has any."""
        images = self._names()
        found = zip(images, at_once(self.versions, images), strict=True)
        return {name: versions for name, versions in found if versions}

    def list(self, name: str | None = None) -> "list[ImageVersion]":
        """All versions, of one image or of all, by name and number."""
        places = [
            (image, number, digest)
            for image in (self._names() if name is None else [name])
            for number, digest in self._claimed(image).items()
        ]
        found = at_once(lambda place: self._read(*place), places)
        return sorted(found, key=lambda image: (image.name, image.version))

    def delete(self, name: str, version: int) -> None:
        """Delete one version, and only it: models stay. Raises NotFoundError."""
        repository = names.image_repository(names.image(name))
        numbers = Numbers(self._connection, repository)
        if digest := numbers.claimed().get(version):
            notes.forget(self._connection, repository, notes.origin_tag(digest))
        if not numbers.delete(version):
            raise NotFoundError(self._missing(name, version, self._claimed(name)))

    def predict_version(self, name: str, content_key: str) -> int:
        """The number that `publish` would answer now for this content."""
        repository = names.image_repository(names.image(name))
        return Numbers(self._connection, repository).predict(content_key)

    def _names(self) -> Sequence[str]:
        prefixed = self._connection.repositories(names.IMAGES)
        return [name for name in map(_name, prefixed) if names.is_image(name)]

    def _claimed(self, name: str) -> Mapping[int, str]:
        repository = names.image_repository(names.image(name))
        return Numbers(self._connection, repository).claimed()

    def _pushed(self, name: str, repository: str, digest: str) -> tuple[bytes, str, str]:
        try:
            return self._connection.manifest(repository, digest)
        except NotFoundError:
            raise NotFoundError(
                f"The image {name!r} with the digest {digest} is not in {repository} of the "
                f"registry {self._connection.login_server}: push it there first."
            ) from None

    def _require_labels(
        self, repository: str, digest: str, content_key: str, models: Sequence[str]
    ) -> None:
        """What is published must be what the image itself says it is."""
        labels = image_labels.read(self._connection, repository, digest)
        if (labels.content_key, set(labels.models)) != (content_key, set(models)):
            raise RegistryError(
                f"The image {repository}@{digest} is labelled with content key "
                f"{labels.content_key!r} and models {list(labels.models)}, but was to be published "
                f"with {content_key!r} and {list(models)}: build and publish with the same."
            )

    def _read(self, name: str, number: int, digest: str) -> ImageVersion:
        repository = names.image_repository(name)
        labels = image_labels.read(self._connection, repository, digest)
        return ImageVersion(
            name=name,
            version=number,
            digest=digest,
            content_key=labels.content_key,
            models=labels.models,
            repository=repository,
            login_server=self._connection.login_server,
            application_insights=labels.application_insights,
        )

    def _missing(self, name: str, version: int | None, claimed: Mapping[int, str]) -> str:
        where = f"in the registry {self._connection.login_server}"
        if not claimed:
            return f"There is no image {name!r} {where}: build it first."
        has = ", ".join(str(number) for number in claimed)
        return f"The image {name!r} has no version {version} {where}; it has {has}."


def _name(repository: str) -> str:
    return repository.removeprefix(names.IMAGES)
