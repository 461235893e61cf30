"""76 published numbers from other libraries, each with its origin: our losses give the same, to twelve digits."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import lossedu as le

CASES = json.loads(Path(__file__).with_name("reference_cases.json").read_text())["cases"]

# Cases of losses that this course does not have, and why.
LEFT_OUT = {
    "poly1_ce": "cross-entropy plus a multiple of 1 - p: a sum of two losses, which nothing in the course needs",
    "dwd_margin": "distance-weighted discrimination: a support-vector variant that no page treats",
}


def case_id(case):
    return f"{case['id']}-{case['loss']}"



def paired(loss, y, p):
    return loss.each(y, p), loss.derivative(y, p)


def scaled(loss, factor, y, p, stretch=1.0):
    """factor·loss at inputs stretched by `stretch`: the same loss with other constants."""
    value, slope = paired(loss, stretch * y, stretch * p)
    return factor * value, factor * stretch * slope


def through_logit(loss, y, p):
    """The case predicts a probability p, our loss its logit: the chain rule divides by dp/dz = p(1 - p)."""
    value, slope = paired(loss, y, np.log(p / (1 - p)))
    return value, slope / (p * (1 - p))


def through_log(loss, y, p):
    """The case predicts a mean p, our loss its logarithm: the chain rule divides by p."""
    value, slope = paired(loss, y, np.log(p))
    return value, slope / p


def deviance(loss, y, p):
    """The case takes off the least cost there is, that of p = y."""
    value, slope = through_log(loss, y, p)
    return value - loss.each(y, np.log(y)), slope


def kl_of_logs(y, p):
    """The case predicts log p, rounded to four decimals, so that its rows don't sum to 1: ask the mathematics.

    Our form takes for granted that both sums are equal, so what their difference adds is taken away.
    """
    value, slope = le.kl.of_rows(y, np.exp(p))
    return value + (y - np.exp(p)).sum(axis=1), slope * np.exp(p)


def smoothed_hinge(y, p, gamma):
    """γ/8 of the modified Huber loss at the margin 1 - 2(1 - a)/γ."""
    value, slope = le.modified_huber.of_margin(1 - 2 * (1 - y * p) / gamma)
    return gamma / 8 * value, slope * y / 4


OURS = {
    "squared_error": lambda y, p: paired(le.mse, y, p),
    "half_squared_error": lambda y, p: scaled(le.mse, 0.5, y, p),
    "squared_margin": lambda y, p: paired(le.mse, y, p),  # (1 - ys)² = (y - s)² for labels -1 and +1
    "absolute_error": lambda y, p: paired(le.mae, y, p),
    "huber": lambda y, p, delta: paired(le.Huber(delta), y, p),
    "log_cosh": lambda y, p: paired(le.log_cosh, y, p),
    "logistic_distance": lambda y, p: scaled(le.log_cosh, 2, y, p, 0.5),  # 2 log cosh(r/2)
    "quantile": lambda y, p, tau: paired(le.Quantile(tau), y, p),
    "epsilon_insensitive": lambda y, p, epsilon: paired(le.EpsilonInsensitive(epsilon), y, p),
    "squared_epsilon_insensitive": lambda y, p, epsilon: paired(le.SquaredEpsilonInsensitive(epsilon), y, p),
    "bce": lambda y, p: paired(le.bce, y, p),
    "bce_logits": lambda y, p: paired(le.bce_logits, y, p),
    "ce": lambda y, p: paired(le.cross_entropy, y, p),
    "softmax_ce": lambda y, p: paired(le.cross_entropy_logits, y, p),
    "softmax_ce_int": lambda y, p: paired(le.cross_entropy_logits, y, p),
    "focal": lambda y, p, gamma: through_logit(le.Focal(gamma), y, p),
    "focal_logits": lambda y, p, gamma: paired(le.Focal(gamma), y, p),
    "kl_log": kl_of_logs,
    "perceptron": lambda y, p: paired(le.perceptron, y, p),
    "hinge": lambda y, p: paired(le.hinge, y, p),
    "squared_hinge": lambda y, p: paired(le.squared_hinge, y, p),
    "modified_huber": lambda y, p: paired(le.modified_huber, y, p),
    "smoothed_hinge": smoothed_hinge,
    "sparsemax_binary": lambda y, p: scaled(le.modified_huber, 0.25, 2 * y - 1, p),
    "logistic_margin": lambda y, p: paired(le.logistic, y, p),
    "exponential_margin": lambda y, p: paired(le.exponential, y, p),
    "multiclass_hinge": lambda y, p: paired(le.multiclass_hinge, y, p),
    "multiclass_perceptron": lambda y, p: paired(le.MulticlassHinge(margin=0), y, p),
    "poisson": lambda y, p: through_log(le.poisson, y, p),
    "gamma_log": lambda y, p: paired(le.gamma, y, p),
    "tweedie_log": lambda y, p, power: paired(le.Tweedie(power), y, p),
    "tweedie_identity": lambda y, p, power: deviance(le.gamma if power == 2 else le.Tweedie(power), y, p),
}


@pytest.mark.parametrize("case", [c for c in CASES if c["loss"] not in LEFT_OUT], ids=case_id)
def test_value_and_gradient_of_the_case(case):
    y, p = np.array(case["target"]), np.array(case["prediction"])
    values, slopes = OURS[case["loss"]](y, p, **case["params"])
    if case["reduction"] == "mean":  # Keras divides weighted losses by their number, not by the sum of weights
        weight = np.array(case.get("sample_weight", np.ones(values.shape)))
        rows = weight.reshape(weight.shape + (1,) * (slopes.ndim - weight.ndim))
        values, slopes = (weight * values).sum() / weight.size, rows * slopes / weight.size
    assert_allclose(values, case["expected_source"], rtol=case["source_tolerance"], atol=case["source_tolerance"])
    assert_allclose(values, case["value_float64"], rtol=1e-12, atol=1e-15)
    known = np.array(case["gradient_float64"], float)  # null, a kink, becomes NaN
    assert_allclose(np.where(np.isnan(known), np.nan, slopes), known, rtol=1e-12, atol=1e-15)


def test_how_many_cases_apply():
    assert len(CASES) == 76
    assert sum(case["loss"] in LEFT_OUT for case in CASES) == 5
    assert {case["loss"] for case in CASES} == {*OURS, *LEFT_OUT}
