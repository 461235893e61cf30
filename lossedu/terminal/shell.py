"""The session in a terminal: it reads keys, looks for saved files, draws, and does what the state asks for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from lossedu.exercises.exercise import Exercise
from lossedu.exercises.help import current_exercise, next_hint
from lossedu.exercises.page import course_order
from lossedu.exercises.progress import entry, stay_at
from lossedu.language import translate
from lossedu.terminal.answers import place_of, stamps
from lossedu.terminal.checking import Unread, check_and_remember
from lossedu.terminal.keys import Keyboard, keyboard
from lossedu.terminal.reset import NotReset, reset
from lossedu.terminal.session import (
    CHECK,
    HINT,
    QUIT,
    Event,
    Hinted,
    Judged,
    Key,
    Saved,
    State,
    Taken,
    opened,
    screen,
    step,
    view,
)
from lossedu.terminal.words import make_console, show

SECONDS = 0.3  # between two looks at the folder


def open_course(folder: Path) -> None:
    """Open the course at the current exercise, and stay until the learner quits; in a pipe, show it once."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        # Ctrl-C is one more way to leave.
        with keyboard() as keys, suppress(KeyboardInterrupt):
            Shell(folder).run(keys)
        print()
    else:
        shell = Shell(folder)
        state = shell.settled(opening(), draws=False)
        show(shell.console, screen(state, shell.console.height))
        print(translate("Write your answers, then: lossedu check"))


def opening() -> State:
    """The state at which the learner left."""
    tasks = tuple(course_order())
    return opened(tasks, {task.name: entry(task).state for task in tasks}, current_exercise())


class Shell:
    """What stands around the state: the learner's folder, what was saved there when, and the console."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.console = make_console()
        self.seen = stamps(folder)

    def run(self, keys: Keyboard) -> None:
        """Listen and draw until the state wants to quit."""
        state = self.settled(opening())
        self.draw(state)
        while state.wants != QUIT:
            for event in self.events(keys):
                if state.wants != QUIT:
                    state = self.settled(step(state, event))
                    self.draw(state)

    def settled(self, state: State, draws: bool = True) -> State:
        """The state after everything that it asks for is done."""
        while state.wants not in ("", QUIT):
            if draws:
                self.draw(state)
            state = step(state, self.do(state))
        return state

    def events(self, keys: Keyboard) -> Iterator[Event]:
        """The keys that are pressed next, else whether something was saved."""
        pressed = keys.wait(SECONDS)
        yield from map(Key, pressed)
        if not pressed and (now := stamps(self.folder)) != self.seen:
            self.seen = now
            yield Saved()

    def do(self, state: State) -> Event:
        """Do what the state asks for, and tell what came of it."""
        task = state.current
        assert task is not None  # a state without an exercise asks for nothing
        if state.wants == HINT:
            number, text = next_hint(task)
            return Hinted(translate("Hint {n} of {all}", n=number, all=len(task.hints)) + f": {text}")
        return self.check(task) if state.wants == CHECK else self.reset(task)

    def check(self, task: Exercise) -> Judged:
        """Check the answer in a process of its own."""
        stay_at(task)
        try:
            place = place_of(task, self.folder)
        except OSError as error:
            return Judged(None, why=translate("{folder} cannot be written: {error}", folder=self.folder,
                                              error=error.strerror))
        self.seen = stamps(self.folder)  # before the file is read, so that what is saved meanwhile is checked again
        try:
            found = check_and_remember(place.file, [task.name])
        except Unread as error:
            return Judged(place, why=str(error))
        return Judged(place, found[0] if found else None)

    def reset(self, task: Exercise) -> Taken:
        """Take the answer back."""
        try:
            return Taken(tuple(reset([task], self.folder)))
        except NotReset as error:
            return Taken((str(error),), done=False)

    def draw(self, state: State) -> None:
        """Draw the whole screen anew."""
        self.console.clear()
        show(self.console, view(state, self.console.height))
