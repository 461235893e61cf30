"""The formula that each loss object shows is the loss that it computes."""

import re
from dataclasses import fields, replace

import numpy as np
import pytest
from scipy import stats

from lossedu.losses import catalogue
from lossedu.losses.domain import SETS
from tests.equations.latex import holds, sides
from tests.equations.registry import check_draws, mutants, survives
from tests.losses import draws
from tests.losses.draws import takes_labels

# Parameters that a formula names by other letters; most have the name of their Greek letter, or are one letter.
SYMBOLS = {"temperature": r"\tau", "epsilon": r"\varepsilon", "power": r"\rho", "margin": "m", "bias": "b"}
GREEK = "alpha beta gamma delta zeta eta theta kappa lambda mu nu rho sigma tau".split()


def unusual(loss):
    """The loss with parameters other than 1 and 0.5, which would hide a misprint."""
    return replace(loss, **{field.name: 0.8 * getattr(loss, field.name) for field in fields(loss) if field.init})


def draw(loss, rng):
    """Inputs from the domain of the loss; rows of shares or soft memberships where the formula sums over them."""
    inputs = list(draws.draw(loss, rng, 12))
    if hasattr(loss, "target_domain") and loss.target_domain == SETS:
        inputs[0] = rng.uniform(0.05, 0.95, inputs[1].shape)
    elif "y_k" in loss.formula and takes_labels(loss):
        n, columns = inputs[1].shape
        inputs[0] = draws.simplex(rng, n, columns + loss.extra_classes)
    return inputs


def symbol(parameter):
    """How a formula writes a parameter of a loss."""
    return SYMBOLS.get(parameter, rf"\{parameter}" if parameter in GREEK else parameter)


def formula_check(loss):
    """A check that a formula gives the loss of each sample."""
    names = re.findall(r"\\hat\{y\}|[a-z](?:_0)?", sides(loss.formula)[0].removeprefix(r"\ell"))
    fixed = {"n": 12, r"\sigma": lambda z: 1 / (1 + np.exp(-z)), r"\Phi": stats.norm.cdf, r"\varphi": stats.norm.pdf}
    fixed |= {symbol(name): value for name, value in vars(loss).items()}

    def check(tex, rng):
        inputs = draw(loss, rng)
        columns = inputs[-1].shape[-1]
        fixed.update(C=columns + getattr(loss, "extra_classes", 0), d=columns, k=range(1, columns + 1))
        if inputs[-1].ndim == 3:  # a sample is itself a batch
            fixed["n"] = inputs[-1].shape[1]
        for sample, value in enumerate(loss.each(*inputs)):
            given = [part[sample] for part in inputs]
            if "i" in names:  # the loss of one sample looks at all
                given = [*inputs, sample + 1]
            elif "_y" in loss.formula:
                given[0] += 1  # formulas count classes from 1
            elif len(given) < len(names):
                given[-1:] = given[-1]
            env = fixed | dict(zip(names, given, strict=True)) | {r"\ell": lambda *_, value=value: value}
            holds(tex, env, rtol=1e-9)

    return check


@pytest.mark.parametrize("loss", catalogue.values(), ids=catalogue)
def test_formula_is_the_loss(loss):
    check_draws(formula_check(loss), loss.formula)
    check_draws(formula_check(unusual(loss)), loss.formula)


@pytest.mark.parametrize("loss", catalogue.values(), ids=catalogue)
def test_a_misprint_would_be_caught(loss):
    assert [wrong for wrong in mutants(loss.formula) if survives(formula_check(unusual(loss)), wrong)] == []
