"""The formula that each loss object shows is the loss that it computes."""

import re
from dataclasses import fields, replace

import numpy as np
import pytest

from lossedu.losses import catalogue
from tests.equations.latex import holds, sides
from tests.equations.registry import check_draws, mutants, survives

SYMBOLS = {"delta": r"\delta", "tau": r"\tau", "temperature": r"\tau", "epsilon": r"\varepsilon", "gamma": r"\gamma",
           "power": r"\rho", "margin": "m", "alpha": r"\alpha", "beta": r"\beta"}


def unusual(loss):
    """The loss with parameters other than 1 and 0.5, which would hide a misprint."""
    return replace(loss, **{field.name: 0.8 * getattr(loss, field.name) for field in fields(loss) if field.init})


def draw(loss, rng):
    """Inputs that the loss takes: targets that are reals, labels, chances or rows, and predictions."""
    if hasattr(loss, "inputs"):
        return [rng.normal(size=(12, 3)[: 1 + loss.axes]) for _ in loss.inputs]
    real, chance = rng.normal(scale=2, size=(2, 12)), rng.uniform(0.05, 0.95, 12)
    rows, labels = rng.normal(size=(12, 3)), np.arange(12) % 3
    shares = np.exp(rows) / np.exp(rows).sum(axis=1, keepdims=True)
    targets = [real[0], labels % 2 * 2 - 1, labels % 2, chance, np.exp(real[0])]
    if "_k" in loss.formula:
        targets = [labels] if "_y" in loss.formula else [rng.permutation(shares), rng.normal(size=(12, 3))]
    for p in (real[1], chance, np.exp(real[1]), rows, shares, rows[:, :2]):
        for y in targets:
            try:
                loss(y, p)
            except ValueError:
                continue
            return y, p
    pytest.fail(f"no draw suits {loss.name}; add one")


def formula_check(loss):
    """A check that a formula gives the loss of each sample."""
    names = re.findall(r"\\hat\{y\}|[a-z](?:_0)?", sides(loss.formula)[0].removeprefix(r"\ell"))
    fixed = {"C": 3, "d": 3, "n": 12, "k": range(1, 4), r"\sigma": lambda z: 1 / (1 + np.exp(-z))}
    fixed |= {SYMBOLS.get(name, name): value for name, value in vars(loss).items()}

    def check(tex, rng):
        inputs = draw(loss, rng)
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
