"""An operator's caption file: what it may change, and that a broken one is refused by its line."""

from datetime import date
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.caption_templates import (
    BUILT_IN,
    PARTS,
    BrokenTemplates,
    CaptionTemplates,
    TemplateFailed,
    built_in,
    read_templates,
)
from content.city import City
from content.compose import compose
from content.credit import Credit
from content.entry import LANGUAGES, Entry
from content.facts import Series
from content.post import Kind, Picture, Post
from tests.often import often

ENTRY = Entry(
    city=City(
        name="Le Mans",
        country="FR",
        department="Sarthe",
        latitude=48.0,
        longitude=0.2,
        population=146_249,
        altitude=65,
    ),
    texts={"fr": "Une ville.", "en": "A city."},
    tags=("Sarthe",),
)
PICTURE = Picture(data=b"", alt="", credit=Credit(author="A", licence="CC0", link="https://a.fr"))


def post(templates: CaptionTemplates) -> Post:
    return compose(
        ENTRY,
        [PICTURE],
        day=date(2026, 11, 1),
        language="fr",
        series_hashtag="Ville",
        series=Series(number=12),
        templates=templates,
    )


def said(source: str, kind: Kind) -> list[str]:
    return [part.text for part in post(read_templates(source)).parts if part.kind is kind]


def refused(source: str) -> str:
    with pytest.raises(BrokenTemplates) as caught:
        read_templates(source)
    return str(caught.value)


# What a file may change


def test_the_built_in_file_is_an_example_that_changes_nothing() -> None:
    copied = read_templates(BUILT_IN.read_text("utf-8"))
    assert post(copied) == post(built_in())
    assert {(language, part) for language in LANGUAGES for part in PARTS} == {*copied.parts}


def test_an_empty_file_changes_nothing() -> None:
    assert post(read_templates("")) == post(built_in())


@pytest.mark.parametrize(
    ("template", "kind", "text"),
    [
        ('number = "n° {{ number }} !"', Kind.NUMBER, ["n° 12\u202f!"]),
        ('number = ""', Kind.NUMBER, []),
        ('text = "{{ city }}. {{ text }}"', Kind.TEXT, ["Le Mans. Une ville."]),
        ('text = "{{ text }} ({{ date }})"', Kind.TEXT, ["Une ville. (1er novembre 2026)"]),
        ('tag = "{{ tags|join }}, MissionAlpha, sarthe"', Kind.TAG, ["#Sarthe", "#MissionAlpha"]),
        ('city_tag = "{{ city }} {{ department }}"', Kind.CITY_TAG, ["#LeMansSarthe"]),
        ('altitude = "{{ altitude * 3.28084|float }}"', Kind.ALTITUDE, ["213.2546"]),
        (
            'altitude = "{% if altitude > 50 %}haut : {{ altitude }} m{% else %}bas{% endif %}"',
            Kind.ALTITUDE,
            ["haut\u202f: 65\u00a0m"],
        ),
        ('link = "Image : {{ link }}"', Kind.LINK, ["Image : https://a.fr"]),
    ],
)
def test_a_part_says_what_its_template_says(template: str, kind: Kind, text: list[str]) -> None:
    assert said(f"[fr]\n{template}", kind) == text


def test_a_fact_and_the_number_are_on_one_line() -> None:
    source = '[fr]\nplace = """\n{{ place }},\n\nFrance\n"""\nnumber = "jour\\n{{ number }}"'
    assert said(source, Kind.PLACE) == ["Sarthe, France"]
    assert said(source, Kind.NUMBER) == ["jour 12"]


def test_the_optional_parts_come_in_the_order_of_the_file() -> None:
    made = post(read_templates('priorities = ["link", "tag"]'))
    optional = [part.kind for part in made.parts[4:]]
    assert optional[:3] == [Kind.LINK, Kind.TAG, Kind.SECOND_LANGUAGE]


def test_nothing_in_a_file_loses_the_lead_hashtag_or_the_credit() -> None:
    empty = "\n".join(f'{part} = ""' for part in PARTS)
    made = post(read_templates(f"[fr]\n{empty}\n[en]\n{empty}"))
    assert [part.kind for part in made.parts] == [Kind.LEAD, Kind.CREDIT]


def test_what_a_value_says_is_no_template() -> None:
    entry = Entry(city=City(name="{{ 7 * 7 }}", country="", latitude=0, longitude=0))
    made = compose(entry, [], day=date(2026, 11, 1), language="fr", series_hashtag="Ville")
    assert [part.text for part in made.parts] == ["#Ville"]


# What is refused


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{{ nmber }}", "no variable “nmber”; there are: altitude, city,"),
        ("{{ number|nmber }}", "no filter “nmber”; there are: abs, "),
        ("{{ 1 if number is nmber }}", "no test “nmber”; there are: "),
        ("{{ number }", "unexpected '}'"),
        ("{% if number %}", "Unexpected end of template"),
        ("{% for n in range(10**9) %}a{% endfor %}", "loops are not for captions"),
        ("{{ range(10**9)|list }}", "no filter “list”"),
        ("{{ range(9) }}", "calls are not for captions"),
        ("{{ 9**9**9 }}", "“pow” are not for captions"),
        ("{{ '%999999999d' % 1 }}", "“mod” are not for captions"),
        ("{{ 'a' * 1000000000 }}", "only numbers can be multiplied"),
        ("{{ text * 1000000000 }}", "only numbers can be multiplied"),
        ("{{ text.__class__.__mro__ }}", "attributes are not for captions"),
        ("{{ text['__class__'] }}", "attributes are not for captions"),
        ("{{ text|attr('__class__') }}", "no filter “attr”"),
        ("{{ text|center(999999999) }}", "no filter “center”"),
        ("{{ text|join(text) }}", "join wants a list"),
        ("{% set a = 1 %}", "“assign” are not for captions"),
        ("{% macro a() %}{% endmacro %}", "“macro” are not for captions"),
        ("{% include 'a' %}", "“include” are not for captions"),
        ("{{ number / altitude }}", "with the sample city Ys: division by zero"),
        ("{{ " + "text ~ " * 12 + "text }}", "it says 65,0"),
        ("{{ " + "(" * 400 + "1" + ")" * 400 + " }}", "cannot be read"),
        ("{{ " + "9" * 980 + "|float }}", "with the sample city"),
        ("a" * 1_001, "1,001 characters; shorten it to 1,000"),
    ],
)
def test_a_broken_template_is_refused_with_its_line_and_why(template: str, why: str) -> None:
    began = process_time()
    source = f"# mine\n\n[en]\nnumber = 'n'\n\n[fr]\nplace = 'x'\nnumber = \"{template}\"\n"
    message = refused(source)
    assert message.startswith("line 8, fr.number: ")
    assert why in message
    assert process_time() - began < 2


def test_a_line_within_a_template_is_told_by_its_line_in_the_file() -> None:
    source = '[fr]\ntext = """\nun\n{{ deux }}\n{{ text }}"""\nplace = "{{"\n[en]\n"text" = 5\n'
    assert refused(source).split("\n")[0].startswith("line 4, fr.text: no variable “deux”")
    assert [line.partition(":")[0] for line in refused(source).split("\n")] == [
        "line 4, fr.text",
        "line 6, fr.place",
        "line 8, en.text",
    ]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("[fr\n", "not TOML: "),
        ("[de]\ntext = ''", "line 1, de: no such thing here; there are: priorities, [fr], [en]"),
        ("fr = 1", "line 1, fr: no such thing here"),
        ("[fr]\ntxt = ''", "line 2, fr.txt: no such part; there are: altitude, city_tag, "),
        ("[fr]\n\ncredit = ''", "line 3, fr.credit: always there, and no template"),
        ("[fr]\nlead = ''", "line 2, fr.lead: always there, and no template"),
        ("[fr]\ntext = ['a']", "line 2, fr.text: wants a text"),
        ("priorities = ['credit']", "line 1, priorities: wants each of these once at most"),
        ("priorities = ['tag', 'tag']", "line 1, priorities: wants each of these once"),
        ("priorities = 5", "line 1, priorities: wants each of these once at most"),
        ("#" * 64_001, "more than 64,000 bytes"),
        ("a = " + "[" * 5_000, "not TOML: "),
    ],
)
def test_a_file_that_is_none_is_refused(source: str, message: str) -> None:
    assert refused(source).startswith(message)


def test_a_template_that_fails_on_the_day_says_which_and_with_what() -> None:
    templates = read_templates('[fr]\ntext = "{{ text }}{{ 1 / (altitude - 65) }}"')
    with pytest.raises(TemplateFailed, match=r"fr\.text: division by zero"):
        post(templates)


TOKENS = st.sampled_from(
    [
        *("{{", "}}", "{%", "%}", "{#", "#}", "if", "else", "endif", "for", "in", "|", "(", ")"),
        *("text", "city", "number", "tags", "join", "de", "upper", "'", '"', "~", "*", "+", "-"),
        *("/", "//", "%", "**", "is", "not", "and", ".", "[", "]", "9", "0", "999", ",", ":", "a"),
        *(" ", " ", " ", "\n", "é", "range", "__class__", "first", "length", "==", "<", "raw"),
    ]
)


@settings(max_examples=often(150), deadline=2_000)
@given(st.lists(TOKENS, max_size=25).map("".join), st.sampled_from(["text", "number", "tag"]))
def test_any_template_is_refused_or_makes_a_post(template: str, part: str) -> None:
    quoted = template.replace("\\", "").replace('"', "'").replace("\n", "\\n")
    try:
        templates = read_templates(f'[fr]\n{part} = "{quoted}"')
    except BrokenTemplates as refusal:
        said_of_it = str(refusal)
    else:
        made = post(templates)
        assert made.parts[0].kind is Kind.LEAD
        assert sum(len(each.text) for each in made.parts) < 5_000
        return
    assert said_of_it.startswith(f"line 2, fr.{part}: ")
