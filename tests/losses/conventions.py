"""Run the expressions of the conventions table and compare what they give with what the table says."""

import math
import warnings
from importlib.metadata import version

import numpy as np
import pytest

import lossedu
from lossedu.losses.conventions import CONVENTIONS, RELEASES

PACKAGES = {"PyTorch": "torch", "Keras": "keras", "JAX": "jax"}  # where the name of the package is another one


def answers(*libraries):
    """Every answer of these libraries, as test parameters named by question and expression."""
    return [pytest.param(answer, id=f"{convention.question} {answer.code}")
            for convention in CONVENTIONS for answer in convention.answers if answer.library in libraries]


def check(answer, **names):
    """The expression gives the number, or raises the error, that the table says."""
    names = {"np": np, **{name: getattr(lossedu, name) for name in lossedu.__all__}, **names}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some libraries warn of what they do here; the table says which
        if isinstance(answer.says, str):
            with pytest.raises(Exception) as caught:
                eval(answer.code, names)
            assert answer.says in [kind.__name__ for kind in type(caught.value).__mro__]
            return
        got = np.asarray(eval(answer.code, names)).item()
    if math.isnan(answer.says):
        assert math.isnan(got)
    else:
        assert got == pytest.approx(answer.says, rel=1e-5)


def check_release(library):
    """The release that is installed is the one that the table names."""
    installed, named = version(PACKAGES.get(library, library)), RELEASES[library]
    assert installed.startswith(f"{named}."), (
        f"{library} {installed} is installed, and the answers are those of {named}: where all of them are the same, "
        "write the new release into RELEASES of lossedu/losses/conventions.py")
