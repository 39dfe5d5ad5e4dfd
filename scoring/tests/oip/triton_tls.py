"""Run by test_tritonclient.py: one request over TLS by each of the gRPC clients.

python triton_tls.py ADDRESS ROOT_CERTIFICATE   prints one JSON object.
"""

import asyncio
import json
import sys

import numpy as np
import tritonclient.grpc
import tritonclient.grpc.aio


def an_input():
    array = np.array([[1, 2]], "f4")
    return tritonclient.grpc.InferInput("x", [1, 2], "FP32").set_data_from_numpy(array)


async def with_aio(address, secure):
    async with tritonclient.grpc.aio.InferenceServerClient(address, **secure) as client:
        return (await client.infer("identity_fp32", [an_input()])).as_numpy("y").tolist()


def main(address, root):
    secure = {"ssl": True, "root_certificates": root}
    with tritonclient.grpc.InferenceServerClient(address, **secure) as client:
        report = {
            "ready": client.is_server_ready(),
            "output": client.infer("identity_fp32", [an_input()]).as_numpy("y").tolist(),
        }
    report["aio"] = asyncio.run(with_aio(address, secure))
    print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
