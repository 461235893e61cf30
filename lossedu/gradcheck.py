"""Is this gradient right? Compare it with what small steps of the function itself say, or say why they cannot tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossedu.losses.base import Loss

if TYPE_CHECKING:
    from lossedu.plot.figure import Figure

EPSILON = float(np.finfo(float).eps)
# A centred difference errs by about h² where the function bends and by ε/h in rounding; this h balances the two.
STEP = float(EPSILON ** (1 / 3))
RUNGS = (1.0, 2.4, 5.9)  # the steps of one look, in units of the shortest; no ratio is whole, or a wave might fit all
CLOSER = [100.0 ** -k for k in range(9)]  # shorter steps, for a function that bends within the usual one
FARTHER = [30.0, 1000.0, 30000.0]  # longer steps, for a function whose rounding hides the slope
TOLERANCE = {8: 1e-6, 4: 1e-4, 2: 1e-1}  # relative, by the bytes of the dtype the gradient came in
SMALLEST = {float(np.finfo(dtype).eps): float(np.finfo(dtype).tiny) for dtype in (np.float16, np.float32)}
ROWS = 12  # of a printed table
ROUNDING = 1e-8  # smaller relative errors are what rounding leaves, and their digits differ between processors


Function: TypeAlias = Callable[[NDArray[Any]], Any]  # returns one number, of whatever type float() takes
Index: TypeAlias = tuple[int, ...]
Side: TypeAlias = tuple[NDArray[Any], NDArray[Any]]  # distances from the point, and the slopes of the lines to it


@dataclass(frozen=True)
class GradientReport:
    """What `gradient_check` found, entry by entry; prints as a table.

    Attributes
    ----------
    x : ndarray
        Where the gradient was checked.
    gradient, numeric : ndarray
        The gradient given, and extrapolated differences in float64, 0 where they cannot be told from 0. Same shape as
        `x`.
    below, above : ndarray
        Slopes to the left and to the right.
    relative_error : ndarray
        |gradient - numeric| / max(|gradient|, |numeric|), and 0 where the error of `numeric` explains all of it.
    kink, jump : ndarray of bool
        Where the slopes on both sides do not close up as the step shrinks; where they even part.
    wrong : ndarray of bool
        Where the two disagree by more than the tolerance and than all that rounding can explain; at a kink, where the
        gradient is no slope between the two sides.
    doubt : ndarray of str
        Why an entry cannot be judged, and what to do about it; empty where it is right or wrong.
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
    doubt: NDArray[Any]
    tolerance: float
    f: Function
    step: ClassVar[float] = STEP

    @property
    def passed(self) -> bool:
        """Whether every entry is right: none is wrong, and none is in doubt."""
        return not (self.wrong.any() or self.unknown.any())

    def __bool__(self) -> bool:
        return self.passed

    @property
    def unknown(self) -> NDArray[Any]:
        """Where the differences cannot tell whether the gradient is right."""
        unknown: NDArray[Any] = self.doubt != ""
        return unknown

    lost = unknown

    @property
    def worst(self) -> Index:
        """Index of the entry furthest from right: a wrong one, if there is one, or else one in doubt."""
        return self._ranked()[0]

    def _ranked(self) -> list[Index]:
        """Indices of all entries: wrong ones first, then those in doubt, right ones at a kink last, each by error."""
        error = np.where(self.relative_error < ROUNDING, 0, np.minimum(self.relative_error, 1))
        rank = error + 4 * self.wrong + 2 * self.unknown - 2 * (self.kink & ~self.wrong & ~self.unknown)
        order = np.argsort(-rank, axis=None, kind="stable")
        return [tuple(int(i) for i in np.unravel_index(flat, self.x.shape)) for flat in order]

    def verdict(self) -> str:
        """Right, wrong, or "cannot tell here" with the reason and what to do; kinks and jumps on lines of their own."""
        kinks = "".join(f"\n{what} suspected at {_places(where)}."
                        for what, where in (("Kink", self.kink & ~self.jump), ("Jump", self.jump)) if where.any())
        entries = f"{self.wrong.size} {'entry' if self.wrong.size == 1 else 'entries'}"
        if self.passed:
            return f"The gradient is right: {self._worst()}.{kinks}"
        if self.wrong.any():
            return f"The gradient is wrong in {self.wrong.sum()} of {entries}: {self._worst()}.{kinks}"
        return (f"Cannot tell here in {self.unknown.sum()} of {entries}, for example at {_place(self.worst)}, because "
                f"{self.doubt[self.worst]}.{kinks}")

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
        remark = "wrong" if self.wrong[index] else "cannot tell" if self.unknown[index] else ""
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
        look = "le-pass" if self.passed else "le-wrong" if self.wrong.any() else "le-note"
        return (f'<div class="le-verdict {look}"><p>{escape(self.verdict())}</p>'
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
    """Compare a gradient with differences of the function, entry by entry: right, wrong, or cannot tell here.

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
        Prints as a table; true only if every entry is right, so false also where the check cannot tell.

    Raises
    ------
    ValueError
        If the gradient has another shape than `x`, or `f` is not finite around `x`.
    TypeError
        If `f` does not return one number.

    Notes
    -----
    A loss may be checked as ``gradient_check(loss, y_true, y_pred)``.

    One look takes three steps to both sides and extrapolates the centred differences to step 0. How far they move on
    the way measures what the bend and unseen rounding leave; ``4 ε |f| / h`` bounds the rounding of `f` itself, with
    the ε of float32 if all values of `f` lie on the grid of float32. Where these errors hide the slope, the check looks
    again, closer or farther away. It calls an entry right if the slope is known well enough and agrees, wrong if two
    looks disagree with it by several times their error, and else says that it cannot tell, with the reason.

    No difference tells a slope of exactly 0 from a tiny one. A gradient of 0 counts as right if what rounding may hide
    is smaller than a hundredth of the tolerance, relative to the largest entry of the gradient, or negligible beside
    the bend of `f`.

    A kink is distinguished from a bend by one-sided slopes: around a bend their gap shrinks with the step; at a kink it
    stays. There every slope between the two sides is a subgradient and counts as right. At a jump, where the gap grows,
    no slope is right.

    Examples
    --------
    >>> gradient_check(lambda x: float(x @ x), [1.0, 2.0], lambda x: 2 * x).passed
    True
    >>> from lossedu import mse
    >>> gradient_check(mse, [1.0, 2.0], [1.5, 4.0]).worst
    (0,)
    >>> print(gradient_check(lambda x: float(1e12 + x @ x), [1e-3], [-2e-3]).verdict())
    Cannot tell here in 1 of 1 entry, for example at [0], because f is about 1e+12 there and its rounding may hide
    slopes up to 6e-03; leave out what is constant in f.
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
    value, epsilon = _at_point(f, point)
    largest = float(np.abs(claimed[np.isfinite(claimed)]).max(initial=0))
    task = _Task(f, point, value, abs(value - _at_point(f, point)[0]), epsilon, claimed, largest)
    found = [task.judge(i) for i in range(point.size)]
    columns: list[NDArray[Any]] = [np.array([entry[k] for entry in found], dtype).reshape(point.shape) for k, dtype in
                                   enumerate((float, float, float, float, bool, str, bool, bool))]
    numeric, below, above, explained, wrong, doubt, kink, jump = columns
    numeric[np.abs(numeric) <= explained] = 0  # its digits would be those of the rounding
    size, difference = np.maximum(np.abs(claimed), np.abs(numeric)), np.abs(claimed - numeric)
    finite = np.isfinite(claimed)
    error = np.divide(difference, size, out=np.array(~finite, float), where=finite & (difference > explained))
    return GradientReport(point, claimed, numeric, below, above, error, kink, jump, wrong, doubt, task.tolerance, f)


class _Look(NamedTuple):
    """What three steps to both sides of an entry show."""

    step: float
    slope: float
    error: float  # of the slope
    below: float
    above: float
    side_error: float  # of the slopes below and above
    drift: float  # how far the slope moved when it was extrapolated
    rounding: float  # what part of the error the rounding of f explains
    bend: float  # second derivative
    size: float  # of f
    epsilon: float  # of the dtype that the values of f seem to be computed in
    spread: float  # of the values of f
    corner: bool  # whether the slopes on both sides differ
    jump: bool

    @property
    def gap(self) -> float:
        return self.above - self.below


class _Entry(NamedTuple):
    """What all looks together say about one entry of the gradient."""

    slope: float
    below: float
    above: float
    explained: float = 0.0  # a difference that rounding alone explains, where the entry is right
    wrong: bool = False
    doubt: str = ""
    kink: bool = False
    jump: bool = False


class _Task(NamedTuple):
    """A gradient to be checked, and how to judge an entry of it."""

    f: Function
    x: NDArray[Any]
    value: float  # of f at x
    wobble: float  # what two calls of f at x differ by
    epsilon: float  # of the dtype of f at x
    gradient: NDArray[Any]
    largest: float  # entry of the gradient

    @property
    def tolerance(self) -> float:
        return TOLERANCE[min(self.gradient.dtype.itemsize, 8)]

    def judge(self, i: int) -> _Entry:
        """Look with the usual step, then with shorter and then with longer ones, until a look is conclusive."""
        at, claim, scale = float(self.x.flat[i]), float(self.gradient.flat[i]), STEP * self.scale(i)
        looks: list[_Look] = []
        reason: Exception | None = None
        for closeness in (CLOSER, FARTHER):
            for factor in closeness:
                h = scale * factor
                if h < 100 * EPSILON * abs(at):
                    break
                try:
                    look = self.look(i, h)
                    noise = self.noise(h, looks)
                    opinion = self.opinion(i, look, noise)
                    if opinion == "right" or opinion == "wrong" == self.opinion(i, self.look(i, 0.3 * h), 3 * noise):
                        explained = look.error if opinion == "right" else 0.0
                        return _Entry(look.slope, look.below, look.above, explained, opinion == "wrong")
                except (ValueError, ArithmeticError) as error:  # beyond the edge of the domain
                    reason = error
                    continue
                worse = bool(looks) and look.error > 2 * min(earlier.error for earlier in looks)
                looks.append(look)
                if worse and look.rounding > 0.3 * look.error and not (look.corner or look.jump):
                    break  # only rounding is left to see
            if entry := self.broken(sorted(looks, key=lambda look: -look.step), claim):
                return entry
        if not looks:
            place = _place(map(int, np.unravel_index(i, self.x.shape)))
            raise ValueError(f"the function has no finite values around entry {place} = {at:g} ({reason}); "
                             "check it inside its domain.")
        best = min(looks, key=lambda look: look.error)
        return _Entry(best.slope, best.below, best.above, doubt=self.reason(best))

    def scale(self, i: int) -> float:
        """How far an entry is expected to move: by its own size, but at least by 1."""
        return max(1.0, abs(float(self.x.flat[i])))

    def noise(self, h: float, looks: list[_Look]) -> float:
        """How far a slope at step h may be off for reasons that looks with other steps have found.

        A longer step may have found noise in the values of `f`, for example because `f` rounds on the way. A shorter
        step need not meet this noise, but its slope is no better for that. And where the usual step found that `f`
        bends, a longer step says nothing about the slope. Noise is as large at every step, so a drift that shrinks
        with the step is a bend.
        """
        if looks and h > looks[0].step:
            first, *others = [max(look.drift, look.rounding / 10) * look.step for look in looks if look.step < h]
            bent = 10 * looks[0].drift > looks[0].rounding and min(others, default=0.0) < 0.03 * first
            return float("inf") if bent else 0.0
        return max((look.drift * look.step / h for look in looks), default=0.0)

    def look(self, i: int, h: float) -> _Look:
        """Extrapolate the slopes of three steps; one side is enough where the other lies outside the domain."""
        sides, values = [], [self.value]
        for sign in (-1, 1):
            try:
                sides.append(self.side(i, sign * h, values))
            except (ValueError, ArithmeticError):
                if sign > 0 and not sides:
                    raise
        size, spread, epsilon = max(map(abs, values)), max(values) - min(values), max(self.epsilon, _epsilon(values))
        smallest = SMALLEST.get(epsilon, 0.0)  # below it numbers lose digits
        rounding = (4 * epsilon * max(size, smallest) + self.wobble) / h
        (steps_below, slopes_below), (steps_above, slopes_above) = sides[0], sides[-1]
        below, error_below = _extrapolate(steps_below, slopes_below)
        above, error_above = _extrapolate(steps_above, slopes_above)
        side_error = 10 * max(error_below, error_above) + rounding
        jump = any(np.ptp(steps * slopes) < 0.1 * abs(steps * slopes).min() > 1e-6 * size for steps, slopes in sides)
        if len(sides) == 1:
            return _Look(h, above, side_error, below, above, side_error, error_above, rounding, 0.0, size, epsilon,
                         spread, corner=False, jump=jump)
        # Weighted so that a parabola is exact although x + h and x - h are rounded.
        together = steps_below + steps_above
        centred = (steps_below * slopes_above + steps_above * slopes_below) / together
        slope, drift = _extrapolate(steps_below * steps_above, centred)
        opening, gap = float(slopes_above[0] - slopes_below[0]), abs(above - below)
        bend = 2 * opening / float(together[0]) if abs(opening) > 10 * (rounding + drift) else 0.0
        # The last part: x itself is rounded, and its neighbour has another slope.
        error = 10 * drift + rounding + 8 * EPSILON * abs(bend) * abs(float(self.x.flat[i]))
        corner = gap > 5 * (error_below + error_above) + 10 * rounding and gap > 1e-7 * max(abs(above), abs(below))
        return _Look(h, slope, error, below, above, side_error, drift, rounding, bend, size, epsilon,
                     spread, corner, jump)

    def side(self, i: int, h: float, values: list[float]) -> Side:
        """Distances of three points from x on one side, and the slopes of the lines to them."""
        at = float(self.x.flat[i])
        steps = [at + h * rung - at for rung in RUNGS]  # as they are after rounding
        with np.errstate(all="ignore"):  # a step out of the domain is no fault of the function's
            found = [_at(self.f, self.x, i, step) for step in steps]
        if not np.isfinite([self.value, *found]).all():
            raise ArithmeticError(f"it returned {found}")
        values += found
        return np.abs(steps), (np.array(found) - self.value) / steps

    def opinion(self, i: int, look: _Look, noise: float) -> str:
        """What one look says about an entry: right, wrong or nothing; `noise` is what other looks left unexplained."""
        tolerance, error, claim = self.allowed(look), look.error, float(self.gradient.flat[i])
        if not np.isfinite(claim):
            return "wrong"
        if look.corner or look.jump:
            return ""
        scale, far = self.scale(i), look.step > 100 * STEP * self.scale(i)
        at, bend, epsilon = abs(float(self.x.flat[i])), abs(look.bend), float(np.finfo(self.gradient.dtype).eps)
        if abs(claim) <= 100 * epsilon * max(self.largest, bend * at):  # it says that the slope is 0
            still = 1e-7 * min(1.0, look.size) if not look.spread and far else 0.0
            if abs(look.slope) <= error <= max(0.01 * tolerance * self.largest, 1e-10 * bend * scale, still):
                return "right"
        elif not look.spread:  # a value that was rounded to single precision on the way may stand still, too
            error *= max(1.0, float(np.finfo(np.float32).eps) / look.epsilon)
        size, difference = max(abs(claim), abs(look.slope)), abs(claim - look.slope)
        if difference <= tolerance * size + error and error <= tolerance * size:
            return "right"
        # A long step sees f stand still if f has waves lower than its rounding. Their slope may be anything, unless
        # the waves would have to be absurdly short.
        hidden = look.epsilon * look.size
        if far and look.spread < 100 * hidden and hidden > 1e-9 * scale * difference:
            return ""
        # If the step is too long for f, then the slope drifts by about as much as it is large, and says nothing.
        settled = look.drift <= 0.01 * abs(look.slope) + error - 10 * look.drift
        unsure = tolerance * size + 3 * error + noise + 8 * epsilon * self.largest
        return "wrong" if settled and difference > unsure else ""

    def broken(self, looks: list[_Look], claim: float) -> _Entry | None:
        """The judgement at a kink or a jump, from looks of which the closest comes last.

        Every look must show a jump; the closest looks that are able to see a kink must show the same gap.
        """
        if len(looks) > 1 and all(look.jump for look in looks):
            last = looks[-1]
            return _Entry(last.slope, last.below, last.above, wrong=True, kink=True, jump=True)
        corners = [look for look in looks if look.corner and not look.jump]
        same = [look for look in corners if abs(look.gap - corners[-1].gap) <= 0.1 * abs(corners[-1].gap)]
        closer = looks[looks.index(corners[-1]) + 1:] if corners else []
        if len(same) < 2 or any(look.error + abs(look.gap) < 0.5 * abs(corners[-1].gap) for look in closer):
            return None
        best = min(same, key=lambda look: look.side_error)
        low, high = sorted((best.below, best.above))
        allowed = self.allowed(best) * max(abs(low), abs(high), abs(claim))
        outside, error = max(low - claim, claim - high, 0.0), best.side_error
        wrong = outside > allowed + 3 * error
        doubt = self.reason(best) if not wrong and (error > allowed or outside > allowed + error) else ""
        explained = 0.0 if wrong or doubt else best.error
        return _Entry(best.slope, best.below, best.above, explained, wrong, doubt, kink=True)

    def allowed(self, look: _Look) -> float:
        """The tolerance, which is that of the coarser of gradient and function."""
        return max(self.tolerance, *(allowed for size, allowed in TOLERANCE.items()
                                     if look.epsilon >= np.finfo(f"f{size}").eps))

    def reason(self, look: _Look) -> str:
        """Why a look does not settle the question, and what to do."""
        hidden = f"may hide slopes up to {look.error:.0e}"
        if self.wobble:
            return "f returns another value each time; let it draw no random numbers"
        if look.epsilon > EPSILON:
            return f"f is computed in low precision, whose rounding {hidden}; compute it in float64"
        if look.rounding > 0.5 * look.error:
            return f"f is about {look.size:.0e} there and its rounding {hidden}; leave out what is constant in f"
        if self.gradient.dtype != float and look.error < self.tolerance * abs(look.slope):
            return (f"the rounding of a {self.gradient.dtype} gradient may be as large as this entry; compute it in "
                    "float64")
        return ("the differences do not settle as the step shrinks; check at a point a little beside, or compute f "
                "with less rounding")


def _extrapolate(steps: NDArray[Any], slopes: NDArray[Any]) -> tuple[float, float]:
    """The slope at step 0 by the line through the two nearest, and how far from it the two farthest lead."""
    (t0, t1, t2), (y0, y1, y2) = steps.tolist(), slopes.tolist()
    near, far = (t1 * y0 - t0 * y1) / (t1 - t0), (t2 * y1 - t1 * y2) / (t2 - t1)
    return near, abs(near - far)


def _epsilon(values: list[float]) -> float:
    """The rounding unit of the coarsest dtype that holds all values; a few round numbers say nothing."""
    digits = np.frexp(values)[0]
    half, single = (bool((digits * 2.0**bits % 1 == 0).all()) for bits in (11, 24))
    if half:
        return float(np.finfo(np.float16).eps) if len(set(values)) > 3 else EPSILON
    return float(np.finfo(np.float32).eps) if single else EPSILON


def _at_point(f: Function, x: NDArray[Any]) -> tuple[float, float]:
    """The value of f at x itself, NaN where it has none, and the rounding unit of its dtype."""
    try:
        with np.errstate(all="ignore"):
            value = f(x.copy())
    except (ValueError, ArithmeticError):
        return float("nan"), EPSILON
    dtype = getattr(value, "dtype", np.dtype(float))
    return _number(value), float(np.finfo(dtype).eps) if dtype in (np.float16, np.float32) else EPSILON


def _slope(f: Function, x: NDArray[Any], i: int, h: float) -> float:
    return (_at(f, x, i, h) - _at(f, x, i, -h)) / (2 * float(h))


def _at(f: Function, x: NDArray[Any], i: int, step: float) -> float:
    moved = x.copy()
    moved.flat[i] += step
    return _number(f(moved))


def _number(value: Any) -> float:
    try:
        return float(value)
    except TypeError:
        raise TypeError(f"the function must return one number, but returned {value!r}; take its sum or mean.") from None


def _place(index: Iterable[int]) -> str:
    return "[" + ", ".join(str(int(i)) for i in index) + "]"


def _places(mask: NDArray[Any]) -> str:
    places = [_place(index) for index in np.argwhere(mask)]
    return ", ".join(places[:3]) + (f" and {len(places) - 3} more" if len(places) > 3 else "")
