import zlib
from io import BytesIO

import pillow_heif
import pytest
from PIL import ExifTags, Image

from content.embedded import Embedded, read_embedded
from content.embedded.licences import stated_licence

pillow_heif.register_heif_opener()

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
SPACES = " ".join(
    (
        RDF,
        'xmlns:dc="http://purl.org/dc/elements/1.1/"',
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"',
        'xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"',
        'xmlns:cc="http://creativecommons.org/ns#"',
        'xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"',
        'xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"',
        'xmlns:exif="http://ns.adobe.com/exif/1.0/"',
    )
)


def xmp(inside: str, attributes: str = "") -> bytes:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {SPACES}>'
        f'<rdf:Description rdf:about="" {attributes}>{inside}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def languages(name: str, **texts: str) -> str:
    items = "".join(
        f'<rdf:li xml:lang="{language.replace("_", "-")}">{text}</rdf:li>'
        for language, text in texts.items()
    )
    return f"<{name}><rdf:Alt>{items}</rdf:Alt></{name}>"


def iptc(*fields: tuple[int, bytes], utf_8: bool = False) -> bytes:
    block = b"\x1c\x01\x5a\x00\x03\x1b%G" if utf_8 else b""
    for number, value in fields:
        block += bytes((0x1C, 2, number)) + len(value).to_bytes(2, "big") + value
    return block


def jpeg_with_iptc(block: bytes) -> bytes:
    if len(block) % 2:
        block += b"\0"
    resource = b"8BIM\x04\x04\0\0" + len(block).to_bytes(4, "big") + block
    other = b"8BIM\x03\xed\x03abc" + (3).to_bytes(4, "big") + b"xyz\0"
    payload = b"Photoshop 3.0\0" + other + resource
    segment = b"\xff\xed" + (len(payload) + 2).to_bytes(2, "big") + payload
    data = saved("JPEG")
    return data[:2] + segment + data[2:]


def saved(kind: str, **options: object) -> bytes:
    file = BytesIO()
    Image.new("RGB", (32, 32), (10, 90, 150)).save(file, kind, **options)
    return file.getvalue()


def tagged(**values: bytes) -> bytes:
    exif = Image.Exif()
    for name, value in values.items():
        exif[ExifTags.Base[name]] = value
    return exif.tobytes()


def with_xmp(inside: str, attributes: str = "") -> Embedded:
    return read_embedded(saved("JPEG", xmp=xmp(inside, attributes)))


def with_exif(**values: bytes) -> Embedded:
    return read_embedded(saved("JPEG", exif=tagged(**values)))


EVERYTHING = xmp(
    "<dc:creator><rdf:Seq><rdf:li>Zoé Durand</rdf:li><rdf:li>李明</rdf:li></rdf:Seq></dc:creator>"
    + languages("dc:description", fr="Le Mans la nuit", x_default="Le Mans at night")
    + languages("xmpRights:UsageTerms", x_default="CC BY-SA 4.0")
    + languages("Iptc4xmpCore:AltTextAccessibility", x_default="Streets like a spider’s web"),
    'photoshop:Credit="NASA" xmpRights:WebStatement="https://example.org/photos/7"',
)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_every_field_is_read_from_every_kind_of_file(kind: str) -> None:
    # What a caller gives is not what Pillow keeps of a TIFF's XMP: it is a tag of its own there.
    options = {"tiffinfo": {700: EVERYTHING}} if kind == "TIFF" else {"xmp": EVERYTHING}
    data = png_with_xmp(EVERYTHING) if kind == "PNG" else saved(kind, **options)
    assert read_embedded(data) == Embedded(
        author="Zoé Durand, 李明",
        source="NASA",
        licence="CC BY-SA 4.0",
        link="https://example.org/photos/7",
        caption="Le Mans at night",
        alt="Streets like a spider’s web",
    )


def png_with_xmp(packet: bytes) -> bytes:
    body = b"iTXtXML:com.adobe.xmp\0\0\0\0\0" + packet
    chunk = (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    data = saved("PNG")
    return data[:33] + chunk + data[33:]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_exif_is_read_from_every_kind_of_file(kind: str) -> None:
    exif = tagged(Artist=b"Zoe", ImageDescription=b"Le Mans", Copyright=b"CC BY 4.0")
    found = read_embedded(saved(kind, exif=exif))
    assert (found.author, found.caption, found.licence) == ("Zoe", "Le Mans", "CC BY 4.0")


@pytest.mark.parametrize(
    ("by_line", "utf_8"), [("Zoé".encode(), True), ("Zoé".encode("latin-1"), False)]
)
def test_iptc_is_read_in_its_character_set(by_line: bytes, utf_8: bool) -> None:
    fields = ((80, by_line), (80, b"Bob"), (110, b"AFP"), (116, b"Public domain"), (120, b"Suva"))
    found = read_embedded(jpeg_with_iptc(iptc(*fields, utf_8=utf_8)))
    assert found == Embedded(
        author="Zoé, Bob", source="AFP", licence="Public domain", caption="Suva"
    )


def test_iptc_is_read_from_a_tiff() -> None:
    data = saved("TIFF", tiffinfo={33723: iptc((80, b"Zo\xc3\xa9"))})
    assert read_embedded(data).author == "Zoé"


def test_xmp_goes_before_iptc_and_exif() -> None:
    data = saved("JPEG", exif=tagged(Artist=b"Exif"), xmp=xmp("<dc:creator>Xmp</dc:creator>"))
    assert read_embedded(data).author == "Xmp"


def test_of_several_languages_the_default_is_taken() -> None:
    found = with_xmp(languages("dc:description", en="first", x_default="Suva at night", fr="autre"))
    assert found.caption == "Suva at night"


def test_what_is_said_of_another_picture_inside_is_left_out() -> None:
    inner = "<rdf:Bag><rdf:li><rdf:Description dc:creator='Somebody'/></rdf:li></rdf:Bag>"
    assert with_xmp(f"<exif:Pantry>{inner}</exif:Pantry>") == Embedded()


# The licence


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("https://creativecommons.org/licenses/by-sa/4.0/", "CC BY-SA 4.0"),
        ("http://creativecommons.org/licenses/by-nc-nd/3.0/fr/deed.fr", "CC BY-NC-ND 3.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "Public domain"),
        ("© 2021 Zoé / CC-BY 2.0", "CC BY 2.0"),
        ("cc by-sa", "CC BY-SA"),
        ("Creative Commons Attribution-ShareAlike 4.0 International", "CC BY-SA 4.0"),
        ("Creative Commons Attribution-NonCommercial-NoDerivatives 4.0", "CC BY-NC-ND 4.0"),
        ("Creative Commons Attribution 4.0", "CC BY 4.0"),
        ("This image is in the public domain.", "Public domain"),
        ("Domaine public", "Public domain"),
        ("Licence Ouverte / Etalab 2.0", "Licence Ouverte 2.0"),
        ("Licence Ouverte 2.0", "Licence Ouverte 2.0"),
        ("Not in the public domain", ""),
        ("© 2024 Zoé Durand", ""),
        ("All rights reserved", ""),
        ("Photo by CC Byron", ""),
        ("", ""),
    ],
)
def test_a_licence_is_recognised_only_where_one_is_stated(text: str, licence: str) -> None:
    assert stated_licence(text) == licence


@pytest.mark.parametrize(
    ("notice", "author", "licence"),
    [
        ("© 2024 Zoé Durand. All rights reserved.", "Zoé Durand", ""),
        ("Copyright (c) 2019-2021 Zoé Durand", "Zoé Durand", ""),
        ("(c) 2020 Zoé Durand / CC BY 4.0", "Zoé Durand", "CC BY 4.0"),
        ("CC BY 4.0", "", "CC BY 4.0"),
        ("© 2024", "", ""),
        ("No use without permission of the owner", "", ""),
    ],
)
def test_a_copyright_notice_names_an_author_and_is_no_licence(
    notice: str, author: str, licence: str
) -> None:
    found = with_exif(Copyright=notice.encode())
    assert (found.author, found.licence) == (author, licence)


def test_a_notice_names_no_author_where_one_is_named() -> None:
    assert with_exif(Artist=b"Zoe", Copyright=b"(c) Agency").author == "Zoe"


def test_terms_that_reserve_every_right_are_no_licence() -> None:
    assert (
        with_xmp(languages("xmpRights:UsageTerms", x_default="All rights reserved")).licence == ""
    )


def test_terms_in_words_are_proposed_as_they_are() -> None:
    terms = "Free for editorial use with credit"
    assert with_xmp(languages("xmpRights:UsageTerms", x_default=terms)).licence == terms


def test_the_page_of_a_licence_is_no_page_of_the_picture() -> None:
    address = "https://creativecommons.org/licenses/by/4.0/"
    found = with_xmp("", f'xmpRights:WebStatement="{address}"')
    assert (found.link, found.licence) == ("", "CC BY 4.0")
    found = with_xmp(f'<cc:license rdf:resource="{address}"/>')
    assert (found.link, found.licence) == ("", "CC BY 4.0")


def test_the_licensor_gives_the_link_where_there_is_no_statement() -> None:
    licensor = "<rdf:Description><plus:LicensorURL>https://zoe.example/7</plus:LicensorURL>"
    found = with_xmp(
        f"<plus:Licensor><rdf:Seq><rdf:li>{licensor}</rdf:Description></rdf:li></rdf:Seq>"
        "</plus:Licensor>"
    )
    assert found.link == "https://zoe.example/7"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "example", "https://user@host.org/"]
)
def test_only_an_address_of_the_web_is_a_link(address: str) -> None:
    assert with_xmp("", f'xmpRights:WebStatement="{address}"').link == ""


# What nobody wrote


@pytest.mark.parametrize(
    "junk",
    [
        "OLYMPUS DIGITAL CAMERA",
        "SONY DSC",
        "KONICA MINOLTA DIGITAL CAMERA",
        "Exif_JPEG_PICTURE",
        "SAMSUNG CAMERA PICTURES",
        "DSC_0123.JPG",
        "IMG_2041",
        "cof_vivid",
        "   ",
        "Screenshot",
    ],
)
def test_what_a_camera_wrote_is_no_caption(junk: str) -> None:
    assert with_exif(ImageDescription=junk.encode()).caption == ""


@pytest.mark.parametrize("text", ["Le Mans, 24 heures", "Digital camera museum of Suva", "Nor"])
def test_what_a_person_wrote_is_a_caption(text: str) -> None:
    assert with_exif(ImageDescription=f"{text} x".encode()).caption == f"{text} x"


def test_position_and_serial_number_never_come_out() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Zoe"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (48.0, 0.0, 7.0)
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.BodySerialNumber] = "SN4711"
    packet = xmp("", 'exif:GPSLatitude="48,0.1N" aux="SN4711"')
    assert read_embedded(saved("JPEG", exif=exif, xmp=packet)) == Embedded(author="Zoe")


# Hostile and damaged files


def test_text_is_cleaned_and_cut() -> None:
    found = with_exif(Artist=b"Zo\x07e\n D\x1b" + b" x" * 500, ImageDescription=b"word " * 3000)
    assert found.author.startswith("Zoe D")
    assert 190 < len(found.author) <= 200
    assert len(found.caption) <= 5000
    assert found.caption.endswith("word…")


def test_entities_are_not_expanded() -> None:
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "ha">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
        + "]>"
    )
    packet = bomb.encode() + xmp("<dc:creator>&j;</dc:creator>").partition(b"?>")[2]
    assert read_embedded(saved("JPEG", xmp=packet)) == Embedded()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_a_file_cut_anywhere_says_what_is_left_of_it(kind: str) -> None:
    data = saved(kind, exif=tagged(Artist=b"Zoe"))
    for end in range(0, len(data), 7):
        assert read_embedded(data[:end]).author in ("Zoe", "Zo", "")


def test_a_file_that_is_no_picture_says_nothing() -> None:
    assert read_embedded(b"") == read_embedded(b"hello") == Embedded()
