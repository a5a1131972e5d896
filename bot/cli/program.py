"""How a command ends: with its exit code and one line, never with a traceback for a person."""

import errno
import sys
from typing import NoReturn

import click

NOT_DONE, WRONG_USAGE, INTERRUPTED = 1, 2, 130


class Program(click.Group):
    """The commands; ended by Ctrl-C, or unable to read or write, each says so in one line."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was typed."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            give_up("stopped", INTERRUPTED)
        except OSError as error:
            # Operations put theirs into words: what is left is the output, mostly a full disk.
            if error.errno == errno.EPIPE:
                raise  # nobody reads on: click ends quietly
            where = error.filename or "the output"
            give_up(f"{where} cannot be used: {error.strerror or error}.", NOT_DONE)


def give_up(message: str, code: int) -> NoReturn:
    """Say why on standard error and end the program."""
    for line in message.splitlines():
        click.echo(f"city-a-day: {line}", err=True)
    sys.exit(code)
