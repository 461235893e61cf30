"""The arithmetic of formulas: entries counted from 1, arrays as columns, and no shapes that fit by accident."""

import math
from numbers import Real

import numpy as np

from tests.equations.notation import LatexError


def integer(value):
    if not isinstance(value, Real) or value != value // 1:
        raise LatexError(f"{value} is not a whole number")
    return int(value)


def factorial(value):
    if not 0 <= integer(value) <= 170:
        raise LatexError(f"{value}! is not a number of double precision")
    return float(math.factorial(integer(value)))


def pick(values, indices, name):
    """Entry of an array, or row of a matrix, counted from 1."""
    shape, indices = np.shape(values), [integer(index) for index in indices]
    if len(shape) < len(indices) or not all(1 <= i <= n for i, n in zip(indices, shape, strict=False)):
        raise LatexError(f"{name} asks for entry {indices} of an array of shape {shape}")
    return np.asarray(values)[tuple(i - 1 for i in indices)]


def fitting(operation, rows=False):
    """Scalars fit everything, arrays their own shape; a row may be added to every row of a matrix."""
    def checked(left, right):
        a, b = np.shape(left), np.shape(right)
        if a and b and a != b and not (rows and (a[-1:] == b or b[-1:] == a)):
            raise LatexError(f"shapes {a} and {b} do not fit")
        return operation(left, right)
    return checked


def times(left, right):
    """A product; a 1-d array is a column, its transpose a row."""
    if np.ndim(left) == 0 or np.ndim(right) == 0:
        return left * right
    a, b = (v[:, None] if np.ndim(v) == 1 else v for v in (left, right))
    if a.shape[1] != b.shape[0]:
        raise LatexError(f"no matrix product of shapes {np.shape(left)} and {np.shape(right)}")
    product = a @ b
    return product[0, 0] if product.shape == (1, 1) else product[:, 0] if np.ndim(right) == 1 else product


def dot(left, right):
    return np.dot(left, right) if np.ndim(left) == np.ndim(right) == 1 else times(left, right)


def scalar(value):
    if np.ndim(value):
        raise LatexError(f"a number was expected, found an array of shape {np.shape(value)}")
    return value


def power(base, exponent):
    return np.float64(scalar(base)) ** exponent


def absolute(value):
    return float(len(value)) if isinstance(value, (list, tuple, set)) else abs(scalar(value))


def transpose(value):
    return value[None, :] if np.ndim(value) == 1 else np.transpose(value)


add = fitting(np.add, rows=True)
OPERATORS = {"": times, r"\cdot": dot, r"\times": times, r"\odot": fitting(np.multiply),
             "/": lambda left, right: left / scalar(right)}
