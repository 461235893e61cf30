"""The losses that scikit-learn's estimators know by name, as the page lists them, and losses as scorers."""

import nbformat
import numpy as np
import pytest
import sklearn.ensemble
import sklearn.linear_model
from sklearn.base import BaseEstimator
from sklearn.metrics import make_scorer
from sklearn.model_selection import cross_val_score

from tests.losses.draws import PAIRED, predictions, targets
from tools.pages import ROOT

PAGE = nbformat.read(ROOT / "book" / "en" / "practice" / "scikit-learn.ipynb", as_version=4)
ROWS = [line.split("|")[1:3] for cell in PAGE.cells for line in cell.source.splitlines() if line.startswith("| `")]
LISTED = {estimator.strip(" `"): {name.strip("` ,") for name in names.split(",")} for estimator, names in ROWS}
FOUR = "and the four above"


def known(estimator):
    """The names that an estimator's own check of its parameters lets pass, without deprecated ones."""
    room = sklearn.linear_model if hasattr(sklearn.linear_model, estimator) else sklearn.ensemble
    named = next(rule for rule in getattr(room, estimator)._parameter_constraints["loss"] if hasattr(rule, "options"))
    return set(named.options)


@pytest.mark.parametrize("estimator", LISTED)
def test_the_page_lists_every_loss(estimator):
    listed = LISTED[estimator]
    if FOUR in listed:
        listed = listed - {FOUR} | LISTED["SGDRegressor"]
    assert listed == known(estimator)


class Answers(BaseEstimator):
    """A model whose answers are what it is asked."""

    def fit(self, X, y):
        return self

    def predict(self, X):
        return X


@pytest.mark.parametrize("loss", PAIRED, ids=repr)
def test_a_loss_is_a_scorer_as_it_stands(loss):
    rng = np.random.default_rng(0)
    y, p = targets(loss, rng, 8), predictions(loss, rng, 8)
    scorer = make_scorer(loss, greater_is_better=False)
    assert loss.name in repr(scorer)
    halves = [-loss(y[half], p[half]) for half in (slice(4), slice(4, 8))]
    np.testing.assert_allclose(cross_val_score(Answers(), p, y, scoring=scorer, cv=2), halves, rtol=1e-12)
