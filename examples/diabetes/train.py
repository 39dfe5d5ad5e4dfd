"""Trains the README's model: ridge regression on scikit-learn's bundled diabetes data.

Deterministic: the same alpha gives the same model.pkl, byte for byte, with the same libraries.
"""

import argparse
import os
from pathlib import Path

import joblib
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

FOLDER = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the diabetes model.")
    parser.add_argument("--alpha", type=float, default=0.1, help="strength of regularisation")
    parser.add_argument("--output", type=Path, default=FOLDER / "model.pkl")
    arguments = parser.parse_args()

    features, progression = load_diabetes(return_X_y=True)
    train_x, test_x, train_y, test_y = train_test_split(
        features, progression, test_size=0.2, random_state=0
    )
    model = Ridge(alpha=arguments.alpha).fit(train_x, train_y)
    error = mean_squared_error(test_y, model.predict(test_x))

    joblib.dump(model, arguments.output)
    print(
        f"trained on {len(train_x)} of {len(features)} rows of {features.shape[1]} features, "
        f"alpha {arguments.alpha:g}: mean squared error {error:.1f}, "
        f"R2 {model.score(test_x, test_y):.3f}; wrote {os.path.relpath(arguments.output)}"
    )


if __name__ == "__main__":
    main()
