"""The buttons of alerts: an admin's word on what was not posted, or may have been."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.admin.answers import Answer, Field, Form, button
from bot.admin.asked import Asked
from bot.admin.caption_form import caption_changes, caption_form, edition_entry, typed_again
from bot.admin.entry_form import SOON_SECONDS
from bot.admin.previews import show_previews
from bot.admin.remedies import DANGER, for_publication, in_buttons, settled, to_send_again
from bot.admin.router import custom_id, press
from bot.admin.sent import previews_for, sent_lines, to_be_sent, waiting_card
from bot.admin.subjects import subject_in_words
from bot.admin.words import Words
from bot.app import App
from bot.operations.publishing import STATUS_WORDS, resolve
from bot.operations.queue import edit_edition, suggestions
from bot.operations.refusal import CannotBeDone, See
from bot.publishers.discord.markdown import as_written
from content.entry import Entry
from content.phrase import Phrase
from schedules.ledger import TO_BE_SENT, Publication, Status

if TYPE_CHECKING:
    from bot.admin.client import AdminBot

SUGGESTED = 10
RESOLVABLE = (Status.UNCONFIRMED, Status.FAILED, Status.MISSED)
LONGEST_ADDRESS = 500


class RemediesCog(commands.Cog):
    """What is pressed on an alert.

    On the alert itself, which all admins see, the buttons give way to what was decided, in the
    alerts' language. Whatever else is said is for who pressed it, in his.
    """

    def __init__(self, bot: "AdminBot") -> None:
        self._bot = bot

    @press("remedy.settle", reply="new")
    async def settle(self, asked: Asked, day: date, destination: str) -> None:
        """How it stands, and the buttons of its alert where there is something to decide."""
        found = await _found(asked.app, day, destination)
        if found is None:
            raise _unknown(day, destination)
        this = (found.date, found.destination, found.attempts)
        heading = f"**{as_written(subject_in_words(found.id, asked.words))}**"
        await asked.answer(
            Answer(
                text="\n".join([heading, *sent_lines(asked, [found])]),
                rows=for_publication(found.status, this, asked.words),
            )
        )

    @press("remedy.there", reply="form")
    async def there(self, asked: Asked, day: date, destination: str, attempts: int) -> None:
        """Ask for its address."""
        address = Field(
            name="address",
            label=asked.say("Address of the post"),
            hint=asked.say("Copied from its page. Empty: it can then not be taken down from here."),
            most=LONGEST_ADDRESS,
        )
        form = custom_id("remedy.address", day, destination, attempts)
        await asked.show(Form(asked.say("It is there"), form, [address]))

    @press("remedy.address")
    async def address(self, asked: Asked, day: date, destination: str, attempts: int) -> None:
        """It is there, at that address."""
        found = await self._waiting(asked, day, destination, attempts, (Status.UNCONFIRMED,))
        if found is not None:
            url = asked.form.texts.get("address", "").strip()
            await resolve(asked.app, found.id, Status.PUBLISHED, url=url, attempts=attempts)
            await self._decided(asked, Phrase("{who}: it is there", who=_name(asked)))

    @press("remedy.doubt")
    async def doubt(self, asked: Asked, day: date, destination: str, attempts: int) -> None:
        """Ask once more: it may be there."""
        found = await self._waiting(asked, day, destination, attempts, (Status.UNCONFIRMED,))
        if found is not None:
            send = custom_id("remedy.send", day, destination, attempts, _alert_id(asked))
            await asked.also(
                Answer(
                    text=asked.say(
                        "Nobody knows whether it is there. What is sent again although it is"
                        " there, is there twice. Have you looked?"
                    ),
                    rows=[[button(asked.say("Yes, send it again"), send, style=DANGER)]],
                )
            )

    @press("remedy.retry")
    async def retry(self, asked: Asked, day: date, destination: str, attempts: int) -> None:
        """Send it again: it is certainly not there."""
        statuses = (Status.FAILED, Status.MISSED)
        found = await self._waiting(asked, day, destination, attempts, statuses)
        if found is not None:
            await resolve(asked.app, found.id, Status.SCHEDULED, attempts=attempts)
            await self._decided(asked, _sends_again(asked))

    @press("remedy.send")
    async def send(
        self, asked: Asked, day: date, destination: str, attempts: int, alert: int
    ) -> None:
        """The same, from a message that only who presses it sees; `alert` is settled with it."""
        found = await self._waiting(asked, day, destination, attempts, RESOLVABLE)
        if found is not None:
            await resolve(asked.app, found.id, Status.SCHEDULED, attempts=attempts)
            await asked.answer(await waiting_card(asked, day))
            await self._settle_alert(asked, alert, _sends_again(asked))

    @press("remedy.give_up")
    async def give_up(self, asked: Asked, day: date, destination: str, attempts: int) -> None:
        """It is not to be sent any more."""
        statuses = (Status.UNCONFIRMED, Status.FAILED)
        found = await self._waiting(asked, day, destination, attempts, statuses)
        if found is not None:
            await resolve(asked.app, found.id, Status.CANCELLED, attempts=attempts)
            await self._decided(asked, Phrase("{who}: given up", who=_name(asked)))

    @press("remedy.caption", reply="form")
    async def caption(self, asked: Asked, day: date, destination: str, attempts: int) -> None:
        """The date's texts, to be changed: a form at once, or a button where it takes too long."""
        finding = asyncio.ensure_future(_to_edit(asked.app, day, destination, attempts))
        await asyncio.wait([finding], timeout=SOON_SECONDS)
        if not finding.done():
            await asked.defer()
        entry, in_time = await finding, not asked.interaction.response.is_done()
        if entry is None:
            if in_time:
                await asked.defer(updates=True)
            await self._waiting(asked, day, destination, attempts, tuple(TO_BE_SENT))
        elif in_time:
            form = caption_form(asked, entry, "remedy.edited", day, destination, attempts)
            await asked.show(form)
        else:
            again = custom_id("remedy.caption", day, destination, attempts)
            said = asked.say("The database took too long for a form: press once more.")
            await asked.answer(
                Answer(text=said, rows=[[button(asked.say("Edit the caption"), again)]])
            )

    @press("remedy.edited", reply="new")
    async def edited(
        self, asked: Asked, day: date, destination: str, attempts: int, was: str
    ) -> None:
        """Take what was typed, and show what it comes to where it is still to be sent."""
        try:
            changes = caption_changes(asked, await edition_entry(asked.app, day), was)
            entry = await edit_edition(asked.app, day, changes)
        except CannotBeDone as error:  # what was typed comes back with the reason
            again = custom_id("remedy.caption", day, destination, attempts)
            await asked.answer(typed_again(asked, error, again))
            return
        waiting = await to_be_sent(asked.app, day)
        rows = to_send_again(
            [each for each in waiting if each.status is not Status.SCHEDULED],
            asked.words,
            alert=_alert_id(asked),
        )
        await show_previews(
            asked,
            await previews_for(asked.app, entry, day, [each.destination for each in waiting]),
            head=asked.say("The caption was changed. This is what is sent:"),
            rows=rows,
        )

    @press("remedy.suggest", reply="new")
    async def suggest(self, asked: Asked) -> None:
        """Cities that could be queued; one press begins with it."""
        cities = await suggestions(asked.app, SUGGESTED)
        if not cities:
            raise CannotBeDone(Phrase("No city comes to mind."), see=See.ADD_A_CITY)
        buttons = [button(each.name[:80], custom_id("city.begin", each.key)) for each in cities]
        rows = [buttons[start : start + 5] for start in range(0, len(buttons), 5)]
        await asked.answer(Answer(text=asked.say("Which city shall it be?"), rows=rows))

    @press("remedy.show", reply="new")
    async def show(self, asked: Asked, entry_id: int) -> None:
        """The card of the Entry that an alert is about, for who presses it alone."""
        await self._bot.router.find(custom_id("entry.show", entry_id)).run(asked)

    async def _waiting(
        self,
        asked: Asked,
        day: date,
        destination: str,
        attempts: int,
        statuses: Sequence[Status],
    ) -> Publication | None:
        """The Publication, if it still waits for this word; else it is shown how it stands.

        What counts is `resolve`, by compare-and-set: this tells who is late what happened.
        """
        found = await _found(asked.app, day, destination)
        if found is None:
            raise _unknown(day, destination)
        if found.attempts == attempts and found.status in statuses:
            return found
        state = STATUS_WORDS[found.status]
        if found.status is Status.PUBLISHING:
            said = asked.say("It is being sent or looked for just now. Try again in a minute.")
        elif found.status in RESOLVABLE:
            await self._show_anew(asked, found)
            said = asked.say(
                "Meanwhile it was tried again: it is {state}. Press again.", state=state
            )
        else:
            await self._show_anew(asked, found)
            said = asked.say("This was settled meanwhile: it is {state}.", state=state)
        typed = as_written(asked.form.texts.get("address", ""))  # lest it is lost
        await asked.also(Answer(text=f"{said}\n{typed}".rstrip()))
        return None

    async def _show_anew(self, asked: Asked, found: Publication) -> None:
        """The buttons of how it stands now, in place of the old ones."""
        if not _on_alert(asked):
            await asked.answer(await waiting_card(asked, found.date))
            return
        words = Words(language=self._bot.language)
        this = (found.date, found.destination, found.attempts)
        rows = for_publication(found.status, this, words)
        state = words.say("Meanwhile {state}", state=STATUS_WORDS[found.status])
        await asked.retouch(Answer(text=_content(asked), rows=rows or settled(state)))

    async def _decided(self, asked: Asked, what: Phrase) -> None:
        """Say on the pressed message, for all who see it, what was decided and by whom."""
        words = Words(language=self._bot.language) if _on_alert(asked) else asked.words
        await asked.retouch(Answer(text=_content(asked), rows=settled(words.say(what))))

    async def _settle_alert(self, asked: Asked, alert: int, what: Phrase) -> None:
        """The same on an alert that is not the pressed message; it may be gone by now."""
        channel_id = asked.interaction.channel_id
        if not alert or channel_id is None:
            return
        view = Answer(rows=settled(Words(language=self._bot.language).say(what))).view
        channel = self._bot.get_partial_messageable(channel_id)
        with suppress(discord.HTTPException):
            await channel.get_partial_message(alert).edit(view=view)


async def _to_edit(app: App, day: date, name: str, attempts: int) -> Entry | None:
    """The Entry whose caption a button is to change; None when that is over."""
    found = await _found(app, day, name)
    if found is None or found.attempts != attempts or found.status not in TO_BE_SENT:
        return None
    return await edition_entry(app, day)


def _unknown(day: date, destination: str) -> CannotBeDone:
    unknown = f"{day}/{destination}"
    return CannotBeDone(
        Phrase("There is no publication {publication}.", publication=unknown), see=See.HISTORY
    )


async def _found(app: App, day: date, name: str) -> Publication | None:
    """The Publication of a button; `name` is its destination's as buttons hold it."""
    of_the_day = await app.store.publications(day=day)
    return next((each for each in of_the_day if in_buttons(each.destination) == name), None)


def _sends_again(asked: Asked) -> Phrase:
    return Phrase("{who}: send it again", who=_name(asked))


def _name(asked: Asked) -> str:
    return asked.interaction.user.display_name


def _on_alert(asked: Asked) -> bool:
    """Whether what was pressed is a message for all, not one for who presses it alone."""
    message = asked.interaction.message
    return message is not None and not message.flags.ephemeral


def _alert_id(asked: Asked) -> int:
    message = asked.interaction.message
    return message.id if message is not None and _on_alert(asked) else 0


def _content(asked: Asked) -> str:
    message = asked.interaction.message
    return message.content if message is not None else ""
