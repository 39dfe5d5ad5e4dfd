"""Whether an object is one that Kubernetes takes: its own descriptions of itself, read strictly.

A field that a description does not have is refused, as `kubectl apply --validate=strict` does. What descriptions cannot
say (rules in CEL, what a field means) is not checked.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from tests.harness.kubernetes_schemas import folder

Schema = Mapping[str, Any]
_METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


def problems(thing: Mapping[str, Any], kubernetes: str, **beside: str) -> list[str]:
    """What is wrong with an object; `beside` names versions of `gateway_api` and `keda`."""
    return [
        f"{thing['kind']} {'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in _validator(
            thing["apiVersion"], thing["kind"], kubernetes, **beside
        ).iter_errors(thing)
    ]


@cache
def _validator(
    api_version: str, kind: str, kubernetes: str, gateway_api: str = "", keda: str = ""
) -> Draft202012Validator:
    group = api_version.partition("/")[0] if "/" in api_version else ""
    modules = {
        "gateway.networking.k8s.io": ("sigs.k8s.io/gateway-api", gateway_api),
        "keda.sh": ("github.com/kedacore/keda/v2", keda),
    }
    definitions = _definitions(kubernetes)
    if group not in modules:
        root: Any = {"$ref": f"#/definitions/{_name(definitions, api_version, kind)}"}
    else:
        root = _strict(_custom(*modules[group], api_version, kind))
        root["properties"]["metadata"] = {"$ref": f"#/definitions/{_METADATA}"}
    return Draft202012Validator({**root, "definitions": definitions})


@cache
def _definitions(version: str) -> dict[str, Any]:
    text = (folder("k8s.io/kubernetes", version) / "swagger.json").read_text()
    found: dict[str, Any] = json.loads(text)["definitions"]
    return {name: _strict(schema) for name, schema in found.items()}


def _name(definitions: Mapping[str, Any], api_version: str, kind: str) -> str:
    group, _, version = api_version.rpartition("/")
    wanted = {"group": group, "version": version, "kind": kind}
    return next(
        name
        for name, schema in definitions.items()
        if wanted in schema.get("x-kubernetes-group-version-kind", [])
    )


def _custom(module: str, version: str, api_version: str, kind: str) -> Any:
    group, _, wanted = api_version.partition("/")
    for spec in _definitions_beside(module, version):
        if (spec["group"], spec["names"]["kind"]) == (group, kind):
            return next(
                one["schema"]["openAPIV3Schema"]
                for one in spec["versions"]
                if one["name"] == wanted
            )
    raise LookupError(f"{module} {version} has no {api_version} {kind}")


@cache
def _definitions_beside(module: str, version: str) -> list[Any]:
    return list(_read(module, version))


def _read(module: str, version: str) -> Iterator[Any]:
    for path in sorted(folder(module, version).glob("*.yaml")):
        for document in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader):
            if document and document["kind"] == "CustomResourceDefinition":
                yield document["spec"]


def _strict(schema: Any) -> Any:
    """The same without fields that nobody has described, and with Kubernetes' two kinds of free values."""
    if isinstance(schema, list):
        return [_strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "int-or-string" or schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    found = {key: _strict(value) for key, value in schema.items() if key != "format"}
    described = isinstance(schema.get("properties"), dict) and schema.get("type") == "object"
    free = schema.get("x-kubernetes-preserve-unknown-fields")
    if described and not free and "additionalProperties" not in schema:
        found["additionalProperties"] = False
    if schema.get("nullable"):
        return {"anyOf": [found, {"type": "null"}]}
    return found
