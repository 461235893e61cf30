"""Build every edition of the book into _build/html, strictly: `python -m tools.build [--serve]`."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Iterable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

from tools.pages import ROOT, damaged, edition, lacks, languages, names, toc, unlisted

WORK = ROOT / "_build" / "editions"
SITE = ROOT / "_build" / "html"
BOOK_COMMAND = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build"]
PROGRESS = re.compile(r"(reading sources|writing output)\.\.\. ?\[")
PROBLEM = re.compile(r"\b(WARNING|ERROR|CRITICAL|SEVERE|[A-Za-z]*Error|Exception)\b")
# Where MyST-NB says line 460008, it means line 8 of cell 46.
NOTEBOOK_LINE = re.compile(r"(\.ipynb):(\d+)(?=\d{4}:)0{0,3}(\d+):")
FETCHES = "script|link|img|iframe|source|image|use"
FOREIGN = re.compile(rf"<(?:{FETCHES})\b[^>]*?\b(?:src|href)=[\"'](?:https?:)?//[^\"']*", re.I)


def merged(base: dict, over: dict) -> dict:
    """Return `base` with the entries of `over` put over it, dictionary by dictionary."""
    both = {key: merged(base[key], over[key]) for key in base.keys() & over.keys() if isinstance(over[key], dict)}
    return {**base, **over, **both}


def translated(entry: dict, captions: dict, pages: list[str]) -> dict:
    """Return the table of contents of an edition: the pages that it has, and captions in its language."""
    out = {}
    for key, value in entry.items():
        if isinstance(value, list):
            children = (translated(child, captions, pages) for child in value)
            if kept := [child for child in children if child.get("file") in pages or child.get("chapters")]:
                out[key] = kept
        elif key in ("root", "file"):
            out[key] = value.removeprefix("book/en/")
        else:
            out[key] = captions.get(value, value)
    return out


def configure(language: str, folder: Path) -> None:
    """Write the configuration and the table of contents of one edition into `folder`."""
    own = ROOT / "book" / language / "edition.yml"
    said = yaml.safe_load(own.read_text("utf8")) if own.exists() else {}
    config = merged(yaml.safe_load((ROOT / "_config.yml").read_text("utf8")), said.get("config", {}))
    config["sphinx"]["local_extensions"] = {"lossbook": str(ROOT / "book" / "_ext")}
    # An English page that is missing is a fault, and Sphinx says so; another edition may be incomplete.
    pages = list(names()) if language == "en" else edition(language)
    contents = translated(toc(), said.get("captions", {}), pages)
    for name, data in {"_config.yml": config, "_toc.yml": contents}.items():
        (folder / name).write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf8")


def build(language: str) -> bool:
    """Build one edition; return whether it came out without a warning."""
    folder = WORK / language
    shutil.rmtree(folder, ignore_errors=True)  # a page that is gone from the book goes from the build too
    folder.mkdir(parents=True)
    configure(language, folder)
    if language != "en" and lacks(language):
        print(lacks(language), flush=True)
    # --all: a second run would not repeat the warnings of unchanged pages, and would then succeed.
    strict = ["--all", "-W", "-n", "--keep-going"]
    files = ["--config", str(folder / "_config.yml"), "--toc", str(folder / "_toc.yml"), "--path-output", str(folder)]
    process = subprocess.Popen(
        [*BOOK_COMMAND, str(ROOT / "book" / language), *files, *strict],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf8", errors="replace",
    )
    lines = list(shown(process.stdout))
    code = process.wait()
    if code and not any(map(PROBLEM.search, lines)):
        print(*lines[-20:], sep="\n", file=sys.stderr)
    foreign = foreign_requests(folder / "_build" / "html")
    return code == 0 and not foreign


def shown(stream: Iterable[str]) -> Iterator[str]:
    """Yield the lines that Sphinx says, and show those that tell of progress or of a problem."""
    for raw in stream:
        line = re.sub(r"\x1b\[[0-9;]*m", "", raw).strip().replace(f"{ROOT}{os.sep}", "")
        line = NOTEBOOK_LINE.sub(r"\1: cell \2, line \3:", re.sub(r"^[a-z ]+\.\.\. (?!\[)", "", line))
        if PROGRESS.match(line):
            print(" ", " ".join(line.split()), flush=True)
        elif PROBLEM.search(line):
            print(line, file=sys.stderr, flush=True)
        yield line


def foreign_requests(html: Path) -> bool:
    """Say which built pages would fetch something from another host; return whether any would."""
    found = [
        f"{page.relative_to(html)}: {match}"
        for page in sorted(html.rglob("*.html"))
        for match in FOREIGN.findall(page.read_text("utf8"))
    ]
    for line in found:
        print(f"ERROR: a page may not fetch anything from another host: {line}", file=sys.stderr)
    return bool(found)


def publish(built: list[str]) -> Path:
    """Put the finished editions in place and return the first page."""
    SITE.mkdir(parents=True, exist_ok=True)
    for language in built:
        shutil.rmtree(SITE / language, ignore_errors=True)
        shutil.copytree(WORK / language / "_build" / "html", SITE / language)
    first = f"en/{next(names())}.html"
    (SITE / "index.html").write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Redirect</title>'
        f'<meta http-equiv="refresh" content="0; url={first}"><a href="{first}">Read the book</a></html>\n', "utf8"
    )
    return SITE / first


def serve() -> None:
    """Serve the built book on this machine only, until interrupted."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(SITE))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        print(f"Serving {address} (stop with Ctrl-C)", flush=True)
        webbrowser.open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


def main() -> int:
    """Build, say where the first page is, and serve if asked to; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", action="store_true", help="serve the book on 127.0.0.1 and open the browser")
    arguments = parser.parse_args()
    if lines := [*unlisted(), *damaged()]:
        print(*lines, sep="\n", file=sys.stderr)
        return 1
    editions = languages()
    for number, language in enumerate(editions, 1):
        print(f"Building edition {number} of {len(editions)}: {language}", flush=True)
        if not build(language):
            print(f"The {language} edition has the problems above; nothing was published.", file=sys.stderr)
            return 1
    print(f"The book: {publish(editions).as_uri()}", flush=True)
    if arguments.serve:
        serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
