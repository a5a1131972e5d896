"""Commands: the application commands that a bot has written, and which of them a member sees."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import discord

from bot.testing import Recorded
from tests.platforms.discord_components import Json
from tests.platforms.discord_members import APPLICATION_ID, GUILD_ID, Member
from tests.platforms.discord_refusals import Refusal, invalid, too_long, too_many
from tests.platforms.discord_requests import Answer, Handler, Ids, check_body, check_query

GLOBAL = "/applications/{application_id}/commands"
OF_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"
CREATIONS_A_DAY = 200
LONGEST_IN_ALL = 8000

SUBCOMMAND, SUBCOMMAND_GROUP, STRING, INTEGER, BOOLEAN, NUMBER, ATTACHMENT = 1, 2, 3, 4, 5, 10, 11

_LOCALES = frozenset(locale.value for locale in discord.Locale)
_LOCALIZATIONS = ("name_localizations", "description_localizations")


@dataclass(kw_only=True)
class Commands:
    """`writes` counts the requests that may have changed something, `created` the new commands."""

    snowflake: Callable[[], int]
    writes: int = 0
    created: int = 0
    _kept: dict[int, dict[str, Json]] = field(default_factory=dict)
    """By the server's id, 0 for the global ones, and by name."""

    @property
    def handlers(self) -> Mapping[str, Handler]:
        return {
            f"{method} {path}{rest}": handler
            for path in (GLOBAL, OF_GUILD)
            for method, rest, handler in (
                ("GET", "", self._list),
                ("PUT", "", self._replace),
                ("POST", "", self._create),
                ("DELETE", "/{command_id}", self._delete),
            )
        }

    def written(self, *, of_guild: bool = False) -> Sequence[Json]:
        """The commands as they are kept, global ones or the server's."""
        return list(self._kept.get(GUILD_ID if of_guild else 0, {}).values())

    def shown_to(self, member: Member) -> list[str]:
        """The names that Discord offers a member; one that is written twice is there twice."""
        return sorted(each["name"] for each in self._all() if _allows(each, member))

    def find(self, name: str, member: Member | None) -> Json:
        """The one command of that name that a member sees; None: whether or not anybody does."""
        found = [
            each
            for each in self._all()
            if each["name"] == name and (member is None or _allows(each, member))
        ]
        seen_by = member.name if member else "anybody"
        assert found, f"/{name} is not shown to {seen_by}, of {[c['name'] for c in self._all()]}"
        assert len(found) == 1, f"/{name} is shown to {seen_by} {len(found)} times"
        return found[0]

    def _all(self) -> list[Json]:
        return [each for kept in self._kept.values() for each in kept.values()]

    def _list(self, request: Recorded, ids: Ids) -> Answer:
        scope = _scope(ids)
        check_query(f"GET {OF_GUILD if scope else GLOBAL}", request)
        kept = list(self._kept.get(scope, {}).values())
        if request.query.get("with_localizations") not in ("1", "true"):
            kept = [
                {name: value for name, value in each.items() if name not in _LOCALIZATIONS}
                for each in kept
            ]
        return 200, kept

    def _replace(self, request: Recorded, ids: Ids) -> Answer:
        scope, payloads = _scope(ids), request.json
        self.writes += 1
        if len({each["name"] for each in payloads}) < len(payloads):
            code = "APPLICATION_COMMANDS_DUPLICATE_NAME"
            raise invalid("name", code, "Application command names must be unique")
        for each in payloads:
            _check(each)
        check_body(f"PUT {OF_GUILD if scope else GLOBAL}", request, payloads)
        known = self._kept.get(scope, {})
        self._kept[scope] = {
            each["name"]: self._made(each, scope, known.get(each["name"])) for each in payloads
        }
        return 200, list(self._kept[scope].values())

    def _create(self, request: Recorded, ids: Ids) -> Answer:
        scope, payload = _scope(ids), request.json
        self.writes += 1
        _check(payload)
        check_body(f"POST {OF_GUILD if scope else GLOBAL}", request, payload)
        kept = self._kept.setdefault(scope, {})
        known = kept.get(payload["name"])
        kept[payload["name"]] = self._made(payload, scope, known)
        return 200 if known else 201, kept[payload["name"]]

    def _delete(self, _: Recorded, ids: Ids) -> Answer:
        kept = self._kept.get(_scope(ids), {})
        self.writes += 1
        for name, each in kept.items():
            if each["id"] == str(ids["command_id"]):
                del kept[name]
                return 204, None
        raise Refusal(404, 10063, "Unknown application command")

    def _made(self, payload: Json, scope: int, known: Json | None) -> Json:
        """As it is kept: with the id of the one of that name, if there was one."""
        if known is None:
            if self.created >= CREATIONS_A_DAY:
                raise too_many({"retry_after": 86400.0, "global": False}, code=30034)
            self.created += 1
        permissions = payload.get("default_member_permissions")
        made = _without_nothing(payload) | {
            "id": known["id"] if known else str(self.snowflake()),
            "application_id": str(APPLICATION_ID),
            "type": payload.get("type") or 1,
            "description": payload.get("description") or "",
            "default_member_permissions": None if permissions is None else str(permissions),
        }
        if scope:
            made["guild_id"] = str(scope)
        unchanged = known is not None and known == made | {"version": known["version"]}
        return made | {"version": known["version"] if known and unchanged else made["id"]}


def _scope(ids: Ids) -> int:
    if ids["application_id"] != APPLICATION_ID:
        raise Refusal(403, 20012, "You are not authorized to perform this action")
    if ids.get("guild_id", GUILD_ID) != GUILD_ID:
        raise Refusal(403, 50001, "Missing Access")
    return ids.get("guild_id", 0)


def _allows(command: Json, member: Member) -> bool:
    wanted = command["default_member_permissions"]
    if wanted is None or member.permissions.administrator:
        return True
    return int(wanted) != 0 and member.permissions.is_superset(discord.Permissions(int(wanted)))


def _check(command: Json) -> None:
    """Discord API reference, Application Commands. Raises Refusal."""
    if command.get("type") in (None, 1):
        _check_named(command)
        _check_options(command.get("options") or [])
    if sum(map(len, _texts(command))) > LONGEST_IN_ALL:
        raise invalid("options", "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size")


def _check_options(options: Sequence[Json]) -> None:
    names = [each["name"] for each in options]
    if len(names) > 25:
        raise too_long("options", 25)
    if len(set(names)) < len(names):
        code = "APPLICATION_COMMAND_OPTIONS_NAME_INVALID"
        raise invalid("options", code, "Option name must be unique")
    nested = [each["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP) for each in options]
    if any(nested) and not all(nested):
        code = "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"
        raise invalid("options", code, "Sub-command and sub-command group option types are mixed")
    required = [bool(each.get("required")) for each in options]
    if required != sorted(required, reverse=True):
        code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
        raise invalid(
            "options", code, "Required options must be placed before non-required options"
        )
    for each in options:
        _check_named(each)
        _check_choices(each)
        _check_options(each.get("options") or [])


def _check_choices(option: Json) -> None:
    choices = option.get("choices") or []
    if len(choices) > 25:
        raise too_long("choices", 25)
    if choices and option.get("autocomplete"):
        code = "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID"
        raise invalid("choices", code, "Choices and autocomplete are mutually exclusive")
    if len({each["name"] for each in choices}) < len(choices):
        code = "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_EXISTS"
        raise invalid("choices", code, "Option choice name must be unique")


def _check_named(thing: Json) -> None:
    names = {"": thing["name"], **(thing.get("name_localizations") or {})}
    descriptions = {"": thing.get("description"), **(thing.get("description_localizations") or {})}
    if unknown := (set(names) | set(descriptions)) - _LOCALES - {""}:
        raise invalid("name_localizations", "BASE_TYPE_CHOICES", f"No locales: {sorted(unknown)}")
    for name in names.values():
        if not re.fullmatch(r"[-_'\w]{1,32}", name) or name != name.lower():
            code = "APPLICATION_COMMAND_INVALID_NAME"
            raise invalid("name", code, "Command name is invalid")
    for description in descriptions.values():
        if not 1 <= len(description or "") <= 100:
            code = "BASE_TYPE_BAD_LENGTH"
            raise invalid("description", code, "Must be between 1 and 100 in length.")


def _texts(thing: Json) -> Iterator[str]:
    """What counts for the size of a command: the longest of each text's localizations."""
    for name in ("name", "description"):
        texts = [thing.get(name) or "", *(thing.get(f"{name}_localizations") or {}).values()]
        yield max(texts, key=len)
    yield str(thing.get("value") or "")
    for each in (*(thing.get("options") or []), *(thing.get("choices") or [])):
        yield from _texts(each)


def _without_nothing(payload: Json) -> Json:
    said = {name: value for name, value in payload.items() if value is not None}
    if "options" in said:
        said["options"] = [_without_nothing(each) for each in said["options"]]
    return said
