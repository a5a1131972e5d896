"""The one suite that every publisher passes, against a server that stands in for its platform."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.testing.harness import EXPECTED_ERRORS, Failure, Harness
from bot.testing.samples import KEY, OTHER_KEY, noisy_picture, sample_picture, sample_post
from content.post import Picture, Post, Rendering
from schedules.errors import AmbiguousOutcome, Permanent, PublishError, RateLimited
from schedules.publisher import CREATE_TIMEOUT, Prepared, Publisher, Receipt


class PublisherContract:
    """Give a `harness` fixture and every promise of `Publisher` is tested."""

    async def test_its_attributes_can_be_worked_with(self, harness: Harness) -> None:
        """A destination, a language that captions are written in, a time that can be waited for."""
        publisher = harness.publisher
        assert publisher.destination
        assert publisher.language in ("fr", "en")
        assert publisher.visible_after is None or publisher.visible_after >= timedelta(0)

    async def test_preview_is_what_the_platform_receives(self, harness: Harness) -> None:
        """Text, picture bytes and alt texts arrive as the preview showed them."""
        rendering = harness.publisher.preview(sample_post())
        assert rendering.problems == ()
        await self._arrives_as_previewed(harness, rendering)

    async def test_what_fills_the_limits_is_taken(self, harness: Harness) -> None:
        """The platform takes what `limits` says: text, alt text, pictures, and bytes of one."""
        limits = harness.publisher.limits
        post = sample_post("Une ville")
        room = limits.text - harness.publisher.preview(post).length
        text = "Une ville" + (" ville" * room)[:room].rstrip().ljust(room, "s")
        alt = ("Une ville. " * limits.alt)[: limits.alt].rstrip().ljust(limits.alt, ".")
        largest = noisy_picture(side=min(limits.image_side, 4096), size=limits.image_bytes)
        pictures = [
            replace(post.pictures[0], data=largest, alt=alt),
            *(_small_picture(post, number) for number in range(2, limits.images + 1)),
        ]
        rendering = harness.publisher.preview(
            replace(sample_post(text), pictures=tuple(pictures[: limits.images]))
        )
        assert rendering.problems == ()
        assert rendering.length == rendering.limit
        assert len(rendering.images[0].alt) == limits.alt
        await self._arrives_as_previewed(harness, rendering)

    async def test_alt_text_credit_and_lead_hashtag_arrive(self, harness: Harness) -> None:
        """What the field drops, arrives."""
        await self._publish(harness.publisher, sample_post())
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
        await self._publish(harness.publisher, sample_post())
        assert harness.creates == 1

    @pytest.mark.parametrize("failure", list(Failure))
    async def test_each_failure_maps_to_the_right_error(
        self, harness: Harness, failure: Failure
    ) -> None:
        """Whether a post may have been created decides the error; the create is not repeated."""
        if failure not in harness.failures:
            pytest.skip(f"this platform cannot do so: {failure}")
        publisher = _publisher_for(failure, harness)
        prepared = await publisher.prepare(publisher.preview(sample_post()))
        harness.fail_next_create(failure)
        with pytest.raises(PublishError) as caught:
            await _publish_in_time(publisher, prepared)
        assert type(caught.value) is EXPECTED_ERRORS[failure]
        assert caught.value.user_message
        assert harness.creates == (0 if failure is Failure.REFUSE_CONNECTION else 1)
        if isinstance(caught.value, RateLimited):
            assert caught.value.retry_after.total_seconds() > 0

    async def test_a_lost_answer_is_found_by_looking(self, harness: Harness) -> None:
        """After a create whose answer was lost, a look-up gives the receipt of the one post."""
        lost = harness.failures & {Failure.DROPPED_AFTER, Failure.SERVER_ERROR_AFTER}
        if not lost:
            pytest.skip("this platform loses no answers")
        rendering = harness.publisher.preview(sample_post())
        prepared = await harness.publisher.prepare(rendering)
        harness.fail_next_create(min(lost))
        with pytest.raises(AmbiguousOutcome):
            await harness.publisher.publish(prepared, key=KEY)
        receipt = await self._look_up(harness, rendering)
        (delivered,) = harness.delivered()
        assert receipt is not None
        assert receipt.remote_id == delivered.remote_id

    async def test_a_look_up_finds_nothing_where_nothing_is(self, harness: Harness) -> None:
        """None, not a guess."""
        assert await self._look_up(harness, harness.publisher.preview(sample_post())) is None

    async def test_a_look_up_finds_no_other_post_of_ours(self, harness: Harness) -> None:
        """Another Publication's post, with a text and a key of its own, is not this one's."""
        rendering = harness.publisher.preview(sample_post())
        other = sample_post("Une autre ville, et une autre cité.")
        await self._publish(harness.publisher, other, key=OTHER_KEY)
        assert await self._look_up(harness, rendering) is None

    async def test_a_look_up_ignores_other_authors(self, harness: Harness) -> None:
        """Somebody else's post with the same text is not ours."""
        rendering = harness.publisher.preview(sample_post())
        harness.post_as_another_author(rendering.text)
        assert await self._look_up(harness, rendering) is None

    async def test_a_look_up_that_cannot_tell_raises(self, harness: Harness) -> None:
        """None would say that the post is not there, and it would be sent a second time.

        So would an error that says that nothing was created and nothing will be: Permanent.
        """
        rendering = harness.publisher.preview(sample_post())
        harness.fail_next_look_up()
        with pytest.raises(PublishError) as caught:
            await self._look_up(harness, rendering)
        assert not isinstance(caught.value, Permanent)

    async def test_deleting_twice_succeeds(self, harness: Harness) -> None:
        """Already gone is a success."""
        remote_id = await self._publish(harness.publisher, sample_post())
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
        """Everything at debug level, with a publish that works and one that fails in each way."""
        caplog.set_level(logging.DEBUG)
        seen = [repr(harness.publisher), repr(harness.impatient)]
        for failure in [*sorted(harness.failures - {Failure.REFUSE_CONNECTION}), None]:
            publisher = _publisher_for(failure, harness)
            # A text of its own each time: a platform may refuse one that it has already.
            rendering = publisher.preview(sample_post(f"Une ville de course ({failure})."))
            prepared = await publisher.prepare(rendering)
            seen += [repr(rendering), repr(prepared)]
            if failure is None:
                seen.append(repr(await publisher.publish(prepared, key=KEY)))
                continue
            harness.fail_next_create(failure)
            with pytest.raises(PublishError) as caught:
                await _publish_in_time(publisher, prepared)
            seen += [caught.value.user_message, *_said_by(caught.value)]
        seen.append(caplog.text)
        assert harness.secrets or not harness.failures & {Failure.UNAUTHORIZED}
        assert not [s for s in harness.secrets if any(s in text for text in seen)]

    async def _publish(self, publisher: Publisher, post: Post, *, key: str = KEY) -> str:
        prepared = await publisher.prepare(publisher.preview(post))
        receipt = await publisher.publish(prepared, key=key)
        return receipt.remote_id

    async def _arrives_as_previewed(self, harness: Harness, rendering: Rendering) -> None:
        prepared = await harness.publisher.prepare(rendering)
        receipt = await harness.publisher.publish(prepared, key=KEY)
        (delivered,) = harness.delivered()
        assert delivered.remote_id == receipt.remote_id
        assert delivered.text == rendering.text
        assert list(delivered.images) == [image.data for image in rendering.images]
        assert list(delivered.alts) == [image.alt for image in rendering.images]

    async def _look_up(self, harness: Harness, rendering: Rendering) -> Receipt | None:
        if harness.publisher.visible_after is None:
            pytest.skip("this platform cannot be asked")
        long_ago = datetime(2026, 1, 1, tzinfo=UTC)  # before any test server started
        return await harness.publisher.find_existing(rendering, key=KEY, since=long_ago)


def _publisher_for(failure: Failure | None, harness: Harness) -> Publisher:
    return harness.impatient if failure is Failure.STALLED_AFTER else harness.publisher


async def _publish_in_time(publisher: Publisher, prepared: Prepared) -> Receipt:
    """Raises TimeoutError, which is no PublishError, where the publisher has no timeout."""
    async with asyncio.timeout(CREATE_TIMEOUT.total_seconds()):
        return await publisher.publish(prepared, key=KEY)


def _said_by(error: BaseException | None) -> Iterator[str]:
    """What a log with a traceback would show of an error and of those that led to it."""
    while error is not None:
        yield from (str(error), repr(error))
        error = error.__cause__ or error.__context__


def _small_picture(post: Post, number: int) -> Picture:
    return replace(post.pictures[0], data=sample_picture(320, 180), alt=f"Photo {number}.")
