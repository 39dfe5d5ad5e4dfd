"""KServe's Python server with the model as its own sklearnserver calls it; one worker."""

import os
from pathlib import Path

import joblib
import numpy
from kserve import Model, ModelServer


class Ridge(Model):
    def __init__(self) -> None:
        super().__init__("ridge")
        self.load()

    def load(self) -> bool:
        self.model = joblib.load(Path(os.environ["MODEL_DIR"]) / "model.pkl")
        self.ready = True
        return True

    def predict(self, payload, headers=None, response_headers=None):
        return {"predictions": self.model.predict(numpy.array(payload["instances"])).tolist()}


if __name__ == "__main__":
    ModelServer().start([Ridge()])
