"""Trains both models on the training half and writes their weights and 50 expected scores as JSON.

    python3 -m venv VENV && VENV/bin/pip install -r train/requirements.txt && VENV/bin/python train/train.py

Neither the demo nor the tests run this; they read the files it wrote.
"""

import json

import mortgage as m
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

EXPECTED_ROWS = 50


def tree_nodes(model: HistGradientBoostingClassifier) -> list[list[dict]]:
    """Every tree as its list of nodes, the root first; a row goes left where its feature is <= the threshold."""
    trees = []
    for (predictor,) in model._predictors:  # scikit-learn has no public way to read these trees
        nodes = []
        for node in predictor.nodes:
            if node["is_leaf"]:
                nodes.append({"value": float(node["value"])})
            else:
                nodes.append(
                    {
                        "feature": int(node["feature_idx"]),
                        "threshold": float(node["num_threshold"]),
                        "left": int(node["left"]),
                        "right": int(node["right"]),
                    }
                )
        trees.append(nodes)
    return trees


def write_weights(name: str, document: dict) -> None:
    """One line per field, and per element of a list of trees or rows, so that a retraining shows as a readable diff."""
    lines = []
    for key, value in document.items():
        if key in ("trees", "rows"):
            text = "[\n" + ",\n".join("    " + json.dumps(element, allow_nan=False) for element in value) + "\n  ]"
        else:
            text = json.dumps(value, allow_nan=False)
        lines.append(f"  {json.dumps(key)}: {text}")
    (m.FOLDER / "weights" / name).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


applicants = m.read_applicants()
training = [row for row in applicants if m.half(row["applicant_id"]) == "training"]
traffic = [row for row in applicants if m.half(row["applicant_id"]) == "traffic"]
inputs, truth = m.encode(training, m.FEATURES), m.denied(training)

means, scales = m.scaling(inputs, m.FEATURES, m.NUMBERS)
production = m.fit_production((inputs - means) / scales, truth)
# In every column used, more is worse.
shadow = m.fit_shadow(inputs, truth, m.DEPTH, m.TREES, [1] * len(m.FEATURES))

write_weights(
    "production.json",
    {
        "kind": "logistic-regression",
        "features": m.FEATURES,
        "threshold": m.THRESHOLD,
        "means": means.tolist(),
        "scales": scales.tolist(),
        "coefficients": production.coef_[0].tolist(),
        "intercept": float(production.intercept_[0]),
    },
)
write_weights(
    "shadow.json",
    {
        "kind": "boosted-trees",
        "features": m.FEATURES,
        "threshold": m.THRESHOLD,
        "baseline": float(shadow._baseline_prediction[0, 0]),
        "trees": tree_nodes(shadow),
    },
)

traffic_inputs = m.encode(traffic, m.FEATURES)
production_scores = production.predict_proba((traffic_inputs - means) / scales)[:, 1]
shadow_scores = shadow.predict_proba(traffic_inputs)[:, 1]
# Evenly spaced by production's score, the lowest and the highest included: both decisions of both models occur.
sample = np.argsort(production_scores, kind="stable")[np.linspace(0, len(traffic) - 1, EXPECTED_ROWS).astype(int)]
write_weights(
    "expected-scores.json",
    {
        "rows": [
            {
                "applicant_id": traffic[i]["applicant_id"],
                "production": float(production_scores[i]),
                "shadow": float(shadow_scores[i]),
            }
            for i in sample
        ]
    },
)
print(f"{len(training)} applicants trained on, {len(traffic)} left as traffic")
