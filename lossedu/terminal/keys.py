"""Keys one at a time, without Enter: from termios on Linux and macOS, from msvcrt on Windows."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

END = "end of input"
ARROWS = {"\x1b[A": "up", "\x1b[B": "down", "\x1bOA": "up", "\x1bOB": "down", "\x1b": "escape"}
KEY = re.compile(r"\x1b(?:\[[0-?]*[@-~]|O.|\w)?|[^\x1b]")  # a letter, or a key without one, such as F5 or Alt-q
ARROWS_OF_WINDOWS = {"H": "up", "P": "down"}


class Keyboard(Protocol):
    """Where keys come from."""

    def wait(self, seconds: float) -> list[str]:
        """The keys that were pressed, at latest after some seconds; END when no more can come."""


@contextmanager
def keyboard() -> Iterator[Keyboard]:
    """Read keys as they are pressed; afterwards the terminal is as it was, whatever happened."""
    if sys.platform == "win32":
        yield WindowsKeyboard()
        return
    import signal
    import termios
    import tty

    number = sys.stdin.fileno()
    before = termios.tcgetattr(number)

    def leave(*_: object) -> None:
        raise SystemExit(128 + signal.SIGTERM)

    def come_back(*_: object) -> None:
        tty.setcbreak(number)  # the shell takes the terminal while the program is stopped with Ctrl-Z

    # A program that was started in the background of a script is deaf to Ctrl-C, unless it asks to hear it.
    handlers: dict[int, Any] = {signal.SIGTERM: leave, signal.SIGCONT: come_back,
                                signal.SIGINT: signal.default_int_handler}
    old = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        tty.setcbreak(number)  # Ctrl-C still interrupts
        yield PosixKeyboard(number)
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)
        for signal_number, handler in old.items():
            signal.signal(signal_number, handler)


class PosixKeyboard:
    """Keys from a terminal in cbreak mode."""

    def __init__(self, number: int) -> None:
        self.number = number

    def wait(self, seconds: float) -> list[str]:
        import select

        if not select.select([self.number], [], [], seconds)[0]:
            return []
        try:
            data = os.read(self.number, 64)
        except OSError:  # the terminal was closed
            data = b""
        names = (ARROWS.get(key, key) for key in KEY.findall(data.decode("utf-8", "ignore")))
        return [END] if not data else [name for name in names if not name.startswith("\x1b")]


class WindowsKeyboard:
    """Keys from a console of Windows."""

    def wait(self, seconds: float) -> list[str]:
        import msvcrt

        until = time.monotonic() + seconds
        while not msvcrt.kbhit():  # type: ignore[attr-defined]
            if time.monotonic() >= until:
                return []
            time.sleep(0.02)
        key: str = msvcrt.getwch()  # type: ignore[attr-defined]
        if key in "\x00\xe0":  # the first half of a key without a letter
            second: str = msvcrt.getwch()  # type: ignore[attr-defined]
            return [ARROWS_OF_WINDOWS[second]] if second in ARROWS_OF_WINDOWS else []
        if key == "\x03":
            raise KeyboardInterrupt
        return ["escape" if key == "\x1b" else key]
