"""Weights of samples from weights of their classes: what every loss takes as `weight`.

Other libraries have an argument for each reason to weigh: `class_weight`, `pos_weight`, `ignore_index`, a mask. Here
all of them are one array with a number for each loss that is averaged, because then every loss takes them, the average
is divided by the same sum whatever the reason was, and two reasons combine by a product.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from lossedu.losses.base import real_array
from lossedu.losses.domain import WEIGHTS, nan_message, shown
from lossedu.losses.types import Array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def sample_weights(labels: ArrayLike, class_weight: ArrayLike | Mapping[int, float] | None = None,
                   ignored: int | None = None) -> Array:
    """Weight of each sample from the weight of its class; without class weights, each class weighs the same in all.

    Pass the result to any loss: ``bce_logits(labels, logits, weight=sample_weights(labels, {0: 1, 1: 3}))``.

    Parameters
    ----------
    labels : array_like, shape (...)
        Whole numbers, such as 0 and 1, -1 and +1, or 0..k-1.
    class_weight : mapping or array_like of shape (k,), optional
        Weights of the classes, finite and not negative: by their labels, or in the order of the labels 0..k-1.
        Unless given, they are balanced: n/(k·m) for a class with m of the n samples.
    ignored : int, optional
        A mark in place of a label, for example -100. Its samples have the weight 0.

    Returns
    -------
    ndarray, shape (...)
        One weight for each label. Balanced ones have the mean 1 over the samples that are not ignored.

    Raises
    ------
    TypeError
        When labels are not real numbers.
    ValueError
        When labels are not whole numbers, a label has no class weight, or a weight is negative or not finite.

    Notes
    -----
    The average of a loss is Σwℓ / Σw. So class weights change which samples count, but not the scale of the loss.
    PyTorch divides by Σw in `CrossEntropyLoss(weight, ignore_index)`, as here, and by the number of entries in
    `BCEWithLogitsLoss(weight, pos_weight)` and `MultiLabelSoftMarginLoss(weight)`: these are the loss here times
    ``weight.mean()``. scikit-learn's `log_loss(sample_weight)` divides by Σw, Keras by the number of samples.

    PyTorch's `pos_weight` is a class weight of the label 1. One for each of k labels that may be right together is
    ``weight=np.where(labels == 1, pos_weight, 1)``. A mask is a weight without this function: ``weight=labels != -100``
    or ``weight=~np.isnan(y)``, because anything may stand under a weight of 0. A target that is a row q of class
    probabilities is a mixture of classes: with class weights w its weight is ``q @ w``, and the target becomes
    ``q * w / (q @ w)``.

    Examples
    --------
    >>> sample_weights([0, 0, 0, 1]).round(4).tolist()
    [0.6667, 0.6667, 0.6667, 2.0]
    >>> sample_weights([0, 1, -100, 1], {0: 1, 1: 5}, ignored=-100).tolist()
    [1.0, 5.0, 0.0, 5.0]
    """
    y = real_array("labels", labels)
    if np.isnan(y).any():
        raise ValueError(nan_message("labels", y))
    whole = np.isfinite(y) & (y == np.rint(y))
    if not whole.all():
        raise ValueError(f"labels must be whole numbers, but hold {shown(y[~whole][0])}; of class "
                         "probabilities, weigh each class as the notes of sample_weights say.")
    found, place, count = np.unique(y, return_inverse=True, return_counts=True)
    counts = found != ignored
    weight = np.zeros(len(found))
    weight[counts] = (balanced(count[counts]) if class_weight is None
                      else looked_up(found[counts].astype(int).tolist(), class_weight))
    return weight[place.reshape(y.shape)]


def balanced(count: Array) -> Array:
    """Weights of classes with these numbers of samples, so that each class weighs the same in all."""
    weight: Array = count.sum() / (len(count) * count)
    return weight


def looked_up(labels: list[int], class_weight: ArrayLike | Mapping[int, float]) -> list[float]:
    """The weights of these labels."""
    known = class_weight if isinstance(class_weight, Mapping) else dict(
        enumerate(real_array("class_weight", class_weight).reshape(-1).tolist()))
    missing = [label for label in labels if label not in known]
    if missing:
        raise ValueError(f"labels hold {missing[0]}, but class_weight has weights only for {sorted(known)}; give "
                         f"this label a weight, or pass ignored={missing[0]} if it marks samples without a label.")
    weight = [known[label] for label in labels]
    if weight:
        WEIGHTS.check("class_weight", real_array("class_weight", weight))
    return weight
