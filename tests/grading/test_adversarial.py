"""Every row of the table of hostile submissions, as files, graded in one class, as root and as an unprivileged user."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from lossedu.grading.sandbox import WORKER, Limits, Sandbox, channel, site

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534

spec = importlib.util.spec_from_file_location("hostile", Path(__file__).with_name("hostile.py"))
hostile = importlib.util.module_from_spec(spec)
sys.modules["hostile"] = hostile
spec.loader.exec_module(hostile)

NAMES = ("squared_error_mean", "squared_error_gradient", "squared_error_best_constant")

GRADE = """
import json, sys
from pathlib import Path
from lossedu.grading.classroom import grade_class
from lossedu.grading.record import Record
from lossedu.grading.sandbox import Limits, find_isolation

isolation = find_isolation()
rows = grade_class(Path(sys.argv[1]), Record(Path(sys.argv[2])), NAMES, isolation, Limits(wall=6, cpu=3), jobs=3)
print(json.dumps({row.student: row.results for row in rows}))
"""


def cell(*lines: str, kind: str = "code", version: int = 4) -> str:
    return json.dumps({"nbformat": version, "nbformat_minor": 5, "metadata": {},
                       "cells": [{"cell_type": kind, "source": line, "metadata": {}} for line in lines]})


MEAN = "def squared_error_mean(y_true, y_pred):\n    return np.mean((y_true - y_pred) ** 2)\n"
STARTER = 'def squared_error_mean(y_true, y_pred):\n    """Mean."""\n    ...  # your answer here\n'

# Rows 15, 18, 19 and 20 are about files: name, content, what becomes of the first exercise.
FILES = {
    "15-syntax.ipynb": (cell("import numpy as np", "def squared_error_mean(y, p:\n    return 0"), ("UNREADABLE",)),
    "15-binary.py": (bytes(range(256)), ("UNREADABLE",)),
    "15-empty.py": (b"", ("UNREADABLE",)),
    "15-missing.py": (b"import numpy as np\n", ("MISSING",)),
    "15-truncated.ipynb": (cell(MEAN)[:-30], ("UNREADABLE",)),
    "15-nbformat99.ipynb": (cell(MEAN, version=99), ("UNREADABLE",)),
    "15-deep.ipynb": ("[" * 100_000, ("UNREADABLE",)),
    "15-deep-code.py": ("x = " + "(" * 5000 + ")" * 5000, ("MISSING", "UNREADABLE", "CRASHED")),
    "15-document.docx": (b"PK", ("UNREADABLE",)),
    "19-duplicated.ipynb": (cell("import numpy as np", MEAN, STARTER), ("PASS",)),
    "19-deleted.ipynb": (cell("import numpy as np"), ("MISSING",)),
    "19-retyped.ipynb": (cell("import numpy as np\n" + MEAN, kind="markdown"), ("PASS",)),
    "19-magic-cells.ipynb": (cell("%matplotlib inline\nimport numpy as np\n!pip install x", "%%time\n" + MEAN,
                             "%%bash\nrm -rf /"), ("PASS",)),
    "19-untouched.ipynb": (cell("import numpy as np", STARTER), ("NOT ATTEMPTED",)),
    "19-checks.ipynb": (cell("import numpy as np\nfrom lossedu.exercises import check\nfrom lossedu import data\n"
                             "houses = data.load('house_prices')", MEAN + "\ncheck(squared_error_mean)\n"
                             "assert len(houses) == 546"), ("PASS",)),
    "20=cmd(),\n\"ü 张\".py": ("import numpy as np\n" + MEAN, ("PASS",)),
}


def write_traps(folder: Path) -> None:
    """Row 18: what points out of a zip or a folder, or is much larger inside than outside."""
    (folder / "18-link.py").symlink_to("/etc/passwd")
    (folder / "18-linked-folder").mkdir()
    (folder / "18-linked-folder" / "a.py").symlink_to("/etc/passwd")
    os.mkfifo(folder / "18-pipe.py")
    with zipfile.ZipFile(folder / "18-bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.py", b"#" * (100 << 20))
    with zipfile.ZipFile(folder / "18-outside.zip", "w") as archive:
        archive.writestr("../a.py", MEAN)
    with zipfile.ZipFile(folder / "18-linked-zip.zip", "w") as archive:
        member = zipfile.ZipInfo("a.py")
        member.external_attr = 0o120777 << 16
        archive.writestr(member, "/etc/passwd")
    (folder / "18-damaged.zip").write_bytes(b"PK\3\4 and no more")
    with zipfile.ZipFile(folder / "18-good.zip", "w") as archive:
        archive.writestr("week/a.py", "import numpy as np\n" + MEAN)


def expected() -> dict[str, tuple[str, ...]]:
    """What may become of the first exercise, by student."""
    cases = {f"{case.row:02}-{case.name}".replace("/", " "): case.states for case in hostile.CASES}
    files = {Path(name).stem if Path(name).suffix != ".docx" else name: states for name, (_, states) in FILES.items()}
    linked = dict.fromkeys(["18-link", "18-linked-folder", "18-pipe", "18-bomb", "18-outside", "18-linked-zip",
                            "18-damaged"], ("UNREADABLE",)) | {"18-good": ("PASS",)}
    return cases | files | linked


class Listener:
    """A server on this machine that nobody in the sandbox may reach."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.reached = 0
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                self.server.accept()
            except OSError:
                return
            self.reached += 1


def python_for_nobody() -> list[str] | str:
    """A Python with our NumPy that an unprivileged user can start, or why there is none."""
    packages = Path(np.__file__).parents[1]
    version = tuple(sys.version_info[:2])
    script = f"import sys, numpy; assert sys.version_info[:2] == {version}; import lossedu.grading.sandbox"
    for python in dict.fromkeys([sys.executable, shutil.which("python3", path="/usr/bin:/usr/local/bin")]):
        if not python:
            continue
        command = [python]
        environment = {"PYTHONPATH": f"{ROOT}:{packages}", "PATH": os.environ["PATH"]}
        try:
            done = subprocess.run([*command, "-B", "-c", script], user=NOBODY, group=NOBODY, extra_groups=[], cwd="/",
                                  env=environment, capture_output=True)
        except OSError:
            continue
        if not done.returncode:
            return command
    return "no Python of this version with NumPy can be started by an unprivileged user"


@pytest.fixture(scope="module", params=["this user", "unprivileged"])
def graded(request, isolation):
    """All hostile submissions, graded: results by student, the canary's path, and the listener."""
    command, extra = [sys.executable], {}
    if request.param == "unprivileged":
        if os.geteuid() != 0:
            pytest.skip("this user is unprivileged already")
        command = python_for_nobody()
        if isinstance(command, str):
            pytest.skip(command)
        extra = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    base = Path(tempfile.mkdtemp(prefix="lossedu-hostile-"))
    base.chmod(0o755)
    folder, out, canary, listener = base / "submissions", base / "out", base / "canary", Listener()
    folder.mkdir()
    out.mkdir()
    if extra:
        os.chown(out, NOBODY, NOBODY)
    for case in hostile.CASES:
        source = case.source.replace("CANARY", str(canary)).replace("PORT", str(listener.server.getsockname()[1]))
        (folder / f"{case.row:02}-{case.name}.py".replace("/", " ")).write_text(source, encoding="utf-8")
    for name, (content, _) in FILES.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    write_traps(folder)
    environment = {"PYTHONPATH": f"{ROOT}:{Path(np.__file__).parents[1]}", "PATH": os.environ["PATH"],
                   "LOSSEDU_LANG": "en"}
    done = subprocess.run([*command, "-B", "-c", GRADE.replace("NAMES", repr(NAMES)), str(folder), str(out)],
                          cwd="/", env=environment, capture_output=True, text=True, timeout=300, **extra)
    assert not done.returncode, done.stderr
    yield json.loads(done.stdout), canary, listener
    listener.server.close()
    shutil.rmtree(base)


@pytest.mark.parametrize("student", sorted(expected()))
def test_a_hostile_submission_gets_what_it_deserves(graded, student):
    found = graded[0][student][NAMES[0]]
    assert found["state"] in expected()[student], found
    assert found["points"] == (found["of"] if found["state"] == "PASS" else 0)


@pytest.mark.parametrize("case", hostile.CASES, ids=lambda case: f"{case.row}-{case.name}")
def test_its_other_exercises_are_graded_all_the_same(graded, case):
    found = graded[0][f"{case.row:02}-{case.name}".replace("/", " ")]
    assert {found[name]["state"] for name in NAMES[1:]} <= set(case.others)


TOLD = [case for case in hostile.CASES if case.says]


@pytest.mark.parametrize("case", TOLD, ids=lambda case: f"{case.row}-{case.name}")
def test_the_verdict_says_what_happened(graded, case):
    found = graded[0][f"{case.row:02}-{case.name}".replace("/", " ")][NAMES[0]]
    assert case.says in " ".join(found["sentences"])


def test_the_host_is_untouched(graded):
    _, canary, listener = graded
    assert not canary.exists()
    assert listener.reached == 0


def test_nobody_is_left_of_the_class(graded):
    def survivors():
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if str(site() / WORKER).encode() in (process / "cmdline").read_bytes():
                    found.append(process.name)
            except OSError:
                continue
        return found

    deadline = time.monotonic() + 10
    while survivors() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not survivors()


def run(isolation, source, name, *arguments, limits=None):
    with Sandbox([("a", source)], isolation, limits or Limits(wall=8, cpu=4)) as sandbox:
        return [channel.outcomes(sandbox.run(each, [arguments]), 1)[0] for each in name.split()]


def test_a_bug_left_as_it_was_handed_out_is_not_attempted(isolation):
    starter = "def half(x):\n    return x / 3"
    with Sandbox([("a", starter)], isolation, Limits(wall=8, cpu=4)) as sandbox:
        assert channel.outcomes(sandbox.run("half", [(1.0,)], starter), 1)[0].state == "NOT ATTEMPTED"
        assert channel.outcomes(sandbox.run("half", [(1.0,)]), 1)[0].value == pytest.approx(1 / 3)


LEAVES = """
import os, time
def leave():
    for _ in range(5):
        if not os.fork():
            os.setsid()
            if not os.fork(): time.sleep(1000)
            os._exit(0)
    open("/tmp/left", "w").write("here")
    return 1
def count():
    return len([p for p in os.listdir("/proc") if p.isdigit()])
"""


def test_an_exercise_leaves_no_process_to_the_next(isolation):
    if isolation != "bubblewrap":
        pytest.skip("without a process namespace orphans cannot be found")
    left, count = run(isolation, LEAVES, "leave count")
    assert left.value == 1
    assert count.value == 2  # the worker and the child that counts


REACH = """
import os
def reach():
    def refused(action):
        try: action()
        except OSError: return True
        return False
    return [refused(lambda: open("/proc/1/mem", "r+b")), refused(lambda: os.listdir("/proc/1/fd")),
            refused(lambda: open("/proc/1/environ").read()), refused(lambda: os.setuid(0)),
            refused(lambda: open("/dev/x", "w")), refused(lambda: os.mkdir("/x")),
            refused(lambda: os.memfd_create("x"))]
"""


def test_the_worker_and_the_walls_are_out_of_reach(isolation):
    if isolation != "bubblewrap":
        pytest.skip("without walls there is nothing to reach through")
    assert run(isolation, REACH, "reach")[0].value.all()


NAMESPACE = """
import ctypes
def namespace():
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.unshare(0x10000000), libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0)]
"""


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the call's number is that of x86_64")
def test_no_new_namespace_with_mounts_of_its_own(isolation):
    assert (run(isolation, NAMESPACE, "namespace")[0].value == -1).all()


def test_secret_inputs_do_not_leave_by_the_error_text(isolation):
    source = "def f(x):\n    raise ValueError(str(x))\n\ndef g(x):\n    raise type(str(x), (Exception,), {})(str(x))\n"
    for outcome in run(isolation, source, "f g", 1234.5678):
        assert outcome.state == "RAISED"
        assert "1234" not in outcome.detail
