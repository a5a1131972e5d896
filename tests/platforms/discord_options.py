"""Options: what a member types behind a slash command, as Discord sends it."""

from collections.abc import Mapping, Sequence

from tests.platforms.discord_commands import (
    ATTACHMENT,
    BOOLEAN,
    INTEGER,
    NUMBER,
    STRING,
    SUBCOMMAND,
    SUBCOMMAND_GROUP,
)
from tests.platforms.discord_components import Json
from tests.platforms.discord_objects import Attachment

Typed = str | int | float | Attachment
"""What an option may be given here: no users, roles or channels."""

_PYTHONS: Mapping[int, tuple[type, ...]] = {
    STRING: (str,),
    INTEGER: (int,),
    BOOLEAN: (bool,),
    NUMBER: (int, float),
    ATTACHMENT: (Attachment,),
}


def command_data(
    command: Json, path: Sequence[str], typed: Mapping[str, Typed], *, focused: str | None = None
) -> Json:
    """The interaction's data of a command. `path`: the names of its subcommands.

    `focused`: the option that is still being typed. Raises AssertionError for what Discord's own
    input line would not let a member send.
    """
    offered: Sequence[Json] = command.get("options") or []
    nested = []
    for name in path:
        found = next((each for each in offered if each["name"] == name), None)
        assert found is not None, f"/{command['name']} has no {name}: {_names(offered)}"
        nested.append(found)
        offered = found.get("options") or []
    kinds = {each["type"] for each in offered}
    assert not kinds & {SUBCOMMAND, SUBCOMMAND_GROUP}, f"choose one of {_names(offered)}"
    options = _given(offered, typed, focused)
    for each in reversed(nested):
        options = [{"type": each["type"], "name": each["name"], "options": options}]
    data: Json = {"id": command["id"], "name": command["name"], "type": 1}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    if options:
        data["options"] = options
    files = [each for each in typed.values() if isinstance(each, Attachment)]
    if files:
        data["resolved"] = {"attachments": {str(each.id): each.uploaded for each in files}}
    return data


def _given(offered: Sequence[Json], typed: Mapping[str, Typed], focused: str | None) -> list[Json]:
    known = {each["name"]: each for each in offered}
    assert set(typed) <= set(known), f"there are only the options {_names(offered)}"
    if focused is None:
        missing = {n for n, each in known.items() if each.get("required")} - set(typed)
        assert not missing, f"required: {sorted(missing)}"
    else:
        assert known[focused].get("autocomplete"), f"{focused} completes nothing"
    given = []
    for name, value in typed.items():
        option = known[name]
        if name != focused:
            _check(option, value)
        said = {"type": option["type"], "name": name, "value": value}
        if isinstance(value, Attachment):
            said["value"] = str(value.id)
        if name == focused:
            said |= {"value": str(value), "focused": True}
        given.append(said)
    return given


def _check(option: Json, value: Typed) -> None:
    name, wanted = option["name"], _PYTHONS.get(option["type"])
    assert wanted is not None, f"{name}: this server cannot send options of this type"
    assert isinstance(value, wanted), f"{name}: {wanted} wanted, not {value!r}"
    assert isinstance(value, bool) == (option["type"] == BOOLEAN), f"{name}: {value!r}"
    choices = [each["value"] for each in option.get("choices") or []]
    assert not choices or value in choices, f"{name}: one of {choices}"
    if isinstance(value, str):
        least, most = option.get("min_length", 0), option.get("max_length", 6000)
        assert least <= len(value) <= most, f"{name}: {least} to {most} characters"
    elif isinstance(value, int | float):
        least, most = option.get("min_value", -(2**53)), option.get("max_value", 2**53)
        assert least <= value <= most, f"{name}: {least} to {most}"


def _names(options: Sequence[Json]) -> list[str]:
    return [each["name"] for each in options]
