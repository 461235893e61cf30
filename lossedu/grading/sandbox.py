"""The sandbox where strangers' code runs: it holds Python, NumPy, the worker and the submission, and nothing else."""

from __future__ import annotations

import atexit
import itertools
import json
import os
import secrets
import select
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lossedu.grading import channel
from lossedu.language import translate
from lossedu.sandboxed.codec import Report

HERE = Path(__file__).parent
STAND_IN = HERE / "stand_in"
SANDBOXED = HERE.parent / "sandboxed"
DATA = HERE.parent / "data"
WORKER = "lossedu/sandboxed/worker.py"  # in the site folder

# Who runs strangers' code when we are root: numbers far from any account, another for each sandbox, because limits on
# processes are counted by user. They start anywhere, so that two gradings on one machine do not meet.
FIRST_UID, UIDS = 61_000, 4_000
_uids = itertools.count(secrets.randbelow(UIDS))

ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
               "HOME": "/tmp", "LANG": "C.UTF-8", "PATH": "/nonexistent"}


class NoIsolation(RuntimeError):
    """Strangers' code cannot be kept in; the message says why and what to do."""


class SandboxFailure(RuntimeError):
    """The sandbox itself failed, which is nobody's wrong answer."""


@dataclass(frozen=True)
class Limits:
    """What one exercise may use.

    Attributes
    ----------
    wall, cpu : int
        Seconds of clock and of processor.
    memory, file, answer : int
        Bytes of address space, of any file, and of what comes back.
    processes : int
    """

    wall: float = 10
    cpu: int = 6
    memory: int = 1 << 30
    file: int = 4 << 20
    answer: int = 4 << 20
    processes: int = 16


class Sandbox:
    """One submission's sandbox; use it with `with`.

    Parameters
    ----------
    cells : list of (str, str)
        Label and source of each part of the submission.
    isolation : {"bubblewrap", "trust"}
        What keeps it in: see `find_isolation`.
    limits : Limits
    """

    def __init__(self, cells: Sequence[tuple[str, str]], isolation: str, limits: Limits) -> None:
        self.cells, self.isolation, self.limits = cells, isolation, limits
        self.process: subprocess.Popen[bytes] | None = None  # the worker's, while there is one
        self.rest = b""

    def __enter__(self) -> Sandbox:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Start the worker and hand it the submission."""
        process = self.process = subprocess.Popen(
            command(self.isolation), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=ENVIRONMENT, cwd="/", bufsize=0)
        assert process.stdin and process.stdout
        self.put, self.get = process.stdin.fileno(), process.stdout.fileno()
        self.rest = b""
        for pipe in (self.put, self.get):
            os.set_blocking(pipe, False)
        try:
            # Starting Python on a busy machine may take long; that is no fault of the submission.
            ready = self.exchange({"cells": self.cells, "limits": asdict(self.limits)}, 60)
        except (EOFError, TimeoutError) as error:
            self.close()
            raise SandboxFailure(f"the sandbox did not open: {error}") from error
        if ready != "ready":
            self.close()
            raise SandboxFailure("the sandbox did not open as expected")

    def close(self) -> None:
        """Kill everything in the sandbox."""
        if self.process:
            self.process.kill()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe:
                    pipe.close()
            self.process.wait()
            self.process = None

    def run(self, name: str, calls: Sequence[tuple[Any, ...]], starter: str = "") -> Report:
        """Run one exercise on some calls, and return what the worker reports.

        A function with the code of `starter`, the text that was handed out, is not run.

        A worker that dies or does not answer gets another chance in a fresh sandbox, in case the machine was to blame.
        """
        order = {"name": name, "starter": starter, "calls": [[channel.pack(a) for a in call] for call in calls]}
        for _ in range(2):
            try:
                if not self.process:
                    self.open()
                # The worker keeps the clock; this one is for a worker that was silenced.
                report: Report = self.exchange(order, self.limits.wall + 30)
                return report
            except TimeoutError:
                report = {"text": "", "why": "TIMEOUT", "how": 0}
            except (EOFError, ValueError):
                report = {"text": "", "why": "", "how": -9}
            self.close()
        return report

    def exchange(self, message: object, seconds: float) -> Any:
        """Send one line and wait for one line."""
        deadline = time.monotonic() + seconds
        data = json.dumps(message).encode() + b"\n"
        put, get = self.put, self.get
        most = 8 * self.limits.answer
        while b"\n" not in self.rest:
            readable, writable, _ = select.select([get], [put] if data else [], [], max(0, deadline - time.monotonic()))
            if not readable and not writable:
                raise TimeoutError("no answer in time")
            if writable:
                data = data[self.send(put, data):]
            if readable:
                chunk = os.read(get, 1 << 20)
                self.rest += chunk
                if not chunk or len(self.rest) > most:
                    raise EOFError("the worker ended" if not chunk else "the worker sent too much")
        line, self.rest = self.rest.split(b"\n", 1)
        return json.loads(line)

    @staticmethod
    def send(put: int, data: bytes) -> int:
        """Write what goes into the pipe now."""
        try:
            return os.write(put, data[: 1 << 16])
        except BrokenPipeError as error:
            raise EOFError("the worker ended") from error


def command(isolation: str) -> list[str]:
    """The command line that starts a worker."""
    uid = FIRST_UID + next(_uids) % UIDS if os.geteuid() == 0 else -1
    if isolation == "trust":
        return [*python(), str(trusted_site() / WORKER), str(trusted_site()), str(uid)]
    return [*bubblewrap(), *python(), str(site() / WORKER), str(site()), str(uid)]


def python() -> list[str]:
    """Python without anything that an environment or a user could have added."""
    return [os.path.realpath(sys.executable), "-I", "-S", "-B"]


def site() -> Path:
    """The folder NumPy lives in; in the sandbox it holds what `contents` lists."""
    return Path(np.__file__).resolve().parent.parent


def contents() -> dict[str, Path]:
    """What the site folder in the sandbox holds: name there, file here.

    Of the course these are a stand-in for the package, the files that run in the sandbox, and the data sets.
    """
    libraries = site() / "numpy.libs"
    return {"numpy": site() / "numpy", **({"numpy.libs": libraries} if libraries.exists() else {}),
            "lossedu/__init__.py": STAND_IN / "__init__.py", "lossedu/exercises.py": STAND_IN / "exercises.py",
            "lossedu/sandboxed": SANDBOXED, "lossedu/data": DATA}


@cache
def bubblewrap() -> list[str]:
    """The walls: read-only system libraries and Python, an empty site folder with NumPy in it, small writable /tmp."""
    base = Path(sys.base_prefix)
    libraries = [Path(p) for p in ("/usr/lib", "/usr/lib64", "/lib", "/lib64")]
    bound = [p for p in dict.fromkeys([*libraries, base / "lib"]) if p.is_dir() and not p.is_symlink()]
    hidden = {site(), HERE.parent, Path(sysconfig.get_path("purelib", vars={"base": str(base)}))}
    hidden |= {*(p for folder in bound for p in folder.glob("python3*/*-packages"))}
    inside = [p for p in hidden if p == site() or any(p.is_relative_to(folder) for folder in bound)]
    walls = [shutil.which("bwrap") or "bwrap", "--die-with-parent", "--new-session", "--as-pid-1", "--clearenv",
             "--unshare-uts", "--hostname", "sandbox", "--unshare-ipc", "--unshare-pid", "--unshare-net",
             "--unshare-cgroup-try"]
    if os.geteuid() == 0:
        # As root no user namespace is needed; the worker changes to another user, and loses these two by that.
        walls += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        walls += ["--unshare-user", "--cap-drop", "ALL"]
    for name, value in ENVIRONMENT.items():
        walls += ["--setenv", name, value]
    # First, since the course or its Python may itself live under /tmp: mounted last, this would cover them.
    walls += ["--perms", "1777", "--size", str(16 << 20), "--tmpfs", "/tmp"]
    for link in (p for p in libraries if p.is_symlink()):
        walls += ["--symlink", os.readlink(link), str(link)]
    executable = os.path.realpath(sys.executable)
    # bubblewrap would make these folders unreadable for the unprivileged user that the worker changes to.
    ends = (*bound, site() / "lossedu" / "data", Path(executable))
    for folder in sorted({folder for end in ends for folder in end.parents} - {Path("/")}, key=str):
        walls += ["--perms", "0755", "--dir", str(folder)]
    for path in bound:
        walls += ["--ro-bind", str(path), str(path)]
    walls += ["--ro-bind", executable, executable, "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache",
              "--ro-bind-try", "/etc/alternatives", "/etc/alternatives"]
    for path in sorted(inside, key=str):
        walls += ["--perms", "0755", "--size", "65536", "--tmpfs", str(path)]
    walls += ["--perms", "0755", "--dir", str(site() / "lossedu")]
    for name, path in contents().items():
        walls += ["--ro-bind", str(path), str(site() / name)]
    for path in sorted(inside, key=str):
        walls += ["--remount-ro", str(path)]
    return [*walls, "--proc", "/proc", "--dev", "/dev",
            "--perms", "1777", "--size", str(1 << 20), "--tmpfs", "/dev/shm",
            "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]


@cache
def trusted_site() -> Path:
    """A folder that holds what the sandbox holds, for a worker without walls; it is removed at exit.

    NumPy is linked and ours is copied, because the worker's user may not be able to read the folder of the course.
    """
    root = Path(tempfile.mkdtemp(prefix="lossedu-sandbox-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    root.chmod(0o755)
    (root / "lossedu").mkdir(mode=0o755)
    for name, path in contents().items():
        if name.startswith("numpy"):
            (root / name).symlink_to(path)
        elif path.is_dir():
            shutil.copytree(path, root / name)
        else:
            shutil.copy(path, root / name)
    return root


PROBE = """
import os, socket
def probe(answers):
    def refused(action):
        try:
            action()
        except (OSError, ImportError):
            return True
        return False
    def losses():
        import lossedu.losses
    return [refused(losses), refused(lambda: os.listdir(answers)), refused(socket.socket),
            refused(lambda: open("/probe", "w")), os.getuid() != 0]
"""
PROBED = ("importing the reference answers", "reading the course's files", "opening a socket",
          "writing outside /tmp", "running as root")


def probe(isolation: str, limits: Limits) -> list[str]:
    """What a submission could do in such a sandbox though it must not.

    Raises
    ------
    SandboxFailure
        When the sandbox does not even open.
    """
    answers = str(HERE.parent / "exercises")
    with Sandbox([("probe", PROBE)], isolation, limits) as sandbox:
        report = sandbox.run("probe", [(answers,)])
    outcome = channel.outcomes(report, 1)[0]
    if not isinstance(outcome.value, np.ndarray) or outcome.value.shape != (len(PROBED),):
        raise SandboxFailure(f"the sandbox does not work: {outcome.state} {outcome.detail}")
    return [what for what, kept_in in zip(PROBED, outcome.value, strict=True) if not kept_in]


@cache
def find_isolation(trust: bool = False, limits: Limits = Limits()) -> str:
    """The isolation that works here, tried out: "bubblewrap", or "trust" where the caller asked for it.

    Parameters
    ----------
    trust : bool
        Accept a worker without walls, held by limits alone, where bubblewrap does not work.
    limits : Limits

    Returns
    -------
    str

    Raises
    ------
    NoIsolation
        When bubblewrap does not work and `trust` is false, or nothing works.
    """
    if not hasattr(os, "fork"):
        raise NoIsolation(translate("Grading needs Linux or macOS; on Windows, use the Windows Subsystem for Linux."))
    why = translate("bubblewrap is not installed (apt-get install bubblewrap)")
    if shutil.which("bwrap"):
        try:
            loose = probe("bubblewrap", limits)
        except SandboxFailure as error:
            why = translate("bubblewrap does not work here ({error})", error=error)
        else:
            if not loose:
                return "bubblewrap"
            why = translate("bubblewrap does not prevent: {what}", what=", ".join(loose))
    if not trust:
        raise NoIsolation(translate("Strangers' code cannot be kept in: {why}. Nothing was graded. "
                                    "--trust grades without walls; use it only for code you trust.", why=why))
    try:
        probe("trust", limits)
    except SandboxFailure as error:
        raise NoIsolation(translate("No worker can be started: {error}. Can everybody read {python} and NumPy? "
                                    "Root grades as nobody.", error=error, python=python()[0])) from error
    return "trust"
