"""What every loss shares: checks, shapes, weights, the mean and the walk in blocks are written here, once.

A loss itself is a few lines of mathematics. It says what one prediction costs and how fast that cost
changes, in one function, so that value and gradient can never disagree:

* a `DistanceLoss` is a function of the residual r = y_pred - y_true: `of_residual(r)`;
* a `MarginLoss` is a function of the margin a = y_true * score, with labels -1 and +1: `of_margin(a)`;
* any other `ElementwiseLoss` is a function of the pair: `of(y, p)`;
* a `RowLoss` compares a label with a row of class scores: `of_rows(y, p)`.

Everything a user calls (the mean, per-sample values, gradients, the best constant) is derived from that.
Where targets and predictions may lie is declared as data: `target_domain` and `prediction_domain`, any real number
unless a loss says otherwise. A parameter is declared once, with the interval it may be chosen from:
`delta: float = parameter(1.0, POSITIVE_NUMBER)`.

A loss may have a quicker form of the same sum beside its plain lines, where the benchmark shows that it saves time:
`sum_of_residuals(r)` or `sum_of(y, p, scratch)`. Tests hold both forms equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from lossedu.losses.domain import REAL, SIGNS, SIMPLEX, WEIGHTS, Interval, nan_message
from lossedu.losses.types import Array, DType, Prepared, Shape, SumAndSlope, T, ValueAndSlope

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


# A loss works on this many float64 numbers at a time (120 kB). Its intermediate results, about four such arrays, then
# stay in a core's cache, so a loss of any size takes less than 512 kB besides its inputs and its gradient.
BLOCK = 15_360


@dataclass(frozen=True)
class Traits:
    """What a teacher would ask about a loss; each entry is tested numerically.

    Attributes
    ----------
    convex, strictly_convex, strongly_convex : bool
        As a function of the prediction, the target held fixed.
    smooth : {"C∞", "C2", "C1", "kink", "jump"}
        How often the loss can be differentiated everywhere; "kink" has a slope that jumps, "jump" jumps itself.
    lipschitz : float or None
        The steepest slope there is; None when slopes are unbounded.
    best_constant : str
        What `minimiser` returns, in words.
    likelihood : str or None
        The distribution whose negative log-likelihood this loss is, up to scale and a constant.
    proper : {"strictly", "proper", "no"} or None
        Does the best forecast tell the true probability? None where no probability is forecast.
    """

    convex: bool
    strictly_convex: bool
    strongly_convex: bool
    smooth: str
    lipschitz: float | None
    best_constant: str
    likelihood: str | None = None
    proper: str | None = None

    def rows(self) -> Iterator[tuple[str, str]]:
        """Pairs of question and answer, ready to print."""
        words = {True: "yes", False: "no", None: "–"}
        for trait in fields(self):
            answer = getattr(self, trait.name)
            if not isinstance(answer, bool) and isinstance(answer, (int, float)):
                answer = f"{answer:.4g}"
            yield trait.name.replace("_", " "), answer if isinstance(answer, str) else words[answer]

    def __str__(self) -> str:
        return "\n".join(f"{question:<16} {answer}" for question, answer in self.rows())

    def _repr_markdown_(self) -> str:
        return "\n".join(["| trait | answer |", "|:--|:--|", *(f"| {q} | {a} |" for q, a in self.rows())])


def real_array(name: str, values: ArrayLike) -> Array:
    """`values` as an array of real numbers, or a clear error; never a copy of a float array."""
    if type(values) is not np.ndarray and isinstance(values, np.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array; a loss can't know what the masked entries cost. "
                        f"Pass {name}.compressed(), or the mask as weight=~mask.")
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} must hold real numbers, but its dtype is {array.dtype}; "
                        f"convert it first, for example with np.asarray({name}, float).")
    return array


def float_dtype(*arrays: Array) -> DType:
    """The dtype to compute in: that of the floating inputs, at least float32; float64 when there are none."""
    if all([a.dtype == float for a in arrays]):
        return np.dtype(float)  # this is the usual case, and asking NumPy's promotion rules would take longer
    floating = [a.dtype for a in arrays if a.dtype.kind == "f"]
    return np.result_type(np.float32, *floating) if floating else np.dtype(float)


def parameter(default: float, allowed: Interval) -> float:
    """A parameter of a loss: its default value, and the interval it may be chosen from."""
    return field(default=default, metadata={"allowed": allowed})


def check_parameters(loss: Any) -> None:
    """Raise unless each parameter of a loss lies in its interval; they are the fields of a dataclass."""
    for declared in fields(loss):
        allowed, value = declared.metadata.get("allowed", REAL), getattr(loss, declared.name)
        if not allowed.includes(value):
            raise ValueError(f"{declared.name} must be {allowed.what}, but is {value}.")


without_warnings = np.errstate(all="ignore")  # an infinite loss is an answer here, so NumPy need not warn of it


def dot(a: Array, b: Array) -> float:
    """Σab. In float32 a dot product would lose digits, as it adds in the order of the data; a sum adds in pairs."""
    total: float = a.dot(b) if a.dtype == float else np.add.reduce(a * b)
    return total


def weighted_sum(value: Array, w: Array) -> float:
    """Σwℓ, where a factor w of zero adds nothing, even if its ℓ is infinite."""
    total = dot(value, w)
    return float(np.add.reduce(np.where((w == 0) & np.isinf(value), 0, value * w))) if isnan(total) else total


@without_warnings
def weighted_mean(y: Array, w: Array | None = None) -> float:
    """Σwy / Σw, also where the sum overflows though the mean does not; rounding never carries it out of the data."""
    average = np.average(y, weights=w)
    if not isfinite(average):
        average = weighted_sum(y, np.full_like(y, 1 / len(y)) if w is None else w / w.sum())
    return defined(float(np.clip(average, y.min(), y.max())))


def defined(constant: float) -> float:
    """A best constant, or an error where there is none."""
    if isnan(constant):
        raise ValueError("y_true has no best constant, because it holds infinities that cancel; check it for overflow.")
    return constant


def silenced(weight: ArrayLike | None, *arrays: Array) -> tuple[Array, ...]:
    """The same arrays, but wherever the weight is 0 stands a sample that counts, in place of one that may be anything.

    So NaN, an infinity or a label of -1 in a padding meets no check and no formula. Arrays whose shape does not fit
    the weight come back as they are, for the checks to report.

    Examples
    --------
    >>> [a.tolist() for a in silenced([0, 1], np.array([np.nan, 3.0]))]
    [[3.0, 3.0]]
    """
    if weight is None:
        return arrays
    silent = real_array("weight", weight) == 0
    if not silent.any() or silent.all() or any(a.shape[:silent.ndim] != silent.shape for a in arrays):
        return arrays
    first = np.unravel_index(silent.argmin(), silent.shape)
    filled = tuple(a.copy() for a in arrays)
    for a in filled:
        a[silent] = a[first]
    return filled


class Loss:
    """A loss: how wrong is a prediction, and which way is better?

    Call it with ``(y_true, y_pred)`` for the average, or use `each`, `gradient`, `value_and_gradient`,
    `derivative`, `curvature` and `minimiser`. Average means the weighted mean Σwℓ / Σw. A sample of weight 0 may hold
    anything, NaN and infinity among it: it adds nothing to the average, and its gradient is 0.
    """

    name: str
    formula: str

    @property
    def __name__(self) -> str:
        """The name, where a function is asked for its own: a scorer of scikit-learn shows it."""
        return self.name

    @property
    def traits(self) -> Traits:
        """What a teacher would ask about this loss."""
        raise NotImplementedError

    @property
    def target_domain(self) -> Interval:
        """Where targets may lie."""
        return REAL

    @property
    def prediction_domain(self) -> Interval:
        """Where predictions may lie."""
        return REAL

    def __post_init__(self) -> None:
        check_parameters(self)

    @overload
    def __call__(self, y_true: ArrayLike, y_pred: T, weight: ArrayLike | None = None) -> T: ...

    @overload
    def __call__(self, y_true: ArrayLike, y_pred: ArrayLike, weight: ArrayLike | None = None) -> float: ...

    def __call__(self, y_true: ArrayLike, y_pred: ArrayLike | T, weight: ArrayLike | None = None) -> float | T:
        """Average loss, one float."""
        if hasattr(y_pred, "__loss__"):  # a Tensor takes the loss as one node of its graph
            return y_pred.__loss__(self, y_true, weight)
        return self._mean(y_true, y_pred, weight, False)[0]

    def value_and_gradient(self, y_true: ArrayLike, y_pred: ArrayLike,
                           weight: ArrayLike | None = None) -> tuple[float, Array]:
        """Average loss and its gradient with respect to `y_pred`, in one shared pass."""
        value, gradient = self._mean(y_true, y_pred, weight, True)
        assert gradient is not None  # because `with_gradient` is True
        return value, gradient

    def gradient(self, y_true: ArrayLike, y_pred: ArrayLike, weight: ArrayLike | None = None) -> Array:
        """Gradient of the average loss with respect to `y_pred`, in the shape of `y_pred`."""
        return self.value_and_gradient(y_true, y_pred, weight)[1]

    def each(self, y_true: ArrayLike, y_pred: ArrayLike) -> Array:
        """Loss of every sample."""
        return self._values_and_slopes(y_true, y_pred)[0]

    def derivative(self, y_true: ArrayLike, y_pred: ArrayLike) -> Array:
        """Derivative of every sample's loss with respect to its own prediction."""
        return self._values_and_slopes(y_true, y_pred)[1]

    def _prepare(self, y_true: ArrayLike, y_pred: ArrayLike) -> Prepared:
        """Checked inputs as one line of samples, the shape the samples had, and the dtype to compute in."""
        raise NotImplementedError

    def _block_rows(self, p: Array) -> int:
        """How many samples make a block."""
        raise NotImplementedError

    def _of(self, y: Array, p: Array, dtype: DType, scratch: Array | None) -> ValueAndSlope:
        """Values and slopes of a block in `dtype`.

        `scratch` is the memory that will hold the gradient afterwards, so until then intermediate results may use it.
        It is None where no gradient is wanted.
        """
        raise NotImplementedError

    def _mean(self, y_true: ArrayLike, y_pred: ArrayLike, weight: ArrayLike | None,
              with_gradient: bool) -> tuple[float, Array | None]:
        if weight is not None:
            y_true, y_pred = silenced(weight, real_array("y_true", y_true), real_array("y_pred", y_pred))
        y, p, shape, dtype = self._prepare(y_true, y_pred)
        w, total_weight = None, float(len(p))
        if weight is not None:
            w = self._weights(weight, shape, dtype)
            total_weight = float(np.add.reduce(w, dtype=float))
        out = np.empty(p.shape, dtype) if with_gradient else None
        average = self._sum_in_blocks(y, p, dtype, w, total_weight, out) / total_weight
        if not isfinite(average):
            average = self._sum_of_shares(y, p, dtype, w, total_weight)
        if isnan(average):
            self._explain_nan(y, p)
        if out is not None and out.shape != (given := shape + p.shape[1:]):
            out = out.reshape(given)[()]
        return average, out

    @without_warnings
    def _sum_in_blocks(self, y: Array, p: Array, dtype: DType, w: Array | None, total_weight: float,
                       out: Array | None) -> float:
        """Sum of all (weighted) losses, block by block: blocks in their own precision, their sums in float64."""
        step = self._block_rows(p)
        if len(p) <= step:
            return float(self._block(y, p, dtype, w, total_weight, out))
        total = 0.0
        for start in range(0, len(p), step):
            part = slice(start, start + step)
            total += float(self._block(y[part], p[part], dtype, None if w is None else w[part], total_weight,
                                       None if out is None else out[part]))
        return total

    @without_warnings
    def _sum_of_shares(self, y: Array, p: Array, dtype: DType, w: Array | None, total_weight: float) -> float:
        """Σ(w/Σw)ℓ in float64: slower than Σwℓ / Σw, but it overflows only where the mean itself does."""
        step, total = self._block_rows(p), 0.0
        for start in range(0, len(p), step):
            part = slice(start, start + step)
            value = self._of(y[part], p[part], dtype, None)[0].astype(float)
            counts = np.ones_like(value) if w is None else w[part]
            total += float(weighted_sum(value, counts / total_weight))
        return total

    def _block(self, y: Array, p: Array, dtype: DType, w: Array | None, total_weight: float,
               out: Array | None) -> float:
        """Sum of the (weighted) losses of one block; its gradient goes to `out`."""
        if w is not None:
            return self._weighted_block(y, p, dtype, w, total_weight, out)
        total, factor, slope = self._sum_of(y, p, dtype, out)
        if out is not None:
            np.multiply(slope, factor / total_weight, out=out)
        return total

    def _sum_of(self, y: Array, p: Array, dtype: DType, scratch: Array | None) -> SumAndSlope:
        """Sum of the values of a block, and a factor and an array whose product is its slopes."""
        value, slope = self._of(y, p, dtype, scratch)
        return np.add.reduce(value), 1.0, slope

    def _weighted_block(self, y: Array, p: Array, dtype: DType, w: Array, total_weight: float,
                        out: Array | None) -> float:
        value, slope = self._of(y, p, dtype, out)
        total = weighted_sum(value, w)
        if out is not None:
            np.multiply(slope, (w / total_weight).reshape(-1, *[1] * (slope.ndim - 1)), out=out)
            out[w == 0] = 0  # a sample of weight zero has no gradient, even where its slope is infinite
        return total

    @without_warnings
    def _values_and_slopes(self, y_true: ArrayLike, y_pred: ArrayLike) -> ValueAndSlope:
        y, p, shape, dtype = self._prepare(y_true, y_pred)
        values, slopes = self._of(y, p, dtype, None)
        if isnan(values.sum()):
            self._explain_nan(y, p)
        return values.reshape(shape)[()], slopes.reshape(shape + p.shape[1:])[()]

    @staticmethod
    def _weights(weight: ArrayLike, shape: Shape, dtype: DType) -> Array:
        w = real_array("weight", weight)
        if w.shape != shape:
            raise ValueError(f"weight has shape {w.shape}, but there is one loss for each of {shape}; "
                             "give one weight a sample, and repeat it with np.broadcast_to where a sample has several.")
        WEIGHTS.check("weight", w)
        if not w.any():
            raise ValueError("weight is zero everywhere, so the weighted mean is 0/0; "
                             "give a positive weight to a sample.")
        # Only ratios of weights matter. The power of two that brings the largest below 1 rounds nothing, and neither
        # the sum of the weights nor a product with one can then overflow. A positive weight never becomes 0.
        w = w.reshape(-1).astype(np.result_type(w, np.float32), copy=False)
        scaled: Array = np.ldexp(w, -np.frexp(w.max())[1]).astype(dtype, copy=False)
        scaled[(w > 0) & (scaled == 0)] = np.finfo(dtype).tiny
        return scaled

    def _explain_nan(self, y: Array, p: Array) -> None:
        for name, values in (("y_true", y), ("y_pred", p)):
            if np.isnan(values).any():
                raise ValueError(nan_message(name, values))
        raise ValueError(f"{self.name} of these inputs is undefined: y_true and y_pred hold infinities that cancel. "
                         "Check both for overflow.")


class ElementwiseLoss(Loss):
    """A loss that compares each target with one prediction; both arrays have the same shape."""

    def of(self, y: Array, p: Array) -> ValueAndSlope:
        """Value and derivative with respect to p, element by element."""
        raise NotImplementedError

    def curvature_of(self, y: Array, p: Array) -> Array:
        """Second derivative with respect to p, element by element."""
        raise NotImplementedError

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> float:
        """Best constant prediction: where the average loss of one number for all samples is smallest."""
        raise NotImplementedError

    @without_warnings
    def curvature(self, y_true: ArrayLike, y_pred: ArrayLike) -> Array:
        """Second derivative of every sample's loss with respect to its own prediction."""
        y, p, shape, dtype = self._prepare(y_true, y_pred)
        curvature = self.curvature_of(y.astype(dtype, copy=False), p.astype(dtype, copy=False))
        return np.asarray(curvature, dtype).reshape(shape)[()]

    def _prepare(self, y_true: ArrayLike, y_pred: ArrayLike) -> Prepared:
        y, p = real_array("y_true", y_true), real_array("y_pred", y_pred)
        if y.shape != p.shape:
            raise ValueError(
                f"y_true has shape {y.shape} and y_pred has shape {p.shape}; {self.name} compares them entry by entry, "
                "so the shapes must be the same. Reshape one of them, for example with .reshape(-1).")
        if p.size == 0:
            raise ValueError(f"y_true and y_pred are empty (shape {p.shape}); an average needs at least one sample.")
        self.target_domain.check("y_true", y)
        self.prediction_domain.check("y_pred", p)
        if p.ndim == 1:
            return y, p, p.shape, float_dtype(y, p)
        return y.reshape(-1), p.reshape(-1), p.shape, float_dtype(y, p)

    def _sample(self, y_true: ArrayLike, weight: ArrayLike | None) -> tuple[Array, Array]:
        """Checked targets and their weights, which are 1 unless given."""
        y_true, = silenced(weight, real_array("y_true", y_true))
        y, _, shape, _ = self._prepare(y_true, y_true)
        if np.isnan(y).any():
            raise ValueError(nan_message("y_true", y))
        y = y.astype(float, copy=False)  # a best constant is one number, so it is found in float64
        return y, np.ones_like(y) if weight is None else self._weights(weight, shape, y.dtype)

    def _block_rows(self, p: Array) -> int:
        return BLOCK

    def sum_of(self, y: Array, p: Array, scratch: Array | None) -> SumAndSlope:
        """Sum of the values, and a factor and an array whose product is the slopes; a loss may have a quicker form.

        The quicker form may use the memory `scratch`, which has the shape and the dtype of the slopes.
        """
        value, slope = self.of(y, p)
        return np.add.reduce(value), 1.0, slope

    def _of(self, y: Array, p: Array, dtype: DType, scratch: Array | None) -> ValueAndSlope:
        return self.of(y.astype(dtype, copy=False), p.astype(dtype, copy=False))

    def _sum_of(self, y: Array, p: Array, dtype: DType, scratch: Array | None) -> SumAndSlope:
        return self.sum_of(y.astype(dtype, copy=False), p.astype(dtype, copy=False), scratch)


class DistanceLoss(ElementwiseLoss):
    """A loss of the residual r = y_pred - y_true alone."""

    def of_residual(self, r: Array) -> ValueAndSlope:
        """Value and derivative at the residual."""
        raise NotImplementedError

    def curvature_of_residual(self, r: Array) -> Array:
        """Second derivative at the residual."""
        raise NotImplementedError

    def sum_of_residuals(self, r: Array) -> SumAndSlope:
        """Sum of the values, and a factor and an array whose product is the slopes; a loss may have a quicker form."""
        value, slope = self.of_residual(r)
        return np.add.reduce(value), 1.0, slope

    def of(self, y: Array, p: Array) -> ValueAndSlope:
        return self.of_residual(p - y)

    def _block_rows(self, p: Array) -> int:
        return 2 * BLOCK  # the residual is kept in the memory of the gradient, so a block may be longer

    def _of(self, y: Array, p: Array, dtype: DType, scratch: Array | None) -> ValueAndSlope:
        return self.of_residual(np.subtract(p, y, out=scratch, dtype=dtype))

    def _sum_of(self, y: Array, p: Array, dtype: DType, scratch: Array | None) -> SumAndSlope:
        return self.sum_of_residuals(np.subtract(p, y, out=scratch, dtype=dtype))

    def curvature_of(self, y: Array, p: Array) -> Array:
        return self.curvature_of_residual(p - y)

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> float:
        """Best constant prediction, found by bisection of the slope of the average loss."""
        y, w = self._sample(y_true, weight)
        return best_constant(self, y, w)


def best_constant(loss: ElementwiseLoss, y: Array, w: Array) -> float:
    """Bisect the slope of Σwℓ(y, c) in c between the smallest and the largest target, to the last bit."""
    return bisect_slope(lambda c: np.dot(w, loss.of(y, np.full_like(y, c))[1]), y.min(), y.max())


def bisect_slope(slope: Callable[[float], float], low: float, high: float) -> float:
    """Where a slope that is first negative and then positive crosses zero, to the last bit."""
    low, high = float(low), float(high)
    while low < (middle := low / 2 + high / 2) < high:  # low + high could overflow
        steepness = slope(middle)
        if steepness == 0:
            return middle
        low, high = (middle, high) if steepness < 0 else (low, middle)
    return low if abs(slope(low)) <= abs(slope(high)) else high


def newton_root(rise: Callable[[float], tuple[Any, Any]], low: float, high: float, start: float) -> float:
    """Where a function that rises from negative to positive crosses zero; `rise` gives its value and its derivative.

    Newton's steps, and the middle of what is left where a step would leave it; to 1e-16, an absolute distance. Both
    numbers are NumPy's, so that a derivative of 0 makes a step without end and no error.
    """
    x = start
    while low < x < high:
        value, bend = rise(x)
        low, high = (x, high) if value < 0 else (low, x)
        following = x - value / bend
        if abs(following - x) < 1e-16:
            break
        x = following if low < following < high else low / 2 + high / 2
    return x


class MarginLoss(ElementwiseLoss):
    """A loss of the margin a = y·s alone, with labels y of -1 or +1 and a real score s."""

    target_domain = SIGNS

    def of_margin(self, a: Array) -> ValueAndSlope:
        """Value and derivative at the margin."""
        raise NotImplementedError

    def curvature_of_margin(self, a: Array) -> Array:
        """Second derivative at the margin."""
        raise NotImplementedError

    def of(self, y: Array, p: Array) -> ValueAndSlope:
        value, slope = self.of_margin(y * p)
        return value, y * slope

    def curvature_of(self, y: Array, p: Array) -> Array:
        return self.curvature_of_margin(y * p)

    def best_score(self, q: float) -> float:
        """Score with the smallest average loss when the share q of the labels is +1."""
        raise NotImplementedError

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> float:
        """Best constant score for these labels."""
        y, w = self._sample(y_true, weight)
        return float(self.best_score(weighted_mean((y > 0).astype(float), w)))


class RowLoss(Loss):
    """A loss that compares a label with a row of class scores.

    Predictions have shape (..., k). Targets are integer labels 0..k-1 of shape (...), or rows of class
    probabilities (one-hot among them) of shape (..., k). A loss of the borders between classes has `extra_classes`:
    so many more classes than numbers in a row of predictions.
    """

    target_domain: Interval = SIMPLEX
    extra_classes = 0

    def of_rows(self, y: Array, p: Array) -> ValueAndSlope:
        """Value of each row and gradient of each entry; `y` holds labels (n,) or rows (n, k)."""
        raise NotImplementedError

    def _prepare(self, y_true: ArrayLike, y_pred: ArrayLike) -> Prepared:
        y, p = real_array("y_true", y_true), real_array("y_pred", y_pred)
        if p.ndim == 0 or p.size == 0:
            raise ValueError("y_pred must have one row of class scores a sample, shape (..., k), "
                             f"but has shape {p.shape}.")
        k = p.shape[-1] + self.extra_classes
        rows = (*p.shape[:-1], k)
        if y.shape == rows:
            self.target_domain.check("y_true", y)
        elif y.shape == p.shape[:-1]:
            check_labels(y, k)
        else:
            raise ValueError(f"y_true has shape {y.shape} and y_pred has shape {p.shape}; expected integer labels of "
                             f"shape {p.shape[:-1]}, or rows of class probabilities of shape {rows}.")
        self.prediction_domain.check("y_pred", p)
        y = y.reshape(-1, k) if y.shape == rows else y.reshape(-1)
        return y, p.reshape(-1, p.shape[-1]), p.shape[:-1], float_dtype(p)

    def _block_rows(self, p: Array) -> int:
        return max(1, BLOCK // len(p[0]))

    def _of(self, y: Array, p: Array, dtype: DType, scratch: Array | None) -> ValueAndSlope:
        return self.of_rows(y.astype(dtype, copy=False) if y.ndim == 2 else y, p.astype(dtype, copy=False))


def check_labels(y: Array, k: int) -> None:
    """Raise unless `y` holds integer labels 0..k-1."""
    if y.dtype.kind not in "iu":
        raise TypeError(f"labels must be integers, but y_true has dtype {y.dtype}; convert with y_true.astype(int), "
                        "or pass rows of class probabilities in the shape of y_pred.")
    # Finding the places of the extremes is faster than min and max.
    smallest, largest = y.item(y.argmin()), y.item(y.argmax())
    if smallest < 0 or largest >= k:
        wrong = smallest if smallest < 0 else largest
        raise ValueError(f"y_true holds the label {wrong}, but with {k} classes labels run from 0 to {k - 1}.")
