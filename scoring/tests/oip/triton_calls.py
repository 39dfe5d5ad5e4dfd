"""Run by test_tritonclient.py in an environment that has tritonclient: every call a client makes, on both transports.

python triton_calls.py HTTP_PORT GRPC_PORT   prints one JSON object.
"""

import asyncio
import json
import sys

import numpy as np
import tritonclient.grpc
import tritonclient.grpc.aio
import tritonclient.http
import tritonclient.http.aio
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

DTYPES = ["bool", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8", "O"]


def sample(dtype):
    if dtype == "O":
        return np.array([[b"a", "ä".encode()], [b"", b"x,y"]], object)
    return np.array([[1, 0], [0, 1]], dtype)


def model_for(array):
    return f"identity_{np_to_triton_dtype(array.dtype).lower()}"


def an_input(module, array, **more):
    given = module.InferInput("x", list(array.shape), np_to_triton_dtype(array.dtype))
    return given.set_data_from_numpy(array, **more)


def same(array, result):
    return texts(result.as_numpy("y")) == texts(array)


def texts(array):
    # The client gives BYTES that came as JSON as str, those that came as binary data as bytes.
    if array.dtype != object:
        return array.tolist()
    return [value if isinstance(value, str) else value.decode() for value in array.ravel()]


def identities(module, client):
    """Every datatype; over HTTP in each combination of JSON and binary, and compressed."""
    found = {}
    for dtype in DTYPES:
        array = sample(dtype)
        if module is tritonclient.grpc:
            found[dtype] = same(array, client.infer(model_for(array), [an_input(module, array)]))
            continue
        found[dtype] = all(http_forms(module, client, array, dtype))
    return found


def http_forms(module, client, array, dtype):
    forms = [(True, True), (True, False), (False, True), (False, False)]
    for sent, wanted in forms if dtype != "f2" else [(True, True)]:
        given = an_input(module, array, binary_data=sent)
        output = module.InferRequestedOutput("y", binary_data=wanted)
        for packing in (None, "gzip", "deflate"):
            yield same(
                array,
                client.infer(
                    model_for(array),
                    [given],
                    outputs=[output],
                    request_compression_algorithm=packing,
                    response_compression_algorithm=packing,
                ),
            )


def about(client, plain):
    return {
        "live": client.is_server_live(),
        "ready": client.is_server_ready(),
        "model ready": client.is_model_ready("sums", "1"),
        "unknown ready": ready_of_unknown(client),
        "extensions": list(plain(client.get_server_metadata())["extensions"]),
        "versions": list(plain(client.get_model_metadata("sums"))["versions"]),
    }


def ready_of_unknown(client):
    try:
        return client.is_model_ready("nobody")
    except InferenceServerException as error:
        return bool(error.message()) and False


def infer_with_everything(module, client):
    array = np.ones((1, 3), "f4")
    inputs = [module.InferInput(name, [1, 3], "FP32").set_data_from_numpy(array) for name in "ab"]
    result = client.infer(
        "sums",
        inputs,
        model_version="2",
        outputs=[module.InferRequestedOutput("sum")],
        request_id="me",
        parameters={"who": "me"},
        timeout=10_000_000,
    )
    return [result.as_numpy("sum").tolist(), result.as_numpy("difference") is None]


def refusals(module, client):
    array = np.ones((1, 3), "f4")
    calls = {
        "model": ("nobody", [an_input(module, array)]),
        "shape": ("identity_fp32", [an_input(module, array)]),
        "datatype": ("identity_int8", [an_input(module, np.ones((1, 2), "f8"))]),
    }
    found = {}
    for name, (model, inputs) in calls.items():
        try:
            client.infer(model, inputs)
        except InferenceServerException as error:
            found[name] = error.message()
    return found


async def concurrent(module, address):
    async with module.InferenceServerClient(address) as client:
        arrays = [np.full((1, 2), number, "f4") for number in range(50)]
        results = await asyncio.gather(
            *(client.infer("identity_fp32", [an_input(module, array)]) for array in arrays)
        )
        return all(same(array, result) for array, result in zip(arrays, results, strict=True))


def main(http_port, grpc_port):
    report = {}
    for name, module, aio, port, plain in (
        ("http", tritonclient.http, tritonclient.http.aio, http_port, lambda value: value),
        ("grpc", tritonclient.grpc, tritonclient.grpc.aio, grpc_port, as_mapping),
    ):
        address = f"127.0.0.1:{port}"
        client = module.InferenceServerClient(address)
        report[name] = {
            "about": about(client, plain),
            "identities": identities(module, client),
            "everything": infer_with_everything(module, client),
            "refusals": refusals(module, client),
            "concurrent": asyncio.run(concurrent(aio, address)),
        }
        client.close()
    print(json.dumps(report))


def as_mapping(message):
    return {field.name: value for field, value in message.ListFields()}


if __name__ == "__main__":
    main(*sys.argv[1:])
