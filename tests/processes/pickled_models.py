"""`python pickled_models.py FOLDER`: estimators written in every way that joblib and pickle have, `<kind>-<way>`.

A process of its own, because Pulumi imports dill, which changes what joblib writes.
"""

import pickle
import sys
from pathlib import Path

import joblib
import lightgbm
import numpy as np
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

ROWS = np.arange(40.0).reshape(20, 2)
TEXTS = np.array(["low", "high"] * 10, dtype=object)  # joblib writes these as pickles of their own
BINARY = np.array([0, 1] * 10)

ESTIMATORS = {
    "linear": LogisticRegression().fit(ROWS, BINARY),
    "forest": RandomForestClassifier(3).fit(ROWS, TEXTS),
    "pipeline": make_pipeline(
        ColumnTransformer([("text", OneHotEncoder(), [0])]), LogisticRegression()
    ).fit(TEXTS.reshape(-1, 1), BINARY),
    "xgboost": xgboost.XGBClassifier(n_estimators=2).fit(ROWS, BINARY),
    "lightgbm": lightgbm.LGBMRegressor(n_estimators=2, verbose=-1, min_child_samples=2).fit(
        ROWS, ROWS[:, 0]
    ),
}
COMPRESSIONS = {"plain": 0, "zlib": 3, **{way: (way, 3) for way in ("gzip", "bz2", "xz", "lzma")}}

folder = Path(sys.argv[1])
for kind, estimator in ESTIMATORS.items():
    for protocol in (0, 2, 5):
        (folder / f"{kind}-pickle{protocol}").write_bytes(pickle.dumps(estimator, protocol))
    for way, compression in COMPRESSIONS.items():
        joblib.dump(estimator, folder / f"{kind}-joblib-{way}", compress=compression)
