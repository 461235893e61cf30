"""Log densities that the records share, written without the package."""

import numpy as np
from scipy import stats
from scipy.special import log_softmax


def softmax(z):
    return np.exp(log_softmax(z, axis=1))


def bernoulli(y, p):
    return stats.bernoulli.logpmf(y, p)


def categorical(y, rows):
    return np.log(rows[np.arange(len(y)), y])
