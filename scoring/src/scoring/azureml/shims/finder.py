"""A finder that stands last on `sys.meta_path`: whatever is really installed is found before it.

The collectors are the exception, while this server collects.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Collection, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_HERE = "scoring.azureml.shims"

#: Module name as scripts write it, to the module here whose names it shows ("" for a mere parent).
_MODULES = {
    "azureml_inference_server_http": "",
    "azureml_inference_server_http.api": "",
    "azureml_inference_server_http.api.aml_request": f"{_HERE}.aml_request",
    "azureml_inference_server_http.api.aml_response": f"{_HERE}.aml_response",
    "azureml_inference_server_http.log_config": f"{_HERE}.log_config",
    "azureml": "",
    "azureml.contrib": "",
    "azureml.contrib.services": "",
    "azureml.contrib.services.aml_request": f"{_HERE}.aml_request",
    "azureml.contrib.services.aml_response": f"{_HERE}.aml_response",
    "azureml.ai": "",
    "azureml.ai.monitoring": "scoring.collection.shims.collector",
    "azureml.ai.monitoring.context": "scoring.collection.shims.collector",
    "azureml.monitoring": "scoring.collection.shims.model_data_collector",
    "azureml.monitoring.modeldatacollector": "scoring.collection.shims.model_data_collector",
    "azureml.core": f"{_HERE}.model",
    "azureml.core.model": f"{_HERE}.model",
    "sklearn.externals.joblib": "joblib",
}

_PACKAGES = frozenset({"azureml.core", "azureml.ai.monitoring", "azureml.monitoring"})
#: Replaced even where they are installed, once this server collects: the real ones talk to a side-car, or need
#: a native library of Ubuntu 18.04.
_COLLECTORS = ("azureml.ai.monitoring", "azureml.monitoring")


class _Finder(MetaPathFinder):
    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._names:
            return None
        source = _MODULES[name]
        return ModuleSpec(name, _Loader(source), is_package=not source or name in _PACKAGES)


class _Loader(Loader):
    def __init__(self, source: str) -> None:
        self._source = source

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        # The same module object: a flag set through one name is seen through the other.
        if self._source and spec.submodule_search_locations is None:
            return _adopted(self._source)
        return None

    def exec_module(self, module: ModuleType) -> None:
        if self._source and module.__name__ != self._source and module.__spec__ is not None:
            shown = importlib.import_module(self._source)
            module.__dict__.update(
                {name: value for name, value in vars(shown).items() if not name.startswith("__")}
            )


def _adopted(source: str) -> ModuleType:
    return importlib.import_module(source)


def install() -> None:
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder(_MODULES.keys()))


def prefer_collectors() -> None:
    """The stand-ins of the collectors are found before the real packages."""
    names = [name for name in _MODULES if name.startswith(_COLLECTORS)]
    sys.meta_path.insert(0, _Finder(names))
