"""`city-a-day audit` and `queue restore`: who did what, and undoing a removal."""

from pathlib import Path

import pytest

from tests.bot.cli.terminal import CREDIT, Command, add, names, rows


@pytest.fixture(autouse=True)
def ada(monkeypatch: pytest.MonkeyPatch) -> None:
    """She types."""
    monkeypatch.setenv("LOGNAME", "ada")


def test_nothing_is_on_record_at_first(run: Command) -> None:
    assert run("audit").stdout == "Nothing is on record.\n"
    assert rows(run("audit", "--json")) == []


def test_each_change_is_a_line_with_who_what_and_how(run: Command, folder: Path) -> None:
    nimes = add(run, "Nîmes", "--photo", "nimes.jpg", *CREDIT)
    run("queue", "edit", nimes, "--text-fr", "Ses arènes.", "--alt", "Les arènes.")
    run("queue", "hold", nimes)
    (folder / "cities.csv").write_text("city,text_fr\nMetz,x\nAlbi,y\n", encoding="utf-8")
    run("queue", "import", "cities.csv")
    run("queue", "move", nimes, "3")
    lines = [line.split("  ")[2:] for line in run("audit").stdout.splitlines()]
    nimes_words = f"Entry {nimes}, Nîmes"
    edited = "text in French: Nîmes, une ville. → Ses arènes.; alt text: Nîmes au soleil. → "
    edited += "Les arènes."
    assert lines == [
        ["cli:ada", "moved", f"{nimes_words}; place in the queue: 1 → 3"],
        ["cli:ada", "imported", "the queue; cities: 2; first Entry: 2; last Entry: 3"],
        ["cli:ada", "held", f"{nimes_words}; held: no → yes"],
        [
            "cli:ada",
            "edited",
            f"{nimes_words}; {edited}",
        ],
        ["cli:ada", "queued", nimes_words],
    ]


def test_long_texts_are_cut_and_stay_on_a_line(run: Command) -> None:
    nimes = add(run, "Nîmes")
    run("queue", "edit", nimes, "--text-fr", "Une ville.\nLoin. " * 200)
    newest = run("audit", "--limit", "1").stdout
    assert newest.count("\n") == 1
    assert len(newest) < 250


def test_what_became_of_one_entry(run: Command, folder: Path) -> None:
    other = add(run, "Nîmes")
    (folder / "cities.csv").write_text("city,text_fr\nMetz,x\nAlbi,y\n", encoding="utf-8")
    run("queue", "import", "cities.csv")
    run("queue", "hold", "3")
    run("queue", "hold", other)
    found = rows(run("audit", "--entry", "3", "--json"))
    assert [(change["action"], change["city"]) for change in found] == [
        ("held", "Albi"),
        ("imported", None),
    ]
    assert found[0]["subject"] == "entry/3"


def test_older_ones_follow_on_the_next_page(run: Command) -> None:
    for city in ("Nîmes", "Metz", "Albi"):
        add(run, city)
    first = rows(run("audit", "--limit", "2", "--json"))
    second = rows(run("audit", "--before", str(first[-1]["id"]), "--json"))
    assert [change["city"] for change in [*first, *second]] == ["Albi", "Metz", "Nîmes"]


def test_what_was_removed_is_put_back_where_it_was(run: Command) -> None:
    added = [add(run, city) for city in ("Nîmes", "Metz", "Albi")]
    removed = run("queue", "remove", added[1])
    change = removed.stderr.split()[-1]
    assert removed.stderr == f"To put it back: city-a-day queue restore {change}\n"
    assert "Metz is back in the queue, ready." in run("queue", "restore", change).stdout
    assert names(run) == ["Nîmes", "Metz", "Albi"]
    again = run("queue", "restore", change, code=1)
    assert again.stderr == "city-a-day: Metz has been put back already.\n"


def test_posting_and_settling_are_on_record(run: Command) -> None:
    add(run, "Nîmes")
    run("post")
    run("post")  # nothing is left to send
    (posted, _) = rows(run("audit", "--json"))
    assert (posted["action"], posted["city"]) == ("posted now", "Nîmes")
    assert posted["after"]["destinations"] == ["site"]


def test_a_restored_backup_is_on_record(run: Command) -> None:
    add(run, "Nîmes")
    run("backup", "all.tar")
    run("restore", "all.tar", "--yes")
    newest = rows(run("audit", "--json"))[0]
    assert (newest["by"], newest["action"], newest["subject"]) == (
        "cli:ada",
        "backup restored",
        "service",
    )


def test_a_user_without_a_name_is_on_record_by_number(
    run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    add(run, "Nîmes")
    (queued,) = rows(run("audit", "--json"))
    assert queued["by"].startswith("cli:")
    assert queued["by"] != "cli:"
