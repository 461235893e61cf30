"""Is this gradient right? Compare it with what small steps of the function itself say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossedu.losses.base import Loss

if TYPE_CHECKING:
    from lossedu.plot.figure import Figure

EPSILON = np.finfo(float).eps
# A centred difference errs by about h² where the function bends and by ε/h in rounding; this h balances the two.
STEP = float(EPSILON ** (1 / 3))
TOLERANCE = {8: 1e-6, 4: 1e-4, 2: 1e-1}  # relative, by the bytes of the dtype the gradient came in
ROWS = 12  # of a printed table
ROUNDING = 1e-8  # smaller relative errors are what rounding leaves, and their digits differ between processors


Function: TypeAlias = Callable[[NDArray[Any]], Any]  # returns one number, of whatever type float() takes
Index: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class GradientReport:
    """What `gradient_check` found, entry by entry; prints as a table.

    Attributes
    ----------
    x : ndarray
        Where the gradient was checked.
    gradient, numeric : ndarray
        The gradient given, and centred differences in float64. Same shape as `x`.
    below, above : ndarray
        Slopes to the left and to the right, a little way off.
    relative_error : ndarray
        |gradient - numeric| / max(|gradient|, |numeric|), and 0 where they are equal.
    kink, jump : ndarray of bool
        Where the slopes on both sides do not close up as the step shrinks; where they even part.
    wrong : ndarray of bool
        Where the two disagree by more than tolerance and rounding; at a kink, where the gradient is no slope between
        the two sides.
    tolerance : float
        Relative error allowed: 1e-6 for a float64 gradient, 1e-4 for float32.
    f : callable
        The function, as it was checked.
    """

    x: NDArray[Any]
    gradient: NDArray[Any]
    numeric: NDArray[Any]
    below: NDArray[Any]
    above: NDArray[Any]
    relative_error: NDArray[Any]
    kink: NDArray[Any]
    jump: NDArray[Any]
    wrong: NDArray[Any]
    tolerance: float
    f: Function
    step: ClassVar[float] = STEP

    @property
    def passed(self) -> bool:
        """Whether no entry is wrong."""
        return not self.wrong.any()

    def __bool__(self) -> bool:
        return self.passed

    @property
    def worst(self) -> Index:
        """Index of the entry furthest from right: a wrong one, if there is one."""
        return self._ranked()[0]

    def _ranked(self) -> list[Index]:
        """Indices of all entries: wrong ones first, right ones that say little last, each by error."""
        error = np.where(self.relative_error < ROUNDING, 0, np.minimum(self.relative_error, 1))
        rank = error + 2 * self.wrong - 2 * (self.lost | self.kink & ~self.wrong)
        order = np.argsort(-rank, axis=None, kind="stable")
        return [tuple(int(i) for i in np.unravel_index(flat, self.x.shape)) for flat in order]

    @property
    def lost(self) -> NDArray[Any]:
        """Where the slope is too small to be seen in the rounding of `f`; such entries are not called wrong."""
        lost: NDArray[Any] = (self.relative_error > self.tolerance) & ~self.wrong & ~self.kink
        return lost

    def verdict(self) -> str:
        """One sentence, and one more on a line of its own where a kink or a jump is near."""
        kinks = "".join(f"\n{what} suspected at {_places(where)}."
                        for what, where in (("Kink", self.kink & ~self.jump), ("Jump", self.jump)) if where.any())
        if self.passed:
            return f"The gradient is right: {self._worst()}.{kinks}"
        return f"The gradient is wrong in {self.wrong.sum()} of {self.wrong.size} entries: {self._worst()}.{kinks}"

    def _worst(self) -> str:
        dtype = "" if self.gradient.dtype == float else f" of a {self.gradient.dtype} gradient"
        where = "" if self.relative_error[self.worst] < ROUNDING else f" at {_place(self.worst)}"
        return f"largest relative error{dtype} {self._error(self.worst)}{where}"

    def _error(self, index: Index) -> str:
        """The relative error of an entry in words."""
        error = self.relative_error[index]
        return f"below {ROUNDING:.0e}".replace("e-0", "e-") if error < ROUNDING else f"{error:.1e}"

    def rows(self) -> list[tuple[str, str, str, str, str]]:
        """Entry, gradient, numeric, relative error and remark of the worst entries, worst first."""
        return [(_place(index), f"{self.gradient[index]:.8g}", f"{self.numeric[index]:.8g}",
                 self._error(index), self._remark(index)) for index in self._ranked()[:ROWS]]

    def _remark(self, index: Index) -> str:
        remark = "wrong" if self.wrong[index] else "within rounding" if self.lost[index] else ""
        if self.kink[index]:
            what = "jump" if self.jump[index] else "kink"
            remark += f" {what}: slope {self.below[index]:.4g} below, {self.above[index]:.4g} above"
        return remark.strip()

    def __repr__(self) -> str:
        rows = [("entry", "gradient", "numeric", "relative error", ""), *self.rows()]
        widths = [max(map(len, column)) for column in zip(*rows)]
        lines = ["  ".join(f"{cell:>{width}}" for cell, width in zip(row[:4], widths)) + f"  {row[4]}" for row in rows]
        more = [f"... and {self.x.size - ROWS} more entries"] if self.x.size > ROWS else []
        return "\n".join(line.rstrip() for line in [self.verdict(), *lines, *more])

    def _repr_html_(self) -> str:
        rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in self.rows())
        head = "".join(f"<th>{name}</th>" for name in ("entry", "gradient", "numeric", "relative error", ""))
        return (f'<div class="le-verdict {"le-pass" if self.passed else "le-wrong"}"><p>{escape(self.verdict())}</p>'
                f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>")

    def curve(self, dtype: type = float) -> tuple[NDArray[Any], NDArray[Any]]:
        """Steps h from 1 down, and the relative error |difference - gradient| / |gradient| that each h gives.

        The function is computed in `dtype`: float32 shows rounding set in much earlier. Kinks are left out.
        """
        smallest = -18 if dtype is float else -9
        steps = 10.0 ** np.arange(0, smallest, -0.5)
        smooth = np.flatnonzero(~self.kink.reshape(-1))
        gradient = self.gradient.reshape(-1)[smooth].astype(float)
        errors = []
        for h in steps:
            slope = np.array([_slope(self.f, self.x.astype(dtype), i, dtype(h)) for i in smooth.tolist()])
            errors.append(np.linalg.norm(slope - gradient) / (np.linalg.norm(gradient) or 1))
        return steps, np.array(errors)

    def plot(self) -> Figure:
        """The curve of error against step, a `lossedu.plot` figure."""
        from lossedu.plot.descent import u_curve

        return u_curve(self)


def gradient_check(f: Function | Loss, x: ArrayLike, gradient: ArrayLike | Function) -> GradientReport:
    """Compare a gradient with centred differences, entry by entry.

    Parameters
    ----------
    f : callable
        Takes an array shaped like `x`, returns one number. It must not draw random numbers.
    x : array_like
        Where to check. It is not changed. float32 asks: how good is the gradient in float32? The differences are
        computed in float64 all the same.
    gradient : array_like or callable
        The gradient at `x`, in its shape; or a function that computes it from `x`.

    Returns
    -------
    GradientReport
        Prints as a table; true if the gradient is right.

    Raises
    ------
    ValueError
        If the gradient has another shape than `x`, or `f` is not finite around `x`.
    TypeError
        If `f` does not return one number.

    Notes
    -----
    A loss may be checked as ``gradient_check(loss, y_true, y_pred)``.

    A kink is distinguished from a bend by two pairs of one-sided slopes, at h and h/10: around a bend their gap shrinks
    with h; at a kink it stays. There every slope between the two sides is a subgradient and counts as right. At a jump,
    where the gap grows, no slope is right.

    Examples
    --------
    >>> gradient_check(lambda x: float(x @ x), [1.0, 2.0], lambda x: 2 * x).passed
    True
    >>> from lossedu import mse
    >>> gradient_check(mse, [1.0, 2.0], [1.5, 4.0]).worst
    (0,)
    """
    if isinstance(f, Loss):
        loss, y_true, x = f, x, np.asarray(gradient)
        gradient = lambda y_pred: loss.gradient(y_true, y_pred)  # noqa: E731
        f = lambda y_pred: loss(y_true, y_pred)  # noqa: E731
    given = np.asarray(x)
    given = given if given.dtype.kind == "f" else given.astype(float)
    claimed = np.asarray(gradient(given.copy()) if callable(gradient) else gradient)
    claimed = claimed if claimed.dtype.kind == "f" else claimed.astype(float)
    if claimed.shape != given.shape:
        raise ValueError(f"x has shape {given.shape}, but its gradient has shape {claimed.shape}; expected the same.")
    point = given.astype(float)
    found = np.array([_look_around(f, point, i) for i in range(point.size)]).reshape(-1, 6)
    numeric, below, above, noise, kink, jump = (column.reshape(point.shape) for column in found.T)
    kink, jump = kink.astype(bool), jump.astype(bool)

    tolerance = TOLERANCE[min(claimed.dtype.itemsize, 8)]
    size = np.maximum(np.abs(claimed), np.abs(numeric))
    difference = np.abs(claimed - numeric)
    allowed = tolerance * size + noise
    between = (claimed >= np.minimum(below, above) - allowed) & (claimed <= np.maximum(below, above) + allowed)
    right = (difference <= allowed) & ~jump | kink & ~jump & between
    error = np.divide(difference, size, out=np.zeros_like(difference), where=difference > 0)
    return GradientReport(point, claimed, numeric, below, above, error, kink, jump, ~right, tolerance, f)


def _look_around(f: Function, x: NDArray[Any], i: int) -> tuple[float, ...]:
    """Centred slope at entry i, slopes below and above it, rounding in them; 1 for a kink, 1 for a jump."""
    at, reason = float(x.flat[i]), None
    h, smallest = STEP * max(1.0, abs(at)), 1e8 * EPSILON * abs(at)
    for _ in range(12):
        try:
            far, near = _values(f, x, i, h), _values(f, x, i, h / 10)
        except (ValueError, ArithmeticError) as error:  # the edge of the domain: come closer
            h, reason = h / 10, error
            continue
        slope, slope_near = (far[2] - far[0]) / (2 * h), (near[2] - near[0]) / (h / 5)
        rounding = 4 * EPSILON * max(map(abs, far)) / h
        if h / 100 < smallest or abs(slope - slope_near) <= 1e-7 * abs(slope_near) + 10 * rounding:
            break
        h /= 10  # the function bends a lot within h, or has a kink there: come closer
    else:
        if reason is not None:
            place = _place(map(int, np.unravel_index(i, x.shape)))
            raise ValueError(f"the function has no finite values around entry {place} = {at:g} ({reason}); "
                             "check it inside its domain.")
    below, above = (far[1] - far[0]) / h, (far[2] - far[1]) / h
    gap, gap_near = abs(above - below), abs(near[2] - 2 * near[1] + near[0]) / (h / 10)
    # Around a bend the gap goes with h (with h² or h³ where the bend itself vanishes); at a kink it doesn't shrink.
    bend = any(abs(gap_near - power * gap) <= 0.1 * power * gap + 10 * rounding for power in (0.1, 0.01, 0.001))
    # Terms that cancel in f leave more rounding than f's own size shows, hence the thousandth of the slope.
    kink = max(gap, gap_near) > 1e-3 * max(abs(above), abs(below)) and not bend
    return slope, below, above, rounding, kink, kink and gap_near > 5 * gap


def _values(f: Function, x: NDArray[Any], i: int, h: float) -> list[float]:
    with np.errstate(all="ignore"):  # a step out of the domain is no fault of the function's
        values = [_at(f, x, i, step) for step in (-h, 0.0, h)]
    if not np.isfinite(values).all():
        raise ArithmeticError(f"it returned {values}")
    return values


def _slope(f: Function, x: NDArray[Any], i: int, h: float) -> float:
    return (_at(f, x, i, h) - _at(f, x, i, -h)) / (2 * float(h))


def _at(f: Function, x: NDArray[Any], i: int, step: float) -> float:
    moved = x.copy()
    moved.flat[i] += step
    value = f(moved)
    try:
        return float(value)
    except TypeError:
        raise TypeError(f"the function must return one number, but returned {value!r}; take its sum or mean.") from None


def _place(index: Iterable[int]) -> str:
    return "[" + ", ".join(str(int(i)) for i in index) + "]"


def _places(mask: NDArray[Any]) -> str:
    places = [_place(index) for index in np.argwhere(mask)]
    return ", ".join(places[:3]) + (f" and {len(places) - 3} more" if len(places) > 3 else "")
