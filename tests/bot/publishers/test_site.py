"""The gallery: a publisher's contract, one city for a date, pages that heal and that are safe."""

import asyncio
import fcntl
import json
import re
import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from bot.publishers.site import SiteSettings, gallery_folder, platform
from bot.publishers.site.day import Day, LineKind, page_name, paragraphs, to_json
from bot.publishers.site.gallery import Gallery
from bot.publishers.site.pages import Pages
from bot.publishers.site.publisher import LIMITS, SitePublisher
from bot.publishers.site.words import facts, long_date, short_date
from bot.testing import (
    KEY,
    OTHER_KEY,
    Delivered,
    Failure,
    PublisherContract,
    sample_picture,
    sample_post,
    surroundings,
)
from content.credit import Credit
from content.post import Kind, Part, Picture, Post, Rendering
from schedules.errors import AmbiguousOutcome, Permanent, Transient

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
ATOM = {"atom": "http://www.w3.org/2005/Atom"}


@dataclass
class FixedClock:
    """Always the same instant."""

    instant: datetime = datetime(2026, 11, 22, 8, 0, 0, 500, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant

    async def sleep_until(self, instant: datetime) -> None:
        self.instant = max(self.instant, instant)


@dataclass
class PageReader(HTMLParser):
    """What a reader finds on a page: its caption, its pictures, its links, its elements."""

    paragraphs: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    images: list[tuple[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    elements: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    _in_caption: bool = False
    _in_paragraph: bool = False
    _in_article: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.add(tag)
        self.attributes |= set(given)
        if "href" in given:
            self.links.append(given["href"])
        if tag == "article":
            self._in_article = True
        elif tag == "div" and given.get("class") == "caption":
            self._in_caption = True
        elif tag == "p" and self._in_caption:
            self._in_paragraph = True
            self.paragraphs.append("")
            self.languages.append(given["lang"])
        elif tag == "img" and self._in_article:
            self.images.append((given["src"], given["alt"]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._in_article = False
        elif tag == "div":
            self._in_caption = False
        elif tag == "p":
            self._in_paragraph = False

    def handle_data(self, data: str) -> None:
        if self._in_paragraph:
            self.paragraphs[-1] += data

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


def read_page(path: Path) -> PageReader:
    reader = PageReader()
    reader.feed(path.read_text("utf-8"))
    reader.close()
    return reader


class SiteHarness:
    """The gallery's folder is its platform: what counts is what lies there."""

    secrets: Sequence[str] = ()
    failures: frozenset[Failure] = frozenset()  # a folder answers nothing; see the tests below

    def __init__(self, publisher: SitePublisher, folder: Path) -> None:
        self.publisher = self.impatient = publisher
        self.folder = folder

    @property
    def creates(self) -> int:
        """A create that the folder takes is a record."""
        return len(list(self.folder.glob("days/*")))

    def delivered(self) -> Sequence[Delivered]:
        """The pages, as they are read in a browser."""
        posts = []
        for page in sorted(self.folder.glob("2*/index.html")):
            reader = read_page(page)
            posts.append(
                Delivered(
                    remote_id=page.parent.name[:10],
                    text=reader.text,
                    images=[(page.parent / src).read_bytes() for src, _ in reader.images],
                    alts=[alt for _, alt in reader.images],
                )
            )
        return posts

    def fail_next_create(self, failure: Failure) -> None:
        raise NotImplementedError(failure)

    def fail_next_look_up(self) -> None:
        """What cannot be read may be the record that is looked for."""
        (self.folder / "days").mkdir(parents=True, exist_ok=True)
        (self.folder / "days" / "2026-11-22.json").write_text("{", encoding="utf-8")

    def post_as_another_author(self, text: str) -> None:
        rendering = replace(LE_MANS, text=text)
        put_record(self.folder, make_day(rendering, key=OTHER_KEY))


def make_publisher(
    data_dir: Path,
    destination: str = "site",
    *,
    choices: SiteSettings | None = None,
) -> SitePublisher:
    around = surroundings(destination, data_dir, clock=FixedClock())
    (publisher,) = platform.build(choices or SiteSettings(), around)
    assert isinstance(publisher, SitePublisher)
    return publisher


def make_day(rendering: Rendering, *, key: str = KEY) -> Day:
    return Day(
        key=key,
        day=rendering.post.date,
        published_at=FixedClock().now(),
        language=rendering.post.language,
        city=rendering.post.city,
        caption=paragraphs(rendering),
        pictures=(),
    )


def put_record(folder: Path, day: Day) -> None:
    (folder / "days").mkdir(parents=True, exist_ok=True)
    (folder / "days" / f"{day.day}.json").write_bytes(to_json(day))


def small_post(number: int = 0, **changes: object) -> Post:
    """A post with a small picture, of the day `number` days after 2026-11-22."""
    post = sample_post()
    picture = replace(post.pictures[0], data=sample_picture(160 + number, 90))
    post = replace(post, date=post.date + timedelta(days=number), pictures=(picture,))
    return replace(post, **changes)  # type: ignore[arg-type]


async def publish(publisher: SitePublisher, post: Post, key: str = KEY) -> str:
    rendering = publisher.preview(post)
    assert rendering.problems == ()
    receipt = await publisher.publish(await publisher.prepare(rendering), key=key)
    return receipt.url


def written(folder: Path) -> dict[str, tuple[int, int]]:
    """Every page, with what changes when it is written anew."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name[0] != "."]
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in files
    }


def matching(folder: Path, pattern: str) -> list[Path]:
    """What lies in the folder under such names, sorted."""
    return sorted(folder.glob(pattern))


LE_MANS = Rendering(
    post=sample_post(), text="#UnJourUneVille\n\nLe Mans", length=24, limit=LIMITS.text, images=()
)


@pytest.fixture
def publisher(tmp_path: Path) -> SitePublisher:
    return make_publisher(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return gallery_folder(tmp_path, "site")


class TestContract(PublisherContract):
    """What every publisher promises."""

    @pytest.fixture
    def harness(self, publisher: SitePublisher, folder: Path) -> SiteHarness:
        return SiteHarness(publisher, folder)


class TestOneCityForADate:
    """The record is created once, whoever asks."""

    async def test_a_second_city_is_refused(self, publisher: SitePublisher, folder: Path) -> None:
        """The first one wins, and its pages stay as they are."""
        await publish(publisher, small_post())
        before = written(folder)
        other = small_post(city=replace(sample_post().city, name="Sète"))
        with pytest.raises(Permanent, match="2026-11-22 already: Le Mans"):
            await publish(publisher, other, OTHER_KEY)
        after = written(folder)
        assert {name: after[name] for name in before if "pictures/" not in name} == {
            name: before[name] for name in before if "pictures/" not in name
        }
        assert not matching(folder, "*sete*")

    async def test_the_same_publication_again_is_the_same_post(
        self, publisher: SitePublisher, folder: Path
    ) -> None:
        """A create that is repeated after all does nothing."""
        first = await publish(publisher, small_post())
        before = written(folder)
        assert await publish(publisher, small_post()) == first
        assert written(folder) == before

    async def test_of_many_at_once_one_wins(self, tmp_path: Path, folder: Path) -> None:
        """Publishers in several threads, as in several processes, leave one record."""
        publishers = [make_publisher(tmp_path) for _ in range(6)]
        prepared = await publishers[0].prepare(publishers[0].preview(small_post()))
        outcomes = await asyncio.gather(
            *(each.publish(prepared, key=f"key-{n}") for n, each in enumerate(publishers)),
            return_exceptions=True,
        )
        assert sorted(type(each).__name__ for each in outcomes) == ["Permanent"] * 5 + ["Receipt"]
        (record,) = matching(folder, "days/*")
        winner = next(n for n, each in enumerate(outcomes) if not isinstance(each, BaseException))
        assert json.loads(record.read_bytes())["key"] == f"key-{winner}"

    async def test_another_publications_record_is_not_ours(self, publisher: SitePublisher) -> None:
        """A look-up goes by the key, not by the date."""
        await publish(publisher, small_post(), OTHER_KEY)
        rendering = publisher.preview(small_post())
        assert await publisher.find_existing(rendering, key=KEY, since=LONG_AGO) is None

    async def test_a_problem_is_never_published(
        self, publisher: SitePublisher, folder: Path
    ) -> None:
        """What the preview warned of is refused, and nothing of it is there."""
        rendering = publisher.preview(small_post(pictures=()))
        with pytest.raises(Permanent, match="no picture"):
            await publisher.prepare(rendering)
        assert not matching(folder, "days/*")


class TestCrashes:
    """Whatever breaks, a record is whole, and the pages follow it."""

    @pytest.mark.parametrize("again", ["find_existing", "rebuild", "check", "publish"])
    async def test_a_record_without_pages_heals(
        self, publisher: SitePublisher, folder: Path, again: str
    ) -> None:
        """A crash right after the create: whoever comes next writes the pages."""
        await publish(publisher, small_post())
        rendering = publisher.preview(small_post(1))
        await publisher.prepare(rendering)
        day = json.loads((folder / "days/2026-11-22.json").read_bytes())
        (folder / "days/2026-11-23.json").write_text(json.dumps(day | {"day": "2026-11-23"}))
        match again:
            case "find_existing":
                found = await publisher.find_existing(rendering, key=KEY, since=LONG_AGO)
                assert found is not None
            case "rebuild":
                await publisher.rebuild()
            case "check":
                await publisher.check()
            case _:
                await publish(publisher, small_post(2))
        assert (folder / "2026-11-23-le-mans/index.html").is_file()
        assert "2026-11-23" in (folder / "index.html").read_text("utf-8")
        assert "../2026-11-23-le-mans/" in read_page(folder / "2026-11-22-le-mans/index.html").links

    async def test_a_page_that_was_lost_comes_back(
        self, publisher: SitePublisher, folder: Path
    ) -> None:
        """The look-up that finds the record looks for its page too."""
        await publish(publisher, small_post())
        (folder / "2026-11-22-le-mans/index.html").unlink()
        found = await publisher.find_existing(
            publisher.preview(small_post()), key=KEY, since=LONG_AGO
        )
        assert found is not None
        assert (folder / "2026-11-22-le-mans/index.html").is_file()

    async def test_pages_that_fail_leave_the_outcome_open(
        self, publisher: SitePublisher, folder: Path
    ) -> None:
        """The record is there, the pages are not: ambiguous, and the look-up settles it."""
        (folder / "index.html").mkdir(parents=True)
        with pytest.raises(AmbiguousOutcome, match="on record, but its pages"):
            await publish(publisher, small_post())
        rendering = publisher.preview(small_post())
        with pytest.raises(Transient):
            await publisher.find_existing(rendering, key=KEY, since=LONG_AGO)
        (folder / "index.html").rmdir()
        found = await publisher.find_existing(rendering, key=KEY, since=LONG_AGO)
        assert found is not None
        assert found.url.endswith("/2026-11-22-le-mans/")
        assert "Le Mans" in (folder / "index.html").read_text("utf-8")

    async def test_a_disk_that_takes_nothing_is_transient(
        self, publisher: SitePublisher, folder: Path
    ) -> None:
        """Nothing is created, nothing half written stays, and later it works."""
        prepared = await publisher.prepare(publisher.preview(small_post()))
        with no_room(), pytest.raises(Transient, match="make room") as caught:
            await publisher.publish(prepared, key=KEY)
        assert str(folder) in caught.value.user_message
        assert not matching(folder, "days/*")
        await publisher.publish(prepared, key=KEY)
        assert not list((folder / ".unfinished").iterdir())

    async def test_a_folder_in_the_way_of_a_file_is_permanent(self, tmp_path: Path) -> None:
        """What waiting does not mend is said at once, with the folder's name."""
        (tmp_path / "site").write_text("a file")
        publisher = make_publisher(tmp_path)
        for attempt in (
            publisher.check(),
            publisher.rebuild(),
            publisher.prepare(publisher.preview(small_post())),
        ):
            with pytest.raises(Permanent, match="move it away") as caught:
                await attempt
            assert str(tmp_path / "site") in caught.value.user_message

    async def test_a_file_system_that_hangs_is_ambiguous(
        self, tmp_path: Path, folder: Path
    ) -> None:
        """The thread is left behind; what it did in the end is found by looking."""
        publisher = make_publisher(tmp_path)
        prepared = await publisher.prepare(publisher.preview(small_post()))
        impatient = SitePublisher(
            destination="site",
            settings=SiteSettings(),
            folder=folder,
            url="http://127.0.0.1:8080",
            clock=FixedClock(),
            timeout=timedelta(milliseconds=50),
        )
        with (folder / ".lock").open("ab") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            with pytest.raises(AmbiguousOutcome, match=r"longer than 0\.05 seconds"):
                await impatient.publish(prepared, key=KEY)
        await asyncio.get_running_loop().shutdown_default_executor()
        assert (folder / "days/2026-11-22.json").is_file()

    async def test_what_a_crash_left_half_written_is_swept_away(
        self, publisher: SitePublisher, folder: Path
    ) -> None:
        """A temporary file lies in a place of its own, and the next writer removes it."""
        (folder / ".unfinished").mkdir(parents=True)
        (folder / ".unfinished/left").write_bytes(b"half a rec")
        await publish(publisher, small_post())
        assert not list((folder / ".unfinished").iterdir())

    async def test_a_damaged_record_hides_no_other_day(
        self, publisher: SitePublisher, folder: Path
    ) -> None:
        """It keeps its date, nobody guesses what it said, and the other days are shown."""
        await publish(publisher, small_post())
        record = folder / "days/2026-11-22.json"
        record.write_bytes(record.read_bytes()[:100])
        await publish(publisher, small_post(1))
        assert "2026-11-23" in (folder / "index.html").read_text("utf-8")
        with pytest.raises(Permanent, match="cannot be read"):
            await publish(publisher, small_post(), OTHER_KEY)
        with pytest.raises(Transient, match="cannot be read"):
            await publisher.find_existing(publisher.preview(small_post()), key=KEY, since=LONG_AGO)
        await publisher.delete("2026-11-22")
        assert not record.exists()


@contextmanager
def no_room() -> Iterator[None]:
    """No file may grow: writing fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class TestDelete:
    """A day that is taken down leaves nothing behind."""

    async def test_record_page_and_pictures_go(
        self, publisher: SitePublisher, folder: Path
    ) -> None:
        """The gallery is as before the first city."""
        await publish(publisher, small_post())
        await publisher.delete("2026-11-22")
        left = {path for path in written(folder) if path.startswith(("2026", "days", "pictures"))}
        assert left == set()
        assert "Bientôt, une ville" in (folder / "index.html").read_text("utf-8")
        await publish(publisher, small_post(), OTHER_KEY)

    async def test_a_picture_that_another_day_shows_stays(
        self, publisher: SitePublisher, folder: Path
    ) -> None:
        """Pictures are kept by their content, so two days may share one."""
        await publish(publisher, small_post())
        await publish(publisher, replace(small_post(), date=date(2026, 11, 23)))
        await publisher.delete("2026-11-22")
        (page,) = matching(folder, "2026*/index.html")
        for src, _ in read_page(page).images:
            assert (page.parent / src).is_file()

    async def test_the_neighbours_close_up(self, publisher: SitePublisher, folder: Path) -> None:
        """The day before leads to the day after."""
        for number in range(3):
            await publish(publisher, small_post(number))
        await publisher.delete("2026-11-23")
        links = read_page(folder / "2026-11-22-le-mans/index.html").links
        assert "../2026-11-24-le-mans/" in links
        assert not [link for link in links if "2026-11-23" in link]

    async def test_what_is_no_date_is_refused(self, publisher: SitePublisher) -> None:
        """No id leads out of the folder."""
        with pytest.raises(Permanent, match="is no date"):
            await publisher.delete("../../etc")


class TestPages:
    """What followers see."""

    async def test_everything_is_escaped(self, publisher: SitePublisher, folder: Path) -> None:
        """Texts, names and alt texts are text; a link that runs code is none."""
        attack = "<script>alert(1)</script>\"'&amp;"
        credit = Credit(author=attack, licence="CC0", link="javascript:alert(1)")
        post = small_post(
            city=replace(sample_post().city, name=f"Le Mans{attack}", region=attack),
            parts=(
                Part(kind=Kind.LEAD, text="#UnJourUneVille"),
                Part(kind=Kind.TEXT, text=attack),
                Part(kind=Kind.SECOND_LANGUAGE, text=f"English {attack}"),
                Part(kind=Kind.CREDIT, text=credit.line),
            ),
            pictures=(Picture(data=sample_picture(160, 90), alt=attack, credit=credit),),
        )
        await publish(publisher, post)
        await publish(publisher, small_post(1))
        for path in matching(folder, "**/*.html"):
            page = read_page(path)
            assert "script" not in page.elements, path
            assert not [link for link in page.links if "javascript" in link], path
            assert not [name for name in page.attributes if name.startswith("on")], path
        page = read_page(matching(folder, "2026-11-22*/index.html")[0])
        assert page.images[0][1] == attack
        assert page.paragraphs[1:] == [attack, f"English {attack}", credit.line]

    async def test_pages_fetch_nothing_from_elsewhere(
        self, publisher: SitePublisher, folder: Path
    ) -> None:
        """No script, no inline style, no address but the credit's and the page's own."""
        post = small_post()
        credit = replace(post.pictures[0].credit, link="https://example.org/photo?a=1&b=2")
        post = replace(post, pictures=(replace(post.pictures[0], credit=credit),))
        await publish(publisher, post)
        for path in matching(folder, "**/*.html"):
            page = read_page(path)
            assert not page.elements & {"script", "style", "iframe", "object", "base"}
            assert "style" not in page.attributes
            outside = {link for link in page.links if re.match(r"(https?:)?//", link)}
            assert outside <= {
                "https://example.org/photo?a=1&b=2",
                "http://127.0.0.1:8080/",
                "http://127.0.0.1:8080/2026-11-22-le-mans/",
            }
        assert "url(" not in (folder / "style.css").read_text("utf-8")
        page = read_page(folder / "2026-11-22-le-mans/index.html")
        assert "https://example.org/photo?a=1&b=2" in page.links

    async def test_languages_are_marked(self, publisher: SitePublisher, folder: Path) -> None:
        """A screen reader changes its voice for the second language, and back."""
        post = small_post()
        second = Part(kind=Kind.SECOND_LANGUAGE, text="A city.\n\nOf races.")
        await publish(publisher, replace(post, parts=(*post.parts, second)))
        page = read_page(folder / "2026-11-22-le-mans/index.html")
        assert page.languages == ["fr", "fr", "en", "en", "fr"]
        assert '<html lang="fr">' in (folder / "index.html").read_text("utf-8")

    async def test_several_pictures_have_their_own_credits(
        self, publisher: SitePublisher, folder: Path
    ) -> None:
        """Each with its alt text, and its credit below it."""
        post = small_post()
        second = Picture(
            data=sample_picture(90, 160),
            alt="Vu du sol.",
            credit=Credit(author="Ada", licence="CC0"),
        )
        await publish(publisher, replace(post, pictures=(*post.pictures, second)))
        path = folder / "2026-11-22-le-mans/index.html"
        assert [alt for _, alt in read_page(path).images] == [
            "Le Mans vue de l'espace.",
            "Vu du sol.",
        ]
        assert "<figcaption>📷 Ada · CC0</figcaption>" in path.read_text("utf-8")

    async def test_the_grid_has_small_pictures(
        self, publisher: SitePublisher, folder: Path
    ) -> None:
        """Eight hundred pixels are enough for a card."""
        await publish(publisher, small_post(1))
        await publish(publisher, sample_post(), OTHER_KEY)
        (name,) = re.findall(r'src="([^"]*-small\.jpg)"', (folder / "index.html").read_text())
        with Image.open(BytesIO((folder / name).read_bytes())) as small:
            assert small.size == (800, 450)

    async def test_other_sites_find_absolute_addresses(self, tmp_path: Path) -> None:
        """OpenGraph wants them, and behind a proxy the operator's address stands in them."""
        choices = SiteSettings(url="https://Villes.example.org/carnet/")
        publisher = make_publisher(tmp_path, choices=choices)
        url = await publish(publisher, small_post())
        assert url == "https://villes.example.org/carnet/2026-11-22-le-mans/"
        page = (tmp_path / "site/2026-11-22-le-mans/index.html").read_text("utf-8")
        assert re.search(
            r'og:image" content="https://villes\.example\.org/carnet/pictures/\w{64}\.jpg"', page
        )
        assert f'og:url" content="{url}"' in page
        assert 'href="/carnet/style.css"' in (tmp_path / "site/404.html").read_text("utf-8")

    async def test_the_first_page_waits_for_a_city(
        self, publisher: SitePublisher, folder: Path
    ) -> None:
        """`check` is enough for a friendly page, and a feed without entries."""
        account = await publisher.check()
        assert account.url == "http://127.0.0.1:8080/"
        assert "Bientôt, une ville" in (folder / "index.html").read_text("utf-8")
        assert ElementTree.parse(folder / "feed.atom").getroot().findall("atom:entry", ATOM) == []

    async def test_an_english_gallery(self, tmp_path: Path) -> None:
        """A second destination has its own folder, address and language."""
        first = make_publisher(tmp_path)
        second = make_publisher(tmp_path, "site:en", choices=SiteSettings(language="en"))
        assert (first.language, second.language) == ("fr", "en")
        await publish(first, small_post())
        url = await publish(second, small_post(language="en"))
        assert url == "http://127.0.0.1:8080/site-en/2026-11-22-le-mans/"
        await first.delete("2026-11-22")
        page = (tmp_path / "site-en/2026-11-22-le-mans/index.html").read_text("utf-8")
        assert '<html lang="en">' in page
        assert "Sunday 22 November 2026" in page

    async def test_control_characters_are_a_problem(self, publisher: SitePublisher) -> None:
        """Neither HTML nor a feed can hold them."""
        for text in ("a\x00b", "a\x08b", "a\ud800b", "a\uffffb"):
            post = small_post()
            alt = replace(post, pictures=(replace(post.pictures[0], alt=text),))
            assert any("control" in each for each in publisher.preview(alt).problems)
            named = replace(post, city=replace(post.city, name=text))
            assert any("control" in each for each in publisher.preview(named).problems)


class TestFeed:
    """What feed readers get."""

    async def test_an_entry_has_everything(self, publisher: SitePublisher, folder: Path) -> None:
        """RFC 4287: ids, updated, author; and picture, alt text, credit and enclosure."""
        await publish(publisher, small_post())
        feed = ElementTree.parse(folder / "feed.atom").getroot()
        (entry,) = feed.findall("atom:entry", ATOM)
        assert feed.findtext("atom:id", "", ATOM) == "tag:127.0.0.1,2026:site"
        assert entry.findtext("atom:id", "", ATOM) == f"tag:127.0.0.1,2026:site:2026-11-22:{KEY}"
        assert entry.findtext("atom:updated", "", ATOM) == "2026-11-22T08:00:00Z"
        assert feed.findtext("atom:updated", "", ATOM) == "2026-11-22T08:00:00Z"
        assert feed.findtext("atom:author/atom:name", "", ATOM) == "Un jour, une ville"
        content = entry.findtext("atom:content", "", ATOM)
        reader = PageReader()
        reader.feed(f"<article>{content}</article>")
        ((src, alt),) = reader.images
        assert alt == "Le Mans vue de l'espace."
        assert "📷 Thomas Pesquet / ESA/NASA · CC BY-NC-SA 3.0 IGO" in content
        enclosure = entry.find("atom:link[@rel='enclosure']", ATOM)
        assert enclosure is not None
        assert enclosure.get("href") == src
        file = folder / src.removeprefix("http://127.0.0.1:8080/")
        assert enclosure.get("length") == str(file.stat().st_size)
        terms = [each.get("term") for each in entry.findall("atom:category", ATOM)]
        assert terms == ["UnJourUneVille", "LeMans", "Sarthe"]

    async def test_links_are_absolute(self, publisher: SitePublisher, folder: Path) -> None:
        """A feed is read elsewhere."""
        await publish(publisher, small_post())
        feed = ElementTree.parse(folder / "feed.atom")
        links = [each.get("href", "") for each in feed.iterfind(".//atom:link", ATOM)]
        assert len(links) == 4
        assert all(link.startswith("http://127.0.0.1:8080/") for link in links)


class TestManyDays:
    """Pages of thirty, and no more work than a day needs."""

    @pytest.fixture
    def gallery(self, folder: Path) -> Gallery:
        pages = Pages(name="site", title="Villes", url="http://127.0.0.1", language="fr")
        return Gallery(folder, pages, LIMITS)

    @pytest.fixture
    async def template(self, publisher: SitePublisher, folder: Path) -> Day:
        """A day with its picture, to make others of."""
        await publish(publisher, small_post(-1))
        found = Gallery(folder, Pages(name="", title="", url="", language="fr"), LIMITS).find(
            date(2026, 11, 21)
        )
        assert found is not None
        return found

    def fill(self, folder: Path, template: Day, count: int) -> None:
        for number in range(count):
            day = date(2026, 11, 21) - timedelta(days=number)
            put_record(folder, replace(template, day=day, key=f"key-{number}"))

    async def test_older_days_have_pages_of_their_own(
        self, folder: Path, gallery: Gallery, template: Day
    ) -> None:
        """The newest large, thirty below it, thirty on each further page."""
        self.fill(folder, template, 65)
        gallery.build()
        cards = {
            name: (folder / name).read_text("utf-8").count('class="card"')
            for name in written(folder)
            if name == "index.html" or name.startswith("page/")
        }
        assert cards == {"index.html": 30, "page/2/index.html": 30, "page/3/index.html": 4}
        assert "./page/2/" in read_page(folder / "index.html").links
        links = read_page(folder / "page/2/index.html").links
        assert "../../" in links
        assert "../../page/3/" in links
        for page in matching(folder, "**/index.html"):
            for link in read_page(page).links:
                if link.endswith("/") and not link.startswith("http"):
                    assert (page.parent / link / "index.html").is_file(), (page, link)

    async def test_pages_that_are_no_longer_needed_go(
        self, folder: Path, gallery: Gallery, template: Day
    ) -> None:
        """Sixty-two days have three pages, sixty-one have two."""
        self.fill(folder, template, 62)
        gallery.build()
        assert (folder / "page/3/index.html").is_file()
        gallery.remove(date(2026, 11, 1))
        assert not (folder / "page/3").exists()
        assert not matching(folder, "2026-11-01*")

    async def test_nothing_is_written_that_has_not_changed(
        self, folder: Path, gallery: Gallery, template: Day
    ) -> None:
        """A build after a build writes nothing; one more day writes its neighbour and the lists."""
        self.fill(folder, template, 40)
        gallery.build()
        before = written(folder)
        gallery.build()
        assert written(folder) == before
        gallery.create(replace(template, day=date(2026, 11, 22), key="new"))
        gallery.build()
        after = written(folder)
        assert {name for name in after if after[name] != before.get(name)} == {
            "days/2026-11-22.json",
            "2026-11-22-le-mans/index.html",
            "2026-11-21-le-mans/index.html",
            "page/2/index.html",
            "feed.atom",
            "index.html",
        }

    async def test_a_new_look_is_everywhere(
        self, folder: Path, gallery: Gallery, template: Day
    ) -> None:
        """After an update, or with another title, every page is written anew."""
        self.fill(folder, template, 3)
        gallery.build()
        pages = Pages(name="site", title="Autres villes", url="http://127.0.0.1", language="fr")
        Gallery(folder, pages, LIMITS).build()
        for page in matching(folder, "**/*.html"):
            assert "Autres villes" in page.read_text("utf-8")

    async def test_a_crash_while_building_is_made_good(
        self, folder: Path, gallery: Gallery, template: Day
    ) -> None:
        """The state that was built last is written last of all."""
        self.fill(folder, template, 3)
        (folder / ".built.json").unlink()
        (folder / "page").write_text("in the way")
        self.fill(folder, template, 40)
        with pytest.raises(OSError, match="page"):
            gallery.build()
        (folder / "page").unlink()
        gallery.build()
        assert (folder / "page/2/index.html").is_file()
        assert "21 novembre 2026" in (folder / "index.html").read_text("utf-8")


class TestWords:
    """Dates, numbers and names, as readers of the language write them."""

    def test_dates(self) -> None:
        """The first of a month is "1er" in French."""
        assert long_date(date(2026, 11, 22), "fr") == "dimanche 22 novembre 2026"
        assert long_date(date(2026, 12, 1), "fr") == "mardi 1er décembre 2026"
        assert short_date(date(2026, 12, 1), "fr") == "1er décembre 2026"
        assert short_date(date(2026, 12, 11), "fr") == "11 décembre 2026"
        assert long_date(date(2026, 12, 1), "en") == "Tuesday 1 December 2026"

    def test_facts(self) -> None:
        """What is known of the city, and nothing twice."""
        city = sample_post().city
        assert [each.value for each in facts(city, "fr")] == [
            "Sarthe",
            "Pays de la Loire",
            "France",
            "48,00°\u00a0N · 0,20°\u00a0E",
            "146\u202f249\u00a0habitants",
            "65\u00a0m",
        ]
        suva = replace(
            city,
            name="Suva",
            country="FJ",
            department="",
            region="Suva",
            latitude=-18.14,
            longitude=-178.44,
            population=0,
            altitude=0,
        )
        assert [each.value for each in facts(suva, "fr")] == [
            "Fidji",
            "18,14°\u00a0S · 178,44°\u00a0O",
        ]
        assert facts(suva, "en")[1].value == "18.14°\u00a0S, 178.44°\u00a0W"

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Le Mans", "2026-11-22-le-mans"),
            ("L'Haÿ-les-Roses", "2026-11-22-l-hay-les-roses"),
            ("Œuilly", "2026-11-22-oeuilly"),
            ("東京", "2026-11-22"),
            ("../../etc", "2026-11-22-etc"),
            ("a" * 300, "2026-11-22-" + "a" * 60),
        ],
    )
    def test_addresses(self, name: str, expected: str) -> None:
        """Plain letters, whatever the name."""
        assert page_name(date(2026, 11, 22), replace(sample_post().city, name=name)) == expected


class TestCaption:
    """The rendering's text, taken apart for the page."""

    @settings(max_examples=50, deadline=None)
    @given(
        st.lists(
            st.sampled_from(
                ["\n", "\n\n", "#UnJourUneVille", "#Sarthe", " ", "Le Mans.", "A city.", "📷 A · B"]
            ),
            max_size=14,
        )
    )
    def test_put_together_again_it_is_the_same(self, pieces: list[str]) -> None:
        """Byte for byte, whatever the text is like."""
        text = "".join(pieces)
        post = replace(
            sample_post(),
            parts=(
                Part(kind=Kind.LEAD, text="#UnJourUneVille"),
                Part(kind=Kind.SECOND_LANGUAGE, text="A city."),
                Part(kind=Kind.CREDIT, text="📷 A · B"),
                Part(kind=Kind.TAG, text="#Sarthe"),
            ),
        )
        rendering = replace(LE_MANS, post=post, text=text)
        assert make_day(rendering).text == text

    def test_lines_have_their_kinds(self) -> None:
        """Hashtags and credit look different from the text."""
        rendering = make_publisher(Path("unused")).preview(small_post())
        kinds = [[line.kind for line in each.lines] for each in paragraphs(rendering)]
        assert kinds == [[LineKind.TAGS], [LineKind.TEXT], [LineKind.CREDIT, LineKind.TAGS]]

    def test_the_number_of_the_day_is_no_hashtag_and_facts_are_in_their_list(self) -> None:
        """The line is still one of hashtags, and what a search result shows is the text."""
        post = small_post()
        more = (
            Part(kind=Kind.NUMBER, text="jour 12"),
            Part(kind=Kind.PLACE, text="Sarthe, Pays de la Loire"),
        )
        post = replace(post, parts=(*post.parts, *more))
        rendering = make_publisher(Path("unused")).preview(post)
        day = make_day(rendering)
        assert rendering.text.startswith("#UnJourUneVille #LeMans · jour 12\n")
        assert day.caption[0].lines[0].kind is LineKind.TAGS
        assert day.tags == ("UnJourUneVille", "LeMans", "Sarthe")
        assert day.summary.startswith("Une ville de course")
        assert "📍" not in rendering.text


class TestSettings:
    """What the operator may say."""

    def test_every_setting_is_explained(self) -> None:
        """`.env.example` is made from these sentences."""
        assert set(SiteSettings.model_fields) == {"language", "title", "url"}
        assert all(each.description for each in SiteSettings.model_fields.values())

    @pytest.mark.parametrize(
        "wrong",
        [
            {"language": "de"},
            {"colour": "blue"},
            {"title": ""},
            {"url": "example.org"},
            {"url": "ftp://example.org"},
            {"url": "https://example.org/?page=1"},
        ],
    )
    def test_what_is_wrong_is_refused(self, wrong: dict[str, str]) -> None:
        """Unknown fields too."""
        with pytest.raises(ValidationError):
            SiteSettings.model_validate(wrong)

    def test_building_touches_no_disk(self, tmp_path: Path) -> None:
        """A command that only lists the queue makes no gallery."""
        make_publisher(tmp_path)
        assert list(tmp_path.iterdir()) == []
