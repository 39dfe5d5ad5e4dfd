"""BentoML with its adaptive batching on."""

import os
from pathlib import Path

import bentoml
import joblib
import numpy


@bentoml.service(workers=1, metrics={"enabled": False})
class Ridge:
    def __init__(self) -> None:
        self.model = joblib.load(Path(os.environ["MODEL_DIR"]) / "model.pkl")

    @bentoml.api(batchable=True, max_batch_size=128, max_latency_ms=1000, route="/score")
    def score(self, data: numpy.ndarray) -> numpy.ndarray:
        return self.model.predict(data)
