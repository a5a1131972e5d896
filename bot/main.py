"""Where `city-a-day` starts."""

import io
import sys


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal without UTF-8 shows a letter that it lacks as its number.
            stream.reconfigure(errors="backslashreplace")
    try:
        from bot.cli.commands import cli
    except KeyboardInterrupt:  # while it still loads there is no command to end
        sys.stderr.write("city-a-day: stopped\n")
        sys.exit(130)
    cli(prog_name="city-a-day")
