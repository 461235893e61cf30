"""Random inputs from the domain of every loss, and every loss with other parameters than its own."""

import numpy as np

from lossedu import losses
from lossedu.losses import JointLoss, catalogue
from lossedu.losses.base import ElementwiseLoss, MarginLoss

OTHER_PARAMETERS = [
    losses.Huber(delta=0.3), losses.PseudoHuber(delta=2.5), losses.Quantile(tau=0.8),
    losses.EpsilonInsensitive(epsilon=0.7), losses.SquaredEpsilonInsensitive(epsilon=0.0),
    losses.SquaredEpsilonInsensitive(epsilon=0.7), losses.Cauchy(c=2.5), losses.Tukey(c=1.5),
    losses.Focal(gamma=0.0), losses.Focal(gamma=0.5), losses.Focal(gamma=5.0),
    losses.MulticlassHinge(margin=0.0), losses.Tweedie(power=1.2), losses.Tweedie(power=3.0),
    losses.Contrastive(margin=2.0), losses.Triplet(margin=0.2), losses.InfoNCE(temperature=0.5),
    losses.Tversky(alpha=0.9, beta=0.2), losses.DPO(beta=0.5),
]
EVERY = [*catalogue.values(), *OTHER_PARAMETERS]
JOINT = [loss for loss in EVERY if isinstance(loss, JointLoss)]
PAIRED = [loss for loss in EVERY if not isinstance(loss, JointLoss)]
ELEMENTWISE = [loss for loss in PAIRED if isinstance(loss, ElementwiseLoss)]
ROWS = [loss for loss in PAIRED if not isinstance(loss, ElementwiseLoss)]
SIMPLEX = {"cross_entropy", "kl"}  # predictions are rows of probabilities
SETS = {"dice", "tversky"}


def simplex(rng, *shape):
    """Rows of probabilities, none of them close to 0."""
    rows = rng.uniform(0.1, 1, shape)
    return rows / rows.sum(axis=-1, keepdims=True)


def draw(loss, rng, n=6):
    """Inputs of `n` samples: (y_true, y_pred), or as many arrays as a joint loss has inputs."""
    name, normal = loss.name, lambda *shape: 2 * rng.standard_normal(shape)
    if isinstance(loss, JointLoss):
        return tuple(normal(n, 3) if loss.axes else normal(n) for _ in loss.inputs)
    if isinstance(loss, MarginLoss):
        return rng.choice([-1.0, 1.0], n), normal(n)
    if name in {"bce", "brier"}:
        return rng.uniform(0, 1, n), rng.uniform(0.05, 0.95, n)
    if name in {"bce_logits", "focal"}:
        return rng.uniform(0, 1, n), normal(n)
    if name == "msle":
        return rng.uniform(-0.5, 5, n), rng.uniform(-0.5, 5, n)
    if name == "mape":
        return rng.choice([-1, 1], n) * rng.uniform(0.5, 5, n), normal(n)
    if name == "poisson":
        return rng.poisson(3.0, n).astype(float), rng.standard_normal(n)
    if name in {"gamma", "tweedie"}:
        return rng.uniform(0.2, 5, n), rng.standard_normal(n)
    if name == "contrastive":
        return rng.choice([0.0, 1.0], n), rng.uniform(0, 3, n)
    if name == "gaussian_nll":
        return normal(n), normal(n, 2)
    if name == "cosine":
        return normal(n, 3), normal(n, 3)
    if name in SETS:
        return (rng.permuted(np.tile([1.0, 1, 0, 0, 0], (n, 1)), axis=1), rng.uniform(0.05, 0.95, (n, 5)))
    if name in SIMPLEX:
        return simplex(rng, n, 4), simplex(rng, n, 4)
    if isinstance(loss, (losses.CrossEntropyLogits, losses.MulticlassHinge)):
        return rng.integers(0, 4, n), normal(n, 4)
    return normal(n), normal(n)


def directions(loss, shape):
    """Ways to move a prediction of this shape inside the loss's domain, one for each entry."""
    for index in np.ndindex(*shape):
        way = np.zeros(shape)
        way[index] = 1
        if loss.name in SIMPLEX:
            way[(*index[:-1], (index[-1] + 1) % shape[-1])] = -1
        yield way
