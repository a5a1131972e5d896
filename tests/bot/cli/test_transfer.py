"""`city-a-day queue import` and `export`."""

import csv
import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.bot.cli.terminal import CREDIT, Command, add, names, rows
from tests.end_to_end.service import today


def test_a_bad_row_is_named_with_its_line_and_the_good_ones_are_queued(
    run: Command, folder: Path
) -> None:
    (folder / "cities.csv").write_text(
        "city,text_fr,date\nMetz,Une ville.,\nNulleville,Une ville.,\nAlbi,Une ville.,soon\n"
        "Arras,Une ville.,\n",
        encoding="utf-8",
    )
    result = run("queue", "import", "cities.csv", "--json", code=1)
    report = rows(result)
    assert [row["city"] for row in report["imported"]] == ["Metz", "Arras"]
    assert [problem["line"] for problem in report["problems"]] == [3, 4]
    assert "cities.csv:3:" in result.stderr
    assert names(run) == ["Metz", "Arras"]


def test_the_mended_file_queues_only_what_does_not_wait_yet(run: Command, folder: Path) -> None:
    file = folder / "cities.csv"
    file.write_text("city,text_fr\nMetz,Une ville.\nNulleville,x\n", encoding="utf-8")
    run("queue", "import", "cities.csv", code=1)
    file.write_text("city,text_fr\nMetz,Une ville.\nAlbi,x\n", encoding="utf-8")
    run("queue", "import", "cities.csv")
    assert names(run) == ["Metz", "Albi"]


def test_a_dry_run_queues_nothing(run: Command, folder: Path) -> None:
    (folder / "cities.json").write_text('[{"city": "Metz", "text_fr": "x"}]', encoding="utf-8")
    assert "1 would be queued" in run("queue", "import", "cities.json", "--dry-run").stdout
    assert names(run) == []


def test_a_photo_outside_the_files_folder_is_refused(run: Command, folder: Path) -> None:
    inside = folder / "inside"
    inside.mkdir()
    (inside / "link.jpg").symlink_to(folder / "nimes.jpg")
    (inside / "cities.json").write_text(
        '[{"city": "Metz", "text_fr": "x", "photo": "link.jpg"}]', encoding="utf-8"
    )
    assert "outside" in run("queue", "import", "inside/cities.json", code=1).stderr


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_an_export_comes_back_as_it_was(run: Command, folder: Path, suffix: str) -> None:
    add(run, "Nîmes", "--photo", "nimes.jpg", *CREDIT)
    add(run, "Saint-Denis, La Réunion", "--tag", "Océan")
    run("queue", "export", f"queue.{suffix}")
    before = (folder / f"queue.{suffix}").read_bytes()
    for row in rows(run("queue", "list", "--json")):
        run("queue", "remove", str(row["id"]))
    run("queue", "import", f"queue.{suffix}")
    run("queue", "export", f"again.{suffix}")
    assert (folder / f"again.{suffix}").read_bytes() == before


def test_an_export_to_the_terminal_is_csv_when_asked(run: Command) -> None:
    add(run, "Nîmes")
    text = run("queue", "export", "--format", "csv").stdout
    assert [row["city"] for row in csv.DictReader(text.splitlines())] == ["Nîmes"]


def test_a_row_that_stands_there_twice_is_queued_once(run: Command, folder: Path) -> None:
    (folder / "cities.csv").write_text("city,text_fr\nMetz,x\nMetz,x\nMetz,y\n", encoding="utf-8")
    assert "2 queued, 1 waiting already" in run("queue", "import", "cities.csv").stdout


def test_a_date_that_a_draft_has_costs_its_row_and_no_other(run: Command, folder: Path) -> None:
    day = today() + timedelta(days=3)
    run("queue", "add", "Nîmes", "--on", day.isoformat())
    (folder / "cities.csv").write_text(
        f"city,text_fr,date\nMetz,x,{day}\nAlbi,x,\n", encoding="utf-8"
    )
    refused = run("queue", "import", "cities.csv", code=1)
    assert f"cities.csv:2: {day} already has its city" in refused.stderr
    assert names(run) == ["Nîmes", "Albi"]


def test_pinned_rows_keep_the_queues_rules(run: Command, folder: Path) -> None:
    day = today() + timedelta(days=3)
    (folder / "cities.csv").write_text(
        f"city,text_fr,date\nMetz,x,{day}\nMetz,y,{day + timedelta(days=90)}\n"
        f"Albi,x,2020-01-01\nArras,x,9999-12-31\nBrest,x,{day + timedelta(days=1)}\n",
        encoding="utf-8",
    )
    problems = rows(run("queue", "import", "cities.csv", "--json", code=1))["problems"]
    assert [problem["line"] for problem in problems] == [3, 4, 5]
    assert "REPEAT_AFTER_DAYS" in problems[0]["reason"]
    assert names(run) == ["Metz", "Brest"]


def test_a_photos_credit_mended_in_the_file_is_imported(run: Command, folder: Path) -> None:
    head = "city,text_fr,photo,alt,author,licence\nNîmes,x,nimes.jpg,"
    (folder / "cities.csv").write_text(f"{head},,\n", encoding="utf-8")
    run("queue", "import", "cities.csv")
    (folder / "cities.csv").write_text(f"{head}Nîmes.,Moi,CC0\n", encoding="utf-8")
    run("queue", "import", "cities.csv")
    states = [row["state"] for row in rows(run("queue", "list", "--json"))]
    assert states == ["draft", "ready"]


def test_a_photo_that_cannot_be_read_costs_its_row(run: Command, folder: Path) -> None:
    os.mkfifo(folder / "pipe.jpg")
    (folder / "circle.jpg").symlink_to("circle.jpg")
    (folder / "cities.csv").write_text(
        "city,text_fr,photo\nMetz,x,pipe.jpg\nAlbi,x,circle.jpg\nArras,x,.\nNîmes,x,nimes.jpg\n",
        encoding="utf-8",
    )
    refused = run("queue", "import", "cities.csv", "--json", code=1)
    assert [problem["line"] for problem in rows(refused)["problems"]] == [2, 3, 4]
    assert names(run) == ["Nîmes"]


def test_what_a_dry_run_would_queue_has_no_id(run: Command, folder: Path) -> None:
    (folder / "cities.csv").write_text("city,text_fr\nMetz,x\n", encoding="utf-8")
    found = rows(run("queue", "import", "cities.csv", "--dry-run", "--json"))
    assert found["imported"][0]["id"] is None


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("cities.txt", "must end in .json or .csv"),
        ("pipe.csv", "is no file but a pipe"),
        ("nowhere.csv", "cannot be read: No such file"),
        ("folder.csv", "is a folder"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_in_one_line(
    run: Command, folder: Path, file: str, reason: str
) -> None:
    os.mkfifo(folder / "pipe.csv")
    (folder / "folder.csv").mkdir()
    refused = run("queue", "import", file, code=1).stderr
    assert reason in refused
    assert refused.count("\n") == 1


@pytest.mark.parametrize("file", ["queue.txt", "nowhere/queue.csv", "folder.csv", ""])
def test_a_file_that_cannot_be_exported_to_is_refused_in_one_line(
    run: Command, folder: Path, file: str
) -> None:
    (folder / "folder.csv").mkdir()
    refused = run("queue", "export", file, code=1).stderr
    assert refused.startswith("city-a-day: ")
    assert refused.count("\n") == 1
