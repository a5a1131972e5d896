"""What becomes of a date at each destination, and what is still to be sent of it."""

from collections.abc import Collection, Sequence
from datetime import date

from bot.admin.answers import Answer
from bot.admin.asked import Asked
from bot.admin.links import masked_link
from bot.admin.remedies import to_send_again
from bot.app import App
from bot.operations.preview import Preview, preview_entry
from bot.operations.publishing import STATUS_WORDS, why_not_published
from bot.publishers.discord.markdown import as_written
from content.entry import Entry
from schedules.ledger import TO_BE_SENT, Publication, Status

MARKS = {
    Status.PUBLISHED: "✅",
    Status.FAILED: "❌",
    Status.UNCONFIRMED: "❔",
    Status.CANCELLED: "⏹️",
    Status.MISSED: "⌛",
    Status.SCHEDULED: "🕑",
    Status.PUBLISHING: "🕑",
}


async def to_be_sent(app: App, day: date) -> Sequence[Publication]:
    """What nothing is posted of, but something may yet be."""
    return await app.store.publications(day=day, statuses=tuple(TO_BE_SENT))


async def waiting_card(asked: Asked, day: date, *, heading: str = "") -> Answer:
    """How a date stands at each destination, with buttons for what waits for an admin.

    `heading`: what is said above where nothing waits.
    """
    publications = await asked.app.store.publications(day=day)
    waiting = [each for each in publications if each.status in (Status.FAILED, Status.MISSED)]
    lines = sent_lines(asked, publications)
    return Answer(
        text="\n".join([*([heading] if heading and not waiting else []), *lines]),
        rows=to_send_again(waiting, asked.words),
    )


def sent_lines(asked: Asked, publications: Sequence[Publication]) -> Sequence[str]:
    """A line for each: "✅ discord: published. Open"."""
    return [_line(asked, each) for each in publications]


def _line(asked: Asked, publication: Publication) -> str:
    state = asked.say(STATUS_WORDS[publication.status])
    name = f"**{as_written(publication.destination)}**"
    said = asked.say("{label}: {value}", label=name, value=state)
    line = f"{MARKS[publication.status]} {said}"
    if publication.status is Status.PUBLISHED:
        url = publication.receipt.url if publication.receipt else ""
        opens = masked_link(asked.say("Open"), url)
        return f"{line} · {opens}" if url else line
    why = asked.say(why_not_published(asked.app, publication))
    return f"{line}. {as_written(why)}" if why else line


async def previews_for(
    app: App, entry: Entry, day: date, destinations: Collection[str]
) -> Sequence[Preview]:
    """What these destinations get on a date."""
    previews = await preview_entry(app, entry, day=day, stated=False)
    return [each for each in previews if each.destination in destinations]
