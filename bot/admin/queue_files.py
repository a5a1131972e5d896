"""The queue as a file: what /queue import takes, and what /queue export gives."""

from io import BytesIO
from pathlib import Path

import discord

from bot.admin.answers import Answer, Uploaded, button
from bot.admin.asked import Asked
from bot.admin.pages import fitting
from bot.admin.photo_given import handed_over
from bot.admin.router import custom_id
from bot.operations import transfer
from bot.operations.files import LARGEST_BYTES
from bot.operations.refusal import CannotBeDone
from bot.operations.transfer import Imported
from bot.publishers.discord.markdown import as_written
from content.phrase import Phrase
from content.records import Format, RowProblem
from content.typed import shown

LONGEST_SHOWN = 3000
"""Characters of problems in the answer; more of them come as a file, all in one place."""


async def imported(asked: Asked, given: Uploaded) -> Answer:
    """Queue the good rows of a file, and say what is wrong with the others. Raises CannotBeDone."""
    file_format = transfer.format_of(Path(shown(given.name)))
    _refuse_larger(given.name, given.size)
    data = await handed_over(asked, given)
    _refuse_larger(given.name, len(data))
    return _answer(asked, await transfer.import_data(asked.app, data, file_format))


async def exported(asked: Asked, file_format: Format) -> Answer:
    """The queue as a file. Raises CannotBeDone where Discord does not take one so large."""
    data = await transfer.export(asked.app, file_format)
    most = asked.interaction.filesize_limit
    if len(data) > most:
        raise _too_large_to_give(file_format, size=-(-len(data) // 2**20), most=most // 2**20)
    day = asked.app.rule.local_date(asked.app.clock.now())
    file = discord.File(BytesIO(data), filename=f"city-a-day-queue-{day}.{file_format}")
    words = asked.say("All that waits, in order. Change it and give it back with /queue import.")
    return Answer(text=words, files=[file])


def _answer(asked: Asked, done: Imported) -> Answer:
    say = asked.say
    embed = discord.Embed(
        title=say(
            "Queued: {queued} · Waiting already: {waiting} · Refused: {refused}",
            queued=len(done.entries),
            waiting=done.waiting,
            refused=len(done.problems),
        ),
        colour=discord.Colour.orange() if done.problems else discord.Colour.green(),
    )
    lines = [_line(asked, problem) for problem in done.problems]
    text, left_out = fitting([as_written(line) for line in lines], most=LONGEST_SHOWN)
    files = []
    if left_out:
        text += "\n" + say("and {count} more, all of them in the file.", count=left_out)
        everything = "\n".join(lines) + "\n"
        files.append(discord.File(BytesIO(everything.encode()), filename="refused.txt"))
    if lines:
        mend = say("Mend these rows and import the file again: what waits already is passed over.")
        text += f"\n\n{mend}"
    embed.description = text or None
    row = [button(say("See the queue"), custom_id("queue.page", 1, "here"))]
    return Answer(embeds=[embed], files=files, rows=[row])


def _line(asked: Asked, problem: RowProblem) -> str:
    return asked.say("Line {line}: {reason}", line=str(problem.line), reason=problem.reason)


def _refuse_larger(name: str, size: int) -> None:
    if size > LARGEST_BYTES:
        raise CannotBeDone(
            Phrase(
                "“{name}” has {size} MB, the most is {most} MB: split it in two.",
                name=shown(name),
                size=-(-size // 1_000_000),
                most=LARGEST_BYTES // 1_000_000,
            )
        )


def _too_large_to_give(file_format: Format, *, size: int, most: int) -> CannotBeDone:
    """Of MB as Discord counts them. A row of CSV does not name its fields."""
    if file_format == "json":
        words = Phrase(
            "The file has {size} MB, and Discord takes {most} MB at most here: choose csv, which is"
            " smaller, or run “city-a-day queue export” where the service runs.",
            size=size,
            most=most,
        )
    else:
        words = Phrase(
            "The file has {size} MB, and Discord takes {most} MB at most here: run “city-a-day"
            " queue export” where the service runs.",
            size=size,
            most=most,
        )
    return CannotBeDone(words)
