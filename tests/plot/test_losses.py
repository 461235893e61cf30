"""What the pictures of losses show is what the losses say."""

import numpy as np
import pytest

from lossedu import bce, bce_logits, cross_entropy, huber, mae, mse
from lossedu.losses import catalogue
from lossedu.losses.base import DistanceLoss, ElementwiseLoss, Traits
from lossedu.plot import colour, constants, fit_line, twin
from lossedu.plot.losses import kinks, slope_function
from lossedu.plot.sweep import sweep


def lines(axes, role):
    """The curves (not the dots, nor the line at zero) drawn in the colour of a role."""
    return [line for line in axes.lines if line.get_color() == colour(role) and line.get_linestyle() != "None"]


@pytest.mark.parametrize("loss", [mse, mae, huber, bce, bce_logits], ids=lambda loss: loss.name)
def test_twin_shows_value_and_derivative(loss):
    above, below = twin(loss).axes
    targets = sweep(loss).targets
    assert len(lines(above, "loss")) == len(targets)
    for curve, y in zip(lines(above, "loss"), targets):
        x, values = curve.get_data()
        np.testing.assert_allclose(values, loss.each(np.full_like(x, y), x), rtol=1e-12)
    pieces = lines(below, "gradient")
    for i, y in enumerate(targets):
        for piece in pieces[i * len(pieces) // len(targets) : (i + 1) * len(pieces) // len(targets)]:
            x, slopes = piece.get_data()
            np.testing.assert_allclose(slopes, loss.derivative(np.full_like(x, y), x), rtol=1e-12)


def test_axes_are_named_as_the_formula_names_them():
    names = {loss: twin(loss).axes[1].get_xlabel() for loss in (mse, bce, bce_logits)}
    assert names == {mse: r"$\hat{y} - y$", bce: r"$\hat{y}$", bce_logits: "$z$"}


def test_a_kink_has_open_dots_at_its_limits_and_a_closed_one_at_its_value():
    dots = [line for line in twin(mae).axes[1].lines if line.get_marker() == "o"]
    seen = {(float(d.get_xdata()[0]), float(d.get_ydata()[0]), d.get_markerfacecolor()) for d in dots}
    paper, green = colour("paper"), colour("gradient")
    assert seen == {(0.0, -1.0, paper), (0.0, 1.0, paper), (0.0, 0.0, green)}
    for piece in lines(twin(mae).axes[1], "gradient"):
        assert np.ptp(piece.get_ydata()) == 0  # no line joins the two sides


def test_smooth_derivatives_are_drawn_in_one_piece():
    assert [len(lines(twin(loss).axes[1], "gradient")) for loss in (mse, huber)] == [1, 1]


class Tilted(DistanceLoss):
    """Kinks at -1/3 and 2: a stand-in for losses whose kinks are no points of the grid."""

    name, formula = "tilted", r"\ell(y, \hat{y}) = ..."
    traits = Traits(True, False, False, "kink", 1.0, "an end of an interval")

    def of_residual(self, r):
        return np.maximum(0, np.maximum(r - 2, -r - 1 / 3)), np.where(r > 2, 1.0, np.where(r < -1 / 3, -1.0, 0.0))


def test_kinks_are_found_between_the_points_of_the_grid():
    places = kinks(slope_function(Tilted(), 0.0), np.linspace(-3, 3, 100))
    np.testing.assert_allclose(places, [-1 / 3, 2], atol=1e-8)


def test_the_tangent_has_the_slope_shown_below():
    above, below = twin(mse, at=1.5).axes
    (tangent,) = lines(above, "gradient")
    x, values = tangent.get_data()
    assert np.diff(values) / np.diff(x) == pytest.approx(3)
    assert values.mean() == pytest.approx(2.25)
    assert [text.get_text() for axes in (above, below) for text in axes.texts] == ["", "$2.25$", "$3$"]


def test_losses_drawn_together_are_named():
    above, _ = twin(mse, mae, huber).axes
    assert [text.get_text() for text in sorted(above.texts, key=lambda t: -t.xy[1])] == ["mse", "mae", "huber"]


def test_losses_of_different_axes_are_not_drawn_together():
    with pytest.raises(ValueError, match=r"share one x axis; given: mse of \\hat\{y\} - y, bce of \\hat\{y\}"):
        twin(mse, bce)
    with pytest.raises(ValueError, match="no loss"):
        twin()
    with pytest.raises(TypeError, match="'cross_entropy' does not compare one target with one prediction"):
        twin(cross_entropy)


def test_fit_line_joins_data_and_predictions():
    x, y = [1.0, 2.0, 4.0], [3.0, 2.0, 9.0]
    (axes,) = fit_line(x, y, w=2, b=-0.5).axes
    segments = axes.collections[0].get_segments()
    np.testing.assert_allclose(segments, [[[u, v], [u, 2 * u - 0.5]] for u, v in zip(x, y)])
    assert repr(axes.figure) == "figure: 3 data and the line 2 x - 0.5"
    with pytest.raises(ValueError, match=r"x has shape \(2,\) and y has shape \(2, 1\)"):
        fit_line([1, 2], [[1], [2]], w=1, b=0)


@pytest.mark.parametrize(("loss", "y"), [(mse, [1, 2, 9]), (mae, [1, 2, 9]), (bce, [0, 1, 1, 1])],
                         ids=["mse", "mae", "bce"])
def test_constants_marks_the_minimiser(loss, y):
    (axes,) = constants(loss, y).axes
    (curve,) = lines(axes, "loss")
    c, average = curve.get_data()
    assert average[7] == pytest.approx(loss(y, np.full(len(y), c[7])))
    (best,) = (line for line in axes.lines if line.get_marker() == "o")
    assert best.get_xdata()[0] == pytest.approx(loss.minimiser(y))
    assert best.get_ydata()[0] <= average.min()
    assert c[average.argmin()] == pytest.approx(loss.minimiser(y), abs=c[1] - c[0])


@pytest.mark.parametrize("loss", [loss for loss in catalogue.values() if isinstance(loss, ElementwiseLoss)],
                         ids=lambda loss: loss.name)
def test_each_loss_of_one_prediction_can_be_drawn(loss):
    view = sweep(loss)
    for low, high in (view.loss_span, view.slope_span):
        assert low < high < low + 250  # the ordinary part, not what runs off to infinity
    assert "<title>" in twin(loss).to_svg()
