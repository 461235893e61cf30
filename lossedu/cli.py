"""The command line: `lossedu list`, `start`, `check`, `watch`, `hint`, ... and `grade` for a class."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

from lossedu.language import translate

try:
    import typer
    from rich.console import Console
except ImportError:
    sys.exit(translate("The lossedu command needs typer and rich: pip install typer rich nbformat watchfiles"))

from lossedu.exercises import exercises
from lossedu.exercises import progress as progress_card
from lossedu.exercises import verify as faults_of
from lossedu.exercises.exercise import Exercise, UnknownExercise, find_exercise, points_text
from lossedu.exercises.help import course, next_hint
from lossedu.exercises.judge import Verdict
from lossedu.exercises.progress import entry, forget, home, remember

if TYPE_CHECKING:
    from rich.table import Table

F = TypeVar("F", bound=Callable[..., None])

FOLDER = Path("exercises")
PAGES = "pages"  # in that folder, for copies of the book's pages

app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown", pretty_exceptions_enable=False,
                  context_settings={"help_option_names": ["-h", "--help"]},
                  help=translate("Exercises of the course: start, check, hint, progress; and grading for a class."))


def matching(incomplete: str) -> list[str]:
    """Exercises and chapters that begin like this, for the shell's completion."""
    chapters = {task.chapter for task in exercises.values()}
    return sorted(name for name in {*exercises, *chapters} if name.startswith(incomplete))


Json = Annotated[bool, typer.Option("--json", help=translate("Print JSON for another program."))]
Name = Annotated[str, typer.Argument(
    help=translate("Name of the exercise."), metavar="EXERCISE", autocompletion=matching)]
Names = Annotated[list[str] | None, typer.Argument(
    help=translate("Exercises or chapters; all by default."), metavar="NAME", autocompletion=matching)]
Chosen = Annotated[list[str] | None, typer.Option(
    "--exercise", "-e", help=translate("An exercise or a chapter; repeat for more. All by default."), metavar="NAME",
    autocompletion=matching)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=translate("Do not ask."))]
Files = Annotated[list[Path] | None, typer.Argument(
    metavar="FILE", help=translate("Files with answers; those of the folder by default."))]
In = Annotated[Path, typer.Option("--folder", "-f", help=translate("Folder of your answers."))]


def main() -> None:
    """Run the command line."""
    app()


def chosen(names: Sequence[str] | None) -> list[Exercise]:
    """The exercises of these names and chapters."""
    if not names:
        return list(exercises.values())
    found: dict[str, Exercise] = {}
    for name in names:
        of_chapter = [task for task in exercises.values() if task.chapter == name]
        found.update({task.name: task for task in of_chapter or [find(name)]})
    return list(found.values())


def find(name: str) -> Exercise:
    """The exercise, or a clear end."""
    try:
        return find_exercise(name)
    except UnknownExercise as error:
        stop(str(error))


def stop(message: str, code: int = 2) -> NoReturn:
    """Print what is wrong and exit with an error code."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


def example(*lines: str) -> str:
    """Example commands, for the end of a help text."""
    return translate("Examples:") + "\n\n" + "\n\n".join(f"`{line}`" for line in lines)


def command(name: str, help: str, *examples: str) -> Callable[[F], F]:
    """Enter a function as a command, its help in the reader's language."""
    return app.command(name, help=help, epilog=example(*examples))


@command("list", translate("List the exercises with what you have reached."), "lossedu list", "lossedu list mse --json")
def list_command(names: Names = None, as_json: Json = False) -> None:
    rows: list[dict[str, Any]] = [
        {"name": task.name, "chapter": task.chapter, "title": translate(task.title), "points": task.points,
         "state": entry(task).state} for task in chosen(names)]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = make_table(translate("chapter"), translate("exercise"), translate("title"), translate("points"),
                       translate("state"))
    for row in rows:
        table.add_row(row["chapter"], row["name"], row["title"], str(row["points"]), coloured(row["state"]))
    Console().print(table)


@command("start", translate("Write starter files, one for each chapter, or with --pages your own copies of the pages, "
                            "into a folder. What you have written is left alone."),
         "lossedu start", "lossedu start --pages", "lossedu start mse --notebook")
def start(names: Annotated[list[str] | None, typer.Argument(
              help=translate("Exercises or chapters, with --pages pages or parts of the book; all by default."),
              metavar="NAME", autocompletion=matching)] = None,
          folder: In = FOLDER,
          pages: Annotated[bool, typer.Option("--pages", help=translate(
              "Copy the pages of the book (all, or those named) to run and write in; run it again after an update. "
              "Copies are signed, as `jupyter trust` does."))] = False,
          notebook: Annotated[bool, typer.Option("--notebook", help=translate(
              "Write notebooks that hold the exercises alone."))] = False) -> None:
    if pages and notebook:
        stop(translate("--pages and --notebook exclude each other: pages hold their exercises already."))
    if pages:
        start_pages(names or (), folder / PAGES)
        return
    chapters: dict[str, list[Exercise]] = {}
    for task in chosen(names):
        chapters.setdefault(task.chapter, []).append(task)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for chapter, tasks in chapters.items():
            file = folder / (chapter + (".ipynb" if notebook else ".py"))
            if file.exists():
                typer.echo(translate("{file} is there already; it was left alone.", file=file))
                continue
            file.write_text(starter_notebook(tasks) if notebook else starter_file(tasks), encoding="utf-8")
            typer.echo(str(file))
    except OSError as error:
        stop(translate("{folder} cannot be written: {error}", folder=folder, error=error.strerror))
    typer.echo(translate("Write your answers, then: lossedu check"))


def start_pages(names: Sequence[str], folder: Path) -> None:
    """Copy pages into a folder, and say what was done and what the learner should know."""
    from lossedu.grading.copies import NoPages, copy_pages, course_pages

    try:
        done = copy_pages(course_pages(), folder, names)
    except NoPages as error:
        stop(str(error))
    except OSError as error:
        stop(translate("{folder} cannot be written: {error}", folder=folder, error=error.strerror))
    for sentence in done.sentences:
        typer.echo(sentence)
    counts = done.counts
    typer.echo(translate("Pages copied: {copied}, renewed: {renewed}, left as they are: {left}.",
                         copied=counts["copied"], renewed=counts["renewed"], left=counts["left"]))
    typer.echo(translate("Open them with: jupyter lab {folder}", folder=folder))


def starter_file(tasks: Sequence[Exercise]) -> str:
    """A .py file with the starters of some exercises."""
    parts = [f"# {translate(task.title)} ({points_text(task.points)})\n"
             f"{commented(translate(task.prompt))}{task.starter}" for task in tasks]
    return "import numpy as np\n\n\n" + "\n\n\n".join(parts) + "\n"


def commented(text: str) -> str:
    """The further lines of a prompt as comments; its first line stands in the starter itself."""
    return "".join(f"# {line}".rstrip() + "\n" for line in text.splitlines()[1:] if line.strip())


def starter_notebook(tasks: Sequence[Exercise]) -> str:
    """A notebook with the starters of some exercises."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes

    cells = [new_code_cell("import numpy as np\n\nfrom lossedu.exercises import check, hint, solution")]
    for task in tasks:
        cells += [new_markdown_cell(f"### {translate(task.title)}\n\n{translate(task.prompt)}"),
                  new_code_cell(f"{task.starter}\n\n\ncheck({task.name})")]
    return str(writes(new_notebook(cells=cells)))


@command("check", translate("Check your answers."), "lossedu check", "lossedu check exercises/mse.py --json")
def check(files: Files = None, folder: In = FOLDER, as_json: Json = False) -> None:
    verdicts, all_read = check_all(files or answers(folder))
    if as_json:
        typer.echo(json.dumps([verdict_fields(verdict) for verdict in verdicts], ensure_ascii=False))
    else:
        show(verdicts)
    raise typer.Exit(2 if not all_read else 0 if all(verdict.passed for verdict in verdicts) else 1)


def verdict_fields(verdict: Verdict) -> dict[str, Any]:
    """A verdict for JSON. Other programs read `of` for the points that are possible, so that key stays."""
    fields = asdict(verdict)
    return fields | {"of": fields.pop("max_points")}


def answers(folder: Path) -> Sequence[Path]:
    """The files of a folder that can hold answers, or a clear end."""
    found = answer_files(folder)
    if not found and (folder / PAGES).is_dir():
        stop(translate("No page in {folder} has been written into. Answer an exercise, save the page, "
                       "then: lossedu check",
                       folder=folder / PAGES))
    if not found:
        stop(translate("There are no answers in {folder}. Begin with: lossedu start", folder=folder))
    return found


def answer_files(folder: Path) -> list[Path]:
    """Starter files and notebooks of a folder, and those copies of pages that were written into."""
    from lossedu.grading.copies import answered

    own = sorted(p for p in folder.glob("*") if p.suffix in (".py", ".ipynb")) if folder.is_dir() else []
    return own + answered(folder / PAGES)


def check_all(files: Sequence[Path]) -> tuple[list[Verdict], bool]:
    """One verdict for each exercise that the files hold, and whether every file could be read."""
    found: dict[str, list[tuple[bool, float, Path, Verdict]]] = {}
    unread = 0
    for file in files:
        try:
            verdicts = check_one(file)
        except Unread as error:
            typer.echo(str(error), err=True)
            unread += 1
            continue
        for verdict in verdicts:
            tried = verdict.state != "NOT ATTEMPTED"
            found.setdefault(verdict.name, []).append((tried, file.stat().st_mtime, file, verdict))
    # An answer counts before a starter that was left as it was, and of two answers the one that was saved last.
    last = [max(answers, key=lambda answer: answer[:2]) for answers in found.values()]
    for _, _, file, verdict in last:
        if sum(tried for tried, *_ in found[verdict.name]) > 1:
            typer.echo(translate("{name} is answered in several files; {file} was saved last and counts.",
                                 name=verdict.name, file=file), err=True)
    return [verdict for *_, verdict in last], not unread


class Unread(Exception):
    """A file that cannot be checked; the message says which and why."""


def check_one(file: Path) -> list[Verdict]:
    """Check a file and remember what was reached."""
    from lossedu.grading.collect import Unreadable
    from lossedu.grading.local import check_file

    try:
        verdicts = check_file(file)
    except FileNotFoundError as error:
        raise Unread(translate("There is no file {file}.", file=file)) from error
    except Unreadable as error:
        raise Unread(translate("{file} cannot be read: {why}", file=file, why=error)) from error
    for verdict in verdicts:
        remember(verdict)
    return verdicts


def show(verdicts: Sequence[Verdict]) -> None:
    """Verdicts as text: the wrong ones in full."""
    console = Console(highlight=False, soft_wrap=True)
    for verdict in verdicts:
        head, *rest = str(verdict).splitlines()
        console.print(f"[{STYLE.get(verdict.state, 'yellow')}]{head}[/]")
        if verdict.state not in QUIET or len(verdicts) == 1:
            console.print("\n".join(rest), markup=False)
    if not verdicts:
        typer.echo(translate("No function here has the name of an exercise."))


QUIET = ("PASS", "NOT ATTEMPTED")
STYLE = {"PASS": "green", "NOT ATTEMPTED": "dim"}


def coloured(state: str) -> str:
    """A state in its words and colour."""
    return f"[{STYLE.get(state, 'yellow')}]{translate(state)}[/]"


def make_table(*heads: str) -> Table:
    """A table with these columns."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, no_wrap=head == translate("exercise"))
    return table


@command("watch", translate("Check again whenever you save; Ctrl-C ends it."), "lossedu watch -f answers")
def watch(folder: In = FOLDER) -> None:
    from watchfiles import Change
    from watchfiles import watch as changes_in

    show(check_all(answers(folder))[0])
    typer.echo(translate("Waiting for changes in {folder}; Ctrl-C ends it.", folder=folder))
    for changes in changes_in(folder, raise_interrupt=False):
        saved = {Path(path).resolve() for change, path in changes if change != Change.deleted}
        for file in (file for file in answer_files(folder) if file.resolve() in saved):
            typer.echo(f"\n{file.name}")
            show(check_all([file])[0])


@command("hint", translate("Show the next hint; one at each call."), "lossedu hint squared_error_mean")
def hint(name: Name) -> None:
    task = find(name)
    number, text = next_hint(task)
    typer.echo(translate("Hint {n} of {all}", n=number, all=len(task.hints)) + f": {text}")


@command("solution", translate("Show the solution, after asking whether you want it."),
         "lossedu solution squared_error_mean")
def solution(name: Name, yes: Yes = False) -> None:
    task = find(name)
    if not yes and entry(task).state != "PASS":
        typer.confirm(translate("You have not passed this exercise yet. Show the solution?"), abort=True)
    typer.echo(task.solution.rstrip())


@command("reset", translate("Take exercises back to the start: the starter is written anew and the progress "
                            "forgotten."),
         "lossedu reset mse", "lossedu reset squared_error_mean --yes")
def reset(names: Annotated[list[str], typer.Argument(help=translate("Exercises or chapters."), metavar="NAME",
                                                     autocompletion=matching)],
          folder: In = FOLDER, yes: Yes = False) -> None:
    tasks = chosen(names)
    named = ", ".join(task.name for task in tasks)
    if not yes:
        typer.confirm(translate("This overwrites your answers to {names}. Go on?", names=named), abort=True)
    for task in tasks:
        forget(task)
        reset_answer(folder / f"{task.chapter}.py", task)
    typer.echo(translate("Back to the start: {names}", names=named))


def reset_answer(file: Path, task: Exercise) -> None:
    """Put the starter in the place of the answer in a .py file."""
    import ast

    if not file.exists():
        return
    text = file.read_text(encoding="utf-8")
    try:
        functions = [node for node in ast.parse(text).body if getattr(node, "name", None) == task.name]
    except SyntaxError as error:
        stop(translate("{file} cannot be read: {why}", file=file, why=error))
    lines = text.splitlines(keepends=True)
    for node in reversed(functions):
        lines[node.lineno - 1:node.end_lineno] = [task.starter + "\n"]
    file.write_text("".join(lines), encoding="utf-8")


@command("progress", translate("Show how far you are in the whole course."),
         "lossedu progress", "lossedu progress --json")
def progress(as_json: Json = False) -> None:
    if as_json:
        states = {task.name: state for row in course().values() for task, state in row}
        typer.echo(json.dumps({"file": str(home() / "progress.txt"), "exercises": states}, ensure_ascii=False))
    else:
        typer.echo(str(progress_card()))


@command("verify", translate("Prove the exercises: right answers pass, each known mistake is told in its own words."),
         "lossedu verify", "lossedu verify mse")
def verify(names: Names = None, as_json: Json = False) -> None:
    faults = {task.name: faults_of(task) for task in chosen(names)}
    if as_json:
        typer.echo(json.dumps(faults, ensure_ascii=False))
    else:
        for name, found in faults.items():
            head = translate("{n} faults", n=len(found)) if found else translate("sound")
            typer.echo("\n  ".join([f"{name}: {head}", *found]))
    raise typer.Exit(1 if any(faults.values()) else 0)


@command("grade", translate("Grade a class: one notebook, .py file, folder or zip for each student."),
         "lossedu grade submissions", "lossedu grade submissions --exercise mse --out week-3 --jobs 4",
         "lossedu grade submissions --scheduler tcp://10.0.0.1:8786")
def grade(
    submissions: Annotated[Path, typer.Argument(help=translate("Folder of submissions."))],
    names: Chosen = None,
    out: Annotated[Path, typer.Option(
        "--out", "-o", help=translate("Folder for gradebook and record."))] = Path("grades"),
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help=translate("Submissions graded at a time."))] = 2,
    scheduler: Annotated[str | None, typer.Option(
        metavar="ADDRESS", help=translate("Scheduler of a Dask cluster that does the work."))] = None,
    seed: Annotated[str | None, typer.Option(
        help=translate("The secret that inputs are drawn from; drawn once and kept in the record by default."))] = None,
    seconds: Annotated[float, typer.Option(min=1, help=translate("Time for one exercise."))] = 10,
    trust: Annotated[bool, typer.Option("--trust", help=translate("Grade even where code cannot be kept in."))] = False,
    as_json: Json = False,
) -> None:
    from lossedu.grading.command import Refused, grade_folder

    try:
        numbers = grade_folder(submissions, [task.name for task in chosen(names)], out, jobs, scheduler, seed, seconds,
                               trust, tell=lambda text: typer.echo(text, err=True))
    except Refused as error:
        stop(str(error))
    if as_json:
        typer.echo(json.dumps(numbers, ensure_ascii=False))
    else:
        files = ", ".join(str(out / name) for name in ("gradebook.csv", "report.html", "feedback"))
        typer.echo(translate("Written: {files}", files=files))
    raise typer.Exit(0 if numbers["complete"] == numbers["students"] else 1)


@command("export", translate("Write what another grader needs: so far gradescope, an autograder's zip."),
         "lossedu export gradescope --exercise mse --out autograder.zip")
def export(
    what: Annotated[str, typer.Argument(metavar="gradescope", help=translate("The other grader."))],
    names: Chosen = None,
    out: Annotated[Path, typer.Option("--out", "-o", help=translate("The file to write."))] = Path("autograder.zip"),
) -> None:
    from lossedu.grading import gradescope

    if what != "gradescope":
        stop(translate("Cannot export to {what}; there is: gradescope", what=what))
    try:
        gradescope.export(out, [task.name for task in chosen(names)])
    except OSError as error:
        stop(translate("{folder} cannot be written: {error}", folder=out, error=error.strerror))
    typer.echo(str(out))


if __name__ == "__main__":
    main()
