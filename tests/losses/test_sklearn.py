"""Agreement with scikit-learn, value and gradient, in the same float64; where it differs, the test says how."""

import numpy as np
import pytest
from sklearn._loss import loss as sk
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.metrics import (
    brier_score_loss,
    hinge_loss,
    log_loss,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_pinball_loss,
    mean_squared_error,
    mean_squared_log_error,
    mean_tweedie_deviance,
)

import lossedu
from lossedu import losses
from lossedu.losses.numerics import sigmoid, softmax

RNG = np.random.default_rng(0)
N = 300
REAL = 3 * RNG.normal(size=N), 3 * RNG.normal(size=N)
LABELS = (RNG.random(N) < 0.4) * 1.0, 5 * RNG.normal(size=N)
COUNTS = RNG.poisson(3.0, N) * 1.0, RNG.normal(size=N)
AMOUNTS = RNG.gamma(2.0, size=N) + 0.1, RNG.normal(size=N)
CLASSES = RNG.integers(0, 5, N), 4 * RNG.normal(size=(N, 5))
WEIGHT = RNG.uniform(0, 2, N)

# Ours, scikit-learn's, inputs, and by what scikit-learn's half losses are multiplied.
PAIRS = {
    "mse": (lossedu.mse, sk.HalfSquaredError(), REAL, 2),
    "mae": (lossedu.mae, sk.AbsoluteError(), REAL, 1),
    "quantile": (losses.Quantile(tau=0.8), sk.PinballLoss(quantile=0.8), REAL, 1),
    "huber": (losses.Huber(delta=0.7), sk.HuberLoss(delta=0.7), REAL, 1),
    "bce_logits": (lossedu.bce_logits, sk.HalfBinomialLoss(), LABELS, 1),
    "exponential": (lossedu.exponential, sk.ExponentialLoss(), LABELS, 1),
    "cross_entropy_logits": (lossedu.cross_entropy_logits, sk.HalfMultinomialLoss(n_classes=5), CLASSES, 1),
    "poisson": (lossedu.poisson, sk.HalfPoissonLoss(), COUNTS, 1),
    "gamma": (lossedu.gamma, sk.HalfGammaLoss(), AMOUNTS, 1),
    "tweedie": (losses.Tweedie(power=1.5), sk.HalfTweedieLoss(power=1.5), AMOUNTS, 1),
}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("weighted", [False, True])
def test_value_and_gradient_agree(name, weighted):
    ours, theirs, (y, p), factor = PAIRS[name]
    weight = WEIGHT if weighted else None
    if name == "exponential":  # scikit-learn takes the labels 0 and 1, a margin loss takes -1 and 1
        value, gradient = ours.value_and_gradient(2 * y - 1, p, weight)
    else:
        value, gradient = ours.value_and_gradient(y, p, weight)
    each, slopes = theirs.loss_gradient(y.astype(float), p, weight)
    total = WEIGHT.sum() if weighted else N
    assert value == pytest.approx(factor * each.sum() / total, rel=1e-12)
    assert np.allclose(gradient, factor * slopes / total, rtol=1e-12, atol=1e-18)


METRICS = {
    "mse": (lossedu.mse, mean_squared_error, REAL),
    "mae": (lossedu.mae, mean_absolute_error, REAL),
    "quantile": (lossedu.quantile, mean_pinball_loss, REAL),
    "mape": (lossedu.mape, mean_absolute_percentage_error, REAL),
    "msle": (lossedu.msle, mean_squared_log_error, AMOUNTS[:1] + (np.exp(AMOUNTS[1]),)),
    "hinge": (lossedu.hinge, hinge_loss, (2 * LABELS[0] - 1, LABELS[1])),
    "bce": (lossedu.bce, log_loss, (LABELS[0], sigmoid(LABELS[1]))),
    "brier": (lossedu.brier, brier_score_loss, (LABELS[0], sigmoid(LABELS[1]))),
    "cross_entropy": (lossedu.cross_entropy, log_loss, (CLASSES[0], softmax(CLASSES[1]))),
}


@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize("weighted", [False, True])
def test_metrics_agree(name, weighted):
    ours, theirs, (y, p) = METRICS[name]
    weight = WEIGHT if weighted else None
    assert ours(y, p, weight) == pytest.approx(theirs(y, p, sample_weight=weight), rel=1e-12)


@pytest.mark.parametrize("power, ours, inputs", [(1, lossedu.poisson, COUNTS), (2, lossedu.gamma, AMOUNTS)])
def test_a_deviance_is_twice_the_excess_over_the_perfect_forecast(power, ours, inputs):
    """scikit-learn's deviance subtracts the loss of a forecast that equals the target, and doubles the rest."""
    y, z = inputs
    y = y + 0.5
    excess = ours(y, z) - ours(y, np.log(y))
    assert 2 * excess == pytest.approx(mean_tweedie_deviance(y, np.exp(z), power=power), rel=1e-12)


def test_a_sure_answer_scikit_learn_differs():
    """At z = 40 and y = 1 scikit-learn's value and its value-with-gradient are two code paths, and neither is close."""
    y, z = np.ones(1), np.full(1, 40.0)
    assert lossedu.bce_logits(y, z) == lossedu.bce_logits.value_and_gradient(y, z)[0] == 4.248354255291589e-18
    alone, paired = sk.HalfBinomialLoss().loss(y, z)[0], sk.HalfBinomialLoss().loss_gradient(y, z)[0][0]
    assert alone == 0 or paired == 0


def test_medians_and_quantiles_agree_with_numpy():
    y = REAL[0]
    for tau in (0.1, 0.5, 0.9):
        best = losses.Quantile(tau=tau).minimiser(y)
        assert losses.Quantile(tau=tau)(y, np.full(N, best)) <= losses.Quantile(tau=tau)(
            y, np.full(N, np.quantile(y, tau))) * (1 + 1e-14)
    assert lossedu.mae.minimiser(y) == np.median(y)
    assert lossedu.mse.minimiser(y, WEIGHT) == pytest.approx(np.average(y, weights=WEIGHT), rel=1e-14)


def test_boosted_trees_push_where_a_prediction_hits_its_target():
    """They start at the median, 2. Pushed like the larger targets, the hits split off the 0; left alone, the 5s."""
    x, y = np.arange(5.0)[:, None], np.array([0.0, 2.0, 2.0, 5.0, 5.0])
    trees = GradientBoostingRegressor(loss="absolute_error", n_estimators=1, max_depth=1).fit(x, y)
    assert trees.estimators_[0, 0].tree_.threshold[0] == 0.5
    assert lossedu.mae.derivative(2.0, 2.0) == 0
