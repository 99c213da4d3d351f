"""How columns, depth and number of trees were chosen: 10-fold cross-validation, twice, on the training half alone.

Prints one line per candidate: log loss of both models, agreement of their decisions at 0.5, the same for self-employed
applicants, and for these again with the serving fault (debt_to_income times 100). Takes about a minute.
"""

import mortgage as m
import numpy as np
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold

REPEATS = 2
NUMBERS = ["debt_to_income", "housing_to_income", "loan_to_value", "consumer_credit_score", "mortgage_credit_score", "unemployment_rate"]
EITHER_WAY = ["unemployment_rate", "single", "condominium", "self_employed"]  # no direction is imposed on these
COLUMN_SETS = {
    "all 11 columns": NUMBERS + m.YES_NO + ["self_employed", "single", "condominium"],
    "without housing_to_income": [n for n in NUMBERS if n != "housing_to_income"] + m.YES_NO + ["self_employed", "single", "condominium"],
    "the five and mortgage_credit_score": m.NUMBERS + ["mortgage_credit_score"] + m.YES_NO,
    "the five": m.FEATURES,
}
TREE_COUNTS = [100, 150, 200, 300]

rows = [row for row in m.read_applicants() if m.half(row["applicant_id"]) == "training"]
truth = m.denied(rows)
self_employed = np.array([row["self_employed"] == "yes" for row in rows])
folds = [
    (repeat, fold)
    for repeat in range(REPEATS)
    for fold in StratifiedKFold(10, shuffle=True, random_state=repeat).split(rows, truth)
]

print("columns | depth | trees | log loss, production | log loss, shadow | agree | agree, self-employed | the same with the fault")
for name, features in COLUMN_SETS.items():
    inputs = m.encode(rows, features)
    faulty = inputs.copy()
    faulty[self_employed, features.index("debt_to_income")] *= 100
    monotonic = [0 if feature in EITHER_WAY else 1 for feature in features]

    production = np.zeros((REPEATS, len(rows)))
    for repeat, (fit, held_out) in folds:
        means, scales = m.scaling(inputs[fit], features, NUMBERS)
        model = m.fit_production((inputs[fit] - means) / scales, truth[fit])
        production[repeat, held_out] = model.predict_proba((inputs[held_out] - means) / scales)[:, 1]

    for depth in (1, 2):
        repaired = {trees: np.zeros((REPEATS, len(rows))) for trees in TREE_COUNTS}
        released = {trees: np.zeros((REPEATS, len(rows))) for trees in TREE_COUNTS}
        for repeat, (fit, held_out) in folds:
            model = m.fit_shadow(inputs[fit], truth[fit], depth, max(TREE_COUNTS), monotonic)
            for scores, given in ((repaired, inputs), (released, faulty)):
                for trees, probabilities in enumerate(model.staged_predict_proba(given[held_out]), start=1):
                    if trees in scores:
                        scores[trees][repeat, held_out] = probabilities[:, 1]
        for trees in TREE_COUNTS:
            decided = production >= m.THRESHOLD
            agree = decided == (repaired[trees] >= m.THRESHOLD)
            agree_faulty = decided == (released[trees] >= m.THRESHOLD)
            losses = [np.mean([log_loss(truth, s) for s in scores]) for scores in (production, repaired[trees])]
            print(
                f"{name} | {depth} | {trees} | {losses[0]:.4f} | {losses[1]:.4f} | {agree.mean():.3f}"
                f" | {agree[:, self_employed].mean():.3f} | {agree_faulty[:, self_employed].mean():.3f}"
            )
