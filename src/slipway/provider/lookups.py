"""ModelLookup and ImageLookup: resolved before anything is done, so that a preview shows what was found."""

from typing import ClassVar

from slipway.provider.errors import InvalidInputs
from slipway.provider.gone import or_gone
from slipway.provider.handler import Created, Found, Handler, Properties, differing
from slipway.provider.numbered_ids import parse_id
from slipway.provider.values import known
from slipway.registry.client import shared_client
from slipway.registry.errors import NotFoundError, RegistryError
from slipway.resources.image_lookup import ImageLookupArgs
from slipway.resources.model_lookup import ModelLookupArgs


class LookupHandler(Handler):
    """Subclasses say what is looked up, and what comes of it."""

    noun: ClassVar[str]

    def resolve(self, login_server: str, name: str, version: int | None) -> Properties:
        """The outputs for one version, or for the newest; the version among them. Raises RegistryError."""
        raise NotImplementedError

    def foreseen(self, inputs: Properties) -> Properties:
        """Look it up; what is not there is refused with what is."""
        server, name, version = self._place(inputs)
        if not known(server, name, version):
            return {}
        try:
            return self.resolve(server, name, version or None)
        except NotFoundError as error:
            raise InvalidInputs({"version": str(error)}) from None
        except RegistryError as error:
            raise InvalidInputs({"login_server": str(error)}) from None

    def changed(self, state: Properties, inputs: Properties) -> list[str]:
        """Whatever was found differently."""
        names = ("login_server", f"{self.noun}_name", "version", *self.computed)
        return differing(state, inputs, names)

    def create(self, _name: str, inputs: Properties) -> Created:
        """What was found."""
        server, name, _ = self._place(inputs)
        return Created(f"{server}/{name}", self._outputs(inputs))

    def update(self, _state: Properties, inputs: Properties) -> Properties:
        """What was found."""
        return self._outputs(inputs)

    def read(self, id_: str, state: Properties) -> Found | None:
        """The version that was found, or None when it was deleted."""
        place = parse_id(id_, state, self.noun)
        found = or_gone(
            place.login_server, lambda: self.resolve(place.login_server, place.name, place.version)
        )
        if found is None:
            return None
        if state:
            return Found(id_, {**state, **found})
        inputs = {"login_server": place.login_server, f"{self.noun}_name": place.name, **found}
        return Found(place.id, inputs, inputs)

    def delete(self, _state: Properties) -> None:
        """Nothing was made, nothing is deleted."""

    def _place(self, inputs: Properties) -> tuple[str, str, int]:
        return inputs["login_server"], inputs[f"{self.noun}_name"], inputs["version"]

    def _outputs(self, inputs: Properties) -> Properties:
        if all(name in inputs for name in self.computed):
            return inputs
        server, name, version = self._place(inputs)
        return {**inputs, **self.resolve(server, name, version or None)}


class ModelLookupHandler(LookupHandler):
    """What a registered model is, and what it was made with."""

    args = ModelLookupArgs
    noun = "model"
    computed = ("model_id", "digest", "sha256", "filename", "framework", "framework_version")

    def resolve(self, login_server: str, name: str, version: int | None) -> Properties:
        """Id, number, digest of the artefact, hash and name of the file or folder, framework."""
        model = shared_client(login_server).models.get(name, version)
        return {
            "model_id": model.id,
            "version": model.version,
            "digest": model.digest,
            "sha256": model.sha256,
            "filename": model.filename,
            "framework": model.framework,
            "framework_version": model.framework_version,
        }


class ImageLookupHandler(LookupHandler):
    """What a published image is run by."""

    args = ImageLookupArgs
    noun = "image"
    computed = ("image_id", "ref", "digest", "application_insights")

    def resolve(self, login_server: str, name: str, version: int | None) -> Properties:
        """Id, number, reference by digest, digest, what it can do."""
        image = shared_client(login_server).images.get(name, version)
        return {
            "image_id": image.id,
            "version": image.version,
            "ref": image.ref,
            "digest": image.digest,
            "application_insights": image.application_insights,
        }
