"""Losses in LightGBM and XGBoost: the lines that the page on scikit-learn prints, run, and what it says beside them."""

import re

import nbformat
import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from lossedu import Huber, Quantile, bce_logits, data, log_cosh, losses, mse
from tools.pages import languages, page

lightgbm = pytest.importorskip("lightgbm")
xgboost = pytest.importorskip("xgboost")

FILES = [file for language in languages() if (file := page(language, "practice/scikit-learn"))]
HOUSES = data.load("house_prices")
PRICE = HOUSES["price"] / 1000
FEATURES = HOUSES.matrix(*[name for name in HOUSES.columns if name != "price"])
X, X_test, y, y_test = train_test_split(FEATURES, PRICE, test_size=0.25, random_state=0)  # as on the page
LABELS = (y > np.median(y)) * 1.0


def recipe(file):
    """The lines of the page that train with both libraries."""
    text = "\n".join(cell.source for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == "markdown")
    [lines] = [code for code in re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S) if "LGBMRegressor" in code]
    return lines


def objective_of(loss, floor=0.0):
    """Two lines, as on the page."""
    def objective(y_true, y_pred):
        return loss.derivative(y_true, y_pred), np.maximum(loss.curvature(y_true, y_pred), floor)
    return objective


@pytest.mark.parametrize("loss", [mse, log_cosh, Huber(20.0), Quantile(0.75)], ids=repr)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parts[-3])
def test_the_lines_of_the_page_train(file, loss):
    shown = {"np": np, "loss": loss, "X": X, "y": y, "X_test": X_test}
    exec(recipe(file), shown)
    constant = loss(y_test, np.full(len(y_test), loss.minimiser(y)))
    for guess in shown["guesses"]:
        assert loss(y_test, guess) < 0.7 * constant


def lightgbm_leaves(loss, start, penalty):
    model = lightgbm.LGBMRegressor(objective=objective_of(loss), n_estimators=1, num_leaves=4, learning_rate=1.0,
                                   reg_lambda=penalty, verbose=-1)
    return model.fit(X, y, init_score=np.full(len(y), start)).predict(X)


def xgboost_leaves(loss, start, penalty):
    model = xgboost.XGBRegressor(objective=objective_of(loss), n_estimators=1, max_depth=2, learning_rate=1.0,
                                 reg_lambda=penalty, base_score=start)
    return model.fit(X, y).predict(X) - start


@pytest.mark.parametrize("leaves_of", [lightgbm_leaves, xgboost_leaves])
def test_a_leaf_has_the_value_of_the_formula(leaves_of):
    loss, start, penalty = losses.PseudoHuber(delta=20.0), float(y.mean()), 3.0
    moved = leaves_of(loss, start, penalty)
    g, h = (f(y, np.full(len(y), start)) for f in (loss.derivative, loss.curvature))
    leaves = np.unique(moved)
    assert len(leaves) == 4
    for value in leaves:
        inside = moved == value
        assert value == pytest.approx(-g[inside].sum() / (penalty + h[inside].sum()), rel=1e-4)


def test_lightgbm_stops_at_once_where_every_derivative_is_the_same():
    assert np.ptp(Huber(20.0).derivative(y, np.zeros(len(y)))) == 0
    model = lightgbm.LGBMRegressor(objective=objective_of(Huber(20.0), 0.1), verbose=-1).fit(X, y)
    assert not model.predict(X).any()


@pytest.mark.parametrize("train", [
    lambda start: lightgbm.LGBMRegressor(objective=objective_of(Quantile(0.75)), verbose=-1).fit(
        X, y, init_score=np.full(len(y), start)).predict(X) + start,
    lambda start: xgboost.XGBRegressor(objective=objective_of(Quantile(0.75)), base_score=start).fit(X, y).predict(X)],
    ids=["LightGBM", "XGBoost"])
def test_nothing_is_learned_where_the_curvature_is_zero_everywhere(train):
    start = Quantile(0.75).minimiser(y)
    assert train(start) == pytest.approx(start)


def test_bce_logits_is_the_loss_that_is_built_in():
    objective = objective_of(bce_logits)
    ours = lightgbm.LGBMRegressor(objective=objective, verbose=-1).fit(X, LABELS).predict(X_test)
    theirs = lightgbm.LGBMClassifier(boost_from_average=False, verbose=-1).fit(X, LABELS)
    np.testing.assert_allclose(ours, theirs.predict(X_test, raw_score=True), rtol=1e-9)
    ours = xgboost.XGBRegressor(objective=objective, base_score=0.0).fit(X, LABELS).predict(X_test)
    theirs = xgboost.XGBClassifier(base_score=0.5).fit(X, LABELS)
    np.testing.assert_allclose(ours, theirs.predict(X_test, output_margin=True), rtol=1e-3, atol=1e-4)
