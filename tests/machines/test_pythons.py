"""Each Python that runs is found once, whatever stands on PATH, and its environment is renewed when the lock is."""

from __future__ import annotations

import sys

import pytest

from tests.machines import pythons

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="stands in for Python with shell scripts")
OTHERS = [minor for minor in pythons.MINORS if minor != sys.version_info[1]]


def stand_in(path, answer, code=0):
    """Write a program that answers as a Python would."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{answer}'\nexit {code}\n", "utf8")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with nothing but what a test puts on its PATH and into its pyenv."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'first'}:{tmp_path / 'second'}:/usr/bin:/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setattr(pythons.os, "get_exec_path", lambda: [str(tmp_path / "first"), str(tmp_path / "second")])
    return tmp_path


def test_found_behind_a_launcher_that_fails_and_only_once(machine):
    minor, other = OTHERS
    stand_in(machine / "first" / f"python3.{minor}", "version is not installed", 127)
    stand_in(machine / "second" / f"python3.{minor}", f"3|{minor}|1|/real/a")
    stand_in(machine / "pyenv" / "versions" / f"3.{minor}.10" / "bin" / "python", f"3|{minor}|10|/real/b")
    stand_in(machine / "pyenv" / "versions" / f"3.{minor}.9" / "bin" / "python", f"3|{minor}|9|/real/c")
    assert {name: str(path) for name, path in pythons.others().items()} == {f"py3{minor}": "/real/b"}


@pytest.mark.parametrize("answer", [f"3|{sys.version_info[1]}|1|/real", "3|10|1|/real", "3|14|0|/real", "3|12|1|", ""])
def test_passed_over(machine, answer):
    """The minor version that runs this, others than the course needs, unusual builds and what is no Python at all."""
    for minor in pythons.MINORS:
        stand_in(machine / "first" / f"python3.{minor}", answer)
    assert pythons.others() == {}


def test_an_environment_is_made_once_and_again_for_a_new_lock(machine, monkeypatch):
    monkeypatch.setattr(pythons, "BUILD", machine / "build")
    monkeypatch.setattr(pythons, "REQUIREMENTS", machine / "requirements.txt")
    calls = []

    def call(*command):
        calls.append(command)
        if "venv" in command:
            stand_in(command[-1] / "bin" / "python", "3|12|1|/real")

    monkeypatch.setattr(pythons, "call", call)
    stand_in(machine / "python", "3|12|1|/real")
    for lock, installs in (("a==1", 1), ("a==1", 1), ("a==2", 2)):
        (machine / "requirements.txt").write_text(lock, "utf8")
        python = pythons.install("py312", machine / "python")
        assert python == machine / "build" / "py312" / "bin" / "python"
        assert sum("-r" in command for command in calls) == installs


def test_an_installation_that_breaks_off_does_not_count(machine, monkeypatch):
    monkeypatch.setattr(pythons, "BUILD", machine / "build")

    def call(*command):
        if "venv" in command:
            stand_in(command[-1] / "bin" / "python", "3|12|1|/real")
        else:
            raise RuntimeError("could not be installed")

    monkeypatch.setattr(pythons, "call", call)
    stand_in(machine / "python", "3|12|1|/real")
    for _ in range(2):
        with pytest.raises(RuntimeError):
            pythons.install("py312", machine / "python")


def test_a_step_that_fails_is_said_in_a_line():
    with pytest.raises(RuntimeError) as error:
        pythons.call(sys.executable, "-c", "import sys; sys.exit('no route to host\\nsecond line\\nthird line')")
    assert str(error.value) == "could not be installed: no route to host; second line (is there a network?)"
