"""Every message of the machinery has its translation, and the compiled catalogues are fresh."""

from __future__ import annotations

import gettext
import re

import pytest

from lossedu.exercises import exercises
from lossedu.exercises.check import verdict_on
from lossedu.language import current_language, translate
from tools import messages as catalogue

# Languages into which every message of the machinery is translated; a language that is new may take its time.
COMPLETE = ["zh"]
TRANSLATIONS = catalogue.translations()


def stored(domain, language):
    return {message.id: message.string for message in catalogue.read(domain, language) if message.id}


@pytest.mark.parametrize("language", COMPLETE)
def test_every_message_has_a_translation(language):
    translated = stored("lossedu", language)
    assert [message for message in catalogue.program_messages() if not translated.get(message)] == [], \
        "translate these in lossedu.po, after `python -m tools.messages`"


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_no_translation_has_outlived_its_message(language):
    assert sorted(set(stored("lossedu", language)) - set(catalogue.program_messages())) == []


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translations_have_the_same_blanks_to_fill(language):
    def blanks(text):
        return sorted(re.findall(r"{\w+}", text))

    for domain in catalogue.DOMAINS:
        for message, translation in stored(domain, language).items():
            if translation and domain == "lossedu":
                assert blanks(translation) == blanks(message), message


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("domain", catalogue.DOMAINS)
def test_the_compiled_catalogue_is_fresh(domain, language):
    with (catalogue.folder(language) / f"{domain}.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message, translation in stored(domain, language).items():
        assert compiled.gettext(message) == (translation or message), "run `python -m tools.messages`"


def test_the_texts_of_the_exercises_are_collected():
    texts = catalogue.course_messages()
    for task in exercises.values():
        assert {task.title, task.prompt, *task.hints, *(sentence for sentence, _ in task.mistakes)} <= set(texts)


def test_a_verdict_in_chinese(monkeypatch, made):
    monkeypatch.setenv("LOSSEDU_LANG", "zh")
    text = str(verdict_on(lambda r: r**2, made()))
    assert "形状不对" in text and "应当返回一个数" in text


@pytest.mark.parametrize(("variables", "language"), [
    ({"LOSSEDU_LANG": "zh", "LANG": "en_US.UTF-8"}, "zh"), ({"LOSSEDU_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
    ({"LANG": "zh_CN.UTF-8"}, "zh"), ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"), ({"LANG": "fr_FR"}, "en"),
    ({"LOSSEDU_LANG": "", "LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "en_US"}, "zh")])
def test_the_reader_s_language(monkeypatch, variables, language):
    for name in ("LOSSEDU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert current_language() == language


def test_windows_names_its_locale_in_english(monkeypatch):
    for name in ("LOSSEDU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("lossedu.language.locale.getlocale", lambda: ("Chinese (Simplified)_China", "936"))
    assert current_language() == "zh"


def test_what_is_not_translated_stays_english():
    assert translate("A sentence that nobody said.", "zh") == "A sentence that nobody said."
    assert translate("", "zh") == ""
