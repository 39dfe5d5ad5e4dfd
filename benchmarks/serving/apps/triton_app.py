"""Triton's own server with dynamic batching; the model runs in its Python backend, by way of PyTriton."""

import os
import sys
from pathlib import Path

import joblib
import numpy
from pytriton.decorators import batch
from pytriton.model_config import DynamicBatcher, ModelConfig, Tensor
from pytriton.triton import Triton, TritonConfig

model = joblib.load(Path(os.environ["MODEL_DIR"]) / "model.pkl")


@batch
def infer(input):
    return {"variable": model.predict(input).astype(numpy.float32)[:, None]}


if __name__ == "__main__":
    http, grpc, metrics = (int(port) for port in sys.argv[1:4])
    config = TritonConfig(
        http_port=http,
        http_address="127.0.0.1",
        grpc_port=grpc,
        grpc_address="127.0.0.1",
        allow_metrics=False,
        metrics_port=metrics,
        log_verbose=0,
        http_thread_count=2,
    )
    with Triton(config=config) as triton:
        triton.bind(
            model_name="ridge",
            infer_func=infer,
            inputs=[Tensor(name="input", dtype=numpy.float32, shape=(10,))],
            outputs=[Tensor(name="variable", dtype=numpy.float32, shape=(1,))],
            config=ModelConfig(
                max_batch_size=128, batcher=DynamicBatcher(max_queue_delay_microseconds=0)
            ),
            strict=False,
        )
        triton.serve()
