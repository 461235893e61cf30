"""A JupyterLab that cannot start says so in one line, and nothing is left behind."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location("lab_server", Path(__file__).with_name("conftest.py"))
server = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = server  # dataclasses look for their module
spec.loader.exec_module(server)


def start(home: Path, code: str) -> subprocess.Popen:
    with (home / "log").open("wb") as log:
        return subprocess.Popen([sys.executable, "-c", code], stdout=log, stderr=log, start_new_session=True)


def test_a_server_that_ends_at_once_is_told_by_its_last_words(tmp_path):
    process = start(tmp_path, "raise SystemExit('No module named tornado')")
    with pytest.raises(pytest.fail.Exception, match="exit code 1: No module named tornado; install it again"):
        server.address_of(process, tmp_path, seconds=20)


def test_a_server_that_never_answers_is_given_up(tmp_path):
    process = start(tmp_path, "import time; time.sleep(60)")
    try:
        with pytest.raises(pytest.fail.Exception, match="does not answer after 1 seconds: it said nothing"):
            server.address_of(process, tmp_path, seconds=1)
    finally:
        server.end(process)
    assert process.poll() is not None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups to end")
def test_a_server_that_does_not_listen_is_ended_with_its_children(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "PATIENCE", 1)
    process = start(tmp_path, "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
                    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
                    "print(child.pid, flush=True); time.sleep(60)")
    limit = time.monotonic() + 20
    while not (log := (tmp_path / "log").read_text().strip()):
        assert time.monotonic() < limit
        time.sleep(0.1)
    server.end(process)
    time.sleep(0.2)
    state = Path(f"/proc/{log}/stat")
    if sys.platform == "linux":  # a child that nobody has collected yet is dead all the same
        assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"
    else:
        with pytest.raises(ProcessLookupError):
            os.kill(int(log), 0)
