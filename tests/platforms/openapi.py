"""Specification: a platform's own OpenAPI file, to check what is sent and what is answered.

The files are not ours and not in the project. Where they are absent every check says yes; a test
that is about nothing else asks for `needs_specification` and skips.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, Draft202012Validator
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4, DRAFT202012

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
PLATFORMS = SHARED / "platforms"
X = "x-openapi-2.159.json"
DISCORD = "discord-openapi.json"

_URI = "urn:openapi"


class SpecificationViolated(AssertionError):
    """A request or an answer is not what the platform's specification says."""


class Specification:
    """One OpenAPI file, 3.0 or 3.1. Checks raise SpecificationViolated.

    `template` is the path as the file has it: "/2/users/{id}/tweets".
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        # 3.0 schemas descend from JSON Schema draft 5, which validators know as draft 4.
        old = str(document["openapi"]).startswith("3.0")
        if old:
            _spell_out_nullable(document)
        self._validator: Callable[..., Validator] = Draft4Validator if old else Draft202012Validator
        resource = (DRAFT4 if old else DRAFT202012).create_resource(document)
        self._registry: Registry[Any] = Registry().with_resource(_URI, resource)
        self._cached: dict[str, Validator] = {}

    def check_request(
        self, method: str, template: str, body: object, media_type: str = "application/json"
    ) -> None:
        """A request's body, None when it has none."""
        operation, pointer = self._operation(method, template)
        given = operation.get("requestBody")
        if given is None or body is None:
            wanted = given is not None and self._resolve(given, "")[0].get("required")
            if wanted or (given is None and body is not None):
                raise SpecificationViolated(f"{method} {template}: a body where none is, or none")
            return
        content, pointer = self._resolve(given, f"{pointer}/requestBody")
        self._check_content(content, pointer, body, media_type, f"{method} {template}")

    def check_response(
        self,
        method: str,
        template: str,
        status: int,
        body: object,
        media_type: str = "application/json",
    ) -> None:
        """An answer's status and body; None when it has none (204)."""
        operation, pointer = self._operation(method, template)
        responses = operation["responses"]
        names = [str(status), f"{status // 100}XX", "default"]
        name = next((name for name in names if name in responses), None)
        where = f"{method} {template} {status}"
        if name is None or (name == "default" and status < 400):
            raise SpecificationViolated(f"{where}: no such answer, only {sorted(responses)}")
        response, pointer = self._resolve(responses[name], f"{pointer}/responses/{name}")
        if "content" in response and body is not None:
            self._check_content(response, pointer, body, media_type, where)
        elif "content" in response or body is not None:
            raise SpecificationViolated(f"{where}: a body where none is, or none where one is")

    def check_query(self, method: str, template: str, query: Mapping[str, str]) -> None:
        """The query's names and values; one that the specification does not know is refused."""
        operation, pointer = self._operation(method, template)
        known: dict[str, tuple[dict[str, Any], str]] = {}
        for number, given in enumerate(operation.get("parameters", [])):
            parameter, where = self._resolve(given, f"{pointer}/parameters/{number}")
            if parameter["in"] == "query":
                known[parameter["name"]] = (parameter, where)
        if unknown := set(query) - set(known):
            raise SpecificationViolated(f"{method} {template}: no parameters {sorted(unknown)}")
        for name, (parameter, where) in known.items():
            if name in query:
                value = _value(query[name], parameter["schema"])
                self._check(f"{where}/schema", value, f"{method} {template}?{name}")
            elif parameter.get("required"):
                raise SpecificationViolated(f"{method} {template}: {name} is missing")

    def _operation(self, method: str, template: str) -> tuple[dict[str, Any], str]:
        operation = self._document["paths"].get(template, {}).get(method.lower())
        if operation is None:
            raise SpecificationViolated(f"{method} {template}: not in the specification")
        return operation, f"/paths/{_escaped(template)}/{method.lower()}"

    def _resolve(self, given: dict[str, Any], pointer: str) -> tuple[dict[str, Any], str]:
        """What a `$ref` in place of a request body, parameter or response stands for."""
        while "$ref" in given:
            pointer = given["$ref"].removeprefix("#")
            given = self._document
            for step in pointer.strip("/").split("/"):
                given = given[step.replace("~1", "/").replace("~0", "~")]
        return given, pointer

    def _check_content(
        self, holder: dict[str, Any], pointer: str, body: object, media_type: str, where: str
    ) -> None:
        if media_type not in holder["content"]:
            raise SpecificationViolated(f"{where}: {media_type} is none of {[*holder['content']]}")
        self._check(f"{pointer}/content/{_escaped(media_type)}/schema", body, where)

    def _check(self, pointer: str, value: Any, where: str) -> None:
        if pointer not in self._cached:
            self._cached[pointer] = self._validator(
                {"$ref": f"{_URI}#{_quoted(pointer)}"}, registry=self._registry
            )
        errors = [
            f"{where}: {error.json_path}: {error.message[:300]}"
            for error in self._cached[pointer].iter_errors(value)
        ]
        if errors:
            raise SpecificationViolated("\n".join(errors))


class _NoSpecification(Specification):
    """Stands in where the file is absent: every check says yes."""

    def __init__(self) -> None:
        """Nothing to hold."""

    def check_request(self, *_: object, **__: object) -> None:
        """Nothing to hold it against."""

    def check_response(self, *_: object, **__: object) -> None:
        """Nothing to hold it against."""

    def check_query(self, *_: object, **__: object) -> None:
        """Nothing to hold it against."""


@cache
def specification(name: str) -> Specification:
    """The specification in the file of this name (X, DISCORD), read once a process."""
    path = PLATFORMS / name
    if not path.is_file():
        return _NoSpecification()
    return Specification(json.loads(path.read_bytes()))


def needs_specification(name: str) -> pytest.MarkDecorator:
    """For a test that is about nothing but the specification."""
    return pytest.mark.skipif(
        not (PLATFORMS / name).is_file(), reason=f"shared/platforms/{name} is not here"
    )


def _spell_out_nullable(node: object) -> None:
    """3.0 says `nullable: true` where JSON Schema has a second type."""
    if isinstance(node, list):
        for item in node:
            _spell_out_nullable(item)
    elif isinstance(node, dict):
        if node.get("nullable") is True and isinstance(node.get("type"), str):
            node["type"] = [node["type"], "null"]
            if "enum" in node and None not in node["enum"]:
                node["enum"] = [*node["enum"], None]
        for item in node.values():
            _spell_out_nullable(item)


def _value(text: str, schema: Mapping[str, Any]) -> object:
    """A query's value as the schema's type: `a,b` for an array, digits for an integer."""
    if schema.get("type") == "array":
        return text.split(",")
    if schema.get("type") == "integer" and text.lstrip("-").isdigit():
        return int(text)
    if schema.get("type") == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


def _quoted(pointer: str) -> str:
    """As a URI fragment: the braces of a path template are not allowed there."""
    return pointer.replace("%", "%25").replace("{", "%7B").replace("}", "%7D")
