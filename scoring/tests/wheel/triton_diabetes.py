"""Run by test_diabetes.py in an environment that has tritonclient: what a client of the one model does.

python triton_diabetes.py HTTP_PORT GRPC_PORT < ROWS   prints one JSON object; ROWS is a JSON list of rows.
"""

import asyncio
import json
import sys

import numpy as np
import tritonclient.grpc
import tritonclient.grpc.aio
import tritonclient.http
import tritonclient.http.aio
from google.protobuf.json_format import MessageToDict


def plain(message):
    return message if isinstance(message, dict) else MessageToDict(message)


def given(module, about, rows, **form):
    [wanted] = plain(about)["inputs"]
    tensor = module.InferInput(wanted["name"], list(rows.shape), wanted["datatype"])
    return [tensor.set_data_from_numpy(rows, **form)]


def predictions(result, about):
    return result.as_numpy(plain(about)["outputs"][0]["name"]).ravel().tolist()


def one_after_the_other(module, address, rows, forms):
    client = module.InferenceServerClient(address)
    about = client.get_model_metadata("model")
    found = {
        "ready": [
            client.is_server_live(),
            client.is_server_ready(),
            client.is_model_ready("model"),
        ],
        "platform": plain(about)["platform"],
        "predictions": [
            predictions(client.infer("model", given(module, about, rows, **form)), about)
            for form in forms
        ],
    }
    client.close()
    return found


async def all_at_once(module, address, rows):
    async with module.InferenceServerClient(address) as client:
        about = await client.get_model_metadata("model")
        answers = await asyncio.gather(
            *(client.infer("model", given(module, about, row[None])) for row in rows)
        )
        return [predictions(answer, about)[0] for answer in answers]


def main(http_port, grpc_port):
    rows = np.array(json.load(sys.stdin))
    forms = [{"binary_data": True}, {"binary_data": False}]
    report = {}
    for name, module, asynchronous, port, wanted in (
        ("http", tritonclient.http, tritonclient.http.aio, http_port, forms),
        ("grpc", tritonclient.grpc, tritonclient.grpc.aio, grpc_port, [{}]),
    ):
        address = f"127.0.0.1:{port}"
        report[name] = one_after_the_other(module, address, rows, wanted)
        report[name]["at once"] = asyncio.run(all_at_once(asynchronous, address, rows))
    print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
