"""XMP: properties by namespace and name, in RDF."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from content.embedded.text import words

CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
DESCRIPTION = "{http://purl.org/dc/elements/1.1/}description"
RIGHTS = "{http://purl.org/dc/elements/1.1/}rights"
CREDIT = "{http://ns.adobe.com/photoshop/1.0/}Credit"
SOURCE = "{http://ns.adobe.com/photoshop/1.0/}Source"
USAGE_TERMS = "{http://ns.adobe.com/xap/1.0/rights/}UsageTerms"
WEB_STATEMENT = "{http://ns.adobe.com/xap/1.0/rights/}WebStatement"
LICENCE = "{http://creativecommons.org/ns#}license"
LICENSOR = "{http://ns.useplus.org/ldf/xmp/1.0/}Licensor"
LICENSOR_URL = "{http://ns.useplus.org/ldf/xmp/1.0/}LicensorURL"
ALT_TEXT = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}AltTextAccessibility"

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_LONGEST = 1_000_000
"""Bytes of a packet that is read. In JPEG it has 64 kB at most; Photoshop's history may be longer.
"""
_MOST_VALUES = 50

Properties = dict[str, list[str]]


def read_properties(packet: bytes) -> Properties:
    """The values of every property that is text; of one in several languages the default comes
    first. Nothing from what is damaged, too long or declares entities.
    """
    packet = packet.strip(b"\0 \t\r\n")
    if not packet or len(packet) > _LONGEST:
        return {}
    try:
        root = fromstring(packet, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):  # the last: its encoding
        return {}
    found: Properties = {}
    rdf = next(root.iter(f"{_RDF}RDF"), root)
    for description in rdf:  # not those deeper down, which may tell of other pictures
        for name, value in description.attrib.items():
            _keep(found, name, [value])
        for child in description:
            _keep(found, child.tag, _values(child))
    return found


def _keep(found: Properties, name: str, values: list[str]) -> None:
    texts = [text for value in values[:_MOST_VALUES] if (text := words(value))]
    if texts:
        found.setdefault(name, []).extend(texts)


def _values(element: Element) -> list[str]:
    if link := element.get(f"{_RDF}resource"):
        return [link]
    if element.tag == LICENSOR:
        return _licensor_urls(element)
    items = element.findall(f"{_RDF}*/{_RDF}li")
    items.sort(key=lambda item: item.get(_LANGUAGE) != "x-default")
    return [item.text or item.get(f"{_RDF}resource") or "" for item in items or [element]]


def _licensor_urls(element: Element) -> list[str]:
    """They stand in a structure inside a list, as an attribute or as an element."""
    inner = [each for each in element.iter() if each is not element]
    return [each.get(LICENSOR_URL) or "" for each in inner] + [
        each.text or "" for each in inner if each.tag == LICENSOR_URL
    ]
