"""Entry script in the form of 2018: init() once at start, run() for each request."""

import json

import joblib
import numpy as np
from azureml.core.model import Model

model = None


def init():
    global model
    model = joblib.load(Model.get_model_path("diabetes"))


def run(raw_data):
    data = np.array(json.loads(raw_data)["data"])
    return model.predict(data).tolist()
