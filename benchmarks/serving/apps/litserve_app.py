"""LitServe with its default: one worker process, no batching."""

import os
import sys
from pathlib import Path

import joblib
import litserve
import numpy


class Ridge(litserve.LitAPI):
    def setup(self, device):
        self.model = joblib.load(Path(os.environ["MODEL_DIR"]) / "model.pkl")

    def decode_request(self, request):
        return numpy.array(request["data"])

    def predict(self, x):
        return self.model.predict(x)

    def encode_response(self, output):
        return output.tolist()


if __name__ == "__main__":
    server = litserve.LitServer(Ridge(api_path="/score"), accelerator="cpu", workers_per_device=1)
    server.run(
        host="127.0.0.1",
        port=int(sys.argv[1]),
        generate_client_file=False,
        num_api_servers=1,
        log_level="warning",
        access_log=False,
    )
