"""Reading submissions: whose they are, what they hold, and what is no submission."""

from __future__ import annotations

import zipfile

import pytest

from lossedu.grading import collect


def students(folder):
    return [(entry.student, bool(entry.problem)) for entry in collect.entries(folder)]


def test_one_entry_a_student(class_of, make_notebook):
    folder = class_of({"ann.py": "x = 1", "bob.ipynb": make_notebook("x = 1"), "cem/a.py": "x = 1",
                       "v1.2/a.py": "x = 1", ".DS_Store": "", "dan.docx": "PK"})
    assert students(folder) == [("ann", False), ("bob", False), ("cem", False), ("dan.docx", False), ("v1.2", False)]


def test_two_submissions_of_one_student_are_a_problem_to_settle(class_of):
    folder = class_of({"ann.py": "x = 1", "ann.ipynb": "{}", "ann/a.py": "x = 1", "bob.py": "x = 1"})
    assert students(folder) == [("ann", True), ("bob", False)]


def test_no_folder_a_file_and_an_empty_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder"):
        collect.entries(tmp_path / "none")
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotADirectoryError, match="is a file"):
        collect.entries(tmp_path / "file")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="is empty"):
        collect.entries(tmp_path / "empty")


def test_cells_and_their_labels(class_of, make_notebook):
    folder = class_of({"ann/b.ipynb": make_notebook("x = 1", "", "y = 2"), "ann/a.py": "z = 3\n"})
    assert collect.read(folder / "ann").cells == (
        ("a.py", "z = 3\n"), ("b.ipynb cell 1", "x = 1"), ("b.ipynb cell 3", "y = 2"))


def test_prose_is_no_code_but_a_function_in_a_retyped_cell_is(class_of, make_notebook):
    folder = class_of({"ann.ipynb": make_notebook("Some words.", "def f():\n    return 1", kind="markdown")})
    assert [source for _, source in collect.read(folder / "ann.ipynb").cells] == ["def f():\n    return 1"]


def test_a_broken_file_beside_a_good_one_costs_nothing(class_of):
    folder = class_of({"ann/a.ipynb": "{", "ann/b.py": "x = 1"})
    assert [label for label, _ in collect.read(folder / "ann").cells] == ["b.py"]


def test_the_digest_follows_the_content_and_nothing_else(class_of):
    folder = class_of({"ann/a.py": "x = 1", "bob/a.py": "x = 1", "cem/a.py": "x = 2", "dan/b.py": "x = 1"})
    ann, bob, cem, dan = (collect.read(folder / name).digest for name in ("ann", "bob", "cem", "dan"))
    assert ann == bob and len({ann, cem, dan}) == 3


def test_a_zip_with_a_folder_and_mac_leftovers(tmp_path):
    with zipfile.ZipFile(tmp_path / "ann.zip", "w") as archive:
        archive.writestr("work/a.py", "x = 1")
        archive.writestr("__MACOSX/work/._a.py", b"\0\1")
        archive.writestr("work/.ipynb_checkpoints/a.ipynb", "{}")
        archive.writestr("work/notes.txt", "hello")
    (label, source), = collect.read(tmp_path / "ann.zip").cells
    assert (label, source) == ("work/a.py", "x = 1")


def test_a_zip_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(collect, "MOST_BYTES", 1 << 20)
    with zipfile.ZipFile(tmp_path / "ann.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(5):
            archive.writestr(f"{i}.py", b"#" * (1 << 19))
    with pytest.raises(collect.Unreadable, match="larger than 1 MB"):
        collect.read(tmp_path / "ann.zip")


def test_too_many_files(tmp_path, monkeypatch):
    monkeypatch.setattr(collect, "MOST_FILES", 3)
    for i in range(4):
        (tmp_path / f"{i}.py").write_text("x = 1")
    with pytest.raises(collect.Unreadable, match="more than 3 files"):
        collect.read(tmp_path)


@pytest.mark.parametrize("outside", ["/etc/passwd", "../x.py", "a/../../x.py", "..\\x.py"])
def test_a_zip_that_points_outside_itself(tmp_path, outside):
    with zipfile.ZipFile(tmp_path / "ann.zip", "w") as archive:
        archive.writestr("good.py", "x = 1")
        archive.writestr(outside, "x = 1")
    with pytest.raises(collect.Unreadable, match="outside"):
        collect.read(tmp_path / "ann.zip")


def test_a_name_that_is_no_text(tmp_path):
    import os

    with open(os.fsencode(tmp_path) + b"/\xff\xfe.py", "w") as file:
        file.write("x = 1")
    assert collect.entries(tmp_path)[0].student == "\ufffd\ufffd"
