"""Which licence a text states, if any: "CC BY-SA 4.0" from its address or its long name."""

import re

_ADDRESS = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<terms>[a-z+-]+)(?:/(?P<version>\d\.\d))?"
    r"|publicdomain/(?P<domain>zero|mark))",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"\bCC[ -](?P<terms>BY(?:[ -](?:NC|ND|SA)){0,2})\b(?:[ -]?v?(?P<version>\d\.\d))?",
    re.IGNORECASE,
)
_ZERO = re.compile(r"\bCC[ -]?0\b|\bcreative commons zero\b", re.IGNORECASE)
_LONG = re.compile(
    r"\bcreative commons[\s:,–-]+(?P<name>attribution[a-z\s–-]{0,60})(?:v?(?P<version>\d\.\d))?",
    re.IGNORECASE,
)
_LONG_TERMS = (
    ("NC", re.compile(r"non-?\s?commercial", re.IGNORECASE)),
    ("ND", re.compile(r"no-?\s?deriv", re.IGNORECASE)),
    ("SA", re.compile(r"share-?\s?alike", re.IGNORECASE)),
)
_PUBLIC_DOMAIN = re.compile(r"\b(?:public domain|domaine public)\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|no|never|pas|non)\b|n't\b|n’t\b", re.IGNORECASE)
_OPEN_LICENCE = re.compile(r"\blicence ouverte\b[^\d]{0,12}(?P<version>\d\.\d)?", re.IGNORECASE)
_RESERVED = re.compile(
    r"all rights? reserved|tous droits réservés|alle rechte vorbehalten|"
    r"todos los derechos reservados|tutti i diritti riservati|no use without|sans autorisation|"
    r"without (?:prior |written |the )*permission|prohibited|not for (?:re)?use",
    re.IGNORECASE,
)


def is_licence_address(address: str) -> bool:
    """Whether it is the page of a Creative Commons licence, and so no page of a picture."""
    return bool(_ADDRESS.search(address))


def reserves_rights(text: str) -> bool:
    """Whether the text keeps the picture from being used rather than letting it be."""
    return bool(_RESERVED.search(text))


def stated_licence(text: str) -> str:
    """The licence that the text names, in the words of a credit line; empty if it names none."""
    if found := _ADDRESS.search(text):
        if domain := found["domain"]:
            return "CC0 1.0" if domain.lower() == "zero" else "Public domain"
        return _creative_commons(re.split("[-+]", found["terms"].upper()), found["version"])
    if found := _SHORT.search(text):
        return _creative_commons(re.split("[ -]", found["terms"].upper()), found["version"])
    if _ZERO.search(text):
        return "CC0 1.0"
    if found := _LONG.search(text):
        terms = [short for short, long in _LONG_TERMS if long.search(found["name"])]
        return _creative_commons(["BY", *terms], found["version"])
    if found := _OPEN_LICENCE.search(text):
        return " ".join(filter(None, ["Licence Ouverte", found["version"]]))
    found = _PUBLIC_DOMAIN.search(text)
    if found and not _NOT.search(text[: found.start()]):
        return "Public domain"
    return ""


def _creative_commons(terms: list[str], version: str | None) -> str:
    known = [term for term in ("BY", "NC", "ND", "SA") if term in terms]
    return " ".join(filter(None, [f"CC {'-'.join(known)}", version])) if known else ""
