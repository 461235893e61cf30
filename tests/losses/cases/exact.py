"""Functions of mpmath that the records share, in 60 digits."""

import mpmath as mp

mp.mp.dps = 60


def sigmoid(z):
    return 1 / (1 + mp.exp(-z)) if z > 0 else mp.exp(z) / (1 + mp.exp(z))


def softplus(z):
    return max(z, mp.mpf(0)) + mp.log1p(mp.exp(-abs(z)))
