"""Every public loss says what it takes, what it gives and when it refuses, in the words of numpydoc."""

import inspect
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import lossedu
from lossedu import losses
from lossedu.losses import JointLoss, Loss, catalogue, domain
from lossedu.losses.domain import Directions, Increasing, OneHot, Relevances, Sets, Signs, Simplex
from tests.losses import cases
from tests.losses.draws import EVERY, PAIRED

CLASSES = [thing for name in losses.__all__ if inspect.isclass(thing := getattr(losses, name))
           and issubclass(thing, (Loss, JointLoss)) and thing not in (Loss, JointLoss)]
HEADINGS = ["Parameters", "Raises", "Notes", "References", "Examples"]
NAMED = {"Huber", "PseudoHuber", "Quantile", "Cauchy", "Tukey", "Perceptron", "Hinge", "Savage", "Brier", "Focal",
         "KLDivergence", "Poisson", "Tweedie", "Contrastive", "Triplet", "InfoNCE", "Tversky", "Dice", "Perplexity",
         "DPO", "CumulativeLogit", "PoissonIdentity", "NegativeBinomial",
         "CRPSGaussian", "CRPSEnsemble", "CensoredExponential", "CoxPartial", "Jaccard", "PairwiseLogistic",
         "PairwiseHinge", "ListwiseSoftmax", "SigmoidPair", "SupervisedContrastive"}


@pytest.mark.parametrize("family", CLASSES, ids=lambda c: c.__name__)
def test_docstring(family):
    text = inspect.getdoc(family)
    first = text.splitlines()[0]
    assert first.endswith((".", "?")) and len(first) <= 116, "one line that says what it is"
    found = [h for h in HEADINGS if re.search(rf"^{h}\n-+$", text, re.MULTILINE)]
    assert found == sorted(found, key=HEADINGS.index) and "Examples" in found
    assert text.count(">>> ") >= 2, "a worked number"
    named = parameters(family)
    assert ("Parameters" in found) == bool(named)
    assert "Raises" in found or not named
    if family.__name__ in NAMED:
        assert "References" in found


# A docstring gives each domain and the range of each parameter in words that follow from the interval itself.

CONDITIONS = {
    Signs: "labels -1 and +1", OneHot: "one-hot rows", Simplex: "in [0, 1], each with the sum 1",
    Sets: "in [0, 1], none of them empty", Directions: "vectors other than zero",
    Increasing: "rows that do not fall", Relevances: "in [0, ∞), not all equal",
}
WORDING = re.compile(r"in [\[(]-?[\d.∞]+, [\d.∞]+[\])](?: other than \d+)?|any real number(?:s other than \d+)?|"
                     r"labels -1 and \+1|one-hot rows|each with the sum 1|none of them empty|vectors other than zero|"
                     r"rows that do not fall|not all equal")


def in_words(interval):
    """The interval as a docstring gives it, for example "in (0, ∞)" or "any real number"."""
    if type(interval) in CONDITIONS:
        return CONDITIONS[type(interval)]
    other = "".join(f" other than {number:g}" for number in interval.excluded)
    if interval.low == -np.inf and interval.high == np.inf:
        if not interval.low_inclusive:
            return "in (-∞, ∞)"
        return f"any real numbers{other}" if other else "any real number"
    left = "[" if interval.low_inclusive else "("
    right = "]" if interval.high_inclusive and interval.high < np.inf else ")"
    high = f"{interval.high:g}" if interval.high < np.inf else "∞"
    return f"in {left}{interval.low:g}, {high}{right}{other}"


def statement(text, role, follow=True):
    """What a docstring, or the one it sends to, says of "Targets" or "Predictions": a sentence without line breaks."""
    found = re.findall(rf"\b(?:{role}|Targets and predictions): (.*?)\.(?= [A-Z]|$)", re.sub(r"\n(?!\n) *", " ", text),
                       re.MULTILINE)
    if follow and found and (other := re.fullmatch(r"as those of `(\w+)`", found[0])):
        return statement(inspect.getdoc(getattr(losses, other[1])), role)
    assert len(found) == 1, f"{role}: one sentence should say which numbers it takes, and there are {len(found)}"
    return found[0]


def check_domains(text, targets, predictions):
    """Fail unless the docstring gives these intervals, and no other."""
    for role, intervals in (("Targets", targets), ("Predictions", predictions)):
        said = set(WORDING.findall(statement(text, role)))
        assert said == {words for interval in intervals for words in WORDING.findall(in_words(interval))}


def check_parameters(text, declared):
    """Fail unless the docstring gives each parameter's interval and its default, and names no other parameter."""
    described = re.findall(r"^(\w+) : float (.*)$", text, re.MULTILINE)
    assert described == [(name, f"{in_words(field.metadata['allowed'])}, default {field.default}")
                         for name, field in declared.items()]


def domains(family):
    """The intervals of the targets and of the predictions, over all parameters that the tests know."""
    members = [loss for loss in PAIRED if type(loss) is family]
    return {loss.target_domain for loss in members}, {loss.prediction_domain for loss in members}


def parameters(family):
    return {name: field for name, field in family.__dataclass_fields__.items() if field.init}


PAIRED_CLASSES = [family for family in CLASSES if not issubclass(family, JointLoss)]
INTERVALS = [thing for thing in vars(domain).values() if isinstance(thing, domain.Interval)]


@pytest.mark.parametrize("family", CLASSES, ids=lambda c: c.__name__)
def test_domains_and_ranges_are_those_of_the_data(family):
    text = inspect.getdoc(family)
    check_parameters(text, parameters(family))
    if family in PAIRED_CLASSES:
        check_domains(text, *domains(family))
    else:
        assert "Called with ``(" in text  # a joint loss has no domain beyond that


def test_no_two_losses_say_the_same_domain_at_length():
    said = [words for family in PAIRED_CLASSES
            for words in {statement(inspect.getdoc(family), role, follow=False) for role in ("Targets", "Predictions")}]
    long = [words for words in said if len(words) > 50 and "as those of" not in words]
    assert sorted(set(long)) == sorted(long)


@pytest.mark.parametrize("other", INTERVALS, ids=in_words)
@pytest.mark.parametrize("family", CLASSES, ids=lambda c: c.__name__)
def test_a_docstring_of_another_interval_is_refused(family, other):
    text, declared = inspect.getdoc(family), parameters(family)
    if family in PAIRED_CLASSES:
        targets, predictions = domains(family)
        if {in_words(other)} != {in_words(interval) for interval in targets}:
            with pytest.raises(AssertionError):
                check_domains(text, {other}, predictions)
        if {in_words(other)} != {in_words(interval) for interval in predictions}:
            with pytest.raises(AssertionError):
                check_domains(text, targets, {other})
    for name, field in declared.items():
        if in_words(other) != in_words(field.metadata["allowed"]):
            with pytest.raises(AssertionError):
                check_parameters(text, {**declared, name: SimpleNamespace(metadata={"allowed": other},
                                                                          default=field.default)})


@pytest.mark.parametrize(("family", "right", "wrong"), [
    (lossedu.BinaryCrossEntropy, "Predictions: probabilities in [0, 1]", "Predictions: probabilities in (0, 1)"),
    (lossedu.SquaredLogError, "in (-1, ∞)", "in (0, ∞)"),
    (lossedu.PercentageError, "any real numbers other than 0. P", "any real numbers. P"),
    (lossedu.SquaredError, "any real numbers", "numbers"),
    (lossedu.Tweedie, "amounts in (0, ∞) for powers above 2", "amounts"),
    (lossedu.CrossEntropy, "Predictions: rows (..., k) of probabilities in [0, 1], each with the sum 1",
     "Predictions: rows (..., k) of probabilities in [0, 1]"),
    (lossedu.Tversky, "none of them empty", "some of them empty"),
    (lossedu.Dice, "as those of `Tversky`", "as those of `Hinge`"),
    (lossedu.Hinge, "Targets: labels -1 and +1", "Targets: labels 0 and 1"),
])
def test_a_planted_wrong_domain_is_refused(family, right, wrong):
    text = re.sub(r"\n(?!\n) *", " ", inspect.getdoc(family))
    check_domains(text, *domains(family))
    assert right in text
    with pytest.raises(AssertionError):
        check_domains(text.replace(right, wrong), *domains(family))


@pytest.mark.parametrize(("right", "wrong"), [
    ("in (0, ∞)", "in [0, ∞)"), (" in (0, ∞)", ""), ("default 1.0", "default 2.0"), ("delta :", "width :"),
])
def test_a_planted_wrong_range_is_refused(right, wrong):
    text, declared = inspect.getdoc(lossedu.Huber), parameters(lossedu.Huber)
    check_parameters(text, declared)
    assert right in text
    with pytest.raises(AssertionError):
        check_parameters(text.replace(right, wrong), declared)


@pytest.mark.parametrize("loss", EVERY, ids=repr)
def test_name_formula_and_traits(loss):
    assert re.fullmatch(r"[a-z][a-z_]*", loss.name)
    assert loss.formula.startswith(r"\ell(")
    assert getattr(lossedu, loss.name) == type(loss)(), "the short name is the loss with its usual parameters"
    assert catalogue[loss.name] == getattr(lossedu, loss.name)


def test_each_loss_has_its_own_record():
    files = {file.stem for file in Path(cases.__file__).parent.glob("*.py")}
    assert files == {*catalogue, "__init__", "case", "symbols", "exact", "densities"}
    assert {name: case.family for name, case in cases.CASES.items()} == {n: type(x) for n, x in catalogue.items()}


def test_notes_names():
    assert lossedu.mse is lossedu.squared_error and lossedu.mae is lossedu.absolute_error
    assert lossedu.bce is lossedu.binary_cross_entropy and lossedu.quantile is lossedu.pinball
    assert lossedu.msle is lossedu.squared_log_error and lossedu.mape is lossedu.percentage_error
    assert lossedu.kl is lossedu.kl_divergence and lossedu.cosine is lossedu.cosine_distance


def test_everything_public_is_listed_once():
    assert len(set(losses.__all__)) == len(losses.__all__)
    assert all(hasattr(losses, name) for name in losses.__all__)
    assert {type(loss) for loss in catalogue.values()} == set(CLASSES)
    assert len(catalogue) == len(CLASSES)
    assert losses.__all__ == sorted(losses.__all__)


@pytest.mark.parametrize("family", losses.FAMILIES, ids=lambda module: module.__name__)
def test_every_loss_of_a_family_is_exported_by_each_of_its_names(family):
    for name, loss in vars(family).items():
        if isinstance(loss, (Loss, JointLoss)):
            assert name in losses.__all__ and type(loss).__name__ in losses.__all__
