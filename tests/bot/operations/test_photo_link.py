"""A link to a photo is fetched from public addresses only, within limits of size and time."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from yarl import URL

from bot.operations.links import redirected
from bot.operations.photo_link import fetch_photo
from bot.operations.refusal import CannotBeDone
from tests.bot.operations.photo_host import HERE, Names, PhotoHost, photo_host

PICTURE = b"\xff\xd8\xff\xe0" + bytes(2_000)
ELSEWHERE = "127.0.0.2"


@pytest.fixture
async def host() -> AsyncIterator[PhotoHost]:
    async with photo_host() as host:
        yield host


def moved(to: str, status: int = 302) -> web.Response:
    return web.Response(status=status, headers={"Location": to})


async def refusal(host: PhotoHost, link: str, names: Names | None = None) -> str:
    with pytest.raises(CannotBeDone) as refused:
        await host.fetch(link, names)
    return str(refused.value)


async def test_a_picture_is_fetched_whatever_the_server_calls_it(host: PhotoHost) -> None:
    host.pages["/a"] = web.Response(body=PICTURE, content_type="text/html")
    assert await host.fetch(host.url("/a")) == PICTURE


async def test_a_link_between_angle_brackets_is_the_link(host: PhotoHost) -> None:
    host.pages["/a"] = web.Response(body=PICTURE)
    assert await host.fetch(f" <{host.url('/a')}> ") == PICTURE


async def test_the_request_says_what_asks_and_nothing_of_who(
    host: PhotoHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    first = moved("/b")
    first.set_cookie("session", "sesame")
    host.pages |= {"/a": first, "/b": web.Response(body=PICTURE)}
    await host.fetch(host.url("/a"))
    headers = host.requests[-1].headers
    assert headers["User-Agent"].startswith("city-a-day/")
    assert headers["Accept-Encoding"] == "identity"
    assert set(headers) == {"Host", "Accept", "Accept-Encoding", "User-Agent", "Connection"}


@pytest.mark.parametrize(
    "link",
    [
        "",
        "photos.example/a.jpg",
        "ftp://photos.example/a.jpg",
        "file:///etc/passwd",
        "data:image/png;base64,iVBORw0KGgo=",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "https://",
        "https:///a.jpg",
        "http://[::1",
        "http://photos.example:99999/",
        "http://photos.example:abc/",
    ],
)
async def test_what_is_no_web_address_is_refused(link: str) -> None:
    with pytest.raises(CannotBeDone, match="no link to a picture: it begins with https://"):
        await fetch_photo(link)


async def test_a_link_of_any_length_is_refused_in_a_few_words() -> None:
    with pytest.raises(CannotBeDone, match="has 100,020 characters, the most is 2,000"):
        await fetch_photo("https://a.example/" + "a" * 100_002)


async def test_a_password_in_a_link_is_refused_and_not_repeated() -> None:
    with pytest.raises(CannotBeDone, match="a name or a password") as refused:
        await fetch_photo("https://anna:sesame@photos.example/a.jpg")
    assert "sesame" not in str(refused.value)


@pytest.mark.parametrize("port", [22, 8080, 6379])
async def test_only_the_ports_of_web_servers_are_asked(port: int) -> None:
    with pytest.raises(CannotBeDone, match=f"port {port}: only web servers at the usual ports"):
        await fetch_photo(f"http://photos.example:{port}/")


@pytest.mark.parametrize(
    "name",
    [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.100.100.200",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "localhost",
        "0x7f000001",
        "0x7f.1",
    ],
)
async def test_an_address_inside_a_network_is_refused(name: str) -> None:
    """With the look-up of this machine, which reads the old ways to write an address."""
    with pytest.raises(CannotBeDone, match="is not on the public internet"):
        await fetch_photo(f"http://{name}/latest/meta-data/")


@pytest.mark.parametrize("name", ["2130706433", "127.1", "0177.0.0.1", "127.0.0.1.", "①②⑦.0.0.1"])
async def test_no_way_to_write_the_loopback_leads_there(name: str) -> None:
    with pytest.raises(CannotBeDone, match=r"not on the public internet|no link|There is no"):
        await fetch_photo(f"http://{name}/")


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.2"], ["10.0.0.1"], ["::1"], [HERE, "10.0.0.1"], [HERE, "fe80::1%lo"]],
    ids=lambda addresses: ",".join(addresses),
)
async def test_a_name_is_refused_for_one_address_that_is_not_public(
    host: PhotoHost, addresses: list[str]
) -> None:
    host.pages["/a"] = web.Response(body=PICTURE)
    names = Names({"inside.example": [addresses]})
    said = await refusal(host, host.url("/a", "inside.example"), names)
    assert said.startswith("inside.example is not on the public internet")
    assert not host.requests


async def test_the_address_that_was_checked_is_the_one_connected_to(host: PhotoHost) -> None:
    """A name that changes its address meanwhile gains nothing: it is looked up once."""
    host.pages["/a"] = web.Response(body=PICTURE)
    names = Names({"turning.example": [[HERE], [ELSEWHERE]]})
    async with photo_host(ELSEWHERE, host.port) as inside:
        assert await host.fetch(host.url("/a", "turning.example"), names) == PICTURE
        assert names.asked == ["turning.example"]
        assert not inside.requests


async def test_a_name_is_looked_up_and_checked_anew_after_a_redirect(host: PhotoHost) -> None:
    host.pages["/a"] = moved("/secret")
    names = Names({"turning.example": [[HERE], [ELSEWHERE]]})
    async with photo_host(ELSEWHERE, host.port) as inside:
        said = await refusal(host, host.url("/a", "turning.example"), names)
        assert "is not on the public internet" in said
        assert not inside.requests


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://127.0.0.2:{port}/", "127.0.0.2 is not on the public internet"),
        ("//127.0.0.2:{port}/", "127.0.0.2 is not on the public internet"),
        ("http://[::1]:{port}/", "is not on the public internet"),
        ("http://127.0.0.1:22/", "names port 22"),
        ("http://anna:sesame@photos.example:{port}/", "a name or a password"),
        ("file:///etc/passwd", "leads to an address that cannot be read"),
        ("http://[::1", "leads to an address that cannot be read"),
        ("", "leads to an address that cannot be read"),
    ],
)
async def test_a_redirect_is_checked_as_the_link_was(
    host: PhotoHost, location: str, said: str
) -> None:
    host.pages["/a"] = moved(location.format(port=host.port))
    assert said in await refusal(host, host.url("/a"))
    assert len(host.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(host: PhotoHost, status: int) -> None:
    host.pages |= {"/a": moved("b?size=large", status), "/b": web.Response(body=PICTURE)}
    assert await host.fetch(host.url("/a")) == PICTURE


async def test_redirects_end(host: PhotoHost) -> None:
    host.pages |= {f"/{number}": moved(f"/{number + 1}") for number in range(10)}
    assert "more than 5 times" in await refusal(host, host.url("/0"))
    assert len(host.requests) == 6


def test_a_redirect_never_leads_from_https_to_http() -> None:
    with pytest.raises(CannotBeDone, match="leads from https to http"):
        redirected(URL("https://photos.example/a"), "http://photos.example/a.jpg")
    assert redirected(URL("http://a.example/a"), "https://a.example/a").scheme == "https"


async def test_what_says_that_it_is_too_large_is_not_read(host: PhotoHost) -> None:
    host.pages["/a"] = web.Response(body=PICTURE + bytes(2_000_000))
    assert "has more than 1 MB" in await refusal(host, host.url("/a"))


async def test_a_body_without_end_is_left_at_the_limit(host: PhotoHost) -> None:
    host.endless["/a"] = (PICTURE, bytes(50_000), 0)
    assert "has more than 1 MB" in await refusal(host, host.url("/a"))
    assert host.sent < 20_000_000  # what the sockets in between take


async def test_a_body_without_end_that_is_no_picture_is_left_at_once(host: PhotoHost) -> None:
    host.endless["/a"] = (b"a" * 600, b"a" * 600, 0.01)
    said = await refusal(host, host.url("/a"))
    assert "is no JPEG, PNG, WebP, HEIC, AVIF or TIFF picture" in said
    assert host.sent < 100_000


async def test_a_trickle_ends_though_it_never_pauses_for_long(host: PhotoHost) -> None:
    host.endless["/a"] = (PICTURE, b"a", 0.01)
    with pytest.raises(CannotBeDone, match=r"took more than 0\.2 seconds"):
        await host.fetch(host.url("/a"), patience=0.2)


async def test_a_gzip_bomb_is_not_opened(host: PhotoHost) -> None:
    bomb = gzip.compress(PICTURE + bytes(5_000_000))
    headers = {"Content-Encoding": "gzip"}
    host.pages["/a"] = web.Response(body=bomb, headers=headers)
    assert "compressed once more" in await refusal(host, host.url("/a"))


async def test_a_page_is_told_from_a_picture(host: PhotoHost) -> None:
    page = b"\n<!DOCTYPE html><title>Le Mans</title>"
    host.pages["/a.jpg"] = web.Response(body=page, content_type="image/jpeg")
    said = await refusal(host, host.url("/a.jpg"))
    assert said.startswith("This is a page, not a picture. Give the picture's own address")


async def test_a_page_of_wikimedia_commons_says_where_its_picture_is(host: PhotoHost) -> None:
    host.pages["/wiki/File:Le_Mans.jpg"] = web.Response(text="<html>", content_type="text/html")
    names = Names({"commons.wikimedia.org": [[HERE]]})
    link = host.url("/wiki/File:Le_Mans.jpg", "commons.wikimedia.org")
    assert "begins with https://upload.wikimedia.org/" in await refusal(host, link, names)


async def test_what_is_not_there_is_said_without_the_link(host: PhotoHost) -> None:
    said = await refusal(host, host.url("/a?token=sesame"))
    assert said.startswith("photos.example does not give the picture (HTTP 404)")
    assert "sesame" not in said


async def test_a_name_that_nobody_knows(host: PhotoHost) -> None:
    assert "There is no nowhere.example" in await refusal(host, host.url("/", "nowhere.example"))


async def test_a_server_that_is_away(host: PhotoHost) -> None:
    async with photo_host() as other:
        gone = other
    with pytest.raises(CannotBeDone, match="could not be reached, or broke off"):
        await gone.fetch(gone.url("/a"))


async def test_a_body_cut_short(host: PhotoHost) -> None:
    cut = web.Response(body=PICTURE, headers={"Content-Length": "900000"})
    host.pages["/a"] = cut
    assert "broke off" in await refusal(host, host.url("/a"))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 30 + b"\r\n\r\n\xff\xd8\xff",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://\xff.example/\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: \x00\r\n\r\n",
    ],
    ids=lambda answer: repr(answer[:40]),
)
async def test_an_answer_that_makes_no_sense_is_refused_in_words(answer: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, HERE, 0)
    host = PhotoHost()
    host.port = server.sockets[0].getsockname()[1]
    async with server:
        assert (await refusal(host, host.url("/a"))).startswith("photos.example ")


@pytest.mark.parametrize("name", ["a" * 64 + ".example", "a..example", ".example"])
async def test_a_name_that_can_be_none_is_told_so(name: str) -> None:
    """Python raises UnicodeError for it, before anything is looked up."""
    with pytest.raises(CannotBeDone, match="check how the link is written"):
        await fetch_photo(f"http://{name}/x.jpg")
