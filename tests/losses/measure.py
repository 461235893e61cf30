"""Measure a loss: is it convex, how smooth, how steep? Nothing here reads what the loss says of itself.

A point is a prediction as a flat row of numbers; for a joint loss it is all inputs side by side. `reach` says how
far points spread, in powers of ten.
"""

from functools import cache

import numpy as np

from lossedu import losses
from lossedu.losses import JointLoss
from lossedu.losses.base import DistanceLoss, MarginLoss
from lossedu.losses.domain import DIRECTIONS, DIVISORS, FINITE, INCREASING, REAL, RELEVANCES, SETS, SIGNS, TIMES
from lossedu.losses.numerics import sigmoid
from tests.losses.cases import CASES
from tests.losses.draws import JOINT, predicts_probabilities, predicts_rows, takes_labels


def targets(loss, reach=1.0):
    """Targets that show what the loss can do; small ones are as small, and large ones as large, as `reach` says."""
    small = 10.0**-reach
    if isinstance(loss, JointLoss):
        return [None]
    domain = loss.target_domain
    if domain == SIGNS:
        return [-1.0, 1.0]
    if domain == SETS:
        return [np.array([1.0, 1, 0]), np.array([1.0, 0, 0])]
    if domain == DIRECTIONS:
        return [np.array([1.0, 0, 0]), np.array([1.0, 2, -1])]
    if domain == FINITE:
        return [np.array([0.0, 0, 1])]
    if domain == DIVISORS:
        return [-2.0, 0.5, small]
    if domain == RELEVANCES:
        return [np.array([1.0, 0, 0]), np.array([3.0, 1, 0])]
    if isinstance(loss, losses.CoxPartial):
        return [np.array([1.0, 2, 3]), np.array([-1.0, 2, -3]), np.array([-1.0, -2, -3])]
    if domain == TIMES:
        return [-2.0, 0.5, 1.0]
    if predicts_rows(loss):
        return [np.array([0.0, 0, 1]), np.array([0.2, 0.3, 0.5])]
    if takes_labels(loss):
        return [0, 2]
    if domain == REAL:
        return [0.0, 1.5]
    if domain.bounded:
        return [domain.low, 0.3, domain.high]
    large = 3 * 10.0**(reach - 1)
    return [*([domain.low] if domain.low_inclusive else []), domain.low + 0.5, domain.low + 1, 3.0, large]


def size(loss):
    """How many numbers a point has."""
    if isinstance(loss, JointLoss):
        return len(loss.inputs) * (6 if CASES[loss.name].whole_batch else 2 if loss.axes else 1)
    if isinstance(loss, losses.SupervisedContrastive):
        return 6  # three points of a plane
    if isinstance(loss, (losses.GaussianNLL, losses.CRPSGaussian)):
        return 2
    return 1 if hasattr(loss, "curvature") else 3


def points(loss, rng, count, reach):
    """Points of the loss's domain; on the way to its edges, if it has any."""
    shape = (count, size(loss))
    spread = rng.standard_normal(shape) * 10 ** rng.uniform(-reach, reach, (count, 1))
    farthest = CASES[loss.name].farthest
    spread = np.clip(spread, -farthest, farthest)
    if loss not in JOINT and loss.prediction_domain == INCREASING:
        return np.sort(spread, axis=1)
    domain = REAL if isinstance(loss, JointLoss) else loss.prediction_domain
    if domain in (REAL, FINITE):
        return spread
    if predicts_probabilities(loss):
        return np.clip(sigmoid(spread), 1e-300, 1 - 1e-16)
    if predicts_rows(loss):
        rows = np.exp(spread - spread.max(axis=1, keepdims=True)) + 1e-300
        return rows / rows.sum(axis=1, keepdims=True)
    if domain == DIRECTIONS or domain.low == 0:
        return np.exp(np.clip(spread, -300, 300))  # distances; vectors of one octant, so that no chord meets zero
    return domain.low + np.exp(np.clip(spread, -30, 300))  # closer to the end, float64 would round to it


def chords(loss, rng, count, reach):
    """Pairs of points: far apart, or one step apart, along an axis or along all at once."""
    a, b = points(loss, rng, count, reach), points(loss, rng, count, reach)
    part = rng.choice([0.1, 1.0], (count, 1))
    near = (1 - part) * a + part * b
    if loss not in JOINT and predicts_rows(loss):  # shift mass between two classes
        share, moved = rng.uniform(0, 1, count), a.copy()
        moved[:, 0], moved[:, 1] = a[:, 0] + share * a[:, 1], (1 - share) * a[:, 1]
        near[::2] = moved[::2]
    elif loss not in JOINT and loss.prediction_domain == INCREASING:  # only the last number may rise alone
        near[::2] = a[::2] + np.eye(a.shape[1])[-1]
    elif loss in JOINT or loss.prediction_domain in (REAL, FINITE):
        ways = np.vstack([np.eye(a.shape[1]), np.ones(a.shape[1])])
        near[::2] = a[::2] + ways[rng.integers(0, len(ways), len(near[::2]))]
    return a, near


def values(loss, target, x):
    """Loss at each point."""
    if CASES[loss.name].whole_batch:
        return np.array([loss(*inputs(loss, row)) for row in x])
    if isinstance(loss, JointLoss):
        return loss.each(*inputs(loss, x))
    return loss.each(np.repeat(np.asarray(target)[None], len(x), axis=0), shaped(loss, x))


def slopes(loss, target, x):
    """Gradient at each point, in the shape of the points."""
    if CASES[loss.name].whole_batch:
        return np.array([np.concatenate(loss.gradient(*inputs(loss, row)), axis=None) for row in x])
    if isinstance(loss, JointLoss):
        scale = len(x)  # the gradient is that of the mean
        return scale * np.hstack([g.reshape(len(x), -1) for g in loss.gradient(*inputs(loss, x))])
    return loss.derivative(np.repeat(np.asarray(target)[None], len(x), axis=0), shaped(loss, x)).reshape(x.shape)


def shaped(loss, x):
    if isinstance(loss, losses.SupervisedContrastive):
        return x.reshape(-1, 3, 2)
    return x[:, 0] if hasattr(loss, "curvature") else x


def inputs(loss, x):
    """The inputs of a joint loss from points; a loss of a batch takes one point, three pairs of two numbers."""
    if CASES[loss.name].whole_batch:
        return x.reshape(2, 3, 2)
    parts = np.split(x, len(loss.inputs), axis=1)
    return parts if loss.axes else [part[:, 0] for part in parts]


def sagging(loss, rng, count, reach):
    """How far each chord lies above the loss in its middle: per squared length, and whether rounding hides it."""
    for target in targets(loss):
        a, b = chords(loss, rng, count, reach)
        length = ((b - a) ** 2).sum(axis=1)
        a, b = a[length > 1e-6], b[length > 1e-6]
        length = length[length > 1e-6]
        left, middle, right = (values(loss, target, x) for x in (a, a + (b - a) / 2, b))
        kept = np.isfinite(left) & np.isfinite(right) & (np.maximum(abs(left), abs(right)) < 1e20)
        left, middle, right, length = left[kept], middle[kept], right[kept], length[kept]
        gap = (left + right) / 2 - middle
        yield 8 * gap / length, gap / (1e-14 * (abs(left) + abs(middle) + abs(right)) + 1e-300), gap


@cache
def shape(loss):
    """(convex, strictly convex, strongly convex), from chords: does the loss stay below them, and by how much?"""
    rng = np.random.default_rng(0)
    count = 200 if CASES[loss.name].whole_batch else 5000
    convex = strictly = strongly = True
    for reach in (0.5, 3.0):
        for bend, certainty, gap in sagging(loss, rng, count, reach):
            convex &= not ((certainty < -100) & (gap < -1e-9)).any()
            strongly &= bool(bend.min() > 0.02)
            if reach < 1:  # farther out, a strictly convex loss may bend less than floating-point numbers can show
                strictly &= bool((certainty > 1).all())
    return convex, convex and strictly, convex and strongly


def jump(function, width):
    """The largest change of a function on [0, 1] that is still there across `width`, and its size elsewhere."""
    t = np.linspace(0, 1, 201)
    y = function(t)
    steps = np.abs(np.diff(y))
    worst = np.argsort(steps)[-6:]
    low, high = t[worst], t[worst + 1]
    while (high - low).max() > width:
        middle = (low + high) / 2
        f_low, f_middle, f_high = function(low), function(middle), function(high)
        first = np.abs(f_middle - f_low) > np.abs(f_high - f_middle)
        low, high = np.where(first, low, middle), np.where(first, middle, high)
    return np.abs(function(high) - function(low)).max(), np.abs(y).max()


@cache
def smoothness(loss):
    """Whether the value, the slope, the curvature or the third derivative jumps somewhere along random lines."""
    rng, found = np.random.default_rng(1), 4
    for target in targets(loss):
        lines = zip(points(loss, rng, 5, 0.0), points(loss, rng, 5, 0.0), strict=True)
        if isinstance(loss, (DistanceLoss, MarginLoss, losses.SquaredLogError, losses.PoissonIdentity)):
            # Close to the end of its domain a logarithm bends too fast to be followed.
            low = max(loss.prediction_domain.low + 0.4, -6.03)
            lines = [(np.array([low]), np.array([6.05]))]
        for a, b in lines:
            def value(t, target=target, a=a, b=b):
                return values(loss, target, a + np.multiply.outer(t, b - a))

            def slope(t, target=target, a=a, b=b):
                return slopes(loss, target, a + np.multiply.outer(t, b - a)) @ (b - a)

            def second(t, h=1e-5, slope=slope):
                return (slope(t + h) - slope(t - h)) / (2 * h)

            def third(t, h=5e-5, slope=slope):
                return (slope(t + h) - 2 * slope(t) + slope(t - h)) / h**2

            scale = 1e-9
            for order, (function, width) in enumerate([(value, 1e-9), (slope, 1e-9), (second, 8e-5), (third, 4e-4)]):
                step, largest = jump(function, width)
                scale = max(scale, largest)
                if step > 0.05 * scale:
                    found = min(found, order)
                    break
    return ["jump", "kink", "C1", "C2", "C∞"][found]


def steepest(loss, reach):
    """The largest slope among many points, and the largest quotient of differences across zero."""
    rng, top = np.random.default_rng(2), 0.0
    count = 200 if CASES[loss.name].whole_batch else 40_000
    for target in targets(loss, reach):
        x = points(loss, rng, count, reach)
        if size(loss) == 1 and isinstance(loss, (DistanceLoss, MarginLoss, losses.Focal)):
            x = np.vstack([x, np.linspace(-12, 12, 200_001)[:, None]])
        top = max(top, float(np.nanmax(np.sqrt((slopes(loss, target, x) ** 2).sum(axis=1)))))
        if isinstance(loss, MarginLoss):
            rise = np.abs(values(loss, target, x) - values(loss, target, -x))
            top = max(top, float((rise[x[:, 0] != 0] / (2 * np.abs(x[x[:, 0] != 0, 0]))).max()))
    if loss not in JOINT and loss.target_domain == SETS:
        # a right answer in a large world: each false alarm would cost the same
        right = np.eye(1, int(100**reach))
        top = max(top, float(np.sqrt((slopes(loss, right[0], right) ** 2).sum())))
    if isinstance(loss, losses.CRPSEnsemble):
        top = max(top, abs(slopes(loss, 0.0, np.ones((1, 1))).item()))  # one member takes the whole slope
    if loss not in JOINT and loss.target_domain == RELEVANCES:
        pair = np.array([1.0, 0.0])  # of two things, each takes the whole slope of their pair
        top = max(top, float(np.sqrt((slopes(loss, pair, -50 * pair[None]) ** 2).sum())))
    if isinstance(loss, losses.CoxPartial):  # in a large group, a bold score is wrong at each end
        bold = np.zeros((1, int(10**reach)))
        bold[0, -1] = 50
        top = max(top, float(np.abs(slopes(loss, np.arange(1.0, 1 + bold.size), bold)).max()))
    return top


@cache
def lipschitz(loss):
    """The steepest slope, or None when slopes grow without bound as the points spread."""
    with np.errstate(all="ignore"):
        near, far = steepest(loss, 0.3), steepest(loss, 3.0)
    return None if far > 20 * near else far
