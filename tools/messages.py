"""Keep the catalogues of translations: collect every message that `translate` may be given, and compile.

    python -m tools.messages

New messages are added empty, messages that are gone are taken out, and the compiled catalogues are written anew.
"""

from __future__ import annotations

import ast
import io
import sys
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def program_messages() -> list[str]:
    """Every literal message of the program in the order of the files; before them the states and the guide."""
    from lossedu.choosing.guide import GUIDE, LEFT_OUT, texts
    from lossedu.exercises.judge import STATES

    found = [*STATES, *texts(GUIDE), *(advice.why for advice in LEFT_OUT)]
    for file in sorted((ROOT / "lossedu").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "translate":
                found += [part.value for part in ast.walk(node.args[0])
                          if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value]
    return list(dict.fromkeys(found))


def course_messages() -> list[str]:
    """Every text of the exercises and of the concept questions.

    These are titles, prompts, hints, mistakes and claims, and questions with their choices and reasons.
    """
    from lossedu.exercises import exercises, questions

    found = [text for task in exercises.values()
             for text in (task.title, task.prompt, *task.hints,
                          *(sentence for sentence, _ in [*task.mistakes, *task.claims]))]
    found += [text for asked in questions.values() for question in asked
              for text in (question.text, *(text for choice in question.choices for text in choice[:2]))]
    return list(dict.fromkeys(found))


def folder(language: str) -> Path:
    """Where the catalogues of a language are."""
    return ROOT / "lossedu" / "locale" / language / "LC_MESSAGES"


def translations() -> list[str]:
    """The languages that messages are translated into: all but English, in which they are written."""
    from lossedu.language import LANGUAGES

    return [language for language in LANGUAGES if language != "en"]


DOMAINS = {"lossedu": program_messages, "exercises": course_messages}


def read(domain: str, language: str) -> Catalog:
    """The catalogue as it is stored."""
    path = folder(language) / f"{domain}.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def renewed(domain: str, language: str) -> Catalog:
    """The catalogue as it should be: all messages, with the translations there are."""
    old, new = read(domain, language), Catalog(locale=language, fuzzy=False, project="lossedu", charset="utf-8")
    for message in DOMAINS[domain]():
        known = old.get(message)
        new.add(message, known.string if known else "")
    return new


def po(catalogue: Catalog) -> bytes:
    """The text of a catalogue; without dates, so that it changes only when its messages do."""
    out = io.BytesIO()
    write_po(out, catalogue, omit_header=True, width=0)
    head = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: {catalogue.locale}\\n"\n\n'
    return head.encode() + out.getvalue()


def mo(catalogue: Catalog) -> bytes:
    """The compiled catalogue."""
    # A date of its own would make another file of the same messages every time.
    same_day = datetime(2000, 1, 1, tzinfo=UTC)
    fixed = Catalog(locale=catalogue.locale, fuzzy=False, creation_date=same_day, revision_date=same_day)
    for message in catalogue:
        if message.id and message.string:
            fixed.add(message.id, message.string)
    out = io.BytesIO()
    write_mo(out, fixed)
    return out.getvalue()


def main() -> None:
    """Renew both catalogues of every language."""
    for language, domain in product(translations(), DOMAINS):
        catalogue = renewed(domain, language)
        missing = sum(not message.string for message in catalogue if message.id)
        folder(language).mkdir(parents=True, exist_ok=True)
        (folder(language) / f"{domain}.po").write_bytes(po(catalogue))
        (folder(language) / f"{domain}.mo").write_bytes(mo(catalogue))
        print(f"{language}, {domain}: {len(catalogue)} messages, {missing} without a translation")


if __name__ == "__main__":
    main()
