"""Asked: an interaction, who asks in which language, and how it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import discord

from bot.admin.admins import name_on_record
from bot.admin.answers import Answer, Form, Submitted, Uploaded
from bot.admin.words import Words, language_of
from bot.app import App

Interaction = discord.Interaction[discord.Client]

NO_PINGS = discord.AllowedMentions.none()


@dataclass(kw_only=True)
class Asked:
    """One interaction on the way to its answer, which only who asked can see.

    `app` acts as who asked. `pressed` is the custom id of a button, select or form, `chosen` what
    was chosen in a select. `updates`: the answer takes the place of the message that was pressed.
    """

    interaction: Interaction
    app: App
    words: Words
    pressed: str = ""
    updates: bool = False
    chosen: tuple[str, ...] = ()
    form: Submitted = field(default_factory=lambda: Submitted(texts={}, files={}))

    def say(self, template: str, /, **values: object) -> str:
        """A sentence in the language of who asked; see `Words.say`."""
        return self.words.say(template, **values)

    async def defer(self, *, updates: bool = False) -> None:
        """Have 15 minutes for the answer. Discord waits three seconds for this."""
        if updates and self.interaction.message is not None:
            self.updates = True
            await self.interaction.response.defer()
        else:
            await self.interaction.response.defer(ephemeral=True, thinking=True)

    async def answer(self, answer: Answer) -> None:
        """Show the answer, in place of an earlier one."""
        if not self.interaction.response.is_done():
            await self.interaction.response.send_message(
                answer.content or None,
                embeds=list(answer.embeds),
                files=list(answer.files),
                view=answer.view or discord.utils.MISSING,
                ephemeral=True,
                allowed_mentions=NO_PINGS,
            )
            return
        await self.interaction.edit_original_response(
            content=answer.content or None,
            embeds=list(answer.embeds),
            attachments=list(answer.files),
            view=answer.view,
            allowed_mentions=NO_PINGS,
        )

    async def retouch(self, answer: Answer) -> None:
        """Change the text and the buttons of the message that was pressed, and leave the rest."""
        await self.interaction.edit_original_response(
            content=answer.content, view=answer.view, allowed_mentions=NO_PINGS
        )

    async def also(self, answer: Answer) -> None:
        """One more message below, which only who asked can see. After `defer` or `answer`."""
        await self.interaction.followup.send(
            answer.content,
            embeds=list(answer.embeds),
            files=list(answer.files),
            view=answer.view or discord.utils.MISSING,
            ephemeral=True,
            allowed_mentions=NO_PINGS,
        )

    async def show(self, form: Form) -> None:
        """Open a form: only as the first answer, within three seconds."""
        await self.interaction.response.send_modal(form)


def asked_of(interaction: Interaction, app: App) -> Asked:
    """The interaction as handlers get it."""
    data = _mapping(interaction.data)
    return Asked(
        interaction=interaction,
        app=app.acting_as(name_on_record(interaction.user)),
        words=Words(language=language_of(interaction.locale)),
        pressed=str(data.get("custom_id", "")),
        chosen=tuple(str(value) for value in _list(data.get("values"))),
        form=_submitted(data),
    )


def _submitted(data: Mapping[str, object]) -> Submitted:
    """What came with a form (Discord API reference, Modal Submit Data); nothing of anything else.

    Discord sends it, but anybody may have made it: what is not of the right shape is left out.
    """
    texts: dict[str, str] = {}
    files: dict[str, Uploaded] = {}
    attachments = _mapping(data.get("resolved")).get("attachments")
    for label in _list(data.get("components")):
        component = _mapping(_mapping(label).get("component"))
        name, value = component.get("custom_id"), component.get("value")
        if isinstance(name, str) and isinstance(value, str):
            texts[name] = value
        for attachment_id in _list(component.get("values")):
            found = _mapping(_mapping(attachments).get(str(attachment_id)))
            if isinstance(name, str) and found:
                files[name] = Uploaded(
                    name=str(found.get("filename", "")),
                    url=str(found.get("url", "")),
                    size=_number(found.get("size")),
                )
    return Submitted(texts=texts, files=files)


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def moment(at: datetime, style: str = "f") -> str:
    """An instant that Discord shows by the reader's own clock and language.

    Styles: f date and hour, R "in 3 hours" (Discord API reference, Message Formatting).
    """
    return f"<t:{int(at.timestamp())}:{style}>"
