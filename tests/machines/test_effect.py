"""A setting that takes no effect is a failure, a machine that cannot be simulated says why, and nothing leaks."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.machines.effect import MACHINES, SETTINGS, Effect, Machine, ignored, measure, simulate, unset, why_not

NATIVE = Effect("x86_64", ("SkylakeX",), ("X86_V3", "X86_V4"))
LAPTOP = next(machine for machine in MACHINES if machine.name == "laptop")
HERE = Path(sys.executable)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_the_settings_take_effect_here(machine):
    before = dict(os.environ)
    native = measure(HERE, unset(before))
    if reason := why_not(machine, native):
        pytest.skip(reason)
    now = measure(HERE, simulate(machine, before, native))
    assert ignored(machine, native, now) == ""
    assert set(now.vectors) == set(native.vectors) - set(machine.without)
    assert dict(os.environ) == before


def test_settings_of_the_caller_are_taken_out_and_replaced():
    caller = {"PATH": "p", **dict.fromkeys(SETTINGS, "x")}
    assert unset(caller) == {"PATH": "p"}
    told = {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": "X86_V4"}
    assert simulate(LAPTOP, caller, NATIVE) == {"PATH": "p", **told}
    assert caller["OPENBLAS_CORETYPE"] == "x"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (Effect("x86_64", ("SkylakeX",), ("X86_V3",)), "CORETYPE=Haswell took no effect: the kernel is SkylakeX"),
        (Effect("x86_64", ("Haswell", "SkylakeX"), ("X86_V3",)), "the kernel is Haswell+SkylakeX"),
        (Effect("x86_64", ("Haswell",), ("X86_V3", "X86_V4")), "NumPy uses X86_V3 X86_V4"),
        (Effect("x86_64", ("Haswell",), ()), "NumPy uses the baseline only"),
        (Effect("x86_64", ("Haswell",), ("X86_V3",)), ""),
    ],
)
def test_a_setting_without_effect_is_said(now, words):
    said = ignored(LAPTOP, NATIVE, now)
    assert words in said and bool(words) == bool(said)


def test_a_kernel_that_openblas_does_not_know_is_said():
    native = measure(HERE, unset(dict(os.environ)))
    bogus = Machine("bogus", "Bogus")
    if reason := why_not(bogus, native):
        pytest.skip(reason)
    now = measure(HERE, simulate(bogus, dict(os.environ), native))
    assert "OPENBLAS_CORETYPE=Bogus took no effect" in ignored(bogus, native, now)


@pytest.mark.parametrize(
    ("native", "words"),
    [
        (Effect("arm64", ("neoversen1",), ()), "this processor is arm64"),
        (Effect("x86_64", (), ()), "without OpenBLAS"),
        (Effect("x86_64", ("Katmai",), ()), "lacks X86_V3"),
    ],
)
def test_what_cannot_be_simulated_is_said(native, words):
    assert words in why_not(LAPTOP, native)
    assert why_not(MACHINES[0], native) == ""  # this machine itself needs nothing


def test_a_python_without_numpy_is_said_in_a_line(tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'Traceback' >&2\necho 'No module named numpy' >&2\nexit 1\n", "utf8")
    python.chmod(0o755)
    with pytest.raises(RuntimeError, match="^NumPy and SciPy cannot .*: No module named numpy$"):
        measure(python, {})
