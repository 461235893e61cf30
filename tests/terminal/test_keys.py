"""Keys of both kinds of terminal: a pseudo-terminal here, and a console of Windows that is played."""

from __future__ import annotations

import os
import sys
from types import SimpleNamespace

import pytest

from lossedu.terminal import keys
from lossedu.terminal.keys import END, PosixKeyboard, WindowsKeyboard, keyboard

pty = pytest.importorskip("pty", reason="pseudo-terminals exist on Linux and macOS")
termios = pytest.importorskip("termios")


@pytest.fixture
def terminal(monkeypatch):
    """Both ends of a pseudo-terminal whose inner end is the standard input."""
    outer, inner = pty.openpty()
    with os.fdopen(inner, "r+b", buffering=0) as inside:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(fileno=lambda: inside.fileno()))
        yield outer, inside.fileno()
    os.close(outer)


@pytest.mark.parametrize(("typed", "read"), [
    (b"h", ["h"]), (b"hn", ["h", "n"]), (b"\x1b[A", ["up"]), (b"\x1bOB", ["down"]), (b"\x1b", ["escape"]),
    ("é".encode(), ["é"]), (b"\xff", []), (b"\r", ["\n"]), (b"\x1b[15~", []),
    (b"\x1bq", []), (b"\x1b[A\x1b[Ah", ["up", "up", "h"])])
def test_keys_come_without_enter(terminal, typed, read):
    outer, _ = terminal
    with keyboard() as board:
        assert board.wait(0) == []
        os.write(outer, typed)
        assert board.wait(5) == read


@pytest.mark.parametrize("error", [None, KeyboardInterrupt, SystemExit, ValueError])
def test_the_terminal_is_left_as_it_was(terminal, error):
    _, inner = terminal
    before = termios.tcgetattr(inner)
    try:
        with keyboard():
            assert termios.tcgetattr(inner) != before
            if error:
                raise error
    except BaseException as raised:
        assert type(raised) is error
    assert termios.tcgetattr(inner) == before


def test_the_end_of_input_is_a_key():
    reading, writing = os.pipe()
    os.close(writing)
    assert PosixKeyboard(reading).wait(1) == [END]
    os.close(reading)


def played(monkeypatch, pressed):
    """A console of Windows on which these characters are typed."""
    left = list(pressed)
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(kbhit=lambda: bool(left), getwch=lambda: left.pop(0)))
    monkeypatch.setattr(keys.sys, "platform", "win32")


@pytest.mark.parametrize(("typed", "read"), [
    ("h", ["h"]), ("\xe0H", ["up"]), ("\x00P", ["down"]), ("\xe0K", []), ("\x1b", ["escape"]), ("\r", ["\r"]), ("", []),
])
def test_keys_of_windows(monkeypatch, typed, read):
    played(monkeypatch, typed)
    with keyboard() as board:
        assert isinstance(board, WindowsKeyboard) and board.wait(0) == read


def test_ctrl_c_of_windows(monkeypatch):
    played(monkeypatch, "\x03")
    with keyboard() as board, pytest.raises(KeyboardInterrupt):
        board.wait(0)
