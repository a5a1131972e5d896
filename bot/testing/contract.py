"""The one suite that every publisher passes, against a server that stands in for its platform."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from io import BytesIO
from typing import Protocol

import pytest
from PIL import Image

from content.city import City
from content.credit import Credit
from content.post import Kind, Part, Picture, Post
from schedules.errors import (
    AmbiguousOutcome,
    AuthExpired,
    Permanent,
    PublishError,
    RateLimited,
    Transient,
)
from schedules.publisher import Publisher

KEY = "20261122-0123456789abcdef"


class Failure(StrEnum):
    """What a platform's test server can be told to do with the next create request."""

    REFUSE_CONNECTION = "refuse connection"
    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    RATE_LIMITED = "429 with a reset time"
    RATE_LIMITED_WITHOUT_RESET = "429 without a reset time"
    SERVER_ERROR_BEFORE = "5xx, nothing created"
    SERVER_ERROR_AFTER = "created, then 5xx"
    DROPPED_AFTER = "created, then the connection drops"
    STALLED_AFTER = "created, then no answer until the timeout"
    GARBLED_AFTER = "created, then a 2xx that is not JSON"
    HTML_ERROR = "502 with an HTML page, nothing created"


EXPECTED_ERRORS: dict[Failure, type[PublishError]] = {
    Failure.REFUSE_CONNECTION: Transient,
    Failure.UNAUTHORIZED: AuthExpired,
    Failure.FORBIDDEN: Permanent,
    Failure.RATE_LIMITED: RateLimited,
    Failure.RATE_LIMITED_WITHOUT_RESET: RateLimited,
    Failure.SERVER_ERROR_BEFORE: AmbiguousOutcome,
    Failure.SERVER_ERROR_AFTER: AmbiguousOutcome,
    Failure.DROPPED_AFTER: AmbiguousOutcome,
    Failure.STALLED_AFTER: AmbiguousOutcome,
    Failure.GARBLED_AFTER: AmbiguousOutcome,
    Failure.HTML_ERROR: AmbiguousOutcome,
}


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """A post as the platform holds it: what a follower would get."""

    remote_id: str
    text: str
    images: Sequence[bytes]
    alts: Sequence[str]


class Harness(Protocol):
    """A publisher and the test server that it talks to."""

    publisher: Publisher
    """With timeouts so short that a stalled server does not hold up the suite."""
    secrets: Sequence[str]
    """The credentials in use; no log line, error or repr may hold one."""
    failures: frozenset[Failure]
    """What the platform can do; a local folder cannot answer 401."""

    @property
    def creates(self) -> int:
        """How many create requests the platform has received, whatever became of them."""
        ...

    def delivered(self) -> Sequence[Delivered]:
        """The posts of our account that are there now, oldest first."""
        ...

    def fail_next_create(self, failure: Failure) -> None:
        """Do so with the next create request, then be well again."""
        ...

    def post_as_another_author(self, text: str) -> None:
        """Put a post with this text, by another author, where a look-up may see it."""
        ...


def sample_picture(width: int = 1600, height: int = 900) -> bytes:
    """A JPEG with some structure in it, so that it has a real size."""
    gradient = Image.linear_gradient("L").resize((width, height))
    out = BytesIO()
    Image.merge("RGB", (gradient, gradient.rotate(180), gradient)).save(out, "JPEG", quality=90)
    return out.getvalue()


def sample_post(text: str = "Une ville de course, et une cité Plantagenêt intacte.") -> Post:
    """Le Mans, with everything that a post can have."""
    credit = Credit(author="Thomas Pesquet", source="ESA/NASA", licence="CC BY-NC-SA 3.0 IGO")
    return Post(
        date=date(2026, 11, 22),
        city=City(
            name="Le Mans",
            country="FR",
            department="Sarthe",
            region="Pays de la Loire",
            latitude=48.0021,
            longitude=0.2025,
            population=146_249,
            altitude=65,
            timezone="Europe/Paris",
            geoname_id=3003603,
        ),
        language="fr",
        parts=(
            Part(kind=Kind.LEAD, text="#UnJourUneVille"),
            Part(kind=Kind.CITY_TAG, text="#LeMans"),
            Part(kind=Kind.TEXT, text=text),
            Part(kind=Kind.CREDIT, text=credit.line),
            Part(kind=Kind.TAG, text="#Sarthe"),
        ),
        pictures=(Picture(data=sample_picture(), alt="Le Mans vue de l'espace.", credit=credit),),
    )


class PublisherContract:
    """Give a `harness` fixture and every promise of `Publisher` is tested."""

    async def test_preview_is_what_the_platform_receives(self, harness: Harness) -> None:
        """Text, picture bytes and alt texts arrive as the preview showed them."""
        rendering = harness.publisher.preview(sample_post())
        assert rendering.problems == ()
        prepared = await harness.publisher.prepare(rendering)
        receipt = await harness.publisher.publish(prepared, key=KEY)
        (delivered,) = harness.delivered()
        assert delivered.remote_id == receipt.remote_id
        assert delivered.text == rendering.text
        assert list(delivered.images) == [image.data for image in rendering.images]
        assert list(delivered.alts) == [image.alt for image in rendering.images]

    async def test_alt_text_credit_and_lead_hashtag_arrive(self, harness: Harness) -> None:
        """What the field drops, arrives."""
        await self._publish(harness, sample_post())
        (delivered,) = harness.delivered()
        assert list(delivered.alts) == ["Le Mans vue de l'espace."]
        assert "Thomas Pesquet" in delivered.text
        assert "#UnJourUneVille" in delivered.text

    async def test_preview_is_repeatable(self, harness: Harness) -> None:
        """Two previews of one post are equal, byte for byte."""
        assert harness.publisher.preview(sample_post()) == harness.publisher.preview(sample_post())

    async def test_preparing_twice_shows_nothing(self, harness: Harness) -> None:
        """Uploads are invisible and repeatable."""
        rendering = harness.publisher.preview(sample_post())
        await harness.publisher.prepare(rendering)
        await harness.publisher.prepare(rendering)
        assert list(harness.delivered()) == []
        assert harness.creates == 0

    async def test_long_text_is_fitted_before_anything_is_sent(self, harness: Harness) -> None:
        """A text of 30,000 characters still gives a rendering within the limit."""
        limits = harness.publisher.limits
        rendering = harness.publisher.preview(sample_post("Une ville. " * 2700))
        assert rendering.problems == ()
        assert limits.count(rendering.text) == rendering.length <= rendering.limit == limits.text
        assert "Thomas Pesquet" in rendering.text
        assert harness.creates == 0

    async def test_what_cannot_be_fitted_is_a_problem_found_offline(self, harness: Harness) -> None:
        """A picture that is none is named as a problem; the platform hears nothing."""
        post = sample_post()
        broken = replace(post, pictures=(replace(post.pictures[0], data=b"not a picture"),))
        assert harness.publisher.preview(broken).problems
        assert harness.creates == 0

    async def test_a_picture_without_alt_text_is_a_problem(self, harness: Harness) -> None:
        """Nobody publishes a picture that part of the followers cannot have."""
        post = sample_post()
        silent = replace(post, pictures=(replace(post.pictures[0], alt=""),))
        assert any("alt text" in problem for problem in harness.publisher.preview(silent).problems)

    async def test_one_create_request(self, harness: Harness) -> None:
        """One publish is one create request."""
        await self._publish(harness, sample_post())
        assert harness.creates == 1

    @pytest.mark.parametrize("failure", list(Failure))
    async def test_each_failure_maps_to_the_right_error(
        self, harness: Harness, failure: Failure
    ) -> None:
        """Whether a post may have been created decides the error; the create is not repeated."""
        if failure not in harness.failures:
            pytest.skip(f"this platform cannot do so: {failure}")
        prepared = await harness.publisher.prepare(harness.publisher.preview(sample_post()))
        harness.fail_next_create(failure)
        with pytest.raises(PublishError) as caught:
            await harness.publisher.publish(prepared, key=KEY)
        assert type(caught.value) is EXPECTED_ERRORS[failure]
        assert caught.value.user_message
        assert harness.creates == (0 if failure is Failure.REFUSE_CONNECTION else 1)
        if isinstance(caught.value, RateLimited):
            assert caught.value.retry_after.total_seconds() > 0

    async def test_a_lost_answer_is_found_by_looking(self, harness: Harness) -> None:
        """After a create whose answer was lost, a look-up gives the receipt of the one post."""
        if harness.publisher.visible_after is None:
            pytest.skip("this platform cannot be asked")
        lost = harness.failures & {Failure.DROPPED_AFTER, Failure.SERVER_ERROR_AFTER}
        if not lost:
            pytest.skip("this platform loses no answers")
        rendering = harness.publisher.preview(sample_post())
        prepared = await harness.publisher.prepare(rendering)
        harness.fail_next_create(min(lost))
        with pytest.raises(AmbiguousOutcome):
            await harness.publisher.publish(prepared, key=KEY)
        receipt = await harness.publisher.find_existing(rendering, key=KEY, since=_long_ago())
        (delivered,) = harness.delivered()
        assert receipt is not None
        assert receipt.remote_id == delivered.remote_id

    async def test_a_look_up_finds_nothing_where_nothing_is(self, harness: Harness) -> None:
        """None, not a guess."""
        if harness.publisher.visible_after is None:
            pytest.skip("this platform cannot be asked")
        rendering = harness.publisher.preview(sample_post())
        found = await harness.publisher.find_existing(rendering, key=KEY, since=_long_ago())
        assert found is None

    async def test_a_look_up_ignores_other_authors(self, harness: Harness) -> None:
        """Somebody else's post with the same text is not ours."""
        if harness.publisher.visible_after is None:
            pytest.skip("this platform cannot be asked")
        rendering = harness.publisher.preview(sample_post())
        harness.post_as_another_author(rendering.text)
        found = await harness.publisher.find_existing(rendering, key=KEY, since=_long_ago())
        assert found is None

    async def test_deleting_twice_succeeds(self, harness: Harness) -> None:
        """Already gone is a success."""
        remote_id = await self._publish(harness, sample_post())
        await harness.publisher.delete(remote_id)
        await harness.publisher.delete(remote_id)
        assert list(harness.delivered()) == []

    async def test_check_names_the_account(self, harness: Harness) -> None:
        """Read-only: nothing is posted by it."""
        account = await harness.publisher.check()
        assert account.name
        assert harness.creates == 0

    async def test_no_secret_in_any_log_error_or_repr(
        self, harness: Harness, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Everything at debug level, with a publish that works and one that fails."""
        caplog.set_level(logging.DEBUG)
        publisher = harness.publisher
        seen = [repr(publisher)]
        for failure in [*sorted(harness.failures - {Failure.REFUSE_CONNECTION}), None]:
            # A text of its own each time: a platform may refuse one that it has already.
            rendering = publisher.preview(sample_post(f"Une ville de course ({failure})."))
            prepared = await publisher.prepare(rendering)
            seen += [repr(rendering), repr(prepared)]
            if failure is None:
                await publisher.publish(prepared, key=KEY)
                continue
            harness.fail_next_create(failure)
            with pytest.raises(PublishError) as caught:
                await publisher.publish(prepared, key=KEY)
            seen += [repr(caught.value), str(caught.value), caught.value.user_message]
        seen.append(caplog.text)
        assert harness.secrets or not harness.failures & {Failure.UNAUTHORIZED}
        assert not [s for s in harness.secrets if any(s in text for text in seen)]

    async def _publish(self, harness: Harness, post: Post) -> str:
        prepared = await harness.publisher.prepare(harness.publisher.preview(post))
        receipt = await harness.publisher.publish(prepared, key=KEY)
        return receipt.remote_id


def _long_ago() -> datetime:
    """Before any test server started: a look-up since then sees all that it holds."""
    return datetime(2026, 1, 1, tzinfo=UTC)
