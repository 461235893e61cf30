"""Turn a submission into functions: run its parts one by one, and tell an answer from a starter left as it was."""

from __future__ import annotations

import ast
import builtins
import re
import signal
from collections.abc import Iterator, Sequence
from types import CodeType
from typing import NamedTuple, TypeAlias

# Label and source of each part of a submission, as JSON brings them.
Cells: TypeAlias = Sequence[Sequence[str]]


class Fault(NamedTuple):
    """Something that went wrong while a submission was loaded.

    `concerns` is true when it happened to the function that is asked for. `text` gives nothing of the error's own words
    away; the error itself is for those who may read them.
    """

    concerns: bool
    text: str
    error: BaseException


Faults: TypeAlias = list[Fault]


def load(cells: Cells, name: str, seconds: float, starter: str = "") -> tuple[dict[str, object], Faults]:
    """Run the submission statement by statement, and return its names and what went wrong.

    A statement that fails or takes too long is left out, so that one fault costs little.
    """
    space: dict[str, object] = {"__name__": "submission", "__builtins__": builtins}
    faults: Faults = []
    alarm = getattr(signal, "setitimer", lambda *_: None)  # Windows has none
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, too_long)
    for label, statement in statements(cells, name, faults):
        concerns = getattr(statement, "name", None) == name
        if concerns and name in space and (is_bare(statement) or is_text(statement, starter)):
            continue  # a second copy of the starter does not undo an answer
        try:
            alarm(0, seconds)
            exec(compile(ast.Module([statement], []), f"<{label}>", "exec"), space)
        except SystemExit as error:
            # A program that ends itself goes no further.
            faults.append(Fault(True, f"SystemExit ({label}, line {statement.lineno})", error))
            break
        except BaseException as error:
            faults.append(Fault(concerns, error_in_words(error), error))
    alarm(0, 0)
    return space, faults


def statements(cells: Cells, name: str, faults: Faults) -> Iterator[tuple[str, ast.stmt]]:
    """Yield label and syntax tree of each statement of each part that can be parsed."""
    for label, source in cells:
        for piece in pieces(without_magics(source)):
            try:
                found = ast.parse(piece).body
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                if isinstance(error, SyntaxError):
                    error.filename = f"<{label}>"
                place = f"{label}, line {getattr(error, 'lineno', '?')}"
                faults.append(Fault(f"def {name}(" in piece, f"{type(error).__name__} ({place})", error))
                continue
            yield from ((label, statement) for statement in found)


def pieces(source: str) -> list[str]:
    """Return the source in one piece if it can be parsed, else cut before each function, on the lines they had."""
    if parses(source):
        return [source]
    cuts = [0, *(match.start() for match in re.finditer(r"(?m)^(?:def|class|import|from) ", source)), len(source)]
    return ["\n" * source.count("\n", 0, a) + source[a:b] for a, b in zip(cuts, cuts[1:])]


def parses(source: str) -> bool:
    """Return whether the source is Python."""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def too_long(*_: object) -> None:
    """Break off a statement that takes too long, such as a training loop on a page; no answer needs its result."""
    raise TimeoutError


def why_missing(cells: Cells, name: str, faults: Faults) -> dict[str, str]:
    """Return the state of a function that was not found: missing, or in a part that could not be run."""
    guilty = [fault.text for fault in faults if fault.concerns]
    if guilty or not cells:
        return {"state": "UNREADABLE", "detail": guilty[-1] if guilty else ""}
    return {"state": "MISSING"}


def without_magics(source: str) -> str:
    """Return the source without the commands that only a notebook understands."""
    if re.match(r"\s*%%(?!time|capture|prun)", source):
        return ""  # the whole cell is in another language
    if parses(source):
        return source
    quiet = re.sub(r"(?m)^([ \t]*)(?:[%!?].*|[\w.]+\?+)$", r"\1pass", source)
    return re.sub(r"(?m)^([ \t]*[\w, ]+=[ \t]*)[%!].*$", r"\1None", quiet)


def is_bare(statement: ast.stmt) -> bool:
    """Return whether a statement is a function with nothing in it, as the empty starter is."""
    return isinstance(statement, ast.FunctionDef) and all(
        isinstance(line, ast.Pass) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
        for line in statement.body)


def is_text(statement: ast.stmt, source: str) -> bool:
    """Return whether a statement is what the source says, apart from comments and spaces."""
    return ast.dump(ast.Module([statement], [])) == ast.dump(ast.parse(source))


def is_starter(function: object, starter: str = "") -> bool:
    """Return whether a function is the starter as it was handed out: with nothing in it, or with this text's code."""
    def bare() -> None: ...

    code = getattr(function, "__code__", None)
    if code is None:
        return False
    if any(essence(code) == essence(other) for other in functions_in(compile(starter, "", "exec"))):
        return True
    # A docstring moves the returned None to another place among the constants, so only the opcodes are compared.
    constants = set(code.co_consts) - {getattr(function, "__doc__", None), None, ...}
    return not code.co_names and not constants and bool(code.co_code[::2] == bare.__code__.co_code[::2])


def functions_in(code: CodeType) -> list[CodeType]:
    """Return the code of the functions that a text defines."""
    return [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def essence(code: CodeType) -> tuple[object, ...]:
    """Return what makes two functions do the same, wherever they stand."""
    constants = [essence(each) if isinstance(each, CodeType) else repr(each) for each in code.co_consts]
    return code.co_code, code.co_names, code.co_varnames, constants


def error_in_words(error: BaseException) -> str:
    """Return an error's kind and its place in the submission, without its text, which could hold secret inputs."""
    kind: str = next(c.__name__ for c in type(error).__mro__ if getattr(builtins, c.__name__, None) is c)
    trace, place = error.__traceback__, ""
    while trace:
        source = trace.tb_frame.f_code.co_filename
        if source.startswith("<"):
            place = f" ({source.strip('<>')}, line {trace.tb_lineno})"
        trace = trace.tb_next
    return kind + place
