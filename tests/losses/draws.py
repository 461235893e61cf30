"""Random inputs from the domain of every loss, and every loss with other parameters than its own."""

import numpy as np

from lossedu import losses
from lossedu.losses import JointLoss, catalogue
from lossedu.losses.base import ElementwiseLoss
from lossedu.losses.domain import DIVISORS, FINITE, INCREASING, RELEVANCES, SETS, SIGNS, SIMPLEX, TIMES, Simplex
from lossedu.losses.likelihood import LogMeanLoss
from lossedu.losses.vector import VectorLoss
from tests.losses.cases import CASES

OTHER_PARAMETERS = [other for case in CASES.values() for other in case.others]
EVERY = [*catalogue.values(), *OTHER_PARAMETERS]
JOINT = [loss for loss in EVERY if isinstance(loss, JointLoss)]
PAIRED = [loss for loss in EVERY if not isinstance(loss, JointLoss)]
ELEMENTWISE = [loss for loss in PAIRED if isinstance(loss, ElementwiseLoss)]
ROWS = [loss for loss in PAIRED if not isinstance(loss, ElementwiseLoss)]


def predicts_rows(loss):
    """Whether a prediction is a row of probabilities, which sum to 1."""
    return loss.prediction_domain == SIMPLEX


def predicts_probabilities(loss):
    """Whether each number of a prediction is a probability of its own."""
    return loss.prediction_domain.bounded and not predicts_rows(loss)


def takes_labels(loss):
    """Whether targets are labels of classes, and a prediction is a row of real scores."""
    return isinstance(loss.target_domain, Simplex) and not predicts_rows(loss)


def in_order(loss, p):
    """The same predictions, with each row sorted where the loss takes rows that do not fall."""
    return np.sort(p, axis=-1) if loss.prediction_domain == INCREASING else p


def simplex(rng, *shape):
    """Rows of probabilities, none of them close to 0."""
    rows = rng.uniform(0.1, 1, shape)
    return rows / rows.sum(axis=-1, keepdims=True)


def targets(loss, rng, n):
    """Targets of `n` samples from the domain of targets, not close to an end that is excluded."""
    domain = loss.target_domain
    if domain == SIGNS:
        return rng.choice([-1.0, 1.0], n)
    if domain == SETS:
        return rng.permuted(np.tile([1.0, 1, 0, 0, 0], (n, 1)), axis=1)
    if domain == FINITE:
        return rng.integers(0, 3, (n, 5)).astype(float)
    if domain == DIVISORS:
        return rng.choice([-1, 1], n) * rng.uniform(0.5, 5, n)
    if domain == RELEVANCES:
        return rng.permuted(np.tile([3.0, 1, 0, 0], (n, 1)), axis=1)
    if domain == TIMES:
        shape = (n, 4) if isinstance(loss, VectorLoss) else n
        return rng.choice([-1, 1], shape) * rng.uniform(0.5, 5, shape)
    if takes_labels(loss):
        return rng.integers(0, 4, n)
    if isinstance(domain, Simplex):
        return simplex(rng, n, 4)
    if domain.bounded:
        return rng.uniform(domain.low, domain.high, n)
    if np.isfinite(domain.low):
        return domain.low + rng.uniform(0 if domain.low_inclusive else 0.2, 5, n)
    return 2 * rng.standard_normal((n, 3) if isinstance(loss, losses.CosineDistance) else n)


def predictions(loss, rng, n):
    """Predictions of `n` samples from the domain of predictions, not close to an end where slopes run off."""
    domain = loss.prediction_domain
    if predicts_rows(loss):
        return simplex(rng, n, 4)
    if predicts_probabilities(loss):
        return rng.uniform(0.05, 0.95, (n, 5) if loss.target_domain == SETS else n)
    if np.isfinite(domain.low):
        return domain.low + rng.uniform(0 if domain.low_inclusive else 0.5, 3, n)
    if isinstance(loss, LogMeanLoss):
        return rng.standard_normal(n)
    if isinstance(loss, losses.SupervisedContrastive):
        return rng.standard_normal((n, 5, 2))
    columns = {losses.GaussianNLL: 2, losses.CRPSGaussian: 2, losses.CRPSEnsemble: 9, losses.CosineDistance: 3,
               losses.CoxPartial: 4}.get(type(loss))
    if takes_labels(loss) or loss.target_domain == RELEVANCES:
        columns = 4 - loss.extra_classes
    return in_order(loss, 2 * rng.standard_normal((n, columns) if columns else n))


def draw(loss, rng, n=6):
    """Inputs of `n` samples: (y_true, y_pred), or as many arrays as a joint loss has inputs."""
    if isinstance(loss, JointLoss):
        return tuple(2 * rng.standard_normal((n, 3) if loss.axes else n) for _ in loss.inputs)
    return targets(loss, rng, n), predictions(loss, rng, n)


def directions(loss, shape):
    """Ways to move a prediction of this shape inside the loss's domain, one for each entry."""
    for index in np.ndindex(*shape):
        way = np.zeros(shape)
        way[index] = 1
        if loss in PAIRED and predicts_rows(loss):
            way[(*index[:-1], (index[-1] + 1) % shape[-1])] = -1
        yield way
