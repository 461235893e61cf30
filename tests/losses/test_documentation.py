"""Every public loss says what it takes, what it gives and when it refuses, in the words of numpydoc."""

import inspect
import re
from pathlib import Path

import pytest

import lossedu
from lossedu import losses
from lossedu.losses import JointLoss, Loss, catalogue
from tests.losses import cases
from tests.losses.draws import EVERY

CLASSES = [thing for name in losses.__all__ if inspect.isclass(thing := getattr(losses, name))
           and issubclass(thing, (Loss, JointLoss)) and thing not in (Loss, JointLoss)]
HEADINGS = ["Parameters", "Raises", "Notes", "References", "Examples"]
NAMED = {"Huber", "PseudoHuber", "Quantile", "Cauchy", "Tukey", "Perceptron", "Hinge", "Savage", "Brier", "Focal",
         "KLDivergence", "Poisson", "Tweedie", "Contrastive", "Triplet", "InfoNCE", "Tversky", "Dice", "Perplexity",
         "DPO"}


@pytest.mark.parametrize("family", CLASSES, ids=lambda c: c.__name__)
def test_docstring(family):
    text = inspect.getdoc(family)
    first = text.splitlines()[0]
    assert first.endswith((".", "?")) and len(first) <= 116, "one line that says what it is"
    found = [h for h in HEADINGS if re.search(rf"^{h}\n-+$", text, re.MULTILINE)]
    assert found == sorted(found, key=HEADINGS.index) and "Examples" in found
    assert text.count(">>> ") >= 2, "a worked number"
    parameters = [name for name, field in getattr(family, "__dataclass_fields__", {}).items() if field.init]
    assert ("Parameters" in found) == bool(parameters)
    for name in parameters:
        assert re.search(rf"^{name} : float, default ", text, re.MULTILINE), f"{name} is not described"
    if parameters:
        assert "Raises" in found
    if family.__name__ in NAMED:
        assert "References" in found


@pytest.mark.parametrize("family", CLASSES, ids=lambda c: c.__name__)
def test_domain_is_stated(family):
    text = inspect.getdoc(family)
    if issubclass(family, JointLoss):
        assert "Called with ``(" in text
    else:
        assert re.search(r"Targets|Predictions|any real number|as in `", text), "which numbers does it take?"


@pytest.mark.parametrize("loss", EVERY, ids=repr)
def test_name_formula_and_traits(loss):
    assert re.fullmatch(r"[a-z][a-z_]*", loss.name)
    assert loss.formula.startswith(r"\ell(")
    assert getattr(lossedu, loss.name) == type(loss)(), "the short name is the loss with its usual parameters"
    assert catalogue[loss.name] == getattr(lossedu, loss.name)


def test_each_loss_has_its_own_record():
    files = {file.stem for file in Path(cases.__file__).parent.glob("*.py")}
    assert files == {*catalogue, "__init__", "case", "symbols", "exact", "densities", "constants"}
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
