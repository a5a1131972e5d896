"""The X publisher against an honest X on the loopback: the contract, and what X asks for."""

import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError

from bot.publishers.twitter import TwitterSettings
from bot.publishers.twitter.oauth import Credentials, authorization, query_string
from bot.publishers.twitter.prices import price
from bot.testing import KEY, Harness, PublisherContract, noisy_picture
from content.post import Kind, Part
from schedules.errors import (
    AuthExpired,
    Permanent,
)
from schedules.publisher import Publisher
from tests.platforms.x import STRANGER, XServer
from tests.platforms.x_oauth import Keys
from tests.platforms.x_publisher import (
    IMPATIENCE,
    StillClock,
    XHarness,
    account,
    build,
    post,
    prepared,
)
from tests.platforms.x_words import Trouble

CREDENTIALS = {"api_key": "a", "api_secret": "b", "access_token": "c", "access_token_secret": "d"}


@pytest.fixture
async def server() -> AsyncIterator[XServer]:
    async with XServer(now=StillClock().now) as running:
        yield running


@pytest.fixture
async def publisher(server: XServer) -> AsyncIterator[Publisher]:
    async with account(server) as publisher:
        yield publisher


class TestTwitterContract(PublisherContract):
    @pytest.fixture
    async def harness(self, publisher: Publisher, server: XServer) -> AsyncIterator[Harness]:
        async with account(server, patience=IMPATIENCE) as impatient:
            yield XHarness(
                publisher=publisher, impatient=impatient, server=server, secrets=server.keys.all
            )


class TestSettings:
    def test_every_field_is_explained(self) -> None:
        for name, field in TwitterSettings.model_fields.items():
            assert field.description, name
            assert field.description.endswith("."), name

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("api_url", "ftp://api.x.com"),
            ("api_url", "https://api.x.com/?a=b"),
            ("timeout", 30),
            ("timeout", 0),
            ("timeout", "inf"),
            ("language", "de"),
            ("monthly_budget", "0"),
            ("monthly_budget", "NaN"),
            ("monthly_budget", "two"),
            ("api_key", ""),
            ("api_kee", "typo"),
        ],
    )
    def test_a_malformed_or_unknown_one_is_refused_by_name(self, name: str, value: object) -> None:
        with pytest.raises(ValidationError, match=name):
            TwitterSettings.model_validate(CREDENTIALS | {name: value})

    @pytest.mark.parametrize(("given", "budget"), [("", None), (" ", None), ("1.50", "1.50")])
    def test_a_budget_is_in_dollars_and_may_be_empty(self, given: str, budget: str | None) -> None:
        settings = TwitterSettings.model_validate(CREDENTIALS | {"monthly_budget": given})
        assert settings.monthly_budget == (Decimal(budget) if budget else None)

    def test_secrets_are_not_shown(self) -> None:
        publisher = build("http://127.0.0.1:1", Keys())
        assert not [secret for secret in Keys().all if secret in repr(publisher)]


class TestSignature:
    def test_is_the_one_of_x_s_own_example(self) -> None:
        """Source: "Creating a signature" in X's documentation of OAuth 1.0a."""
        header = authorization(
            Credentials(
                api_key="xvz1evFS4wEEPTGEFPHBog",
                api_secret="kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
                access_token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
                access_token_secret="LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
            ),
            method="post",
            url="https://api.twitter.com/1.1/statuses/update.json",
            query=[
                ("include_entities", "true"),
                ("status", "Hello Ladies + Gentlemen, a signed OAuth request!"),
            ],
            nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
            at=datetime.fromtimestamp(1_318_622_958, UTC),
        )
        assert 'oauth_signature="hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D"' in header

    def test_the_query_is_escaped_as_it_was_signed(self) -> None:
        assert query_string([("t", "2026-11-22T08:00:00Z"), ("é", "a b+c")]) == (
            "t=2026-11-22T08%3A00%3A00Z&%C3%A9=a%20b%2Bc"
        )

    async def test_a_wrong_secret_is_told_as_expired_credentials(self, server: XServer) -> None:
        publisher = build(server.url, replace(server.keys, api_secret="wrong"))
        with pytest.raises(AuthExpired, match="credentials"):
            await publisher.check()
        await publisher.close()
        assert server.objections == ["signature"]

    async def test_a_path_in_the_api_url_is_called_and_signed(self, server: XServer) -> None:
        """A gateway may sit at a path; the server there checks the signature over its own URL."""
        publisher = build(f"{server.url}/x/", server.keys)
        with pytest.raises(Permanent):
            await publisher.check()
        await publisher.close()
        assert server.paths == ["GET /x/2/users/me"]
        assert server.objections == []


class TestPrepare:
    async def test_pictures_go_up_before_their_alt_texts(
        self, publisher: Publisher, server: XServer
    ) -> None:
        whole = post()
        await prepared(publisher, replace(whole, pictures=whole.pictures * 5))
        assert server.paths == ["POST /2/media/upload", "POST /2/media/metadata"] * 4

    async def test_a_picture_of_megabytes_goes_up_whole_as_json(
        self, publisher: Publisher, server: XServer
    ) -> None:
        """More than 1 MiB as plain bytes would hold up the event loop; aiohttp warns of it."""
        large = replace(post().pictures[0], data=noisy_picture(side=2048, size=3_000_000))
        ready = await prepared(publisher, replace(post(), pictures=(large,)))
        (image,) = ready.rendering.images
        assert 2_000_000 < len(image.data) < 4_000_000
        upload = server.requests[0]
        assert upload.headers["Content-Type"] == "application/json"
        assert base64.b64decode(upload.json["media"]) == image.data

    async def test_a_rendering_with_problems_is_not_sent(
        self, publisher: Publisher, server: XServer
    ) -> None:
        with pytest.raises(Permanent, match="no picture"):
            await prepared(publisher, replace(post(), pictures=()))
        assert server.requests == []


class TestAccount:
    async def test_is_named_and_its_posts_linked(
        self, publisher: Publisher, server: XServer
    ) -> None:
        first = await publisher.publish(await prepared(publisher), key=KEY)
        account = await publisher.check()
        second = await publisher.publish(
            await prepared(publisher, post("Une autre ville.")), key=KEY
        )
        assert (account.name, account.url) == ("@UnJourUneVille", "https://x.com/UnJourUneVille")
        assert first.url == f"https://x.com/i/web/status/{first.remote_id}"
        assert second.url == f"https://x.com/UnJourUneVille/status/{second.remote_id}"

    async def test_a_token_that_may_only_read_is_found_out_by_the_check(
        self, publisher: Publisher, server: XServer
    ) -> None:
        server.access_level = "read"
        with pytest.raises(AuthExpired, match="Read and Write"):
            await publisher.check()


class TestDelete:
    async def test_a_stranger_s_post_stays(self, publisher: Publisher, server: XServer) -> None:
        with pytest.raises(Permanent, match="not authorized"):
            await publisher.delete(server.post("Bonjour", author_id=STRANGER))

    async def test_what_x_says_is_not_there_is_gone(
        self, publisher: Publisher, server: XServer
    ) -> None:
        server.fail_next(lambda request: request.method == "DELETE", Trouble.GONE)
        await publisher.delete("1234567890123456789")

    async def test_what_x_keeps_is_told(self, publisher: Publisher, server: XServer) -> None:
        server.fail_next(lambda request: request.method == "DELETE", Trouble.KEPT)
        with pytest.raises(Permanent, match="did not delete"):
            await publisher.delete("1234567890123456789")

    async def test_what_is_no_id_is_not_sent(self, publisher: Publisher, server: XServer) -> None:
        with pytest.raises(Permanent, match="no id"):
            await publisher.delete("../users/me")
        assert server.requests == []


class TestPreview:
    def test_nothing_in_it_is_a_link_to_x_unless_asked_for(self) -> None:
        """A link costs thirteen times a plain post, and a bare domain is one."""
        whole = post("Image : nasa.gov, voir https://www.esa.int/le-mans.")
        link = Part(kind=Kind.LINK, text="https://example.org/le-mans")
        whole = replace(whole, parts=(*whole.parts, link))
        plain = build("http://127.0.0.1:1", Keys()).preview(whole)
        linked = build("http://127.0.0.1:1", Keys(), links=True).preview(whole)
        assert "https://" not in plain.text
        assert "nasa\u2060.gov" in plain.text
        assert link.text in linked.text
        assert plain.problems == linked.problems == ()
        assert plain.post == whole

    def test_a_link_that_x_would_make_is_reported_with_what_it_would_have_cost(self) -> None:
        whole = post("Image : nasa.gov, voir https://www.esa.int/le-mans.")
        rendering = build("http://127.0.0.1:1", Keys()).preview(whole)
        assert rendering.remarks == tuple(
            f"X would make a link of “{link}” and bill $0.20 instead of $0.015: it is written so"
            " that X does not (CITY_A_DAY_TWITTER__LINKS=false)."
            for link in ("nasa.gov", "https://www.esa.int/le-mans")
        )

    def test_a_link_that_is_left_out_or_not_there_is_not_reported(self) -> None:
        link = Part(kind=Kind.LINK, text="https://example.org/le-mans")
        whole = replace(post(), parts=(*post().parts, link))
        assert build("http://127.0.0.1:1", Keys()).preview(whole).remarks == ()
        assert build("http://127.0.0.1:1", Keys(), links=True).preview(post()).remarks == ()

    def test_a_link_that_was_asked_for_is_reported_with_what_it_costs(self) -> None:
        rendering = build("http://127.0.0.1:1", Keys(), links=True).preview(post("Voir nasa.gov."))
        assert rendering.remarks == (
            "This post holds a link (“nasa.gov”): X bills $0.20 instead of $0.015.",
        )

    def test_is_counted_as_x_counts(self) -> None:
        rendering = build("http://127.0.0.1:1", Keys()).preview(post("東京" * 200))
        assert rendering.problems == ()
        assert len(rendering.text) < 220
        assert 270 <= rendering.length <= rendering.limit == 280


class TestPrice:
    """Source: X's price list, November 2026."""

    @pytest.mark.parametrize(
        ("text", "pictures", "attempts", "dollars"),
        [
            ("Le Mans", 1, 1, "0.020"),
            ("Le Mans, nasa.gov", 1, 1, "0.205"),
            ("Le Mans, nasa\u2060.gov", 2, 1, "0.025"),
            ("Le Mans", 1, 3, "0.032"),
        ],
    )
    def test_of_a_post_its_alt_texts_and_the_look_ups_of_later_attempts(
        self, text: str, pictures: int, attempts: int, dollars: str
    ) -> None:
        assert price(text, pictures=pictures, attempts=attempts) == Decimal(dollars)
