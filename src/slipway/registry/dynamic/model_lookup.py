"""A model that was registered before, by its number; 0 is the newest."""

import pulumi
from pulumi.dynamic import Resource

from slipway.registry.dynamic.lookups import LookupProvider
from slipway.registry.dynamic.properties import Properties, client


class ModelLookupProvider(LookupProvider):
    """Stateless."""

    name_key = "model_name"
    found_keys = ("model_id", "digest", "sha256", "filename", "framework", "framework_version")

    def resolve(self, props: Properties, version: int | None) -> Properties:
        """Id, number, digest of the artefact, hash and name of the file, what it was made with."""
        model = client(props["login_server"]).models.get(props["model_name"], version)
        return {
            "model_id": model.id,
            "version": model.version,
            "digest": model.digest,
            "sha256": model.sha256,
            "filename": model.filename,
            "framework": model.framework,
            "framework_version": model.framework_version,
        }

    def found_version(self, props: Properties) -> int:
        """The output `version`."""
        return int(props["version"])


class ModelLookup(Resource, module="slipway", name="ModelLookup"):
    """The model that a number names; a number that is not there is refused with those that are."""

    model_id: pulumi.Output[str]
    version: pulumi.Output[int]
    digest: pulumi.Output[str]
    """Of the artefact's manifest."""
    sha256: pulumi.Output[str]
    """Of the file."""
    filename: pulumi.Output[str]
    framework: pulumi.Output[str]
    """Empty where it was registered without."""
    framework_version: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        login_server: pulumi.Input[str],
        model_name: pulumi.Input[str],
        version: pulumi.Input[int],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`version` 0 is the newest."""
        inputs = {"login_server": login_server, "model_name": model_name, "version": version}
        outputs = dict.fromkeys(ModelLookupProvider.found_keys)
        super().__init__(ModelLookupProvider(), name, {**inputs, **outputs}, opts)
