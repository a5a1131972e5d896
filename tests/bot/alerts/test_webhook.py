"""The webhook: one body that Discord, Slack, Mattermost and a service of one's own understand."""

from collections.abc import AsyncIterator

import pytest

from bot.alerts.webhook import WebhookChannel
from bot.http import Refused
from bot.testing import Failure
from schedules.alerts import FOR_ADMINS, Alert, AlertKind
from tests.platforms.hooks import HookServer
from tests.platforms.openapi import DISCORD, needs_specification, specification

FAILED = Alert(kind=AlertKind.FAILED, subject="2026-11-22/discord", message="It is too long.")
PINGS = "@everyone <@123> <!channel> <#C1|x> @here @anna & co."


@pytest.fixture
async def server() -> AsyncIterator[HookServer]:
    async with HookServer() as server:
        yield server


@pytest.fixture
async def webhook(server: HookServer) -> AsyncIterator[WebhookChannel]:
    channel = WebhookChannel(url=server.webhook_url)
    yield channel
    await channel.close()


async def test_a_program_reads_kind_subject_and_message(
    webhook: WebhookChannel, server: HookServer
) -> None:
    await webhook.send(FAILED)
    (body,) = server.told
    assert body["kind"] == "failed"
    assert body["subject"] == "2026-11-22/discord"
    assert body["message"] == "It is too long."


async def test_a_person_reads_what_happened_where_and_what_to_do(
    webhook: WebhookChannel, server: HookServer
) -> None:
    await webhook.send(FAILED)
    (body,) = server.told
    assert (
        body["text"]
        == body["content"]
        == (
            "Not posted, and not tried again by itself: 2026-11-22/discord\n"
            "It is too long.\n"
            "Change what it says with city-a-day edit 2026-11-22 …, then: city-a-day resolve"
            " 2026-11-22/discord resend"
        )
    )


@pytest.mark.parametrize("kind", AlertKind)
async def test_each_kind_has_words(
    webhook: WebhookChannel, server: HookServer, kind: AlertKind
) -> None:
    await webhook.send(Alert(kind=kind, subject="2026-11-22/site", message="So it is."))
    assert "2026-11-22/site" in server.told[0]["content"]


def test_it_is_for_admins_and_not_for_complete_days() -> None:
    assert WebhookChannel.kinds == FOR_ADMINS
    assert AlertKind.DAY_COMPLETE not in WebhookChannel.kinds


async def test_nobody_is_pinged_whoever_reads_it(
    webhook: WebhookChannel, server: HookServer
) -> None:
    await webhook.send(Alert(kind=AlertKind.LOW_STOCK, subject="queue", message=PINGS))
    (body,) = server.told
    assert body["allowed_mentions"] == {"parse": []}
    assert "&lt;!channel&gt;" in body["text"]
    assert "&amp; co." in body["text"]
    for name in ("@everyone", "@here", "@anna", "<"):
        assert name not in body["text"]
    assert body["message"] == PINGS


@needs_specification(DISCORD)
async def test_discord_takes_it_however_long_it_is(
    webhook: WebhookChannel, server: HookServer
) -> None:
    await webhook.send(Alert(kind=AlertKind.FAILED, subject="x", message="é" * 5000))
    (body,) = server.told
    assert len(body["content"]) == 2000
    template = "/webhooks/{webhook_id}/{webhook_token}"
    specification(DISCORD).check_request("POST", template, body)


@pytest.mark.parametrize(
    "failure", [Failure.FORBIDDEN, Failure.RATE_LIMITED, Failure.SERVER_ERROR_BEFORE]
)
async def test_a_refusal_is_raised_without_the_address(
    webhook: WebhookChannel, server: HookServer, failure: Failure
) -> None:
    server.fail_next_create(failure)
    with pytest.raises(Refused) as caught:
        await webhook.send(FAILED)
    assert "services" not in repr(caught.value)


async def test_no_answer_is_raised(webhook: WebhookChannel, server: HookServer) -> None:
    server.fail_next_create(Failure.REFUSE_CONNECTION)
    with pytest.raises(OSError, match="Cannot connect"):
        await webhook.send(FAILED)
