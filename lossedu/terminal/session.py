"""A session at one exercise after another, without a terminal: what each event makes of the state, and what is seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from lossedu.exercises.example import whole_prompt
from lossedu.exercises.exercise import Exercise, points_text
from lossedu.exercises.help import first_open
from lossedu.grading.local import Checked
from lossedu.language import translate
from lossedu.terminal.answers import Place
from lossedu.terminal.keys import END
from lossedu.terminal.words import Line, bar, verdict_lines

# What the state may ask of the shell: to check the current exercise, to take it back, to give a hint, to end.
CHECK, RESET, HINT, QUIT = "check", "reset", "hint", "quit"
ROOM = 8  # rows of the screen that a list leaves for other things


@dataclass(frozen=True)
class State:
    """What a session knows.

    Attributes
    ----------
    tasks : tuple of Exercise
        In the order of the book.
    states : dict of str to str
        The best state reached in each.
    current : Exercise or None
        None when all are passed.
    wants : str
        What the shell is to do next: CHECK, RESET, HINT, QUIT or "".
    mode : str
        "exercise", "list", or "reset" while the question is open.
    place : Place or None
        Where the current exercise is answered.
    checked : Checked or None
        What the last check found.
    hint : str
        The hint that was asked for last.
    cursor : int
        The row that is chosen in the list.
    notes : tuple of str
        What has just happened.
    """

    tasks: tuple[Exercise, ...]
    states: Mapping[str, str]
    current: Exercise | None
    wants: str = ""
    mode: str = "exercise"
    place: Place | None = None
    checked: Checked | None = None
    hint: str = ""
    cursor: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Key:
    """A key was pressed."""

    name: str


@dataclass(frozen=True)
class Saved:
    """A file of the folder was saved."""


@dataclass(frozen=True)
class Judged:
    """The current exercise was checked, or could not be, and then `why` says why."""

    place: Place | None
    checked: Checked | None = None
    why: str = ""


@dataclass(frozen=True)
class Hinted:
    """A hint was given."""

    text: str


@dataclass(frozen=True)
class Taken:
    """The current exercise was taken back to the start, or could not be; the sentences say so."""

    sentences: tuple[str, ...]
    done: bool = True


Event: TypeAlias = Key | Saved | Judged | Hinted | Taken


def opened(tasks: tuple[Exercise, ...], states: Mapping[str, str], current: Exercise | None) -> State:
    """The state in which a session begins."""
    return State(tasks, states, current, wants=CHECK if current else "")


def step(state: State, event: Event) -> State:
    """The state after an event; it also says what the shell is to do."""
    state = replace(state, wants="")
    match event:
        case Key(name):
            return pressed(replace(state, notes=()), name)
        case Saved():
            return replace(state, wants=CHECK if state.current else "")
        case Judged():
            return judged(state, event)
        case Hinted(text):
            return replace(state, hint=text)
        case Taken(sentences, done):
            states = {**state.states}
            if done and state.current:
                states[state.current.name] = "NOT ATTEMPTED"
            return replace(state, states=states, notes=sentences, wants=CHECK)


def pressed(state: State, key: str) -> State:
    """The state after a key."""
    if key == END or (key == "q" and state.mode != "reset"):
        return replace(state, wants=QUIT)
    if state.mode == "reset":
        answer = replace(state, mode="exercise")
        if key == "y":
            return replace(answer, wants=RESET)
        return replace(answer, notes=(translate("Nothing was changed."),))
    if state.mode == "list":
        return in_list(state, key)
    if key == "l":
        row = state.tasks.index(state.current) if state.current else 0
        return replace(state, mode="list", cursor=row)
    if key == "h" and state.current:
        return replace(state, wants=HINT)
    if key == "n" and state.current:
        return moved(state, following(state))
    if key == "r" and state.current:
        return replace(state, mode="reset")
    return state


def in_list(state: State, key: str) -> State:
    """The state after a key in the list: up and down, Enter to go there, anything else to go back."""
    if key in ("up", "k"):
        return replace(state, cursor=max(state.cursor - 1, 0))
    if key in ("down", "j"):
        return replace(state, cursor=min(state.cursor + 1, len(state.tasks) - 1))
    if key in ("\r", "\n"):
        return moved(state, state.tasks[state.cursor])
    return replace(state, mode="exercise")


def judged(state: State, event: Judged) -> State:
    """The state after a check: the same exercise, or the next one when this one has just been passed."""
    state = replace(state, place=event.place, checked=event.checked)
    if event.why or not event.checked or not state.current:
        return replace(state, notes=(event.why,) if event.why else state.notes)
    name, verdict = state.current.name, event.checked.verdict
    before = state.states[name]
    if before == "PASS" or verdict.state in ("NOT ATTEMPTED", "MISSING"):
        return state
    state = replace(state, states={**state.states, name: verdict.state})
    if not verdict.passed:
        return replace(state, notes=())
    passed = f"{name}: {translate('PASS')}. {' '.join(verdict.sentences)}"
    return replace(moved(state, following(state)), notes=(*state.notes, passed))


def moved(state: State, task: Exercise | None) -> State:
    """The state at another exercise, which is to be checked at once."""
    return replace(state, current=task, mode="exercise", wants=CHECK if task else "", place=None, checked=None, hint="",
                   notes=() if task is not state.current else state.notes)


def following(state: State) -> Exercise | None:
    """The first exercise after the current one that is not passed; the current one itself comes last."""
    at = state.tasks.index(state.current) + 1 if state.current else 0
    return first_open(state.tasks[at:] + state.tasks[:at], state.states)


def view(state: State, rows: int) -> list[Line]:
    """The lines of a terminal of so many rows."""
    return [*screen(state, rows), Line(), last_line(state)]


def screen(state: State, rows: int) -> list[Line]:
    """What there is to read; the keys are not part of it."""
    head = [bar(sum(reached == "PASS" for reached in state.states.values()), len(state.tasks)), Line()]
    head += [Line(note, "bold") for note in state.notes] + [Line()] * bool(state.notes)
    if state.mode == "list":
        return [*head, *list_lines(state, max(rows - ROOM, 3))]
    if state.current is None:
        return [*head, Line(translate("You have passed every exercise of the course."), "bold")]
    return [*head, *exercise_lines(state.current, state.place), Line(), *outcome(state)]


def exercise_lines(task: Exercise, place: Place | None) -> Iterator[Line]:
    """Title, file and prompt."""
    yield Line(f"{task.name}: {translate(task.title)} ({points_text(task.points)})", "bold")
    if place:
        yield Line(str(place), "cyan", place.file)
    for paragraph in whole_prompt(task).split("\n\n"):
        yield from (Line(), Line("  " + " ".join(paragraph.split("\n"))))


def outcome(state: State) -> Iterator[Line]:
    """What the last check found, and the hint that was asked for."""
    if state.wants == CHECK:
        yield Line(translate("Checking ..."), "dim")
    elif state.checked:
        yield from verdict_lines(state.checked)
    if state.hint:
        yield from (Line(), Line(state.hint, "yellow"))


def last_line(state: State) -> Line:
    """The keys, or the open question."""
    if state.mode == "reset" and state.current:
        question = translate("This overwrites your answers to {names}. Go on?", names=state.current.name)
        return Line(f"{question} (y/n)", "bold")
    if state.mode == "list":
        return Line(translate("up/down: choose   Enter: go there   l: back   q: quit"), "bold")
    if state.current is None:
        return Line(translate("l: list   q: quit"), "bold")
    return Line(translate("h: hint   l: list   n: next   r: reset   q: quit"), "bold")


def list_lines(state: State, rows: int) -> Sequence[Line]:
    """As many exercises around the chosen one as there is room for."""
    first = min(max(state.cursor - rows // 2, 0), max(len(state.tasks) - rows, 0))
    width, wide = (max(map(len, texts)) for texts in zip(*((task.name, task.chapter) for task in state.tasks)))
    lines = []
    for number, task in list(enumerate(state.tasks))[first:first + rows]:
        mark = ">" if number == state.cursor else " "
        reached = state.states[task.name]
        here = " *" if task is state.current else ""
        lines.append(Line(f"{mark} {task.name:<{width}}  {task.chapter:<{wide}}  {translate(reached)}{here}",
                          {"PASS": "green", "NOT ATTEMPTED": ""}.get(reached, "yellow")))
    return lines
