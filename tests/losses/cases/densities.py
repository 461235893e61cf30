"""Log densities that scipy does not have as such, for the records of losses that are negative log-likelihoods."""

import numpy as np
from scipy import stats


def least_favourable(delta):
    """Huber's least favourable distribution: Gaussian in the middle, exponential beyond delta."""
    def log_density(y, p):
        core = np.minimum(np.abs(y - p), delta)
        return stats.norm.logpdf(core) - delta * (np.abs(y - p) - core)
    return log_density


def compound_poisson(power):
    """Compound Poisson-gamma density at y > 0 for powers between 1 and 2, as its series."""
    def log_density(y, z):
        mean, n = np.exp(z)[:, None], np.arange(1, 200)
        rate = mean ** (2 - power) / (2 - power)
        jumps = stats.gamma.pdf(y[:, None], n * (2 - power) / (power - 1), scale=(power - 1) * mean ** (power - 1))
        return np.log((stats.poisson.pmf(n, rate) * jumps).sum(axis=1))
    return log_density


def inverse_gaussian(y, z):
    """Tweedie's distribution of power 3."""
    mean = np.exp(z)
    return stats.invgauss.logpdf(y, mean)


def categorical(y, rows):
    """Labels y, each drawn with the probabilities of its row."""
    return np.log(rows[np.arange(len(y)), y])


def von_mises_fisher(y, p):
    """Directions y around the directions p."""
    def directions(rows):
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return np.array([stats.vonmises_fisher(m, 1).logpdf(x) for x, m in zip(directions(y), directions(p), strict=True)])
