"""/post: today's city at once, a date without one, or a post taken down."""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from discord import app_commands
from discord.app_commands import locale_str as _
from discord.ext import commands

from bot.admin.answers import Answer, button
from bot.admin.asked import Asked, Interaction
from bot.admin.dates import MOST_CHOICES, chosen_date, date_choices
from bot.admin.previews import show_previews
from bot.admin.remedies import DANGER, PRIMARY, to_send_again
from bot.admin.router import custom_id, press
from bot.admin.sent import previews_for, sent_lines, waiting_card
from bot.admin.words import Words
from bot.app import App
from bot.operations.publishing import calendar, post_today, to_post_today
from bot.operations.refusal import CannotBeDone, See
from bot.operations.skipping import skip, unskip
from bot.operations.undoing import TakenDown, undo
from bot.publishers.discord.markdown import as_written
from content.entry import Entry
from content.phrase import Phrase
from content.typography import apostrophes
from schedules.ledger import MAY_BE_THERE, Publication, Status

if TYPE_CHECKING:
    from bot.admin.client import AdminBot


@app_commands.default_permissions(manage_guild=True)
@app_commands.guild_only()
class PostCog(
    commands.GroupCog,
    group_name=_("post"),
    group_description=_("Post now, leave a date out, or take a post down."),
):
    """What changes when something is posted, and whether it stays."""

    def __init__(self, bot: "AdminBot") -> None:
        self._bot = bot

    @app_commands.command(
        name=_("now"), description=_("Post today's city at once, wherever it is not yet.")
    )
    async def now(self, interaction: Interaction) -> None:
        """What would be posted, and a button."""
        asked = self._bot.asked(interaction)
        day, entry, where = await to_post_today(asked.app)
        if not where:
            said = asked.say("Nothing of today is left to be sent.")
            await asked.answer(await waiting_card(asked, day, heading=said))
            return
        confirmed = custom_id("post.now", day, _fingerprint(entry))
        await show_previews(
            asked,
            await previews_for(asked.app, entry, day, where),
            head=asked.say(
                "**{city}** goes to {destinations} now. Shall it?",
                city=as_written(entry.city.name),
                destinations=[as_written(name) for name in where],
            ),
            rows=[[button(asked.say("Post it now"), confirmed, style=PRIMARY)]],
        )

    @press("post.now")
    async def now_confirmed(self, asked: Asked, day: date, city: str) -> None:
        """Post it, if it is still this city's turn; what is posted already is not posted again."""
        today, entry, _ = await to_post_today(asked.app)
        if (today, _fingerprint(entry)) != (day, city):
            raise CannotBeDone(
                Phrase("By now it is the turn of {city}: ask for it anew.", city=entry.city.name)
            )
        publications = await post_today(asked.app)
        city_name = as_written(apostrophes(entry.city.name))
        lines = [f"**{city_name}**, {asked.words.day(day)}", *sent_lines(asked, publications)]
        if any(each.status is Status.SCHEDULED for each in publications):
            lines.append(asked.say("What is scheduled is tried again by itself."))
        failed = [each for each in publications if each.status is Status.FAILED]
        await asked.answer(Answer(text="\n".join(lines), rows=to_send_again(failed, asked.words)))

    @app_commands.command(
        name=_("skip"), description=_("Post nothing on a date; its city comes on the next one.")
    )
    @app_commands.rename(day=_("date"))
    @app_commands.describe(day=_("Today or a coming date, such as 2026-11-22."))
    async def skip(self, interaction: Interaction, day: str) -> None:
        """No city on a date."""
        asked, chosen = self._bot.asked(interaction), chosen_date(day)
        await skip(asked.app, chosen)
        after_all = button(asked.say("Post after all"), custom_id("post.unskip", chosen))
        said = asked.say("Nothing is posted on {day}. Its city comes later.", day=chosen)
        await asked.answer(Answer(text=said, rows=[[after_all]]))

    @skip.autocomplete("day")
    async def _coming(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        words = self._bot.asked(interaction).words
        days = await calendar(self._bot.app, None, MOST_CHOICES)
        cities = {each.date: each.city for each in days if each.entry is not None}
        return _dates_with_cities(words, typed, cities)

    @press("post.unskip")
    async def unskip(self, asked: Asked, day: date) -> None:
        """The date gets its city after all."""
        await unskip(asked.app, day)
        city = await _coming_city(asked.app, day)
        said = (
            asked.say("{city} comes on {day}.", city=as_written(city), day=day)
            if city
            else asked.say("{day} is not skipped any more.", day=day)
        )
        await asked.answer(Answer(text=said))

    @app_commands.command(
        name=_("undo"), description=_("Take a post down everywhere: today's, or that of a date.")
    )
    @app_commands.rename(day=_("date"))
    @app_commands.describe(day=_("Whose post; empty: the latest that is out."))
    async def undo(self, interaction: Interaction, day: str | None = None) -> None:
        """What would be deleted, and the two ways to do it."""
        asked = self._bot.asked(interaction)
        chosen = chosen_date(day) if day is not None else await _latest_out(asked.app)
        out = await _out(asked.app, chosen)
        if not out:
            raise CannotBeDone(
                Phrase("Nothing of {day} is out: there is nothing to take down.", day=chosen),
                see=See.HISTORY,
            )
        this = (chosen, await _changes_of(asked.app, chosen))
        text = asked.say(
            "**{city}**, {day}, is deleted from {destinations}. That cannot be taken back.",
            city=as_written(_city(out)),
            day=chosen,
            destinations=[as_written(each.destination) for each in out],
        )
        empty = asked.say("Delete, the day stays empty")
        again = asked.say("Delete, and let me post it again")
        await asked.answer(
            Answer(
                text="\n".join([text, *sent_lines(asked, out)]),
                rows=[
                    [button(empty, custom_id("post.undo", *this), style=DANGER)],
                    [button(again, custom_id("post.undo_again", *this), style=DANGER)],
                ],
            )
        )

    @undo.autocomplete("day")
    async def _past(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        words, app = self._bot.asked(interaction).words, self._bot.app
        most = MOST_CHOICES * max(len(app.publishers), 1)
        out = await app.store.publications(statuses=tuple(MAY_BE_THERE), limit=most)
        cities = {each.date: _city([each]) for each in out}
        return _dates_with_cities(words, typed, cities)

    @press("post.undo")
    async def undo_confirmed(self, asked: Asked, day: date, changes: int) -> None:
        """Delete it, and leave the day empty."""
        await self._undo(asked, day, changes, again=False)

    @press("post.undo_again")
    async def undo_to_post_again(self, asked: Asked, day: date, changes: int) -> None:
        """Delete it, and offer to edit it and send it again."""
        await self._undo(asked, day, changes, again=True)

    async def _undo(self, asked: Asked, day: date, changes: int, *, again: bool) -> None:
        if changes != await _changes_of(asked.app, day):
            raise CannotBeDone(
                Phrase("Something has happened to {day} since: ask for it anew.", day=day)
            )
        results = await undo(asked.app, day, again=again)
        lines = [_result(asked, each) for each in results]
        waiting: Sequence[Publication] = ()
        if again:
            waiting = await asked.app.store.publications(day=day, statuses=(Status.FAILED,))
        await asked.answer(Answer(text="\n".join(lines), rows=to_send_again(waiting, asked.words)))


def _dates_with_cities(
    words: Words, typed: str, cities: Mapping[date, str]
) -> list[app_commands.Choice[str]]:
    """ "Wed 25 Nov 2026: Albi"."""
    offered = (
        (day, words.say("{label}: {value}", label=day, value=apostrophes(city)))
        for day, city in cities.items()
    )
    return date_choices(typed, offered)


def _fingerprint(entry: Entry) -> str:
    """Which city was shown, for a button: a city of one's own has no short key."""
    return sha256(entry.city.key.encode()).hexdigest()[:12]


async def _coming_city(app: App, day: date) -> str:
    """The city of a date of the next weeks; empty when it is later, or has none."""
    days = await calendar(app, None, MOST_CHOICES)
    return next((each.city for each in days if each.date == day), "")


async def _latest_out(app: App) -> date:
    """The latest date with a post."""
    latest = await app.store.publications(statuses=tuple(MAY_BE_THERE), limit=1)
    if not latest:
        raise CannotBeDone(Phrase("Nothing was posted yet."))
    return latest[0].date


async def _out(app: App, day: date) -> Sequence[Publication]:
    return await app.store.publications(day=day, statuses=tuple(MAY_BE_THERE))


async def _changes_of(app: App, day: date) -> int:
    """A number that grows with each attempt and shrinks with each post that is taken down.

    A button that was made before then is known by it.
    """
    publications = await app.store.publications(day=day)
    out = sum(each.status in MAY_BE_THERE for each in publications)
    return 1000 * sum(each.attempts for each in publications) + out


def _city(publications: Sequence[Publication]) -> str:
    entry = publications[0].entry
    return entry.city.name if entry is not None else ""


def _result(asked: Asked, result: TakenDown) -> str:
    destination = as_written(result.publication.destination)
    if result.done:
        return asked.say("🗑️ **{destination}**: deleted.", destination=destination)
    why = as_written(asked.say(result.message))
    return asked.say(
        "⚠️ **{destination}**: still there. {reason}", destination=destination, reason=why
    )
