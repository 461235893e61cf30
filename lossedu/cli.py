"""The command line: `lossedu` opens the course, `check`, `hint`, ... do one thing, and `grade` is for a class."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

from lossedu.language import translate

try:
    import typer
    from rich.console import Console
except ImportError:
    sys.exit(translate("The lossedu command needs typer and rich: pip install typer rich nbformat"))

from lossedu.exercises import exercises
from lossedu.exercises import hint as next_hint
from lossedu.exercises import progress as progress_card
from lossedu.exercises import thread as parts_of_network
from lossedu.exercises import verify as faults_of
from lossedu.exercises.exercise import Exercise, UnknownExercise, find_exercise
from lossedu.exercises.first_tries import count, quizzes_in_order
from lossedu.exercises.help import course, current_exercise
from lossedu.exercises.judge import Verdict
from lossedu.exercises.page import course_order, page_of
from lossedu.exercises.progress import entry, home
from lossedu.exercises.verify import SECRET_SEEDS
from lossedu.grading.collect import KINDS
from lossedu.grading.local import Checked, of_state
from lossedu.terminal import words
from lossedu.terminal.answers import FOLDER, PAGES, answer_files, begin, place_in, places_of, stamps
from lossedu.terminal.asking import NoQuiz, ask_quiz, current_quiz, quiz_named
from lossedu.terminal.checking import Results, check_all
from lossedu.terminal.reset import NotReset
from lossedu.terminal.reset import reset as reset_answers
from lossedu.terminal.shell import SECONDS, open_course

if TYPE_CHECKING:
    from rich.table import Table

F = TypeVar("F", bound=Callable[..., None])

app = typer.Typer(invoke_without_command=True, rich_markup_mode="markdown", pretty_exceptions_enable=False,
                  context_settings={"help_option_names": ["-h", "--help"]},
                  help=translate("Without a command, open the course at the exercise where you are. The commands do "
                                 "one thing each: start, check, hint, quiz, progress; and grading for a class."))


def matching(incomplete: str) -> list[str]:
    """Exercises and chapters that begin like this, for the shell's completion."""
    chapters = {task.chapter for task in exercises.values()}
    return sorted(name for name in {*exercises, *chapters} if name.startswith(incomplete))


def pages_matching(incomplete: str) -> list[str]:
    """Pages with a quiz that begin like this."""
    return [page for page in quizzes_in_order() if page.startswith(incomplete)]


Json = Annotated[bool, typer.Option("--json", help=translate("Print JSON for another program."))]
Name = Annotated[str | None, typer.Argument(
    help=translate("Name of the exercise; by default the one where you are."), metavar="EXERCISE",
    autocompletion=matching)]
Names = Annotated[list[str] | None, typer.Argument(
    help=translate("Exercises or chapters; all by default."), metavar="NAME", autocompletion=matching)]
Chosen = Annotated[list[str] | None, typer.Option(
    "--exercise", "-e", help=translate("An exercise or a chapter; repeat for more. All by default."), metavar="NAME",
    autocompletion=matching)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=translate("Do not ask."))]
Whats = Annotated[list[str] | None, typer.Argument(
    metavar="WHAT", autocompletion=matching,
    help=translate("Exercises, pages, or files with answers; all files of the folder by default."))]
In = Annotated[Path, typer.Option("--folder", "-f", help=translate("Folder of your answers."))]


def main() -> None:
    """Run the command line."""
    words.use_plain_characters()
    app()


@app.callback()
def alone(context: typer.Context, folder: In = FOLDER) -> None:
    if context.invoked_subcommand is None:
        open_course(folder)


def chosen(names: Sequence[str] | None) -> list[Exercise]:
    """The exercises of these names, pages and parts of the book, in its order; all by default."""
    if not names:
        return course_order()
    return list({task.name: task for name in names for task in of_page(name) or [find(name)]}.values())


def of_page(name: str) -> list[Exercise]:
    """The exercises of a page, named with or without its part, or of a whole part; none if it is neither."""
    wanted = name.replace("_", "-")
    pages = [(page_of(task.reference.__module__), task) for task in course_order()]
    return [task for page, task in pages
            if page == wanted or page.endswith(f"/{wanted}") or page.startswith(f"{wanted}/")]


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
    tasks = chosen(names)
    rows: dict[str, dict[str, Any]] = {
        task.name: {"name": task.name, "chapter": task.chapter, "title": translate(task.title), "points": task.points,
                    "state": entry(task).state} for task in tasks}
    if as_json:
        typer.echo(json.dumps(list(rows.values()), ensure_ascii=False))
        return
    table = make_table(translate("chapter"), translate("exercise"), translate("title"), translate("points"),
                       translate("state"))
    quizzes = {page: count(page) for page in quizzes_in_order()}
    for page, asked in course().items():
        its = [rows[task.name] for task, _ in asked if task.name in rows]
        for row in its:
            table.add_row(page, row["name"], row["title"], str(row["points"]), coloured(row["state"]))
        if page in quizzes and len(its) == len(asked) and (its or not names):
            reached = quizzes[page]
            table.add_row(page, "", translate("Quiz, right at the first try"), "",
                          f"{reached.right}/{reached.of}" if reached.answered else coloured("NOT ATTEMPTED"))
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
    try:
        files = begin(chosen(names), folder, notebook)
    except OSError as error:
        stop(translate("{folder} cannot be written: {error}", folder=folder, error=error.strerror))
    for file, new in files.items():
        typer.echo(str(file) if new else translate("{file} is there already; it was left alone.", file=file))
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


@command("check", translate("Check your answers."), "lossedu check", "lossedu check mse",
         "lossedu check exercises/mse.py --json")
def check(whats: Whats = None, folder: In = FOLDER, as_json: Json = False) -> None:
    names = [what for what in whats or () if not is_file(what)]
    tasks = chosen(names) if names else []
    results = Results()
    if files := [Path(what) for what in whats or () if is_file(what)]:
        results = check_all(files)
    if tasks or not files:
        results += check_in_folder(folder, tasks)
    verdicts = [checked.verdict for checked in results.checked]
    if as_json:
        typer.echo(json.dumps([verdict_fields(verdict) for verdict in verdicts], ensure_ascii=False))
        say_faults(results)
    else:
        tell(words.make_console(), results)
        say_where_next(results, folder)
    passed = bool(verdicts) and all(verdict.passed for verdict in verdicts)
    raise typer.Exit(2 if results.unread else 0 if passed else 1)


def is_file(what: str) -> bool:
    """Whether an argument means a file: it ends like one, or it is one and no page or exercise has its name."""
    return Path(what).suffix in KINDS or (Path(what).exists() and not of_page(what) and what not in exercises)


def check_in_folder(folder: Path, tasks: Sequence[Exercise]) -> Results:
    """Check what a folder holds, or these exercises; one that no file holds is missing."""
    results = check_all(answers(folder), [task.name for task in tasks])
    found = {checked.verdict.name for checked in results.checked}
    missing = [] if results.unread else [task.name for task in tasks if task.name not in found]
    return results + Results([Checked(of_state(name, "MISSING")) for name in missing])


def say_where_next(results: Results, folder: Path) -> None:
    """The sum of a check, and what to do next."""
    if not results.checked:
        return
    typer.echo("\n" + words.summary(results.checked))
    open_ones = [checked.verdict.name for checked in results.checked if not checked.verdict.passed]
    task = find(open_ones[0]) if open_ones else current_exercise()
    if task is None:
        typer.echo(translate("You have passed every exercise of the course."))
        return
    file = results.files.get(task.name)
    place = place_in(file, task.name) if file else next(iter(places_of(task, folder)), None)
    where = str(place or f"lossedu start {task.chapter}")
    typer.echo(translate("Next: {title} ({where})", title=words.title(task.name), where=where))


def verdict_fields(verdict: Verdict) -> dict[str, Any]:
    """A verdict for JSON. Other programs read `of` for the points that are possible, so that key stays."""
    fields = {name: value for name, value in vars(verdict).items() if name != "case"}  # objects, for a notebook
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


def coloured(state: str) -> str:
    """A state in its words and colour."""
    return f"[{words.STYLE.get(state, 'yellow')}]{translate(state)}[/]"


def make_table(*heads: str) -> Table:
    """A table with these columns."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, no_wrap=head == translate("exercise"))
    return table


@command("watch", translate("Check again whenever you save; Ctrl-C ends it."), "lossedu watch -f answers")
def watch(folder: In = FOLDER) -> None:
    console = words.make_console()
    seen = stamps(folder)
    tell(console, check_all(answers(folder)))
    typer.echo(translate("Waiting for changes in {folder}; Ctrl-C ends it.", folder=folder))
    with suppress(KeyboardInterrupt):
        while True:
            time.sleep(SECONDS)
            before, seen = seen, stamps(folder)
            if seen == before:
                continue
            for file in (file for file in answer_files(folder) if seen.get(file) != before.get(file)):
                typer.echo(f"\n{file.name}")
                tell(console, check_all([file]))


def say_faults(results: Results) -> None:
    """What was wrong with files, beside the results."""
    for sentence in (*results.unread, *results.twice):
        typer.echo(sentence, err=True)


def tell(console: Console, results: Results) -> None:
    """What came of a check, in full."""
    say_faults(results)
    if results.checked or not results.unread:
        words.show(console, words.all_lines(results.checked))


@command("hint", translate("Show the next hint; one at each call."), "lossedu hint", "lossedu hint squared_error_mean")
def hint(name: Name = None) -> None:
    typer.echo(str(next_hint(named_or_current(name))))


@command("solution", translate("Show the solution, after asking whether you want it."),
         "lossedu solution", "lossedu solution squared_error_mean")
def solution(name: Name = None, yes: Yes = False) -> None:
    task = named_or_current(name)
    if name is None:
        typer.echo(words.title(task.name), err=True)  # so that the solution alone can go into a file
    if not yes and entry(task).state != "PASS":
        typer.confirm(translate("You have not passed this exercise yet. Show the solution?"), abort=True)
    typer.echo(task.solution.rstrip())


@command("thread", translate("Print your own functions of earlier pages that make a network, as one piece of code."),
         "lossedu thread", "lossedu thread --borrow > exercises/network.py")
def thread(borrow: Annotated[bool, typer.Option("--borrow", help=translate(
        "Put solutions in the places of the missing parts."))] = False) -> None:
    shown = parts_of_network(borrow)
    typer.echo(str(shown).removesuffix(shown.code).rstrip(), err=True)  # so that the code alone can go into a file
    typer.echo(shown.code.rstrip())


def named_or_current(name: str | None) -> Exercise:
    """The exercise of that name, without a name the one where the learner is, or a clear end."""
    task = find(name) if name else current_exercise()
    return task or stop(translate("You have passed every exercise of the course."), 0)


@command("quiz", translate("Answer the questions of a page; what you choose first is kept."),
         "lossedu quiz", "lossedu quiz mse")
def quiz(page: Annotated[str | None, typer.Argument(
        help=translate("Page of the book; by default the one where you are."), metavar="PAGE",
        autocompletion=pages_matching)] = None) -> None:
    try:
        ask_quiz(quiz_named(page) if page else current_quiz())
    except NoQuiz as error:
        stop(str(error))


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
    try:
        for sentence in reset_answers(tasks, folder):
            typer.echo(sentence)
    except NotReset as error:
        stop(str(error))


@command("progress", translate("Show how far you are in the whole course."),
         "lossedu progress", "lossedu progress --json")
def progress(as_json: Json = False) -> None:
    if as_json:
        states = {task.name: state for row in course().values() for task, state in row}
        quizzes = {page: vars(count(page)) for page in quizzes_in_order()}
        fields = {"file": str(home() / "progress.txt"), "exercises": states, "quizzes": quizzes}
        typer.echo(json.dumps(fields, ensure_ascii=False))
    else:
        typer.echo(str(progress_card()))


@command("verify",
         translate("Prove the exercises: right answers pass, each known mistake and each slip fails on every seed."),
         "lossedu verify", "lossedu verify mse")
def verify(names: Names = None, as_json: Json = False) -> None:
    faults = {task.name: faults_of(task, SECRET_SEEDS) for task in chosen(names)}
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
