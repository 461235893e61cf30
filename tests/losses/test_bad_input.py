"""Bad input raises at once, and the message says what was given, what was expected and what to do."""

from dataclasses import fields

import numpy as np
import pytest

import lossedu as le
from tests.losses.cases import CASES
from tests.losses.draws import ELEMENTWISE, EVERY, JOINT, PAIRED, draw, predicts_rows


def good(loss, n=3):
    return [x.copy() for x in draw(loss, np.random.default_rng(0), n)]


@pytest.mark.parametrize("loss", ELEMENTWISE, ids=repr)
def test_a_column_against_a_row(loss):
    y, p = good(loss)
    with pytest.raises(ValueError, match=r"y_true has shape \(3,\) and y_pred has shape \(3, 1\).*reshape"):
        loss(y, p[:, None])
    with pytest.raises(ValueError, match=r"\(3,\).*\(2,\)"):
        loss.each(y, p[:2])


@pytest.mark.parametrize("loss", [loss for loss in PAIRED if loss not in ELEMENTWISE], ids=repr)
def test_rows_that_do_not_fit(loss):
    y, p = good(loss)
    with pytest.raises(ValueError, match=r"shape \(3, \d"):
        loss(y[:2], p)
    with pytest.raises(ValueError, match="shape"):
        loss(y, p[0])


@pytest.mark.parametrize("loss", EVERY, ids=repr)
def test_nothing_has_no_average(loss):
    inputs = [x[:0] for x in good(loss)]
    with pytest.raises(ValueError, match=r"at least one|one row|\(0,"):
        loss(*inputs)
    with pytest.raises(ValueError, match=r"at least one|one row|\(0,"):
        loss.each(*inputs)


@pytest.mark.parametrize("loss", EVERY, ids=repr)
def test_nan_is_named_with_its_place(loss):
    names = loss.inputs if loss in JOINT else ("y_true", "y_pred")
    for place, name in enumerate(names):
        inputs = good(loss)
        if inputs[place].dtype != float:
            continue  # labels are integers, and integers have no NaN
        inputs[place][1] = np.nan
        for method in (loss, loss.each, loss.gradient):
            with pytest.raises(ValueError, match="NaN|-1 and [+]1|labels") as error:
                method(*inputs)
            assert name in str(error.value)


def test_nan_says_where():
    with pytest.raises(ValueError, match=r"y_pred holds NaN at index \(1,\) \(1 in all\); remove or fill"):
        le.log_cosh([1.0, 2.0], [1.0, np.nan])
    with pytest.raises(ValueError, match=r"positive holds NaN at index \(0, 1\)"):
        le.triplet([[0.0, 1.0]], [[0.0, np.nan]], [[0.0, 1.0]])


@pytest.mark.parametrize("loss", EVERY, ids=repr)
@pytest.mark.parametrize("bad", [
    lambda x: x.astype(complex), lambda x: x.astype(object), lambda x: x.astype(str),
    lambda x: np.ma.masked_array(x, np.zeros(x.shape, bool)),
], ids=["complex", "object", "text", "masked"])
def test_what_is_no_real_number_is_refused(loss, bad):
    inputs = good(loss)
    inputs[1] = bad(inputs[1])
    with pytest.raises(TypeError, match="real numbers|masked array"):
        loss(*inputs)


@pytest.mark.parametrize("loss", EVERY, ids=repr)
@pytest.mark.parametrize(("weight", "words"), [
    ([1.0, 2.0], r"weight has shape \(2,\).*\(3,\)"),
    (2.0, r"weight has shape \(\)"),
    ([1.0, -1.0, 2.0], "weight must be finite and not negative, but holds -1"),
    ([1.0, np.inf, 2.0], "weight must be finite"),
    ([1.0, np.nan, 2.0], "weight holds NaN"),
    ([0.0, 0.0, 0.0], "weight is zero everywhere"),
])
def test_bad_weights(loss, weight, words):
    with pytest.raises(ValueError, match=words):
        loss(*good(loss), weight=weight)


PARAMETERS = [(case.family, *bad) for case in CASES.values() for bad in case.bad_parameters]


@pytest.mark.parametrize(("family", "name", "value", "words"), PARAMETERS)
def test_bad_parameters(family, name, value, words):
    with pytest.raises(ValueError, match=words) as error:
        family(**{name: value})
    assert name in str(error.value) and str(value) in str(error.value)


DECLARED = [(type(loss), parameter) for loss in le.losses.catalogue.values() for parameter in fields(loss)
            if parameter.init]


@pytest.mark.parametrize(("family", "parameter"), DECLARED)
def test_a_parameter_is_refused_outside_its_interval(family, parameter):
    allowed = parameter.metadata["allowed"]
    refused = [np.nan, -np.inf, np.inf, *allowed.excluded]
    for end, outside, inclusive in ends(allowed):
        refused += [outside, *([] if inclusive else [end])]
        if inclusive:
            family(**{parameter.name: end})
    for value in refused:
        with pytest.raises(ValueError) as error:
            family(**{parameter.name: value})
        assert f"{parameter.name} must be {allowed.what}, but is {value}" in str(error.value)


def test_every_parameter_is_tested_with_a_bad_value():
    known = {(family, name) for family, name, *_ in PARAMETERS}
    assert known == {(family, parameter.name) for family, parameter in DECLARED}


def test_dice_has_no_prices():
    with pytest.raises(TypeError):
        le.Dice(alpha=1.0)


OUTSIDE = [bad for case in CASES.values() for bad in case.outside]


@pytest.mark.parametrize(("loss", "y", "p", "words"), OUTSIDE)
def test_outside_the_domain(loss, y, p, words):
    for method in (loss, loss.each, loss.gradient):
        with pytest.raises(ValueError, match=words):
            method(y, p)


def ends(domain):
    """Each end of an interval, the next number outside of it, and whether the end itself belongs to the interval."""
    if domain.low > -np.inf:
        yield domain.low, np.nextafter(domain.low, -np.inf), domain.low_inclusive
    if domain.high < np.inf:
        yield domain.high, np.nextafter(domain.high, np.inf), domain.high_inclusive


@pytest.mark.parametrize("loss", ELEMENTWISE, ids=repr)
@pytest.mark.parametrize("place", [0, 1], ids=["target", "prediction"])
def test_a_domain_ends_where_it_says(loss, place):
    domain = (loss.target_domain, loss.prediction_domain)[place]
    for end, outside, inclusive in ends(domain):
        for number, allowed in ((outside, False), (end, inclusive)):
            inputs = good(loss)
            inputs[place][1] = number
            if allowed:
                loss.each(*inputs)
                continue
            with pytest.raises(ValueError, match=("y_true", "y_pred")[place] + " must "):
                loss.each(*inputs)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_edge_of_an_open_domain_is_outside_in_any_precision(dtype):
    edge = np.array([-1], dtype)
    with pytest.raises(ValueError, match="greater than -1"):
        le.msle(np.zeros(1, dtype), edge)
    with pytest.raises(ValueError, match="positive"):
        le.gamma(np.zeros(1, dtype), np.zeros(1, dtype))


def test_labels_must_be_integers():
    with pytest.raises(TypeError, match="labels must be integers.*astype"):
        le.cross_entropy_logits([0.0, 1.0], [[1.0, 2.0], [1.0, 2.0]])


def test_joint_losses_say_what_they_take():
    with pytest.raises(TypeError, match=r"triplet takes 3 inputs \(anchor, positive, negative\), but got 2"):
        le.triplet([[0.0]], [[1.0]])
    with pytest.raises(ValueError, match=r"one shape.*anchor \(1, 2\), positive \(1, 3\), negative \(1, 2\)"):
        le.triplet([[0.0, 1.0]], [[1.0, 1.0, 1.0]], [[0.0, 1.0]])
    with pytest.raises(ValueError, match=r"shape \(n, d\).*3 axes"):
        le.info_nce(np.ones((2, 3, 4)), np.ones((2, 3, 4)))
    with pytest.raises(ValueError, match="a vector, the last axis"):
        le.triplet(1.0, 2.0, 3.0)


@pytest.mark.parametrize("loss", [le.mse, le.huber, le.hinge, le.log_cosh], ids=repr)
def test_infinities_that_cancel_are_no_answer(loss):
    if loss is le.hinge:
        assert loss(1, np.inf) == 0
        return
    with pytest.raises(ValueError, match="infinities that cancel"):
        loss([np.inf], [np.inf])


@pytest.mark.parametrize("loss", [loss for loss in PAIRED if hasattr(loss, "minimiser")], ids=repr)
def test_a_best_constant_needs_good_targets(loss):
    y, _ = good(loss)
    with pytest.raises(ValueError):
        loss.minimiser(y[:0])
    with pytest.raises(ValueError, match="weight"):
        loss.minimiser(y, [1.0])
    if y.dtype == float:
        y[0] = np.nan
        with pytest.raises(ValueError, match="NaN|labels"):
            loss.minimiser(y)


def test_directions_that_cancel_have_no_mean():
    with pytest.raises(ValueError, match="cancel"):
        le.cosine.minimiser([[1.0, 0.0], [-1.0, 0.0]])


def test_simplex_losses_are_the_ones_that_check_rows():
    for loss in PAIRED:
        if predicts_rows(loss):
            y, p = good(loss)
            with pytest.raises(ValueError, match="sum to 1"):
                loss(y, p * 0.9)
