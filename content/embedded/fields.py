"""Embedded: which property fills which field, by the IPTC mapping of the three standards.

https://iptc.org/std/photometadata/specification/IPTC-PhotoMetadata
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from content.embedded import exif, iptc, xmp
from content.embedded.licences import is_licence_address, reserves_rights, stated_licence
from content.embedded.text import lines, one_line

_LONGEST_LINK = 2000

# What cameras, phones and programs write where a person wrote nothing.
_JUNK_CAPTION = re.compile(
    r"""
    (?:olympus|minolta|konica\ minolta|sony|pentax|nikon|fuji|kodak|samsung|casio|polaroid|vivitar)?
        \ ?digital\ (?:still\ )?camera
    | sony\ dsc | samsung(?:\ camera\ pictures)? | exif[_ ]jpeg[_ ]picture | jpeg[_ ]picture
    | <\ ?kenox.* | lead\ technologies.* | created\ (?:with|by)\ .* | file\ written\ by\ .*
    | default | untitled | image | photo | picture | screenshot | capture\ d.écran
    | image\s?description | \(null\) | null | none | n/a | -+ | \?+ | \.+
    | (?:s?hdr|rhdr|cof|oznor|oznorwo|dav|edf|mde|ptr|nor|btf|ozedf|rbt|rpt|fbt|jpn|bst|yxp)
        (?:_[a-z]+)?
    | (?:dscn?|img|p|pict|mvimg|pxl|dji|gopr|sam|iss)?[_ -]?\d[\d_ -]*(?:\.\w{2,5})?
    | [\w .()-]+\.(?:jpe?g|png|tiff?|heic|webp|avif|dng|cr2|nef|arw|psd)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_JUNK_NAME = re.compile(
    r"unknown|none|null|n/a|default|artist|author|photographer|your name|picasa|user|admin|owner|"
    r"copyright|[\W\d_]*",
    re.IGNORECASE,
)
# What stands around the name in a notice such as "© 2024 Zoé Durand. All rights reserved."
_AROUND_A_NAME = re.compile(
    r"©|\(c\)|\bcopyright\b|\bcopr\.|\b(?:19|20)\d\d\b|\ball rights? reserved\b|"
    r"\btous droits réservés\b|\balle rechte vorbehalten\b",
    re.IGNORECASE,
)
_BEFORE_A_LICENCE = re.compile(
    r"[/|·,;:(]|[–—-] |\b(?:CC|creative|licen[sc]ed?|https?|under|sous)\b", re.IGNORECASE
)
_BLANK_ENDS = " \t\n,;:.-–—/|"


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """What a picture file says of itself in IPTC, XMP and EXIF; empty where it says nothing."""

    author: str = ""
    source: str = ""
    licence: str = ""
    link: str = ""
    caption: str = ""
    alt: str = ""


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """The metadata of a file as it stands there; a TIFF file is its own `exif`."""

    exif: bytes = b""
    iptc: bytes = b""
    xmp: bytes = b""


def embedded_in(blocks: Blocks) -> Embedded:
    """What these blocks say. XMP goes before IPTC and IPTC before EXIF."""
    said = xmp.read_properties(blocks.xmp)
    fields = iptc.read_fields(blocks.iptc)
    tags = exif.read_tags(blocks.exif, _TAGS)
    notice = _notice(said, fields, tags)
    author = _author(said, fields, tags) or _name_in(notice)
    source = _first([*said.get(xmp.CREDIT, []), *fields.get(iptc.CREDIT, [])])
    source = source or _first([*said.get(xmp.SOURCE, []), *fields.get(iptc.SOURCE, [])])
    caption = _first_caption(
        [
            *said.get(xmp.DESCRIPTION, []),
            *fields.get(iptc.CAPTION, []),
            exif.first_text(tags, exif.IMAGE_DESCRIPTION),
            exif.windows_text(tags, exif.WINDOWS_TITLE),
        ]
    )
    return Embedded(
        author=one_line(author),
        source="" if source == author else one_line(source),
        licence=one_line(_licence(said, notice)),
        link=_link(said),
        caption=lines(caption),
        alt=lines(next(iter(said.get(xmp.ALT_TEXT, [])), "")),
    )


def author_and_copyright(blocks: Blocks) -> tuple[str, str]:
    """Who made the picture, and its copyright notice: what stays with every copy of it."""
    said = xmp.read_properties(blocks.xmp)
    fields = iptc.read_fields(blocks.iptc)
    tags = exif.read_tags(blocks.exif, _TAGS)
    return one_line(_author(said, fields, tags)), one_line(_notice(said, fields, tags), 1000)


_TAGS = (
    exif.ARTIST,
    exif.COPYRIGHT,
    exif.IMAGE_DESCRIPTION,
    exif.WINDOWS_AUTHOR,
    exif.WINDOWS_TITLE,
)


def _author(
    said: xmp.Properties, fields: Mapping[int, Sequence[str]], tags: dict[int, bytes]
) -> str:
    written = [exif.first_text(tags, exif.ARTIST), exif.windows_text(tags, exif.WINDOWS_AUTHOR)]
    for names in (
        said.get(xmp.CREATOR, []),
        fields.get(iptc.BY_LINE, []),
        written[0].split(";"),
        written[1].split(";"),
    ):
        lined = (" ".join(name.split()) for name in names)
        if kept := [name for name in dict.fromkeys(lined) if not _JUNK_NAME.fullmatch(name)]:
            return ", ".join(kept)
    return ""


def _notice(
    said: xmp.Properties, fields: Mapping[int, Sequence[str]], tags: dict[int, bytes]
) -> str:
    return _first(
        [
            *said.get(xmp.RIGHTS, []),
            *fields.get(iptc.COPYRIGHT, []),
            exif.first_text(tags, exif.COPYRIGHT),
        ]
    )


def _name_in(notice: str) -> str:
    """Whose copyright it is; empty for what is more than a notice of a name and years."""
    name = _AROUND_A_NAME.sub(" ", notice)
    if stated_licence(notice):
        name = _BEFORE_A_LICENCE.split(name)[0]
        if stated_licence(name):
            return ""
    name = " ".join(name.split()).strip(_BLANK_ENDS)
    name = name.removeprefix("by ")
    if len(name) > 80 or reserves_rights(name) or _JUNK_NAME.fullmatch(name):
        return ""
    return name


def _licence(said: xmp.Properties, notice: str) -> str:
    terms = _first(said.get(xmp.USAGE_TERMS, []))
    pages = [*said.get(xmp.LICENCE, []), *said.get(xmp.WEB_STATEMENT, [])]
    for text in (*pages, terms, notice):
        if stated := stated_licence(text):
            return stated
    return "" if reserves_rights(terms) or terms.startswith(("http://", "https://")) else terms


def _link(said: xmp.Properties) -> str:
    for address in (
        *said.get(xmp.WEB_STATEMENT, []),
        *said.get(xmp.LICENSOR_URL, []),
        *said.get(xmp.LICENSOR, []),
    ):
        whole = f"https://{address}" if address.startswith("www.") else address
        if re.fullmatch(r"https?://[^\s/?#@\\]+\.[^\s@\\<>\"]+", whole) and not (
            is_licence_address(whole) or len(whole) > _LONGEST_LINK
        ):
            return whole
    return ""


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if not _JUNK_NAME.fullmatch(text)), "")


def _first_caption(texts: Iterable[str]) -> str:
    return next((text for text in texts if text and not _JUNK_CAPTION.fullmatch(text)), "")
