"""What becomes of a date at each destination, and what is still to be sent of it."""

from collections.abc import Sequence
from datetime import date

import discord

from bot.admin.answers import Answer
from bot.admin.asked import Asked
from bot.admin.caption_form import LONGEST_EMBED
from bot.admin.cogs.status import STATUS_WORDS
from bot.admin.remedies import to_send_again
from bot.app import App
from bot.operations.preview import preview_entry
from bot.operations.publishing import why_not_published
from bot.publishers.discord.markdown import as_written
from content.entry import Entry
from schedules.ledger import TO_BE_SENT, Publication, Status

LONGEST_PREVIEWS = 5000
"""Characters of all texts that are shown at once: a message's embeds hold 6,000."""
MOST_SHOWN = 10
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
    """How a date stands at each destination, with buttons for what waits for an admin."""
    publications = await asked.app.store.publications(day=day)
    waiting = [each for each in publications if each.status in (Status.FAILED, Status.MISSED)]
    return Answer(
        text="\n".join([*([heading] if heading else []), *sent_lines(asked, publications)])[:2000],
        rows=to_send_again(waiting, asked.words),
    )


def sent_lines(asked: Asked, publications: Sequence[Publication]) -> Sequence[str]:
    """A line for each: "✅ discord: published. Open"."""
    return [_line(asked, each) for each in publications]


def _line(asked: Asked, publication: Publication) -> str:
    state = asked.say(STATUS_WORDS[publication.status])
    line = f"{MARKS[publication.status]} **{as_written(publication.destination)}**: {state}"
    if publication.status is Status.PUBLISHED:
        url = publication.receipt.url if publication.receipt else ""
        # An address holds no blank or bracket; whatever has one is not made a link of.
        safe = url.startswith("https://") and not set(url) & set("()<> \n")
        return f"{line} · [{asked.say('Open')}]({url})" if safe else line
    why = asked.say(why_not_published(asked.app, publication))
    return f"{line}. {as_written(why)}" if why else line


async def preview_embeds(
    asked: Asked, entry: Entry, day: date, destinations: Sequence[str]
) -> Sequence[discord.Embed]:
    """The text that each of these destinations gets, with its length."""
    embeds = []
    most = min(LONGEST_EMBED, LONGEST_PREVIEWS // max(len(destinations), 1))
    for preview in await preview_entry(asked.app, entry, day=day):
        if preview.destination not in destinations:
            continue
        rendering = preview.rendering
        text = as_written(rendering.text)
        embed = discord.Embed(
            title=f"{preview.destination} · {rendering.length} / {rendering.limit}",
            description=text if len(text) <= most else f"{text[: most - 1]}…",
            colour=discord.Colour.red() if rendering.problems else discord.Colour.blurple(),
        )
        for problem in rendering.problems:
            embed.add_field(name="⚠️", value=as_written(asked.say(problem))[:1024], inline=False)
        embeds.append(embed)
    return embeds[:MOST_SHOWN]
