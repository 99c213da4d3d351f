"""Writes more.json: cases that statistics.json lacks, with values of scipy, scikit-learn, irrCAC, or a plain computation.

    pip install scipy scikit-learn irrCAC pandas
    python more.py

The tests read the committed file; the script says where it comes from, and makes it anew.
"""
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
from irrCAC.table import CAC
from scipy import stats
from scipy.optimize import brentq
from sklearn.metrics import roc_auc_score

rng = np.random.default_rng(20260101)
cases = []


def case(function, args, expected, source, tolerance=1e-9):
    cases.append(
        {"function": function, "args": args, "expected": expected, "tolerance": tolerance, "source": source}
    )


def numbers(values, digits=4):
    return [round(float(v), digits) for v in values]


# Exact Kolmogorov-Smirnov: larger samples, sizes that differ, p values far from 1
for n, m, shift in [(150, 90, 0.6), (7, 200, 0.3), (120, 120, 1.5)]:
    x, y = numbers(rng.normal(0, 1, n), 6), numbers(rng.normal(shift, 1, m), 6)
    exact = stats.ks_2samp(x, y, method="exact")
    expected = {"statistic": float(exact.statistic), "pValue": float(exact.pvalue)}
    case("kolmogorovSmirnov", {"first": x, "second": y, "method": "exact"}, expected, "scipy ks_2samp exact", 1e-12)

# Fisher's test and the binomial test with large counts
for table in [[[812, 430], [700, 520]], [[3, 4200], [11, 3900]], [[0, 17], [9, 12000]], [[5000, 5000], [5100, 4900]]]:
    case("fisherExact", {"table": table}, {"pValue": float(stats.fisher_exact(table)[1])}, "scipy fisher_exact", 1e-10)
for up, down in [(50_500, 49_700), (3, 400), (1_000_000, 997_000), (12, 12)]:
    p_value = float(stats.binomtest(up, up + down, 0.5).pvalue)
    case("signTest", {"positive": up, "negative": down}, {"pValue": p_value}, "scipy binomtest", 1e-10)
    case("mcnemarExact", {"b": down, "c": up}, {"pValue": p_value}, "scipy binomtest", 1e-10)

# Standard error of AC1
for size in (2, 3, 5):
    table = rng.integers(0, 50, (size, size)) + np.eye(size, dtype=int) * 80
    estimate = CAC(pd.DataFrame(table)).gwet()["est"]
    expected = {"ac1": float(estimate["coefficient_value"]), "standardError": float(np.ravel(estimate["se"])[0])}
    case("gwetAC1", {"confusion": table.tolist()}, expected, "irrCAC, which rounds to 5 digits", 1e-5)


# Newcombe's interval of the area under the ROC curve, method 5, with his equation solved by brentq
def newcombe5(area, m, n):
    z, others = stats.norm.ppf(0.975), (m + n) / 2 - 1

    def beyond(t):
        together = 1 + others * ((1 - t) / (2 - t) + t / (1 + t))
        return abs(t - area) - z * math.sqrt(t * (1 - t) * together / (m * n))

    lower = 0.0 if area == 0 else brentq(beyond, 1e-12, area - 1e-12, xtol=1e-14)
    upper = 1.0 if area == 1 else brentq(beyond, area + 1e-12, 1 - 1e-12, xtol=1e-14)
    return lower, upper


for n, shift in [(40, 1.0), (200, 0.3), (60, 9.0)]:
    labels = [int(v) for v in rng.uniform(size=n) < 0.2]
    scores = numbers(np.array(labels) * shift + rng.normal(size=n), 1)
    area = float(roc_auc_score(labels, scores))
    lower, upper = newcombe5(area, sum(labels), n - sum(labels))
    expected = {"auc": area, "lower": lower, "upper": upper}
    case("rocAuc", {"labels": labels, "scores": scores}, expected, "scikit-learn; Newcombe 2006 method 5, brentq")

# Interval of Hodges and Lehmann: all Walsh averages listed and sorted
for n in (7, 25, 101):
    d = np.array(numbers(rng.normal(0.2, 1, n), 2))
    i, j = np.triu_indices(n)
    walsh = np.sort((d[i] + d[j]) / 2)
    rank = math.floor(len(walsh) / 2 - stats.norm.ppf(0.975) * math.sqrt(n * (n + 1) * (2 * n + 1) / 24))
    expected = {"estimate": float(np.median(walsh)), "lower": float(walsh[rank - 1]), "upper": float(walsh[-rank])}
    case("hodgesLehmann", {"differences": d.tolist()}, expected, "all Walsh averages, sorted", 1e-12)

text = json.dumps({"cases": cases}, separators=(",", ":"))
Path(__file__).with_name("more.json").write_text(text + "\n")
