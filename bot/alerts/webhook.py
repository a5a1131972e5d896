"""The webhook: each alert as JSON that Discord, Slack, Mattermost or a service of your own takes.

Discord reads `content`, Slack and Mattermost read `text`; each ignores what is not for it.
"""

from bot.alerts.words import cut, in_full
from bot.http import HttpClient
from schedules.alerts import FOR_ADMINS, Alert

TIMEOUT_SECONDS = 15.0
DISCORD_LONGEST = 2000
"""Characters in `content` (Discord API reference, Execute Webhook)."""
SLACK_LONGEST = 4000
"""Characters in `text`: Slack asks for no more, Mattermost cuts at 4,000 in old versions."""


class WebhookChannel:
    """POSTs each alert to one address, which may hold a token: it stands in no log."""

    name = "webhook"
    kinds = FOR_ADMINS

    def __init__(self, *, url: str) -> None:
        self._url = url
        self._http = HttpClient(timeout=TIMEOUT_SECONDS, headers={"User-Agent": "city-a-day"})

    async def send(self, alert: Alert) -> None:
        """One POST. Raises Refused for any answer but a 2xx, aiohttp's errors for none."""
        await self._http.request("POST", self._url, json=body(alert))

    async def close(self) -> None:
        """Close the session."""
        await self._http.close()


def body(alert: Alert) -> dict[str, object]:
    """What is sent. Nobody is notified by a mention in it, whoever reads it."""
    words = in_full(alert)
    return {
        "kind": alert.kind.value,
        "subject": alert.subject,
        "message": alert.message,
        "content": cut(words, DISCORD_LONGEST),
        "allowed_mentions": {"parse": []},
        "text": _without_mentions(cut(words, SLACK_LONGEST)),
    }


def _without_mentions(text: str) -> str:
    """Slack's mentions are in angle brackets, which it wants escaped; Mattermost's begin with @.

    A zero-width space after the @ keeps a name from being one.
    """
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("@", "@\u200b")
