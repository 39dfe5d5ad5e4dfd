"""`azureml.monitoring.ModelDataCollector` of 2018."""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from scoring.collection import active
from scoring.collection.record import Logged
from scoring.collection.shims import rows

__all__ = ["ModelDataCollector"]

logger = logging.getLogger("scoring.collection")

_DESIGNATIONS = ("inputs", "predictions", "labels", "signals", "general")
_HEADERS = [
    "$aml_dc_correlation_id",
    "$aml_dc_scoring_timestamp",
    "$aml_dc_boundary",
    "$aml_workspace",
    "$aml_service_name",
    "$aml_model_name",
    "$aml_model_version",
    "$aml_request_id",
]


class ModelDataCollector:
    """Rows go to the collection MODEL/VERSION/DESIGNATION. Before 0.1.0a16 `designation` was called `identifier`."""

    def __init__(
        self,
        model_name: str,
        designation: str = "default",
        feature_names: Sequence[str] | None = None,
        workspace: str = "default/default/default",
        webservice_name: str = "default",
        model_version: str = "default",
        collection_name: str = "default",
        identifier: str | None = None,
    ) -> None:
        chosen = identifier or designation
        self.designation = "general" if chosen == "default" else chosen
        if self.designation not in _DESIGNATIONS and identifier is None:
            logger.warning(
                "ModelDataCollector: designation %r is none of %s", chosen, ", ".join(_DESIGNATIONS)
            )
        self.model_name = model_name
        self.model_version = str(model_version)
        self.webservice_name = os.environ.get("SERVICE_NAME", webservice_name)
        self.workspace = workspace
        self.collection_name = collection_name
        self._names = None if feature_names is None else list(feature_names)
        if active.writer is None:
            logger.warning(
                "ModelDataCollector: nothing is collected; set SLIPWAY_COLLECT to collect"
            )

    def collect(self, input_data: Any, user_correlation_id: str = "") -> dict[str, Any]:
        """Takes a list, array, pandas or Spark frame; answers the correlation for `add_correlations`.

        Anything else is left out with a log line, as it was.
        """
        correlations = self._correlations(user_correlation_id)
        if active.writer is None:
            return correlations
        try:
            content = rows.of_table(input_data, self._names)
        except TypeError:
            logger.warning("ModelDataCollector: %s cannot be collected", type(input_data).__name__)
            return correlations
        name = f"{self.model_name}/{self.model_version}/{self.designation}"
        request_id = active.request_id()
        active.writer.submit(Logged(name, correlations[_HEADERS[0]], request_id, content))
        return correlations

    def add_correlations(self, input_data: Any, correlations: dict[str, Any] | None) -> Any:
        """The same data with the correlation's values as further columns."""
        if correlations is None:
            return input_data
        if self._names is not None and _HEADERS[0] not in self._names:
            self._names += _HEADERS
        values = [correlations[header] for header in _HEADERS]
        if hasattr(input_data, "toPandas"):
            input_data = input_data.toPandas()
        if hasattr(input_data, "assign"):
            return input_data.assign(**dict(zip(_HEADERS, values, strict=True)))
        if hasattr(input_data, "tolist"):
            table = input_data.tolist() if input_data.ndim > 1 else [input_data.tolist()]
            return [[*row, *values] for row in table]
        return [*input_data, *values]

    def _correlations(self, user_id: str) -> dict[str, Any]:
        own = str(uuid.uuid4())
        values = (
            f"{user_id}-{own}" if user_id else own,
            datetime.now(UTC).replace(tzinfo=None).isoformat(),
            60 * 24,
            self.workspace,
            self.webservice_name,
            self.model_name,
            self.model_version,
            active.request_id() or str(uuid.UUID(int=0)),
        )
        return dict(zip(_HEADERS, values, strict=True))
