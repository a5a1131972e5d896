"""The part of Discord's markdown that our answers use, as HTML."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta
from markupsafe import Markup, escape

_URL = r"https?://[^\s<]+[^\s<.,:;\"'\])]"
_PIECE = re.compile(
    r"\\(?P<escaped>[^\sA-Za-z0-9])"
    r"|```(?:\w*\n)?(?P<block>.+?)```"
    r"|`(?P<code>[^`]+)`"
    r"|\*\*(?P<bold>.+?)\*\*"
    r"|__(?P<under>.+?)__"
    r"|~~(?P<struck>.+?)~~"
    r"|(?<![\w*])\*(?P<italic>[^*\n]+)\*|(?<!\w)_(?P<slanted>[^_\n]+)_(?!\w)"
    r"|<t:(?P<instant>\d+)(?::(?P<style>[tTdDfFR]))?>"
    r"|\[(?P<words>[^\]\n]+)\]\(<?(?P<target>" + _URL + r")>?\)"
    rf"|<?(?P<url>{_URL})>?",
    re.DOTALL,
)
_TAGS = {
    "block": "pre",
    "bold": "strong",
    "under": "u",
    "struck": "s",
    "italic": "em",
    "slanted": "em",
}
_LINE = re.compile(r"(?P<mark>-# |#{1,3} |> |[-*] )?(?P<rest>.*)", re.DOTALL)
_LINES = {"-# ": "small", "# ": "h1", "## ": "h2", "### ": "h3", "> ": "quote"}


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Whose Discord shows it: their time and place decide how a timestamp reads."""

    now: datetime
    zone: ZoneInfo
    locale: str = "en_GB"

    def moment(self, instant: datetime, style: str) -> str:
        """A timestamp (Discord API reference, Message Formatting, Timestamp Styles)."""
        local, locale = instant.astimezone(self.zone), self.locale
        match style:
            case "R":
                return format_timedelta(
                    instant - self.now, add_direction=True, locale=locale, threshold=1.0
                )
            case "t" | "T":
                return format_time(local, "short" if style == "t" else "medium", locale=locale)
            case "d" | "D":
                return format_date(local, "short" if style == "d" else "long", locale=locale)
        day = format_datetime(local, "EEEE d MMMM y" if style == "F" else "d MMMM y", locale=locale)
        return f"{day} {format_time(local, 'short', locale=locale)}"


def as_html(text: str, reader: Reader) -> Markup:
    """A message's text, or an embed's, as Discord shows it."""
    shown, fence = [], False
    for line in text.split("\n"):
        fence ^= line.count("```") % 2 == 1
        if fence or "```" in line:
            shown.append(("", line))
            continue
        found = _LINE.fullmatch(line)
        assert found is not None
        shown.append((found["mark"] or "", found["rest"]))
    parts: list[Markup] = []
    plain: list[str] = []

    def flush() -> None:
        if plain:
            parts.append(Markup("<div>{}</div>").format(_spans("\n".join(plain), reader)))
            plain.clear()

    for mark, rest in shown:
        if not mark:
            plain.append(rest)
            continue
        flush()
        if mark in ("- ", "* "):
            parts.append(Markup('<div class="item">{}</div>').format(_spans(rest, reader)))
        else:
            parts.append(
                Markup('<div class="{}">{}</div>').format(_LINES[mark], _spans(rest, reader))
            )
    flush()
    return Markup("").join(parts)


def _spans(text: str, reader: Reader) -> Markup:
    parts: list[Markup] = []
    at = 0
    for found in _PIECE.finditer(text):
        parts.append(escape(text[at : found.start()]))
        parts.append(_span(found, reader))
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def _span(found: re.Match[str], reader: Reader) -> Markup:
    for name, tag in _TAGS.items():
        if found[name] is not None:
            inner = escape(found[name]) if name == "block" else _spans(found[name], reader)
            return Markup("<{0}>{1}</{0}>").format(Markup(tag), inner)
    if found["escaped"]:
        return escape(found["escaped"])
    if found["code"]:
        return Markup("<code>{}</code>").format(found["code"])
    if found["instant"]:
        instant = datetime.fromtimestamp(int(found["instant"]), UTC)
        said = reader.moment(instant, found["style"] or "f")
        return Markup('<span class="moment">{}</span>').format(said)
    if found["target"]:
        return Markup('<span class="link">{}</span>').format(_spans(found["words"], reader))
    return Markup('<span class="link">{}</span>').format(found["url"])
