"""Weighted averages, levels and shares, by another hand than the package's, for best constants that have a formula."""

import numpy as np


def share(y, w):
    """The weight of the positive labels."""
    return np.average(y > 0, weights=w)


def frequencies(y, w):
    """The weight of each of four classes, from labels or from rows of probabilities."""
    return np.bincount(y, w, 4) / w.sum() if y.ndim == 1 else np.average(y, axis=0, weights=w)


def weighted_level(y, w, level):
    """Where the weight below first reaches a level of the whole."""
    order = np.argsort(y)
    below = np.cumsum(w[order])
    return y[order][np.searchsorted(below, below[-1] * level)]


def mean_direction(y, w):
    """The average of the directions of the rows, at length 1."""
    total = np.average(y / np.linalg.norm(y, axis=1, keepdims=True), axis=0, weights=w)
    return total / np.linalg.norm(total)


def mean_and_log_variance(y, w):
    """What a Gaussian with the mean and the variance of the targets has."""
    mean = np.average(y, weights=w)
    return [mean, np.log(np.average((y - mean) ** 2, weights=w))]
