"""What one writes with FastAPI: a typed body, the prediction in the event loop, one worker."""

import os
from pathlib import Path

import joblib
import numpy
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
model = joblib.load(Path(os.environ["MODEL_DIR"]) / "model.pkl")


class Body(BaseModel):
    data: list[list[float]]


@app.post("/score")
async def score(body: Body) -> list[float]:
    return model.predict(numpy.array(body.data)).tolist()
