"""The discord publisher against a Discord REST server: the contract suite, and each known trap."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from structlog.testing import capture_logs

from bot.publishers.discord import crosspost, platform
from bot.publishers.discord.publisher import READY_WITHIN, too_heavy
from bot.publishers.discord.settings import LONGEST_TIMEOUT, DiscordSettings
from bot.testing import (
    KEY,
    Delivered,
    Failure,
    Mishap,
    PublisherContract,
    sample_picture,
    sample_post,
    surroundings,
)
from content.post import DerivedImage, Kind, Part, Post
from schedules.clock import SystemClock
from schedules.errors import (
    AmbiguousOutcome,
    AuthExpired,
    Permanent,
    PublishError,
    RateLimited,
    Transient,
)
from schedules.publisher import CREATE_TIMEOUT, Publisher, Receipt
from tests.platforms.discord_objects import (
    CROSSPOSTED,
    FORUM,
    NEWS,
    SUPPRESS_EMBEDS,
    VOICE,
    Channel,
)
from tests.platforms.discord_refusals import Trouble
from tests.platforms.discord_requests import asks
from tests.platforms.discord_rest import (
    CROSSPOST,
    DELETE,
    GET_CHANNEL,
    GET_GUILD,
    GET_ME,
    HISTORY,
    TOKEN,
    DiscordServer,
)

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SMALL_PICTURE = sample_picture(320, 180)


def build(server: DiscordServer, **settings: Any) -> Sequence[Publisher]:
    given = {
        "token": TOKEN,
        "channel_ids": str(server.channel.id),
        "api_url": server.api_url,
        "timeout": 10,
        **settings,
    }
    return platform.build(DiscordSettings.model_validate(given), surroundings("discord"))


@dataclass
class DiscordHarness:
    publisher: Publisher
    impatient: Publisher
    server: DiscordServer
    secrets: Sequence[str] = (TOKEN,)
    failures: frozenset[Failure] = frozenset(Failure)

    @property
    def creates(self) -> int:
        return self.server.creates

    def delivered(self) -> Sequence[Delivered]:
        return [
            Delivered(
                remote_id=str(message.id),
                text=message.content,
                images=[attachment.data for attachment in message.attachments],
                alts=[attachment.description for attachment in message.attachments],
            )
            for message in self.server.posted()
        ]

    def fail_next_create(self, failure: Failure) -> None:
        self.server.fail_next_create(failure)

    def fail_next_look_up(self) -> None:
        self.server.fail_next(asks(HISTORY), Failure.SERVER_ERROR_BEFORE)

    def post_as_another_author(self, text: str) -> None:
        self.server.post_as_somebody(text)


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


@pytest.fixture
async def publisher(server: DiscordServer) -> AsyncIterator[Publisher]:
    (publisher,) = build(server)
    yield publisher
    await publisher.close()


@pytest.fixture
async def impatient(server: DiscordServer) -> AsyncIterator[Publisher]:
    """For servers that never answer; the others wait longer, since a busy machine is no failure."""
    (publisher,) = build(server, timeout=0.5)
    yield publisher
    await publisher.close()


@pytest.fixture
def harness(server: DiscordServer, publisher: Publisher, impatient: Publisher) -> DiscordHarness:
    return DiscordHarness(publisher=publisher, impatient=impatient, server=server)


@pytest.fixture
def news(server: DiscordServer) -> Channel:
    """The server's channel, as an announcement channel."""
    server.channel.kind = NEWS
    return server.channel


def a_post(*parts: Part) -> Post:
    """The sample post, or one of these parts, with a picture that takes no time."""
    post = sample_post()
    picture = replace(post.pictures[0], data=SMALL_PICTURE)
    return replace(post, pictures=(picture,), parts=parts or post.parts)


def with_text(text: str) -> Post:
    return a_post(Part(kind=Kind.LEAD, text="#UnJourUneVille"), Part(kind=Kind.TEXT, text=text))


async def publish(publisher: Publisher, post: Post | None = None, *, key: str = KEY) -> Receipt:
    rendering = publisher.preview(post or a_post())
    return await publisher.publish(await publisher.prepare(rendering), key=key)


async def look(publisher: Publisher, since: datetime = LONG_AGO) -> Receipt | None:
    rendering = publisher.preview(a_post())
    return await publisher.find_existing(rendering, key=KEY, since=since)


class TestContract(PublisherContract):
    """Every promise of Publisher."""


class TestOneCreate:
    """One create request reaches Discord, whatever happens to it."""

    @pytest.mark.parametrize(
        ("trouble", "expected"),
        [
            (Trouble.SERVER_ERROR, AmbiguousOutcome),
            (Trouble.UNAVAILABLE, AmbiguousOutcome),
            (Trouble.GATEWAY_TIMEOUT, AmbiguousOutcome),
            (Trouble.CLOUDFLARE_TIMEOUT, AmbiguousOutcome),
            (Trouble.TIMED_OUT_ON_THE_WAY, AmbiguousOutcome),
            (Trouble.REDIRECT, AmbiguousOutcome),
            (Trouble.RATE_LIMITED_BRIEFLY, RateLimited),
            (Trouble.RATE_LIMITED_GLOBALLY, RateLimited),
            (Trouble.RATE_LIMITED_BY_CLOUDFLARE, RateLimited),
            (Trouble.BANNED_BY_CLOUDFLARE, Permanent),
            (Trouble.MISSING_ACCESS, Permanent),
            (Trouble.UNKNOWN_CHANNEL, Permanent),
            (Mishap.DROPPED_BEFORE, AmbiguousOutcome),
            (Mishap.RESET_AFTER, AmbiguousOutcome),
            (Mishap.EMPTY_AFTER, AmbiguousOutcome),
            (Mishap.HTML_AFTER, AmbiguousOutcome),
            (Mishap.NOT_OBJECT_AFTER, AmbiguousOutcome),
            (Mishap.TRUNCATED_AFTER, AmbiguousOutcome),
        ],
    )
    async def test_is_sent_once_and_its_failure_is_told_apart(
        self,
        server: DiscordServer,
        publisher: Publisher,
        trouble: str,
        expected: type[PublishError],
    ) -> None:
        server.fail_next_create(trouble)
        with pytest.raises(PublishError) as caught:
            await publish(publisher)
        assert type(caught.value) is expected
        assert "<" not in caught.value.user_message
        assert server.creates == 1
        assert not [path for path in server.paths if "elsewhere" in path]

    @pytest.mark.parametrize(
        ("trouble", "seconds"),
        [
            (Failure.RATE_LIMITED, 7.5),
            (Trouble.RATE_LIMITED_GLOBALLY, 3600),
            (Trouble.RATE_LIMITED_BY_CLOUDFLARE, 900),
            (Failure.RATE_LIMITED_WITHOUT_RESET, 60),
        ],
    )
    async def test_waits_as_long_as_the_body_says_then_the_header_then_a_minute(
        self, server: DiscordServer, publisher: Publisher, trouble: str, seconds: float
    ) -> None:
        server.fail_next_create(trouble)
        with pytest.raises(RateLimited) as caught:
            await publish(publisher)
        assert caught.value.retry_after == timedelta(seconds=seconds)

    @pytest.mark.parametrize(
        ("trouble", "named"),
        [
            (Trouble.MISSING_PERMISSIONS, "Attach Files"),
            (Trouble.MISSING_ACCESS, "View Channel"),
            (Trouble.UNKNOWN_CHANNEL, "channel ids"),
            (Trouble.BANNED_BY_CLOUDFLARE, "403"),
        ],
    )
    async def test_a_refusal_says_what_to_change(
        self, server: DiscordServer, publisher: Publisher, trouble: str, named: str
    ) -> None:
        server.fail_next_create(trouble)
        with pytest.raises(Permanent, match=named):
            await publish(publisher)

    async def test_the_key_is_the_nonce_and_a_repeat_is_answered_with_the_first_message(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        first, second = await publish(publisher), await publish(publisher)
        assert first == second
        assert [message.nonce for message in server.posted()] == [KEY]

    async def test_a_post_that_was_deleted_is_not_brought_back_by_its_key(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        await publisher.delete((await publish(publisher)).remote_id)
        with pytest.raises(Permanent, match="deleted"):
            await publish(publisher)
        server.forget_nonces()
        await publish(publisher)
        assert len(server.posted()) == 1

    async def test_an_exhausted_rate_limit_bucket_does_not_hold_up_what_was_posted(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        """discord.py sleeps on it before and after a request; here for an hour."""
        server.buckets_exhausted = True
        await publish(publisher)
        await publish(publisher, key="another")
        assert len(server.posted()) == 2

    async def test_nothing_but_rest_is_asked_and_no_more_than_is_needed(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        """No gateway connection; who we are, what the channel is, and the message."""
        await publish(publisher)
        channel = f"/api/v10/channels/{server.channel.id}"
        assert server.paths == [
            "GET /api/v10/users/@me",
            f"GET {channel}",
            f"POST {channel}/messages",
        ]

    async def test_works_without_prepare_in_this_process(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        """A Prepared may come from a process that has since died."""
        (before,) = build(server)
        prepared = await before.prepare(before.preview(a_post()))
        await before.close()
        assert (await publisher.publish(prepared, key=KEY)).remote_id

    async def test_is_not_sent_when_the_channel_cannot_be_looked_up_first(
        self, server: DiscordServer, publisher: Publisher, impatient: Publisher
    ) -> None:
        prepared = await publisher.prepare(publisher.preview(a_post()))
        server.fail_next(asks(GET_CHANNEL), Failure.STALLED_AFTER)
        with pytest.raises(Transient):
            await impatient.publish(prepared, key=KEY)
        assert server.creates == 0

    def test_all_of_publish_stays_below_the_create_timeout(self) -> None:
        longest = READY_WITHIN + timedelta(seconds=LONGEST_TIMEOUT) + crosspost.BUDGET
        assert longest < CREATE_TIMEOUT


class TestMessage:
    """What a reader gets."""

    async def test_is_shown_by_its_link(self, server: DiscordServer, publisher: Publisher) -> None:
        receipt = await publish(publisher)
        (message,) = server.posted()
        guild = server.channel.json["guild_id"]
        place = f"{guild}/{server.channel.id}/{message.id}"
        assert receipt.url == f"https://discord.com/channels/{place}"

    async def test_never_pings_anybody(self, server: DiscordServer, publisher: Publisher) -> None:
        await publish(publisher, with_text("Bonjour @everyone, @here, <@123>, <@&456>"))
        (message,) = server.posted()
        assert "@everyone" in message.content
        assert message.pinged == frozenset()

    async def test_alt_text_arrives_as_the_attachments_description(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        await publish(publisher)
        ((attachment,),) = [message.attachments for message in server.posted()]
        assert attachment.description == "Le Mans vue de l'espace."
        assert attachment.filename == "2026-11-22-1.jpg"

    async def test_a_link_does_not_unfurl(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        link = Part(kind=Kind.LINK, text="https://example.org/le_mans_72?a=*b*")
        await publish(publisher, a_post(link))
        (message,) = server.posted()
        assert link.text in message.content
        assert message.flags & SUPPRESS_EMBEDS

    async def test_blanks_around_the_caption_are_gone_in_the_preview_already(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        post = a_post(Part(kind=Kind.TEXT, text=" \n Une ville. \n"))
        await publish(publisher, post)
        (message,) = server.posted()
        assert message.content == publisher.preview(post).text == "Une ville."

    def test_a_caption_of_markdown_is_counted_as_it_is_sent(self, publisher: Publisher) -> None:
        rendering = publisher.preview(with_text("*ville* " * 400))
        assert rendering.problems == ()
        assert len(rendering.text) == rendering.length <= 2000
        assert "\\*ville\\*" in rendering.text

    async def test_two_thousand_code_points_are_two_thousand_characters(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        """Pictographs count one each, not two UTF-16 units."""
        post = a_post(Part(kind=Kind.TEXT, text="🛰" * 2000))
        assert publisher.preview(post).text == "🛰" * 2000
        await publish(publisher, post)
        assert len(server.posted()) == 1

    def test_pictures_that_do_not_fit_into_one_message_are_a_problem(self) -> None:
        image = DerivedImage(
            data=bytes(9_000_000), media_type="image/jpeg", width=1, height=1, alt="Rien."
        )
        assert too_heavy([image] * 2) == ()
        assert len(too_heavy([image] * 3)) == 1

    async def test_arrives_escaped(self, server: DiscordServer, publisher: Publisher) -> None:
        await publish(publisher, with_text("# Un *circuit* de 13 km."))
        (message,) = server.posted()
        assert "\n\\# Un \\*circuit\\* de 13 km." in message.content


class TestAnnouncementChannel:
    """Its messages are passed on to the servers that follow it."""

    async def test_passes_the_message_on(
        self, server: DiscordServer, publisher: Publisher, news: Channel
    ) -> None:
        await publish(publisher)
        (message,) = server.posted()
        assert message.flags & CROSSPOSTED

    async def test_a_text_channel_passes_nothing_on(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        await publish(publisher)
        assert not [path for path in server.paths if path.endswith("/crosspost")]

    @pytest.mark.parametrize("trouble", [Trouble.UNAVAILABLE, Trouble.RATE_LIMITED_BRIEFLY])
    async def test_asks_again_after_a_hiccup(
        self, server: DiscordServer, publisher: Publisher, news: Channel, trouble: str
    ) -> None:
        server.fail_next(asks(CROSSPOST), trouble)
        await publish(publisher)
        (message,) = server.posted()
        assert message.flags & CROSSPOSTED

    async def test_asks_again_after_a_lost_answer_and_already_published_is_success(
        self, server: DiscordServer, publisher: Publisher, news: Channel
    ) -> None:
        server.fail_next(asks(CROSSPOST), Failure.DROPPED_AFTER)
        with capture_logs() as events:
            await publish(publisher)
        assert [event["event"] for event in events] == ["crossposted"]
        assert len([path for path in server.paths if path.endswith("/crosspost")]) == 2

    @pytest.mark.parametrize(
        ("troubles", "logged"),
        [
            ([Trouble.UNAVAILABLE] * 3, {"status": 503, "code": 0}),
            ([Trouble.RATE_LIMITED_GLOBALLY], {"status": 429, "code": 0}),
            ([Trouble.MISSING_PERMISSIONS], {"status": 403, "code": 50013}),
            ([Failure.GARBLED_AFTER], {"error": "GarbledAnswer"}),
            ([Failure.DROPPED_AFTER, *[Mishap.DROPPED_BEFORE] * 2], {"error": "ConnectionLost"}),
        ],
    )
    async def test_failing_to_pass_on_keeps_the_receipt_and_is_logged(
        self,
        server: DiscordServer,
        publisher: Publisher,
        news: Channel,
        troubles: list[str],
        logged: dict[str, object],
    ) -> None:
        for trouble in troubles:
            server.fail_next(asks(CROSSPOST), trouble)
        with capture_logs() as events:
            receipt = await publish(publisher)
        (message,) = server.posted()
        assert receipt.remote_id == str(message.id)
        assert server.creates == 1
        (event,) = events
        assert event["event"] == "crosspost_failed"
        assert event["destination"] == "discord"
        assert event["message"] == message.id
        for name, value in logged.items():
            assert str(event[name]).startswith(str(value))

    async def test_the_eleventh_in_an_hour_is_still_published(
        self, server: DiscordServer, publisher: Publisher, news: Channel
    ) -> None:
        for number in range(11):
            await publish(publisher, key=f"key-{number}")
        passed_on = [message for message in server.posted() if message.flags & CROSSPOSTED]
        assert (len(server.posted()), len(passed_on)) == (11, 10)

    async def test_a_found_message_that_was_not_passed_on_is_then(
        self, server: DiscordServer, publisher: Publisher, news: Channel
    ) -> None:
        server.fail_next_create(Failure.DROPPED_AFTER)
        with pytest.raises(AmbiguousOutcome):
            await publish(publisher)
        assert await look(publisher)
        assert await look(publisher)
        (message,) = server.posted()
        assert message.flags & CROSSPOSTED
        assert len([path for path in server.paths if path.endswith("/crosspost")]) == 1

    async def test_a_channel_that_becomes_one_is_noticed_the_next_day(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        await publish(publisher, key="monday")
        server.channel.kind = NEWS
        await publish(publisher, key="tuesday")
        assert [bool(message.flags & CROSSPOSTED) for message in server.posted()] == [False, True]


class TestLookUp:
    """Finding an earlier create; None only when there is none."""

    async def test_finds_our_message_after_more_than_a_page_of_others(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        since = SystemClock().now()
        for number in range(150):
            server.post_as_somebody(f"Message {number}")
        receipt = await publish(publisher)
        for number in range(150):
            server.post_as_somebody(f"Message {number}")
        server.forget_nonces()
        assert await look(publisher, since) == receipt

    async def test_finds_a_message_by_its_text_without_its_nonce(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        """Discord gives the nonce back in the create's answer only."""
        receipt = await publish(publisher, key="another-key")
        assert await look(publisher) == receipt

    async def test_leaves_out_what_was_there_long_before(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        await publish(publisher)
        assert await look(publisher, SystemClock().now() + timedelta(hours=1)) is None

    async def test_allows_for_a_clock_that_is_some_minutes_fast(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        receipt = await publish(publisher)
        assert await look(publisher, SystemClock().now() + timedelta(minutes=5)) == receipt

    async def test_an_empty_history_that_may_not_be_read_is_no_answer(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        """Discord shows an empty channel to a bot without Read Message History."""
        await publish(publisher)
        server.channel.denied = discord.Permissions(read_message_history=True)
        with pytest.raises(AmbiguousOutcome, match="Read Message History"):
            await look(publisher)

    @pytest.mark.parametrize(
        ("operation", "trouble", "expected"),
        [
            (HISTORY, Trouble.UNAVAILABLE, Transient),
            (HISTORY, Failure.GARBLED_AFTER, Transient),
            (HISTORY, Mishap.TRUNCATED_AFTER, Transient),
            (HISTORY, Failure.RATE_LIMITED, RateLimited),
            (GET_CHANNEL, Failure.UNAUTHORIZED, AuthExpired),
            (GET_CHANNEL, Trouble.MISSING_ACCESS, AmbiguousOutcome),
            (GET_CHANNEL, Trouble.UNKNOWN_CHANNEL, AmbiguousOutcome),
        ],
    )
    async def test_raises_when_unsure(
        self,
        server: DiscordServer,
        publisher: Publisher,
        operation: str,
        trouble: str,
        expected: type[PublishError],
    ) -> None:
        server.fail_next(asks(operation), trouble)
        with pytest.raises(PublishError) as caught:
            await look(publisher)
        assert type(caught.value) is expected

    async def test_no_answer_in_time_is_transient(
        self, server: DiscordServer, impatient: Publisher
    ) -> None:
        server.fail_next(asks(HISTORY), Failure.STALLED_AFTER)
        with pytest.raises(Transient):
            await look(impatient)


class TestSeveralChannels:
    """Each channel is a Destination of its own; they share one login."""

    async def test_are_told_apart_and_log_in_once(self, server: DiscordServer) -> None:
        other = server.add_channel("une-ville-en")
        publishers = build(server, channel_ids=f"{server.channel.id},{other.id}")
        names = [publisher.destination for publisher in publishers]
        assert names == [f"discord#{server.channel.id}", f"discord#{other.id}"]
        for publisher in publishers:
            await publish(publisher, key=publisher.destination[-20:])
        assert len(server.posted()) == len(server.posted(other)) == 1
        assert len([path for path in server.paths if path.endswith("/users/@me")]) == 1
        await publishers[0].close()
        await publishers[0].close()
        await publish(publishers[1], key="still-open")
        assert len(server.posted(other)) == 2
        await publishers[1].close()

    async def test_two_api_addresses_do_not_mix(self, server: DiscordServer) -> None:
        async with DiscordServer() as elsewhere:
            publishers = [*build(server), *build(elsewhere)]
            for publisher in publishers:
                await publish(publisher)
            assert len(server.posted()) == len(elsewhere.posted()) == 1
            for publisher in publishers:
                await publisher.close()

    async def test_closing_what_was_never_used_is_fine(self, server: DiscordServer) -> None:
        (publisher,) = build(server)
        await publisher.close()


class TestCheck:
    """Do the credentials work, and may the bot post here?"""

    async def test_names_bot_and_channel(self, publisher: Publisher) -> None:
        account = await publisher.check()
        assert account.name == "Cartographe#4242 in #une-ville"
        assert account.url.startswith("https://discord.com/channels/")

    @pytest.mark.parametrize(
        ("permission", "name"),
        [
            ("send_messages", "Send Messages"),
            ("attach_files", "Attach Files"),
            ("read_message_history", "Read Message History"),
            ("view_channel", "View Channel"),
        ],
    )
    async def test_a_missing_permission_is_named(
        self, server: DiscordServer, publisher: Publisher, permission: str, name: str
    ) -> None:
        server.channel.denied = discord.Permissions(**{permission: True})
        with pytest.raises(Permanent, match=name):
            await publisher.check()

    @pytest.mark.parametrize("kind", [VOICE, FORUM])
    async def test_a_channel_of_another_kind_is_refused_before_anything_is_sent(
        self, server: DiscordServer, publisher: Publisher, kind: int
    ) -> None:
        server.channel.kind = kind
        with pytest.raises(Permanent, match="announcement"):
            await publisher.check()
        with pytest.raises(Permanent, match="announcement"):
            await publish(publisher)
        assert server.creates == 0

    async def test_does_without_roles_that_it_may_not_see(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        server.fail_next(asks(GET_GUILD), Trouble.MISSING_ACCESS)
        assert (await publisher.check()).name

    async def test_a_wrong_token_is_told(self, server: DiscordServer) -> None:
        (publisher,) = build(server, token="no-token-of-this-server")
        with pytest.raises(AuthExpired, match="token"):
            await publisher.check()
        await publisher.close()

    async def test_logs_in_again_after_a_login_that_failed(
        self, server: DiscordServer, publisher: Publisher
    ) -> None:
        server.fail_next(asks(GET_ME), Trouble.UNAVAILABLE)
        with pytest.raises(Transient):
            await publisher.check()
        assert (await publisher.check()).name


class TestDelete:
    """Taking a post down."""

    async def test_what_is_no_message_id_is_said_so(self, publisher: Publisher) -> None:
        with pytest.raises(Permanent, match="message id"):
            await publisher.delete("https://discord.com/channels/1/2/3")

    async def test_trouble_is_transient(self, server: DiscordServer, publisher: Publisher) -> None:
        receipt = await publish(publisher)
        server.fail_next(asks(DELETE), Trouble.GATEWAY_TIMEOUT)
        with pytest.raises(Transient):
            await publisher.delete(receipt.remote_id)
        assert len(server.posted()) == 1
