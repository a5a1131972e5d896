"""What an error means: when it is tried again, and that nothing in doubt is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.errors import (
    AmbiguousOutcome,
    AuthExpired,
    Permanent,
    PublishError,
    RateLimited,
    Transient,
)
from schedules.ledger import Settlement, Status
from schedules.publisher import CREATE_TIMEOUT
from schedules.retry import FIRST_WAIT, LONGEST_WAIT, after_error, backoff, conclusive_at

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SOON = timedelta(seconds=30)
ERRORS: list[PublishError] = [
    Transient(),
    RateLimited(retry_after=timedelta(minutes=5)),
    AuthExpired(),
    Permanent(),
    AmbiguousOutcome(),
]


def settled(
    error: PublishError,
    *,
    attempts: int = 1,
    in_doubt_since: datetime | None = None,
    visible_after: timedelta | None = SOON,
) -> Settlement:
    return after_error(
        error,
        at=NOW,
        attempts=attempts,
        in_doubt_since=in_doubt_since,
        visible_after=visible_after,
    )


NOT_RATE_LIMITED = [error for error in ERRORS if not isinstance(error, RateLimited)]


def name(value: object) -> str:
    return type(value).__name__


# How long to wait


@settings(deadline=None)
@given(st.integers(-1, 1_000_000))
def test_a_wait_lies_between_half_and_the_whole_of_its_bound(attempts: int) -> None:
    bound = min(FIRST_WAIT * 2 ** min(max(attempts - 1, 0), 10), LONGEST_WAIT)
    assert bound / 2 <= backoff(attempts) <= bound


@settings(deadline=None)
@given(st.integers(1, 100))
def test_a_wait_is_never_longer_than_the_longest(attempts: int) -> None:
    assert FIRST_WAIT / 2 <= backoff(attempts) <= LONGEST_WAIT


@settings(deadline=None)
@given(st.integers(1, 5))
def test_the_wait_after_two_more_attempts_is_longer(attempts: int) -> None:
    assert backoff(attempts + 2) > backoff(attempts)


def test_waits_are_spread() -> None:
    assert len({backoff(9) for _ in range(20)}) > 10


# Nothing in doubt


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ERRORS[0], Status.SCHEDULED),
        (ERRORS[1], Status.SCHEDULED),
        (ERRORS[2], Status.SCHEDULED),
        (ERRORS[3], Status.FAILED),
        (ERRORS[4], Status.FAILED),
    ],
    ids=name,
)
def test_without_a_create_in_doubt_each_error_has_its_status(
    error: PublishError, status: Status
) -> None:
    assert settled(error).status is status


@pytest.mark.parametrize("error", [Transient(), AuthExpired()], ids=name)
def test_what_may_pass_is_tried_again_after_a_wait(error: PublishError) -> None:
    again = settled(error, attempts=3).next_attempt_at
    assert again is not None
    assert FIRST_WAIT * 2 <= again - NOW <= FIRST_WAIT * 4


def test_a_rate_limit_is_tried_again_when_the_platform_says() -> None:
    assert settled(ERRORS[1]).next_attempt_at == NOW + timedelta(minutes=5)


@pytest.mark.parametrize("seconds", [0, -3600])
def test_a_rate_limit_that_says_now_is_no_busy_loop(seconds: int) -> None:
    again = settled(RateLimited(retry_after=timedelta(seconds=seconds))).next_attempt_at
    assert again is not None
    assert again >= NOW + FIRST_WAIT / 2


def test_what_failed_for_good_is_not_tried_again() -> None:
    assert settled(Permanent()).next_attempt_at is None


@pytest.mark.parametrize("error", ERRORS[:4], ids=name)
def test_what_was_certainly_not_created_is_disarmed(error: PublishError) -> None:
    assert not settled(error).may_have_landed


# In doubt: this attempt's create, or an earlier one, may have landed


@pytest.mark.parametrize("visible_after", [SOON, None], ids=["can be asked", "cannot be asked"])
@pytest.mark.parametrize("error", ERRORS, ids=name)
def test_in_doubt_nothing_is_sent_again_whatever_the_error(
    error: PublishError, visible_after: timedelta | None
) -> None:
    ended = settled(error, in_doubt_since=NOW, visible_after=visible_after)
    assert ended.status is Status.UNCONFIRMED
    assert ended.may_have_landed


@pytest.mark.parametrize("error", NOT_RATE_LIMITED, ids=name)
def test_in_doubt_it_is_looked_for_when_that_is_conclusive(error: PublishError) -> None:
    ended = settled(error, in_doubt_since=NOW)
    assert ended.next_attempt_at == NOW + CREATE_TIMEOUT + SOON == conclusive_at(NOW, SOON)


@pytest.mark.parametrize("attempts", [1, 4, 100])
@pytest.mark.parametrize("error", NOT_RATE_LIMITED, ids=name)
def test_long_in_doubt_it_is_looked_for_less_and_less_often(
    error: PublishError, attempts: int
) -> None:
    ended = settled(error, attempts=attempts, in_doubt_since=NOW - timedelta(hours=2))
    bound = min(FIRST_WAIT * 2 ** min(attempts - 1, 10), LONGEST_WAIT)
    assert ended.next_attempt_at is not None
    assert bound / 2 <= ended.next_attempt_at - NOW <= bound


def test_in_doubt_a_platform_that_asks_to_wait_is_not_asked_before() -> None:
    ended = settled(RateLimited(retry_after=timedelta(minutes=5)), in_doubt_since=NOW)
    assert ended.next_attempt_at == NOW + timedelta(minutes=5)


@pytest.mark.parametrize("error", ERRORS, ids=name)
def test_in_doubt_where_nobody_can_be_asked_an_admin_decides(error: PublishError) -> None:
    assert settled(error, in_doubt_since=NOW, visible_after=None).next_attempt_at is None


# On record


@pytest.mark.parametrize("error", ERRORS, ids=name)
def test_the_error_and_its_words_go_on_record(error: PublishError) -> None:
    ended = settled(error)
    assert (ended.error, ended.message) == (type(error).__name__, error.user_message)
    assert ended.receipt is None


@pytest.mark.parametrize("error", ERRORS, ids=name)
def test_in_doubt_the_doubt_goes_on_record_with_the_words_of_the_error(
    error: PublishError,
) -> None:
    ended = settled(error, in_doubt_since=NOW)
    assert ended.error == "AmbiguousOutcome"
    assert ended.message.endswith(error.user_message)
    assert ended.receipt is None


def test_what_waits_for_an_admin_says_so() -> None:
    ended = settled(AmbiguousOutcome(), in_doubt_since=NOW, visible_after=None)
    assert "resolve it" in ended.message


@pytest.mark.parametrize("error", ERRORS, ids=name)
def test_whether_a_post_was_created_is_known_of_each_error(error: PublishError) -> None:
    assert error.created is (None if isinstance(error, AmbiguousOutcome) else False)
