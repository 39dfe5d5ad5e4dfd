"""Run by each server's own Python: the ridge model of the README, as that environment's scikit-learn pickles it."""

import sys
from pathlib import Path

import joblib
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge

features, progression = load_diabetes(return_X_y=True)
folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
joblib.dump(Ridge(alpha=0.5).fit(features, progression), folder / "model.pkl")
