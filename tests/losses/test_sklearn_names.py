"""The losses that scikit-learn's estimators know by name, as the page on scikit-learn lists them."""

import nbformat
import pytest
import sklearn.ensemble
import sklearn.linear_model

from tools.pages import ROOT

PAGE = nbformat.read(ROOT / "book" / "en" / "practice" / "scikit-learn.ipynb", as_version=4)
ROWS = [line.split("|")[1:3] for cell in PAGE.cells for line in cell.source.splitlines() if line.startswith("| `")]
LISTED = {estimator.strip(" `"): {name.strip("` ,") for name in names.split(",")} for estimator, names in ROWS}
FOUR = "and the four above"


def known(estimator):
    """The names that an estimator's own check of its parameters lets pass, without deprecated ones."""
    module = sklearn.linear_model if hasattr(sklearn.linear_model, estimator) else sklearn.ensemble
    named = next(rule for rule in getattr(module, estimator)._parameter_constraints["loss"] if hasattr(rule, "options"))
    return set(named.options)


@pytest.mark.parametrize("estimator", LISTED)
def test_the_page_lists_every_loss(estimator):
    listed = LISTED[estimator]
    if FOUR in listed:
        listed = listed - {FOUR} | LISTED["SGDRegressor"]
    assert listed == known(estimator)
