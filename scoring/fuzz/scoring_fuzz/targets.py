"""All targets by name; each takes bytes and raises for what must never happen."""

from collections.abc import Callable

from scoring_fuzz.azureml import azureml_form, azureml_inputs
from scoring_fuzz.oip import oip_grpc, oip_rest

TARGETS: dict[str, Callable[[bytes], None]] = {
    "azureml_form": azureml_form,
    "azureml_inputs": azureml_inputs,
    "oip_rest": oip_rest,
    "oip_grpc": oip_grpc,
}
