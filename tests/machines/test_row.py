"""A run is counted as it ended, stopped at its limit, and leaves no process behind; the table says all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from tests.machines import __main__ as program
from tests.machines.effect import Effect, Machine
from tests.machines.row import Result, read, run
from tools.pages import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="this runs on Linux and macOS")

SUITE = """
import os, pytest
def test_right(): pass
def test_wrong(): assert os.environ["PLANTED"] == "no"
@pytest.mark.skip(reason="shown as skipped")
def test_left_out(): pass
@pytest.fixture
def broken(): raise OSError
def test_error(broken): pass
"""
# A child in a session of its own, as the kernel of a notebook is; its id goes to a file.
SLEEPER = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], start_new_session=True)
open(sys.argv[1], "w").write(str(child.pid))
{ignore}
time.sleep(300)
"""
IGNORE = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"


def gone(pid: int) -> bool:
    """Return whether a process is gone, or is soon."""
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.1)
    return False


def test_counts_and_names(tmp_path):
    (tmp_path / "test_it.py").write_text(SUITE, "utf8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, tmp_path]
    out = run(command, {**os.environ, "PLANTED": "yes"}, tmp_path / "log", 60, "row")
    assert (out.passed, out.failed, out.skipped, out.problem) == (1, 2, 1, "")
    assert [name.split("::")[-1] for name in out.names] == ["test_wrong", "test_error"]
    assert out.bad and 0 < out.seconds < 60
    assert "PLANTED" not in os.environ


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("raise SystemExit(3)", "pytest ended with code 3"),
        ("import os; os.kill(os.getpid(), 9)", "pytest ended with code -9"),
        ("print('0 passed in 1s')", "no test ran"),
        ("print('4 passed in 1s'); raise SystemExit(1)", "pytest failed without naming a test"),
        ("print('4 passed in 1s')", ""),
    ],
)
def test_a_run_that_ends_otherwise_is_no_pass(tmp_path, code, problem):
    out = run([sys.executable, "-c", code], dict(os.environ), tmp_path / "log", 60, "row")
    assert (out.problem, out.bad) == (problem, bool(problem))


@pytest.mark.parametrize("ignore", ["", IGNORE], ids=["willing", "deaf"])
def test_the_limit_ends_a_run_and_what_it_started(tmp_path, ignore):
    note = tmp_path / "pid"
    out = run([sys.executable, "-c", SLEEPER.format(ignore=ignore), note], dict(os.environ), tmp_path / "log", 3, "row")
    assert out.problem == "stopped after 3 seconds" and out.bad
    assert out.seconds < 30
    assert gone(int(note.read_text()))


@pytest.mark.parametrize("before", [signal.default_int_handler, signal.SIG_IGN], ids=["at a terminal", "in a script"])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_children(tmp_path, how, before):
    note, script = tmp_path / "pid", tmp_path / "script.py"
    script.write_text(SLEEPER.format(ignore=""), "utf8")
    main = (
        "import sys\nfrom pathlib import Path\nfrom tests.machines import __main__ as program\n"
        "program.PYTEST, program.WHAT = sys.argv[1:3], ()\nprogram.BUILD = Path(sys.argv[3])\n"
        "sys.argv[1:] = ['this']\nsys.exit(program.main())"
    )
    started = subprocess.Popen(
        [sys.executable, "-c", main, script, note, tmp_path], cwd=ROOT, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, preexec_fn=lambda: signal.signal(signal.SIGINT, before),
    )
    try:
        limit = time.monotonic() + 60
        while not (note.exists() and note.read_text()):
            assert started.poll() is None and time.monotonic() < limit
            time.sleep(0.1)
        started.send_signal(how)
        assert started.wait(30) == {signal.SIGINT: 130, signal.SIGTERM: 143}[how]
        assert gone(int(note.read_text()))
    finally:
        started.kill()
        started.communicate()


def test_the_failures_of_notebooks_keep_their_names():
    text = "FAILED book/en/a.ipynb::Cell 3 - differs\nERROR tests/b.py\n1 failed, 7 passed, 2 skipped, 1 error in 3s\n"
    assert read(text) == Result(7, 2, 2, names=["book/en/a.ipynb::Cell 3", "tests/b.py"])


def test_the_bytecode_of_a_row_is_kept_outside_of_the_tree(tmp_path, monkeypatch):
    """Where none is kept, each kernel of a page compiles all that it imports, and a row takes half as long again."""
    (tmp_path / "imported.py").write_text("print('1 passed')", "utf8")
    monkeypatch.setattr(program, "PYTEST", ("-c", f"import sys; sys.path[0] = {str(tmp_path)!r}; import imported"))
    monkeypatch.setattr(program, "WHAT", ())
    monkeypatch.setattr(program, "BUILD", tmp_path / "build")
    (tmp_path / "build").mkdir()
    out = program.tests(sys.executable, {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, "row", "row")
    assert (out.passed, out.problem) == (1, "")
    kept = [file.relative_to(tmp_path).parts[:2] for file in tmp_path.rglob("imported.*.pyc")]
    assert kept == [("build", "bytecode")]


@pytest.fixture
def machines(monkeypatch, tmp_path):
    """The program with machines that answer at once; returns what it ran."""
    ran = []
    made = (Machine("this"), Machine("first", "Haswell"), Machine("twin", "Zen"), Machine("other", "Prescott"))
    monkeypatch.setattr(program, "MACHINES", made)
    monkeypatch.setattr(program, "BUILD", tmp_path)
    monkeypatch.setattr(program, "others", dict)
    kernels = {"Haswell": "Haswell", "Zen": "Haswell", "Prescott": "Katmai"}
    native = Effect("x86_64", ("SkylakeX",), ())
    monkeypatch.setenv("OPENBLAS_CORETYPE", "")
    monkeypatch.setattr(program, "measure", lambda python, environment: Effect(
        "x86_64", (kernels.get(environment.get("OPENBLAS_CORETYPE"), native.kernels[0]),), ()))
    monkeypatch.setattr(program, "tests", lambda python, environment, name, title: ran.append(name) or Result(passed=1))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    return ran


def test_what_computes_alike_runs_once_unless_it_is_named(machines, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["machines"])
    assert program.main() == 0
    assert machines == ["first", "other"]
    said = capsys.readouterr().out
    assert "computes as `make test` does, not run again" in said
    assert "computes as first does, not run again" in said
    monkeypatch.setattr(sys, "argv", ["machines", "twin", "this"])
    assert program.main() == 0
    assert machines[2:] == ["twin", "this"]


@pytest.mark.parametrize("bad", [Result(3, 1, names=["tests/x.py::test_y"]), Result(problem="no test ran")])
def test_one_bad_row_fails_the_program_and_is_named(machines, monkeypatch, capsys, bad):
    monkeypatch.setattr(sys, "argv", ["machines"])
    monkeypatch.setattr(program, "tests", lambda *given: bad if given[2] == "first" else Result(passed=1))
    assert program.main() == 1
    said = capsys.readouterr().out
    assert all(name in said for name in bad.names) and bad.problem in said
    assert "-m tests.machines first" in said


def test_a_setting_without_effect_fails_the_program_before_any_test(machines, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["machines"])
    monkeypatch.setattr(program, "measure", lambda python, environment: Effect("x86_64", ("SkylakeX",), ()))
    assert program.main() == 1
    assert machines == []
    assert "OPENBLAS_CORETYPE=Haswell took no effect" in capsys.readouterr().out


def test_an_unknown_name_is_said_in_a_line(machines, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["machines", "nope"])
    with pytest.raises(SystemExit) as stopped:
        program.main()
    assert stopped.value.code == 2
    assert "no row is named nope; there are: this, first, twin, other" in capsys.readouterr().err
