"""`city-a-day preview` and `calendar`: what comes."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.testing import sample_picture
from tests.bot.cli.terminal import CREDIT, X_KEYS, Command, add, rows, set_settings
from tests.end_to_end.service import today


def test_it_shows_what_each_destination_would_receive(run: Command) -> None:
    entry = add(run, "Nîmes", "--photo", "nimes.jpg", *CREDIT)
    (row,) = rows(run("preview", entry, "--save", "out", "--json"))
    assert set(row) == {"destination", "text", "length", "limit", "images", "problems", "remarks"}
    assert (row["destination"], row["problems"]) == ("site", [])
    assert row["length"] == len(row["text"]) <= row["limit"]
    assert "#UnJourUneVille #Nîmes" in row["text"]
    assert "A. Photographe · CC BY 4.0" in row["text"]
    (image,) = row["images"]
    assert set(image) == {"path", "width", "height", "bytes", "alt"}
    assert Path(image["path"]).stat().st_size == image["bytes"]
    assert (image["width"], image["height"]) == (640, 480)
    assert image["alt"] == "Nîmes au soleil."


def test_without_an_entry_it_is_the_next_one(run: Command) -> None:
    add(run, "Metz")
    assert "#Metz" in run("preview").stdout


def test_as_a_page_it_is_written_beside_its_pictures_and_its_path_is_said(
    folder: Path, run: Command
) -> None:
    entry = add(run, "Nîmes", "--photo", "nimes.jpg", *CREDIT)
    page = run("preview", entry, "--html", "--save", "out", "--destination", "site").stdout.strip()
    assert Path(page) == folder / "out" / "preview.html"
    html = Path(page).read_text(encoding="utf-8")
    for said in ('src="site-1.jpg"', "640 × 480", 'alt="Nîmes au soleil."', " of 5000"):
        assert said in html
    sources = set(re.findall(r'(?:src|href)="([^"]*)"', html))
    assert sources == {"site-1.jpg"}
    assert "<script" not in html
    assert re.search(r"content=\"default-src &#39;none&#39;|content=\"default-src 'none'", html)


def test_as_a_page_with_json_each_row_names_it(run: Command) -> None:
    add(run, "Metz")
    (row,) = rows(run("preview", "--html", "--json"))
    assert row["page"].endswith("data/previews/preview.html")


def test_as_a_page_who_types_a_script_reads_it(run: Command) -> None:
    script = "<script>alert(1)</script>"
    entry = add(run, "Nîmes", "--photo", "nimes.jpg", *CREDIT[2:], "--alt", script)
    run("queue", "edit", entry, "--text-fr", f"{script} {'x' * 100}")
    page = Path(run("preview", entry, "--html").stdout.strip())
    html = page.read_text(encoding="utf-8")
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_the_next_one_is_shown_on_the_date_on_which_it_comes(run: Command) -> None:
    add(run, "Metz")
    run("post")
    add(run, "Nancy")
    run("preview", "--html")
    tomorrow = today() + timedelta(days=1)
    html = Path("data/previews/preview.html").read_text(encoding="utf-8")
    assert f"{tomorrow:%A} {tomorrow.day} {tomorrow:%B %Y}" in html


def test_an_entry_is_shown_on_the_date_on_which_it_comes_and_as_that_day_of_the_series(
    run: Command,
) -> None:
    posted, *waiting = [add(run, city) for city in ("Metz", "Nîmes", "Albi")]
    assert posted
    run("post")
    for number, entry in enumerate(waiting, start=1):
        shown = run("preview", entry).stdout
        assert f", {today() + timedelta(days=number)}\n" in shown
        assert f"· jour {number + 1}\n" in shown


def test_a_draft_says_what_keeps_it_from_being_posted(run: Command) -> None:
    run("queue", "add", "Nîmes")
    (entry,) = rows(run("queue", "list", "--json"))
    shown = run("preview", str(entry["id"]))
    assert "PROBLEM: it is a draft until it has a text\n" in shown.stdout
    assert "a text (--text-fr or --text-en)" in shown.stderr
    assert "It is a draft until" in run("queue", "show", str(entry["id"])).stderr


def test_what_is_shortened_and_what_is_small_is_noted(run: Command, folder: Path) -> None:
    (folder / "small.jpg").write_bytes(sample_picture(320, 180))
    entry = add(run, "Nîmes", "--photo", "small.jpg", *CREDIT, "--text-fr", "Une ville. " * 450)
    shown = run("preview", entry).stdout
    assert "note: the text is too long here: it is shortened" in shown
    assert "note: picture 1 is small (320 × 180 pixels): it will look blurred" in shown


def test_a_destination_that_is_not_enabled_is_refused_with_those_that_are(run: Command) -> None:
    add(run, "Metz")
    assert "site" in run("preview", "--destination", "discord", code=1).stderr


def test_the_calendar_tells_each_dates_instant_and_city(run: Command) -> None:
    add(run, "Metz")
    add(run, "Albi", "--on", (today() + timedelta(days=1)).isoformat())
    found = rows(run("calendar", "--days", "3", "--json"))
    assert [row["city"] for row in found[:2]] == ["Metz", "Albi"]
    assert [date.fromisoformat(row["date"]) for row in found] == [
        today() + timedelta(days=offset) for offset in range(3)
    ]
    due = [datetime.fromisoformat(row["due_at"]) for row in found]
    assert due[1] - due[0] == timedelta(days=1)


def test_the_calendar_may_start_on_any_date(run: Command) -> None:
    (row,) = rows(run("calendar", "--from", "2027-03-28", "--days", "1", "--json"))
    assert row["date"] == "2027-03-28"


def test_what_was_posted_stays_in_the_calendar(run: Command) -> None:
    add(run, "Metz")
    run("post")
    assert rows(run("calendar", "--days", "1", "--json"))[0]["city"] == "Metz"


def test_a_calendar_beyond_all_clocks_is_refused(run: Command) -> None:
    for day in ("0001-01-01", "9999-12-30"):
        assert "2999" in run("calendar", "--from", day, code=1).stderr


def test_the_calendar_tells_a_queued_city_from_a_stand_in(run: Command) -> None:
    entry = add(run, "Metz")
    queued, stand_in = rows(run("calendar", "--days", "2", "--json"))
    assert (queued["entry"], stand_in["entry"]) == (int(entry), None)
    assert run("calendar", "--days", "1").stdout.split()[-1] == entry


def test_two_channels_are_previewed_by_the_name_of_their_destination(
    run: Command, folder: Path
) -> None:
    add(run, "Metz")
    set_settings(
        folder,
        "DESTINATIONS=site,discord",
        "DISCORD__TOKEN=nothing-secret",
        "DISCORD__CHANNEL_IDS=800000000000000001,800000000000000002",
    )
    shown = [
        row["destination"] for row in rows(run("preview", "--destination", "discord", "--json"))
    ]
    assert shown == ["discord#800000000000000001", "discord#800000000000000002"]


def test_a_preview_that_cannot_be_saved_names_the_file(run: Command, folder: Path) -> None:
    add(run, "Metz")
    (folder / "out" / "site.txt").mkdir(parents=True)
    assert "out/site.txt cannot be written" in run("preview", "--save", "out", code=1).stderr
    run("preview", "--save", "nimes.jpg", code=2)


def test_a_link_that_x_would_bill_is_noted(run: Command, folder: Path) -> None:
    entry = run("queue", "add", "Metz", "--text-fr", "Voir metz.fr.").stdout.strip()
    set_settings(folder, "DESTINATIONS=site,twitter", *X_KEYS)
    shown = run("preview", entry, "--destination", "twitter").stdout
    assert "note: X would make a link of “metz.fr” and bill $0.20 instead of $0.015" in shown
    site, twitter = rows(run("preview", entry, "--json"))
    assert site["remarks"] == []
    assert len(twitter["remarks"]) == 1
