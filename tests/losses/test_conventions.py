"""The conventions table: this package's own rows, scikit-learn's rows, and the table as pages print it."""

import pytest
from sklearn._loss.loss import AbsoluteError, HalfSquaredError, HuberLoss
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.utils.class_weight import compute_sample_weight

from lossedu.losses.conventions import CONVENTIONS, LIBRARIES, RELEASES, conventions_table
from tests.losses.conventions import answers, check, check_release


@pytest.mark.parametrize("answer", answers("lossedu"))
def test_this_package_says_so(answer):
    check(answer)


@pytest.mark.parametrize("answer", answers("scikit-learn"))
def test_scikit_learn_says_so(answer):
    check(answer, AbsoluteError=AbsoluteError, HalfSquaredError=HalfSquaredError, HuberLoss=HuberLoss,
          compute_sample_weight=compute_sample_weight, log_loss=log_loss, mean_squared_error=mean_squared_error)


def test_the_release_of_scikit_learn_is_named():
    check_release("scikit-learn")


def test_another_release_is_seen(monkeypatch):
    monkeypatch.setitem(RELEASES, "scikit-learn", "0.1")
    with pytest.raises(AssertionError, match="is installed, and the answers are those of 0.1"):
        check_release("scikit-learn")


def test_every_question_is_answered_here_and_elsewhere():
    for convention in CONVENTIONS:
        libraries = {answer.library for answer in convention.answers}
        assert "lossedu" in libraries and libraries <= set(LIBRARIES) and len(libraries) > 1
    assert len({convention.question for convention in CONVENTIONS}) == len(CONVENTIONS)


def test_the_table_shows_every_answer():
    table = conventions_table()
    assert table.count("\n| ") == sum(len(c.answers) + 1 for c in CONVENTIONS)
    assert "∞" in table and "NaN" in table and "raises ValueError" in table
    with pytest.raises(KeyError, match="the questions are"):
        conventions_table("Is it warm?")
