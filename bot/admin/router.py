"""Buttons, selects and forms: what their custom ids mean, and who handles them.

A custom id is a name and arguments, "entry.release|17": all that the handler needs, so that nothing
is remembered and a button of last year still works, or is refused by whoever looks at the ledger.
Anybody can send any custom id: arguments are parsed, never trusted.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal, ParamSpec, TypeVar

from bot.operations.publishing import FIRST_DATE, LAST_DATE

if TYPE_CHECKING:
    from bot.admin.asked import Asked

LONGEST = 100
"""Characters of a custom id (Discord API reference, Component Object)."""
DIVIDER = "|"

Reply = Literal["new", "update", "form"]
"""How a press is answered: by a new message, by changing the one that was pressed, by a form.

What is not answered by a form is deferred before its handler is called: it then has 15 minutes.
"""

P = ParamSpec("P")
Handler = TypeVar("Handler", bound=Callable[..., Awaitable[None]])


class UnknownPress(Exception):
    """A custom id that no button of ours has, or not any more."""


def custom_id(name: str, *arguments: int | str | date) -> str:
    """The custom id of a button, select or form. Raises ValueError when it is too long."""
    made = DIVIDER.join([name, *(str(each) for each in arguments)])
    if len(made) > LONGEST:
        raise ValueError(f"{made!r} is longer than {LONGEST} characters")
    return made


@dataclass(frozen=True, kw_only=True)
class Press:
    """What a handler was marked with by `press`."""

    name: str
    reply: Reply


def press(name: str, *, reply: Reply = "update") -> Callable[[Handler], Handler]:
    """Mark a cog's method as the handler of the buttons, selects and forms of this name.

    Its parameters after `asked` are the arguments of the custom id: int, str or date. The last may
    be left out of it where they have a default.
    """

    def mark(handler: Handler) -> Handler:
        handler.__press__ = Press(name=name, reply=reply)  # type: ignore[attr-defined]
        return handler

    return mark


@dataclass(frozen=True, kw_only=True)
class Route:
    """A handler with its arguments: what a press is to do."""

    press: Press
    run: "Callable[[Asked], Awaitable[None]]"


@dataclass(frozen=True)
class Router:
    """Finds the handler of a custom id among those of the cogs."""

    _handlers: dict[str, Callable[..., Awaitable[None]]] = field(default_factory=dict)

    def add(self, cog: object) -> None:
        """Take the marked methods of a cog. Raises ValueError where two have the same name."""
        for _, method in inspect.getmembers(cog, inspect.ismethod):
            mark = getattr(method, "__press__", None)
            if isinstance(mark, Press):
                if mark.name in self._handlers:
                    raise ValueError(f"two handlers for {mark.name!r}")
                self._handlers[mark.name] = method

    def find(self, given: str) -> Route:
        """The handler and the arguments of a custom id. Raises UnknownPress."""
        name, *arguments = given.split(DIVIDER)
        handler = self._handlers.get(name)
        if handler is None:
            raise UnknownPress(given)
        wanted = list(inspect.signature(handler).parameters.values())[1:]
        needed = [each for each in wanted if each.default is inspect.Parameter.empty]
        if not len(needed) <= len(arguments) <= len(wanted):
            raise UnknownPress(given)
        try:
            parsed = [
                _parsed(parameter.annotation, argument)
                for parameter, argument in zip(wanted, arguments, strict=False)
            ]
        except ValueError as error:
            raise UnknownPress(given) from error
        return Route(
            press=handler.__press__,  # type: ignore[attr-defined]
            run=lambda asked: handler(asked, *parsed),
        )


def _parsed(wanted: object, argument: str) -> int | str | date:
    if wanted is int:
        if not (argument.isascii() and argument.isdecimal() and len(argument) <= 19):
            raise ValueError(argument)
        return int(argument)
    if wanted is date:
        day = date.fromisoformat(argument)
        if not FIRST_DATE <= day <= LAST_DATE:
            raise ValueError(argument)
        return day
    return argument
