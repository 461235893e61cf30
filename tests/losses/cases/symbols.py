"""The symbols that the formulas of the records are written in, and the pieces that they share."""

import sympy as sp

y, p = sp.symbols("y p", real=True)
r = p - y
sigma = 1 / (1 + sp.exp(-p))
P = sp.symbols("p:3", real=True)
Y = sp.symbols("y:3", real=True)
total = sum(sp.exp(z) for z in P)
inner = sum(a * b for a, b in zip(Y, P, strict=True))


def positive(x):
    return sp.Piecewise((x, x > 0), (0, True))  # pieces, so that no delta function appears at the kink


def size(x):
    return sp.Piecewise((x, x > 0), (-x, True))


def tversky(alpha, beta):
    claimed = sum((1 - a) * b for a, b in zip(Y, P, strict=True))
    missed = sum(a * (1 - b) for a, b in zip(Y, P, strict=True))
    return 1 - inner / (inner + alpha * claimed + beta * missed)
