"""The equations of the page on numerical stability, held against the loss objects."""

from lossedu import cross_entropy_logits
from lossedu.losses.numerics import logsumexp, softmax
from tests.equations.latex import holds, sides
from tests.equations.registry import equation


@equation("eq-softmax-shift")
def softmax_shift(tex, rng):
    z, b = rng.normal(size=3), rng.normal()
    shifted, plain = sides(tex)
    for k in (1, 2, 3):
        env = {"z": z, "b": b, "C": 3, "k": k, "p": softmax(z)}
        holds(f"{shifted} = p_k", env)
        holds(f"{plain} = p_k", env)
        # Any number may be added, but the same above and below.
        holds(f"{shifted} = {plain}", env | {"b": 2 * b})


@equation("eq-log-sum-exp")
def log_sum_exp(tex, rng):
    holds(tex, {"g": logsumexp, "z": rng.normal(size=3), "C": 3})


@equation("eq-log-sum-exp-shift")
def log_sum_exp_shift(tex, rng):
    holds(tex, {"g": logsumexp, "z": rng.normal(size=3), "b": rng.normal()}, rtol=1e-9)


@equation("eq-log-sum-exp-max")
def log_sum_exp_max(tex, rng):
    z = rng.normal(size=3)
    holds(tex, {"g": logsumexp, "z": z, "C": 3, "m": z.max()})


@equation("eq-log-sum-exp-slope")
def log_sum_exp_slope(tex, rng):
    """g(z) is the loss of a row plus the score of its label, so its slope is that of the loss plus 1 there."""
    z = rng.normal(size=3)
    slope = cross_entropy_logits.derivative([0], z[None])[0] + [1, 0, 0]
    for k in (1, 2, 3):
        holds(tex, {r"\frac{\partial g}{\partial z_k}": slope, "z": z, "C": 3, "k": k}, rtol=1e-9)


def loss_of_a_label(label):
    """The equation of the loss of one row; formulas count classes from 1."""

    @equation(label)
    def check(tex, rng):
        z = rng.normal(size=3)
        for y in (1, 2, 3):
            env = {r"\ell": lambda y, z: cross_entropy_logits([y - 1], [z]), "g": logsumexp, "y": y, "z": z}
            holds(tex, env | {"k": [1, 2, 3]}, rtol=1e-9)


loss_of_a_label("eq-cross-entropy-log-sum-exp")
loss_of_a_label("eq-cross-entropy-odds")
