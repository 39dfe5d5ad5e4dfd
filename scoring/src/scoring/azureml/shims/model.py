"""`azureml.core.model.Model`, as far as an entry script needs it: `get_model_path`."""

from __future__ import annotations

from scoring.azureml.shims import model_paths


class Model:
    """Only the static method that answers inside a scoring container."""

    @staticmethod
    def get_model_path(
        model_name: str, version: int | None = None, _workspace: object = None
    ) -> str:
        """Path of a registered model's file or folder; of its newest version where none is named.

        Raises ModelNotFoundException for a name or a version that is not in the image.
        """
        return str(model_paths.find(model_name, version))
