"""A learner's own copies of the pages, to run and to write into, so that the pages of the course stay as they are."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path

from lossedu.grading.collect import Unreadable, file_bytes
from lossedu.language import current_language, translate

RECORD = ".pages.json"  # what was copied last, so that a copy with answers can be recognised
LINK = re.compile(r"\]\(([\w./-]+\.ipynb)[#)]")


class NoPages(LookupError):
    """There is no such page here, or none at all; the message says what to do."""


def course_pages() -> Path:
    """The folder of the course's pages in the reader's language, or in English where that edition is not there yet.

    Raises
    ------
    NoPages
        When lossedu was installed without the book.
    """
    book = Path(__file__).resolve().parents[2] / "book"
    for language in (current_language(), "en"):
        if (book / language / "index.ipynb").is_file():
            return book / language
    raise NoPages(translate("This installation of lossedu holds no pages. Run the command in a clone of the course, "
                            "or write starter notebooks: lossedu start --notebook"))


def chosen(source: Path, names: Iterable[str]) -> list[Path]:
    """The notebooks of these names, all of them by default.

    Parameters
    ----------
    source : pathlib.Path
        The folder of the course's pages.
    names : iterable of str
        A page with or without its part (``regression/mse``, ``mse``), or a whole part (``regression``).

    Raises
    ------
    NoPages
        When a name is none of these.
    """
    pages = {path.relative_to(source).with_suffix("").as_posix(): path for path in visible(source, ".ipynb")}
    found: dict[str, Path] = {}
    for name in names:
        wanted = name.replace("_", "-")  # a chapter of exercises is called chain_rule, its page chain-rule
        these = {page: path for page, path in pages.items()
                 if page == wanted or page.endswith(f"/{wanted}") or page.startswith(f"{wanted}/")}
        if not these:
            near = get_close_matches(wanted, {part for page in pages for part in (page, *page.split("/"))}, 1)
            hint = (translate("Did you mean {name}?", name=near[0]) if near else
                    translate("Leave the name out for all of them."))
            raise NoPages(translate("There is no page named {name}.", name=repr(name)) + " " + hint)
        found |= these
    return list((found or pages).values())


def visible(folder: Path, suffix: str) -> Iterator[Path]:
    """The files of this kind below a folder in order, without the copies that Jupyter keeps for itself."""
    for path in sorted(folder.rglob(f"*{suffix}")):
        if not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def copy_pages(source: Path, folder: Path, names: Iterable[str] = ()) -> Copies:
    """Copy pages, and renew those copies that nobody has written into.

    A copy with answers is kept, and where the page has changed the new one is put beside it as ``mse.new.ipynb``.
    What pages link to, such as the glossary, comes along.

    Raises
    ------
    NoPages
        When a name is none of the book's, or the folder is the book's own.
    OSError
        When the folder cannot be written.
    """
    pages = [*chosen(source, names), *visible(source, ".md")]
    if folder.resolve().is_relative_to(source.resolve()):
        raise NoPages(translate("{folder} is where the course keeps its own pages; name another folder.",
                                folder=folder))
    folder.mkdir(parents=True, exist_ok=True)
    copies = Copies(folder, recorded(folder))
    try:
        for page in pages:
            copies.take(page, page.relative_to(source).as_posix())
    finally:
        sign(copies.written)
    copies.sentences = [*dict.fromkeys(copies.sentences), *missing_links(source, folder)]
    return copies


@dataclass
class Copies:
    """A learner's folder: what was copied into it before, what is done with it now, and the messages about that."""

    folder: Path
    known: dict[str, dict[str, str]]
    counts: Counter[str] = field(default_factory=Counter)  # of notebooks: copied, renewed, or left as they were
    sentences: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)  # the notebooks, as they were written

    def take(self, page: Path, name: str) -> None:
        """Copy one page where that takes nothing away from the learner."""
        data, mine, before = page.read_bytes(), self.folder / name, self.known.get(name, {})
        try:
            now = {"page": sha256(data).hexdigest(), "text": text_of(data, page.suffix)}
        except Unreadable as error:
            raise NoPages(translate("{file}, a page of the course, cannot be read: {why}. "
                                    "Get it back with: git checkout {file}", file=page, why=error)) from error
        try:
            state, why = state_of(mine, before, now), translate("{file} holds your answers and was kept.", file=mine)
        except Unreadable as error:
            state, why = "answered", translate("{file} cannot be read ({why}) and was kept.", file=mine, why=error)
        if any((self.folder / part).is_symlink() for part in list(Path(name).parents)[:-1]):
            state = "left"
            self.sentences.append(translate("{folder} is a link and was left alone.", folder=mine.parent))
        if page.suffix == ".ipynb":
            self.counts["left" if state == "answered" else state] += 1
        if state in ("copied", "renewed"):
            self.put(page, mine, name, now)
        elif state == "answered":
            self.put_beside(page, mine, why, name, now)

    def put_beside(self, page: Path, mine: Path, why: str, name: str, now: dict[str, str]) -> None:
        """Put a page beside the copy that stays, unless the learner has written into what stands there too."""
        beside = mine.with_suffix(f".new{mine.suffix}")
        try:
            ours = not os.path.lexists(beside) or is_untouched(beside, self.known.get(name, {}), now)
        except Unreadable:
            ours = False
        if not ours:
            self.sentences.append(f"{why} " + translate("So was {new}: rename it, then run this again.", new=beside))
        else:
            self.put(page, beside, name, now)
            self.sentences.append(f"{why} " + translate("The new page is beside it: {new}", new=beside))

    def put(self, page: Path, file: Path, name: str, now: dict[str, str]) -> None:
        """Write one copy, and note it at once: a run that is broken off later forgets nothing of what it did."""
        file.parent.mkdir(parents=True, exist_ok=True)
        data = page.read_bytes()
        if page.suffix == ".ipynb":
            data = moving(data)
            self.written.append(data.decode())
        write(file, data)
        self.known[name] = now
        write(self.folder / RECORD, json.dumps(self.known, indent=0, sort_keys=True).encode())


def moving(page: bytes) -> bytes:
    """A page whose explorers move as soon as it is opened: a stored page leaves their script out, a copy brings it."""
    if b"le-explorer" not in page:
        return page
    from lossedu.explore import with_moving_parts

    notebook = json.loads(page)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if html := "".join(output.get("data", {}).get("text/html", "")):
                output["data"]["text/html"] = with_moving_parts(html)
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


def state_of(mine: Path, before: dict[str, str], now: dict[str, str]) -> str:
    """What is to become of a copy: "copied", "renewed", "left" as it is, or "answered" while the page has changed.

    Raises
    ------
    Unreadable
        When a damaged notebook stands in its place, or no file at all.
    """
    if not os.path.lexists(mine):
        return "copied"
    if is_untouched(mine, before, now):
        return "left" if before.get("page") == now["page"] else "renewed"
    return "left" if before.get("text") == now["text"] else "answered"


def is_untouched(file: Path, before: dict[str, str], now: dict[str, str]) -> bool:
    """Does a file say what was copied there before, or what would be copied now?"""
    return text_of(file_bytes(file), file.suffix) in (before.get("text"), now["text"])


def text_of(data: bytes, suffix: str) -> str:
    """A digest of what a learner can change: of a notebook the cells that are not blank, for outputs change by running.

    Raises
    ------
    Unreadable
        When it is a damaged notebook.
    """
    if suffix != ".ipynb":
        return sha256(data).hexdigest()
    try:
        cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(data)["cells"]]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise Unreadable(translate("the notebook is damaged")) from error
    # JupyterLab adds a blank cell when the last one is run.
    return sha256(json.dumps([cell for cell in cells if cell[1].strip()]).encode()).hexdigest()


def recorded(folder: Path) -> dict[str, dict[str, str]]:
    """What was copied last; nothing where the record is gone or damaged, and then every change counts as an answer."""
    try:
        known = json.loads((folder / RECORD).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return {name: entry for name, entry in known.items() if isinstance(entry, dict)} if isinstance(known, dict) else {}


def answered(folder: Path) -> list[Path]:
    """The copies in a folder that a learner has written into, and the notebooks that were never copied."""
    known, found = recorded(folder), []
    for path in visible(folder, ".ipynb"):
        if path.name.endswith(".new.ipynb"):
            continue
        try:
            text = text_of(file_bytes(path), ".ipynb")
        except Unreadable:
            text = ""  # the command that reads it later reports why it cannot be read
        if text != known.get(path.relative_to(folder).as_posix(), {}).get("text"):
            found.append(path)
    return found


def write(file: Path, data: bytes) -> None:
    """Put a whole file in place or none."""
    beside = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(data)
        os.replace(beside, file)
    finally:
        beside.unlink(missing_ok=True)


def missing_links(source: Path, folder: Path) -> list[str]:
    """A sentence if links lead to pages that are not copied; the links stay, and work as soon as those pages are."""
    copied = [page for page in visible(source, ".ipynb") if (folder / page.relative_to(source)).exists()]
    targets = {os.path.normpath(page.parent / link)
               for page in copied for link in LINK.findall(page.read_text("utf-8", "replace"))}
    missing = [path for path in targets if not (folder / Path(path).relative_to(source)).exists()]
    if not missing:
        return []
    return [translate("Pages that they link to and that you have not copied: {n}. To have all: lossedu start --pages",
                      n=len(missing))]


def sign(notebooks: list[str]) -> None:
    """Sign copies as `jupyter trust` does, so that they open in JupyterLab as they should look.

    Where Jupyter's own files cannot be written the copies stay unsigned: JupyterLab then shows explorers still until
    they are run.
    """
    if not notebooks:
        return
    import nbformat
    from nbformat.sign import NotebookNotary

    try:
        with closing(NotebookNotary()) as notary:
            for notebook in notebooks:
                notary.sign(nbformat.reads(notebook, as_version=4))
    except (OSError, sqlite3.Error):
        pass
