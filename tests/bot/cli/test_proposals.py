"""What a photo says of itself is proposed, shown in full, and counts once an admin says so."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from bot.testing import sample_picture
from tests.bot.cli.terminal import CREDIT, X_KEYS, Command, add, names, rows, set_settings

PHOTO = ("--photo", "arena.jpg")
ALT = "Photo\u202f: Nîmes (Gard, France). Les gradins au matin"


def save_photo(file: Path, *, author: str = "Noah Durand") -> None:
    """One whose EXIF names author, licence and caption."""
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = author
    exif[ExifTags.Base.Copyright] = "(c) Noah Durand, CC BY-SA 4.0"
    exif[ExifTags.Base.ImageDescription] = "Les gradins au matin"
    with Image.open(BytesIO(sample_picture(640, 480))) as image:
        image.save(file, exif=exif)


@pytest.fixture(autouse=True)
def _arena(folder: Path) -> None:
    save_photo(folder / "arena.jpg")


def shown(run: Command, entry: str) -> dict[str, object]:
    found: dict[str, object] = rows(run("queue", "show", entry, "--json"))
    return found


def photo(run: Command, entry: str) -> dict[str, object]:
    found: dict[str, object] = rows(run("queue", "show", entry, "--json"))["photos"][0]
    return found


def test_it_is_kept_and_the_entry_is_a_draft(run: Command) -> None:
    entry = add(run, "Nîmes", *PHOTO)
    found = photo(run, entry)
    assert (found["author"], found["licence"]) == ("Noah Durand", "CC BY-SA 4.0")
    assert found["alt"] == ALT
    assert found["proposed"] == ["alt", "author", "licence"]
    assert shown(run, entry)["missing"] == [
        "a word that the proposed alt text, author and licence are right (--confirm)"
    ]
    assert rows(run("queue", "list", "--json"))[0]["state"] == "draft"


def test_each_is_told_in_full_with_what_to_type(run: Command) -> None:
    result = run("queue", "add", "Nîmes", "--text-fr", "x", *PHOTO)
    entry = result.stdout.strip()
    said = [
        "Proposed from what is known of the photo:",
        f"  alt: {ALT}",
        "  author: Noah Durand",
        "  licence: CC BY-SA 4.0",
        f"If it is right: city-a-day queue edit {entry} --confirm",
        f"If it is not:   city-a-day queue edit {entry} --alt … --author … --licence …",
    ]
    assert "\n".join(said) in result.stderr
    told = run("queue", "show", entry).stdout
    assert "author (proposed): Noah Durand\n" in told
    assert "\n".join(said) in run("queue", "edit", entry, "--text-en", "y").stderr


def test_a_word_makes_it_count(run: Command) -> None:
    entry = add(run, "Nîmes", *PHOTO)
    edited = run("queue", "edit", entry, "--confirm")
    assert "state: ready" in edited.stdout
    assert "proposed" not in edited.stdout + edited.stderr
    found = photo(run, entry)
    assert (found["author"], found["proposed"]) == ("Noah Durand", [])


def test_the_word_may_be_said_at_once_and_what_it_took_is_told(run: Command) -> None:
    result = run("queue", "add", "Nîmes", "--text-fr", "x", *PHOTO, "--confirm")
    assert "Nîmes is queued, ready." in result.stderr
    assert "author: Noah Durand\n" in result.stderr
    assert rows(run("queue", "list", "--json"))[0]["state"] == "ready"


def test_what_an_admin_gives_counts_and_the_rest_stays_a_proposal(run: Command) -> None:
    entry = add(run, "Nîmes", *PHOTO, "--author", "Z. Durand")
    assert photo(run, entry)["proposed"] == ["alt", "licence"]
    run("queue", "edit", entry, "--alt", "Les arènes.")
    found = photo(run, entry)
    assert (found["alt"], found["author"], found["licence"]) == (
        *("Les arènes.", "Z. Durand", "CC BY-SA 4.0"),
    )
    assert found["proposed"] == ["licence"]
    run("queue", "edit", entry, "--licence", "CC0")
    assert shown(run, entry)["state"] == "ready"


def test_a_credit_that_is_whole_stays_as_it_is_given(run: Command) -> None:
    entry = add(run, "Nîmes", *PHOTO, "--source", "Archives", "--licence", "CC0")
    found = photo(run, entry)
    assert (found["author"], found["proposed"]) == ("", ["alt"])


def test_what_is_taken_off_is_not_proposed_again(run: Command) -> None:
    entry = add(run, "Nîmes", *PHOTO, "--alt", "Les arènes.", "--licence", "")
    assert photo(run, entry)["proposed"] == ["author"]
    run("queue", "edit", entry, "--author", "", "--confirm")
    missing = rows(run("queue", "show", entry, "--json"))["missing"]
    assert [words.split("(")[1] for words in missing] == ["--author)", "--licence)"]


def test_a_new_photo_brings_its_own_proposals(run: Command) -> None:
    entry = add(run, "Nîmes", "--photo", "nimes.jpg", *CREDIT)
    run("queue", "edit", entry, *PHOTO)
    assert photo(run, entry)["proposed"] == ["alt", "author", "licence"]


def test_it_speaks_the_language_of_the_first_destination_unless_the_texts_do_not(
    run: Command, folder: Path
) -> None:
    english = run("queue", "add", "Nîmes", "--text-en", "x", *PHOTO).stdout.strip()
    assert str(photo(run, english)["alt"]).startswith("Photo of Nîmes (Gard, France): Les")
    set_settings(folder, "SITE__LANGUAGE=en")
    both = run("queue", "add", "Nîmes", "--text-fr", "x", "--text-en", "y", *PHOTO).stdout.strip()
    assert str(photo(run, both)["alt"]).startswith("Photo of Nîmes")


def test_there_is_nothing_to_confirm_without_a_photo(run: Command) -> None:
    entry = add(run, "Nîmes")
    assert "--photo FILE" in run("queue", "edit", entry, "--confirm", code=1).stderr


def test_a_proposal_that_is_no_good_is_refused_when_it_is_confirmed(
    run: Command, folder: Path
) -> None:
    """Only then: a draft is not checked, since it is not posted as it is."""
    save_photo(folder / "arena.jpg", author="Noah " * 40)
    set_settings(folder, "DESTINATIONS=twitter", *X_KEYS, f"SERIES_HASHTAG={'U' * 150}")
    entry = add(run, "Nîmes", *PHOTO)
    refused = run("queue", "edit", entry, "--confirm", code=1).stderr
    assert "It could not be posted as it is" in refused
    assert photo(run, entry)["proposed"] == ["alt", "author", "licence"]


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_an_export_leaves_proposals_out_and_an_import_finds_them_again(
    run: Command, folder: Path, suffix: str
) -> None:
    entry = add(run, "Nîmes", *PHOTO, "--author", "Z. Durand")
    before = shown(run, entry)
    run("queue", "export", f"queue.{suffix}")
    file = (folder / f"queue.{suffix}").read_text(encoding="utf-8")
    assert "Z. Durand" in file
    assert "CC BY-SA" not in file
    assert "gradins" not in file
    assert "1 waiting already" in run("queue", "import", f"queue.{suffix}").stdout
    run("queue", "remove", entry)
    run("queue", "import", f"queue.{suffix}")
    (row,) = rows(run("queue", "list", "--json"))
    assert shown(run, str(row["id"])) | {"id": 0} == before | {"id": 0}


def test_what_a_row_says_of_its_photo_counts_and_the_rest_is_proposed(
    run: Command, folder: Path
) -> None:
    (folder / "cities.csv").write_text(
        "city,text_fr,photo,alt,author,licence\n"
        "Nîmes,x,arena.jpg,Les arènes.,Moi,CC0\n"
        "Albi,x,arena.jpg,\u200b,Moi,\n",
        encoding="utf-8",
    )
    run("queue", "import", "cities.csv")
    ready, draft = rows(run("queue", "list", "--json"))
    assert (ready["state"], draft["state"]) == ("ready", "draft")
    assert photo(run, str(draft["id"]))["proposed"] == ["alt", "licence"]


def test_a_row_whose_proposals_were_confirmed_is_waiting_already(
    run: Command, folder: Path
) -> None:
    (folder / "cities.csv").write_text("city,text_fr,photo\nNîmes,x,arena.jpg\n", encoding="utf-8")
    run("queue", "import", "cities.csv")
    (draft,) = rows(run("queue", "list", "--json"))
    run("queue", "edit", str(draft["id"]), "--confirm")
    assert "1 waiting already" in run("queue", "import", "cities.csv").stdout


def test_an_exported_photo_that_is_damaged_costs_its_row(run: Command, folder: Path) -> None:
    entry = add(run, "Nîmes", *PHOTO)
    run("queue", "export", "queue.csv")
    run("queue", "remove", entry)
    (file,) = (folder / "data" / "photos").iterdir()
    file.write_bytes(b"damaged")
    assert "queue.csv:2:" in run("queue", "import", "queue.csv", code=1).stderr
    assert names(run) == []
