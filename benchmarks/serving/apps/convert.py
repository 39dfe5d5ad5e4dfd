"""model.pkl of a folder as model.onnx of another."""

import sys
from pathlib import Path

import joblib
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType

model = joblib.load(Path(sys.argv[1]) / "model.pkl")
folder = Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
onnx = to_onnx(model, initial_types=[("input", FloatTensorType([None, model.n_features_in_]))])
(folder / "model.onnx").write_bytes(onnx.SerializeToString())
