"""A whole session in a real pseudo-terminal, as a learner has it; and the same course where nobody can press a key."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import time

import pytest

from lossedu.exercises import questions
from lossedu.exercises.first_tries import count
from lossedu.exercises.page import course_order
from lossedu.exercises.progress import Entry, save, stay_at
from lossedu.terminal.shell import open_course

pty = pytest.importorskip("pty", reason="pseudo-terminals exist on Linux and macOS")
termios = pytest.importorskip("termios")

ESCAPES = re.compile(r"\x1b\]8;[^\x1b]*\x1b\\|\x1b\[[0-9;?]*[A-Za-z]")
COMMAND = [sys.executable, "-m", "lossedu.cli"]
# A page whose first three exercises begin with an empty answer.
FIRST, SECOND, THIRD = [task for task in course_order() if task.chapter == "conventions"][:3]
SECONDS = 60  # the machine may be busy


class Session:
    """The program in a terminal: what it shows, what is typed, how it ends."""

    def __init__(self, folder, *arguments):
        self.outer, self.inner = pty.openpty()
        fcntl.ioctl(self.inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self.modes = termios.tcgetattr(self.inner)
        # As a program in the background of a script begins; a quiz reads lines, and hears Ctrl-C as any program does.
        self.at_ctrl_c = signal.SIG_DFL if arguments else signal.SIG_IGN
        self.process = subprocess.Popen([*COMMAND, *arguments], cwd=folder, stdin=self.inner, stdout=self.inner,
                                        stderr=self.inner, env=os.environ | {"TERM": "xterm-256color"},
                                        preexec_fn=self.own_terminal)
        self.raw = ""

    def own_terminal(self):
        os.setsid()
        signal.signal(signal.SIGINT, self.at_ctrl_c)
        fcntl.ioctl(self.inner, termios.TIOCSCTTY, 0)  # so that Ctrl-C reaches the program

    def shows(self, *parts):
        """Wait until the last screen holds all of these, and return it."""
        end = time.monotonic() + SECONDS
        while not all(part in self.screen for part in parts):
            assert time.monotonic() < end, f"waited for {parts}, saw:\n{self.screen}"
            if select.select([self.outer], [], [], 0.2)[0]:
                self.raw += os.read(self.outer, 65536).decode("utf-8", "replace")
        return self.screen

    @property
    def screen(self):
        return ESCAPES.sub("", self.raw.rpartition("\x1b[2J")[2]).replace("\r\n", "\n")

    def types(self, text):
        os.write(self.outer, text.encode())

    def ends(self):
        """Wait for the end; return the exit code, and whether the terminal is as it was."""
        code = self.process.wait(SECONDS)
        return code, termios.tcgetattr(self.inner) == self.modes

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.outer)
        os.close(self.inner)


@pytest.fixture
def session(here, monkeypatch):
    monkeypatch.delenv("NO_COLOR")
    stay_at(FIRST)
    opened = Session(here)
    yield opened
    opened.close()


def answer(file, name, body):
    """Write the body of a function, as an editor saves it."""
    text = file.read_text()
    at = text.index("...  # your answer here", text.index(f"def {name}("))
    file.write_text(text[:at] + body + text[at + len("...  # your answer here"):])


def test_a_session(session, here):
    file = here / "exercises" / f"{FIRST.chapter}.py"
    screen = session.shows(f"{FIRST.name}: NOT ATTEMPTED", "q: quit")
    assert f"exercises/{FIRST.chapter}.py:8" in screen and "0 of" in screen
    assert screen.count("\n\n") == 6 and all(line.startswith("  ") for line in re.findall(r"^.*`.*$", screen, re.M))
    assert "\x1b]8;id=" in session.raw and f"{file.as_uri()}\x1b\\" in session.raw  # the link

    answer(file, FIRST.name, "print('n is', n)\n    return valuess")
    screen = session.shows("RAISED", "q: quit")
    assert f'File "exercises/{FIRST.chapter}.py", line 11' in screen and "return valuess" in screen
    assert "name 'valuess' is not defined" in screen and "n is 27" in screen

    session.types("h")
    session.shows(f"Hint 1 of {len(FIRST.hints)}", "RAISED")

    whole = file.read_bytes()
    file.write_bytes(b"")
    session.shows("it is empty", "q: quit")
    file.write_bytes(b"\xff\xfe" + whole)
    session.shows("UTF-8", "q: quit")
    file.write_bytes(whole[:-40])  # half of it is saved
    session.shows("RAISED", "q: quit")
    file.write_bytes(whole.replace(b"return valuess", FIRST.solution.partition(":\n")[2].strip().encode()))
    screen = session.shows(f"{FIRST.name}: PASS.", f"{SECOND.name}: NOT ATTEMPTED", "q: quit")
    assert "1 of" in screen

    session.types("l")
    assert re.search(rf"> {SECOND.name} .*NOT ATTEMPTED \*", session.shows("Enter: go there"))
    session.types("\x1b[A")
    session.shows(f"> {FIRST.name} ")
    session.types("l")
    session.shows(f"{SECOND.name}: NOT ATTEMPTED", "h: hint")
    session.types("n")
    session.shows(f"{THIRD.name}: NOT ATTEMPTED", "h: hint")

    answer(file, THIRD.name, "return 1")
    session.shows("WRONG", "q: quit")
    before = file.read_bytes()
    session.types("r")
    session.shows("Go on? (y/n)")
    session.types("n")
    session.shows("Nothing was changed.")
    assert file.read_bytes() == before
    session.types("r")
    session.shows("Go on? (y/n)")
    session.types("y")
    session.shows(f"Back to the start: {THIRD.name}", f"{THIRD.name}: NOT ATTEMPTED", "h: hint")
    assert file.with_name(f"{file.name}.1.bak").read_bytes() == before != file.read_bytes()

    session.types("q")
    assert session.ends() == (0, True)
    assert "Traceback" not in session.raw
    if keep := os.environ.get("LOSSEDU_SESSION"):  # to read it: every screen, one below the other
        with open(keep, "w") as out:
            out.write(ESCAPES.sub("", session.raw.replace("\x1b[2J", "\n" + "=" * 100 + "\n")).replace("\r\n", "\n"))


@pytest.mark.parametrize(("how", "code"), [("\x03", 0), (signal.SIGTERM, 128 + signal.SIGTERM)])
def test_it_leaves_the_terminal_as_it_was(session, how, code):
    session.shows("q: quit", "NOT ATTEMPTED")
    session.types(how) if isinstance(how, str) else session.process.send_signal(how)
    assert session.ends() == (code, True)
    assert "Traceback" not in session.raw and "Aborted" not in session.raw


@pytest.mark.parametrize("how", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_a_quiz_can_be_left_at_any_question(here, how):
    asked = questions["mse"]
    opened = Session(here, "quiz", "mse")
    try:
        opened.shows(asked[0].text, "q leaves):")
        opened.types("abc"[asked[0].right] + "\n")
        opened.shows("Right.", asked[1].text, asked[1].choices[2][0], "q leaves):")
        opened.types(how)
        opened.shows(f"1 of {len(asked)} questions answered")
        assert opened.ends() == (0, True) and "Traceback" not in opened.raw and "Aborted" not in opened.raw
    finally:
        opened.close()
    assert count("mse").right == 1


def test_after_the_last_exercise_it_opens_all_the_same(here, capsys):
    save({task.name: Entry("PASS") for task in course_order()}, {})
    open_course(here / "exercises")
    assert "You have passed every exercise of the course." in capsys.readouterr().out
    assert not (here / "exercises").exists()


def test_a_folder_that_cannot_be_written_is_told(here, capsys):
    (here / "file").write_text("")
    open_course(here / "file" / "exercises")
    assert "cannot be written: Not a directory" in capsys.readouterr().out


def test_in_a_pipe_it_shows_the_exercise_once(here):
    done = subprocess.run(COMMAND, cwd=here, input="hq", capture_output=True, encoding="cp1252", timeout=SECONDS,
                          env={**os.environ, "PYTHONIOENCODING": "cp1252", "FORCE_COLOR": "", "NO_COLOR": ""})
    assert done.returncode == 0 and done.stderr == "" and "\x1b" not in done.stdout
    assert f"{course_order()[0].name}: NOT ATTEMPTED" in done.stdout and "lossedu check" in done.stdout
    assert "q: quit" not in done.stdout and "Hint" not in done.stdout
