"""The data, the split and the two models; shared by train.py and choose.py."""

import csv
import hashlib
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

FOLDER = Path(__file__).resolve().parent.parent
SEED = 0

NUMBERS = ["debt_to_income", "loan_to_value", "consumer_credit_score"]
YES_NO = ["public_bad_credit", "denied_mortgage_insurance"]
# Both models read these five columns; README.md says why the others are left out.
FEATURES = NUMBERS + YES_NO

DEPTH = 1
TREES = 150
LEARNING_RATE = 0.1
MIN_SAMPLES_LEAF = 2  # the few applicants with an extreme ratio may have a leaf of their own
THRESHOLD = 0.5  # of both models: denied from this probability on


def read_applicants() -> list[dict[str, str]]:
    with open(FOLDER / "data" / "mortgage.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def half(applicant_id: str) -> str:
    """The first byte of the id's SHA-256 decides: even is training, odd is traffic (src/split.ts does the same)."""
    return "training" if hashlib.sha256(applicant_id.encode()).digest()[0] % 2 == 0 else "traffic"


def encode(rows: list[dict[str, str]], features: list[str]) -> np.ndarray:
    """One row per applicant: numbers as they are, yes as 1 and no as 0 (src/encode.ts does the same)."""
    codes = {"yes": 1.0, "no": 0.0}
    return np.array([[codes[row[name]] if row[name] in codes else float(row[name]) for name in features] for row in rows])


def denied(rows: list[dict[str, str]]) -> np.ndarray:
    return np.array([row["denied"] == "yes" for row in rows], dtype=int)


def scaling(inputs: np.ndarray, features: list[str], numbers: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of the number columns; 0 and 1 for yes/no columns, which stay as they are."""
    is_number = np.array([name in numbers for name in features])
    return np.where(is_number, inputs.mean(axis=0), 0.0), np.where(is_number, inputs.std(axis=0), 1.0)


def fit_production(standardised: np.ndarray, truth: np.ndarray) -> LogisticRegression:
    return LogisticRegression(max_iter=1000).fit(standardised, truth)


def fit_shadow(inputs: np.ndarray, truth: np.ndarray, depth: int, trees: int, monotonic: list[int]) -> HistGradientBoostingClassifier:
    """`monotonic` holds 1 for a column where more must never lower the probability of denial, else 0."""
    model = HistGradientBoostingClassifier(
        max_depth=depth,
        max_iter=trees,
        learning_rate=LEARNING_RATE,
        min_samples_leaf=MIN_SAMPLES_LEAF,
        monotonic_cst=monotonic,
        early_stopping=False,
        random_state=SEED,
    )
    return model.fit(inputs, truth)
