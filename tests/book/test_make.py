"""`make` installs once, counts nothing half-made as installed, says what is missing, and `make help` lists all."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import pytest

from tools.pages import ROOT

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("make"), reason="needs make and a POSIX shell to stand in for Python"
)

# Stands in for python3: makes an environment that holds itself, notes each call, and fails where it is told to.
PYTHON = """#!/bin/sh
echo "$*" >> "$LOG"
case "$*" in
  *version_info*) exit ${OLD:-0} ;;
  *ensurepip*) exit ${NO_VENV:-0} ;;
  --version) echo "Python 3.9.2" ;;
  "-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  *"-r requirements.txt"*) exit ${NO_NETWORK:-0} ;;
esac
"""


@pytest.fixture
def make(tmp_path):
    """Run a target of the Makefile in an empty clone, with a stand-in for Python."""
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    python = tmp_path / "python-stand-in"
    python.write_text(PYTHON, "utf8")
    python.chmod(0o755)
    log = tmp_path / "log"

    def run(target, **failures):
        log.write_text("", "utf8")
        # `make test` runs these tests too, and a make inside it would say so in lines of its own.
        outside = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
        environment = {**outside, "LOG": str(log), **failures}
        done = subprocess.run(
            ["make", target, f"PYTHON={python}"], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        return done.returncode, done.stdout, log.read_text("utf8")

    return run


def test_the_second_run_does_not_install_again(make):
    code, _, calls = make("book")
    assert code == 0
    assert "-m pip install" in calls and "--no-deps -e ." in calls and "-m tools.build" in calls
    code, _, calls = make("book")
    assert (code, calls.split("\n")) == (0, ["-m tools.build", ""])


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        ("OLD", "lossedu needs Python 3.11, 3.12 or 3.13, and this is Python 3.9.2"),
        ("NO_VENV", "sudo apt-get install python3-venv"),
        ("NO_NETWORK", "could not install the packages of requirements.txt: is there a network?"),
    ],
)
def test_a_failure_is_told_in_words_and_tried_again(make, failure, words):
    code, said, calls = make("book", **{failure: "1"})
    assert code != 0
    assert words in said
    assert "tools.build" not in calls
    code, _, calls = make("book")
    assert code == 0
    assert "-r requirements.txt" in calls


def test_the_machines_are_a_target(make):
    code, _, calls = make("test-machines")
    assert code == 0
    assert calls.endswith("-m tests.machines\n")


def test_help_has_a_line_for_each_target(make):
    code, said, calls = make("help")
    text = (ROOT / "Makefile").read_text("utf8")
    targets = re.findall(r"^([a-z][a-z-]*):", text, re.M)
    assert code == 0 and calls == ""
    assert [line.split()[:2] for line in said.splitlines()] == [["make", target] for target in targets]
    assert all(len(line.split()) > 4 for line in said.splitlines()), "a target has no comment"
    assert sorted(targets) == sorted(re.search(r"^\.PHONY: (.*)$", text, re.M)[1].split())


NEEDED = ["make", "git", "python3", "python3-venv", "chromium", "fontconfig", "fonts-noto-cjk", "pandoc", "bubblewrap"]
APT = """#!/bin/sh
case "$1 $LACKS" in
  update*) ;;
  *) for last; do :; done; echo "$last" >> "$LOG"; [ "$last" != "$LACKS" ] ;;
esac
"""


@pytest.fixture
def system(tmp_path):
    """Run .ci/system on a machine that has the named programs and the few that every machine has."""
    if sys.platform != "linux":
        pytest.skip("the list of packages is that of Linux")
    log = tmp_path / "log"

    def run(*programs, apt=True, lacks=""):
        bin = tmp_path / "bin"
        shutil.rmtree(bin, ignore_errors=True)
        bin.mkdir()
        for name in ("bash", "env", "grep", "uname", "sh"):
            (bin / name).symlink_to(shutil.which(name))
        answers = {"id": "echo 0", "fc-list": "echo /fonts/NotoSansCJK.ttc"}
        for name in {"id", *programs}:
            (bin / name).write_text(f"#!/bin/sh\n{answers.get(name, ':')}\n", "utf8")
            (bin / name).chmod(0o755)
        if apt:
            (bin / "apt-get").write_text(APT, "utf8")
            (bin / "apt-get").chmod(0o755)
        log.write_text("", "utf8")
        done = subprocess.run(
            ["bash", ROOT / ".ci" / "system"], capture_output=True, text=True, timeout=60,
            env={"PATH": str(bin), "LOG": str(log), "LACKS": lacks},
        )
        return done.returncode, done.stdout + done.stderr, log.read_text("utf8").split()

    return run


def test_a_bare_machine_gets_everything(system):
    assert system() == (0, "", NEEDED)


def test_a_machine_that_has_everything_is_left_alone(system):
    code, said, asked = system("make", "git", "python3", "google-chrome", "fc-list", "pandoc", "bwrap")
    assert (code, asked) == (0, [])
    assert "Everything is here" in said


def test_a_package_that_does_not_exist_keeps_no_other_away(system):
    code, said, asked = system("make", "git", lacks="chromium")
    assert (code, asked) == (1, NEEDED[2:])
    assert said.startswith("Could not be installed with apt-get: chromium. ")


def test_elsewhere_it_says_what_to_install(system):
    code, said, asked = system("make", "git", "python3", apt=False)
    assert (code, asked) == (1, [])
    assert said.startswith("Missing here: chromium fontconfig fonts-noto-cjk pandoc bubblewrap. ")
