"""Captions: within the limit by its own count, credit and lead whole, and cut where a reader can
bear it."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.caption import CaptionTooLong, arrange, fit
from content.counting import count_characters
from content.post import Kind, Limits, Part
from content.shortening import shorten
from content.x_text import count_x_weighted
from tests.content.caption_texts import (
    GRAPHEMES,
    PIECES,
    PROSE,
    TEXTS,
    UNCUT,
    cuts_a_grapheme,
    is_inside_a_word,
    texts_of,
)
from tests.often import often

LEAD, CITY, CREDIT = "#UnJourUneVille", "#LeMans", "📷 Thomas Pesquet / ESA · CC BY 4.0"
LINK = "https://www.esa.int/le-mans"
SENTENCE = "Le Mans garde une enceinte romaine aux motifs géométriques."


def limits(
    text: int, count: Callable[[str], int] = count_characters, *, links: bool = True
) -> Limits:
    return Limits(
        text=text,
        count=count,
        images=1,
        image_bytes=1_000_000,
        image_side=2048,
        alt=1000,
        links=links,
    )


X = limits(280, count_x_weighted)
LIMITS = st.sampled_from(
    [X, limits(60), limits(100, count_x_weighted), *map(limits, (300, 500, 2000, 5000))]
)


def parts(
    text: str = "", second: str = "", tags: tuple[str, ...] = (), link: str = ""
) -> list[Part]:
    """Le Mans with everything that is given, and always lead, city hashtag and credit."""
    said = [
        (Kind.LEAD, LEAD),
        (Kind.CITY_TAG, CITY),
        (Kind.TEXT, text),
        (Kind.SECOND_LANGUAGE, second),
        (Kind.CREDIT, CREDIT),
        *((Kind.TAG, tag) for tag in tags),
        (Kind.LINK, link),
    ]
    return [Part(kind=kind, text=text) for kind, text in said if text]


def cut(text: str, room: int) -> str:
    return shorten(text, lambda each: len(each) <= room)


ROOMS = st.sampled_from([5, 12, 30, 60, 140, 280, 500])
COUNTS = st.sampled_from([count_characters, count_characters, count_x_weighted])
few = settings(max_examples=often(40), deadline=None)


def shortened(text: str, room: int, count: Callable[[str], int]) -> tuple[str, int]:
    """What is left of the text, and where it was cut; at its end when it was not."""
    left = shorten(text, lambda each: count(each) <= room)
    if text.startswith(left):
        return left, len(left) or len(text)
    return left, len(left) - 1


# The promises, for any text


@few
@given(TEXTS, TEXTS, LIMITS)
def test_a_caption_is_within_the_limit_by_the_limits_own_count(
    text: str, second: str, to: Limits
) -> None:
    caption = fit(parts(text, second, ("#Sarthe",), LINK), to)
    assert to.count(caption) <= to.text


@few
@given(TEXTS, TEXTS, LIMITS)
def test_lead_hashtag_and_credit_are_whole(text: str, second: str, to: Limits) -> None:
    caption = fit(parts(text, second, ("#Sarthe",), LINK), to)
    assert caption.startswith((f"{LEAD} ", f"{LEAD}\n"))
    assert f"\n{CREDIT}\n" in f"{caption}\n"


@few
@given(TEXTS, TEXTS, LIMITS)
def test_optional_parts_take_no_room_from_the_text(text: str, second: str, to: Limits) -> None:
    caption = fit(parts(text, second, ("#Sarthe",), LINK), to)
    without = fit(parts(text), to).removesuffix(CREDIT)
    assert caption.startswith(without)


@few
@given(TEXTS, ROOMS, COUNTS)
def test_a_shortened_text_fits(text: str, room: int, count: Callable[[str], int]) -> None:
    assert count(shortened(text, room, count)[0]) <= room


@few
@given(TEXTS, ROOMS, COUNTS)
def test_nothing_is_added_but_an_ellipsis(
    text: str, room: int, count: Callable[[str], int]
) -> None:
    left, _ = shortened(text, room, count)
    assert text.startswith(left) or (left.endswith("…") and text.startswith(left[:-1]))


@settings(max_examples=often(80), deadline=None)
@given(texts_of(st.sampled_from(GRAPHEMES) | PIECES, "", "", " "), ROOMS, COUNTS)
def test_no_grapheme_is_cut(text: str, room: int, count: Callable[[str], int]) -> None:
    _, end = shortened(text, room, count)
    assert not cuts_a_grapheme(text, end)


@settings(max_examples=often(80), deadline=None)
@given(texts_of(st.sampled_from(UNCUT) | PIECES, "、", "🚀", " "), ROOMS, COUNTS)
def test_no_link_hashtag_or_mention_is_cut(
    text: str, room: int, count: Callable[[str], int]
) -> None:
    _, end = shortened(text, room, count)
    assert not [each for each in UNCUT if is_inside(text, end, each)]


@settings(max_examples=often(80), deadline=None)
@given(PROSE, ROOMS, COUNTS)
def test_a_shortened_text_ends_at_a_sentence_or_at_a_word_with_an_ellipsis(
    text: str, room: int, count: Callable[[str], int]
) -> None:
    left, end = shortened(text, room, count)
    if left not in ("", text):
        assert not is_inside_a_word(text, end)
        assert left.rstrip(" \u202f»”’\"')")[-1] in ".!?…"


@few
@given(PROSE, ROOMS)
def test_a_shortened_text_never_ends_with_an_abbreviation(text: str, room: int) -> None:
    left = cut(text, room)
    if left != text:
        assert not left.endswith(("M.", "env.", "St.", "J.", "F.", "M.…", "env.…", "St.…", "F.…"))


@few
@given(TEXTS, ROOMS, COUNTS)
def test_shortening_again_changes_nothing(
    text: str, room: int, count: Callable[[str], int]
) -> None:
    left, _ = shortened(text, room, count)
    assert shortened(left, room, count)[0] == left


@few
@given(TEXTS, TEXTS, LIMITS)
def test_the_same_parts_give_the_same_caption(text: str, second: str, to: Limits) -> None:
    assert fit(parts(text, second), to) == fit(parts(text, second), to)


@few
@given(TEXTS, st.integers(0, 60), st.sampled_from([count_characters, count_x_weighted]))
def test_only_lead_and_credit_alone_can_be_too_long(
    text: str, longer: int, count: Callable[[str], int]
) -> None:
    alone = f"{LEAD}\n\n{CREDIT}"
    to = limits(count(alone) - 20 + longer, count)
    if to.text < count(alone):
        with pytest.raises(CaptionTooLong, match=f"longer than {to.text}: shorten the credit"):
            fit(parts(text), to)
    else:
        assert CREDIT in fit(parts(text), to)


def test_what_is_too_long_is_told_with_the_error() -> None:
    with pytest.raises(CaptionTooLong) as caught:
        fit(parts("Une ville.", tags=("#Sarthe",)), limits(20))
    assert caught.value.caption == f"{LEAD}\n\n{CREDIT}"


# A text of a megabyte

MEGABYTES = [
    "Le Mans est beau. ",
    "a",
    "東",
    "👩‍👩‍👧",
    "🇫🇷",
    "e\u0301",
    "!",
    ". »",
    " ",
    "\n",
    "et ",
    "1",
    "#a",
]
MEGABYTES += ["a.", "a@", "https://a.fr/", "\u1100"]


@pytest.mark.parametrize("unit", MEGABYTES)
def test_a_megabyte_is_fitted_without_being_counted(unit: str) -> None:
    longest = 0

    def count(text: str) -> int:
        nonlocal longest
        longest = max(longest, len(text))
        return len(text)

    text = unit * (1_000_000 // len(unit))
    caption = fit(parts(text, second=text), limits(280, count))
    assert len(caption) <= 280
    assert longest < 5000


def test_a_megabyte_of_sentences_keeps_as_many_as_fit() -> None:
    caption = fit(parts("Le Mans est beau. " * 60_000), X)
    assert 260 < count_x_weighted(caption) <= 280
    assert caption.split("\n\n")[1].endswith("Le Mans est beau.")


# Priorities


def test_everything_is_there_in_its_order_where_there_is_room() -> None:
    assert fit(
        parts(SENTENCE, "A walled city.", ("#Sarthe", "#Plantagenêt"), LINK), limits(500)
    ) == (
        f"{LEAD} {CITY}\n\n{SENTENCE}\n\nA walled city.\n\n{CREDIT}\n#Sarthe #Plantagenêt\n{LINK}"
    )


def test_the_second_language_goes_before_the_text_is_shortened() -> None:
    wanted = fit(parts(SENTENCE), limits(5000))
    assert fit(parts(SENTENCE, "A walled city."), limits(len(wanted) + 5)) == wanted


def test_a_tag_that_does_not_fit_leaves_room_for_a_shorter_one() -> None:
    wanted = fit(parts(SENTENCE, tags=("#Sarthe",)), limits(5000))
    tags = ("#CitéPlantagenêt", "#Sarthe")
    assert fit(parts(SENTENCE, tags=tags), limits(len(wanted))) == wanted


def test_hashtags_fill_the_place_of_a_lost_sentence_and_the_second_language_does_not() -> None:
    text = f"{SENTENCE} {SENTENCE}"
    room = limits(len(fit(parts(text), limits(5000))) - 1)
    shortened = fit(parts(SENTENCE, tags=("#Sarthe",)), room)
    assert fit(parts(text, "A city.", ("#Sarthe",)), room) == shortened
    assert shortened.endswith("#Sarthe")


def test_the_link_stays_away_where_links_are_not_wanted() -> None:
    assert LINK not in fit(parts(SENTENCE, link=LINK), limits(500, links=False))


def test_the_city_hashtag_outlives_the_text() -> None:
    always = f"{LEAD} {CITY}\n\n{CREDIT}"
    assert fit(parts(SENTENCE), limits(len(always))) == always


def test_the_city_hashtag_goes_before_the_credit() -> None:
    always = f"{LEAD}\n\n{CREDIT}"
    assert fit(parts(SENTENCE), limits(len(always) + 1)) == always


def test_every_credit_stays() -> None:
    two = [*parts("Une ville. " * 60), Part(kind=Kind.CREDIT, text="📷 NASA · domaine public")]
    assert fit(two, X).endswith(f"\n\n{CREDIT}\n📷 NASA · domaine public")


def test_no_part_leaves_an_empty_paragraph() -> None:
    assert arrange([Part(kind=Kind.LEAD, text=LEAD), Part(kind=Kind.TEXT, text="")]) == LEAD


def test_a_link_in_the_text_takes_23_characters_of_x() -> None:
    text = f"Voir https://www.esa.int/{'a' * 300} et la suite."
    assert text in fit(parts(text), X)


# Sentences


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Il naquit à St. Louis. Puis il partit.", "Il naquit à St. Louis."),
        ("Elle aime M. Dupont. Lui non plus.", "Elle aime M. Dupont."),
        ("Ici vit Mme Dr. Blanc. Et M. Brun.", "Ici vit Mme Dr. Blanc."),
        ("Large, env. 3 km. Puis plus rien.", "Large, env. 3 km."),
        ("Haute de 3.5 km. Puis plus rien.", "Haute de 3.5 km."),
        ("Née av. J.-C. Rome y passa. Et puis.", "Née av. J.-C. Rome y passa."),
        ("Là J.-J. Rousseau vint. Et puis.", "Là J.-J. Rousseau vint."),
        ("Home of J. F. Kennedy. And more.", "Home of J. F. Kennedy."),
        ("In the U.S. Navy. And more of it.", "In the U.S. Navy."),
        ("« Quelle ville\u202f! » Il rit bien.", "« Quelle ville\u202f! »"),
        ("« Ah\u00a0! » dit-il. Il rit encore.", "« Ah\u00a0! » dit-il."),
        ("“What a town!” They left it soon.", "“What a town!”"),
        ("Oui. « Quelle ville », dit-il ici.", "Oui."),
        ("Vu de nasa.gov. Puis plus rien ici.", "Vu de nasa.gov."),
        ("Une ville… Puis encore une autre.", "Une ville…"),
        ("Qui l’eût cru\u202f?! Personne, au fond.", "Qui l’eût cru\u202f?!"),
        ("Un.\nDeux et trois, quatre et cinq.", "Un."),
        ("Été. Œuvre ancienne de ce pays-ci.", "Été."),
        ("Un bourg. 40 tours et 3 portes ici.", "Un bourg."),
        ("東京は日本の首都。京都は古い都でした。", "東京は日本の首都。"),
        ("「行こう！」そして彼は遠くへ行った。", "「行こう！」"),
        ("هل هذه باريس؟ نعم هي مدينة جميلة", "هل هذه باريس؟"),
    ],
)
def test_a_text_is_shortened_at_a_sentence(text: str, left: str) -> None:
    assert cut(text, len(text) - 1) == left


@pytest.mark.parametrize(
    "text",
    [
        "À St. Louis du Sénégal tous dansent",
        "M. Dupont et Mme. Durand dansent",
        "Une rue (env. Trois km) de long ici",
        "Au Ier siècle av. J.-C. César passe",
        "Le parc de J. F. Kennedy est grand",
        "Y vit le Dr.\u00a0Blanc avec sa famille",
        "Un n.\u00a0Un a été trouvé non loin d’ici",
        "Il dit « Oh\u202f! » et partit bien loin",
    ],
)
def test_an_abbreviation_or_exclamation_ends_no_sentence(text: str) -> None:
    left = cut(text, len(text) - 1)
    assert left == text.rsplit(" ", 1)[0] + "…"


# Words


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("une gare, et une église", "une gare…"),
        ("une gare (la très grande gare)", "une gare (la très grande…"),
        ("une gare (la gare)", "une gare…"),
        ("une gare « centrale » aussi", "une gare « centrale »…"),
        ("une gare « la centrale", "une gare…"),
        ("une gare et la gare", "une gare…"),
        ("de la gare jusqu’à l’église", "de la gare…"),
        ("une gare – la plus belle", "une gare – la plus…"),
        ("une gare – ancienne", "une gare…"),
        ("The station in the town", "The station…"),
        ("Bâtie par M. Dupont", "Bâtie…"),
        ("Longue de env. quatre lieues", "Longue de env. quatre…"),
        ("Longue, env. quatre", "Longue…"),
        ("Peuplée de 146 habitants", "Peuplée…"),
        ("Peuplée de 146\u202f249 habitants", "Peuplée…"),
        ("Peuplée de 146\u202f249\u00a0habitants", "Peuplée…"),
        ("Elle attendait... longtemps", "Elle attendait…"),
        ("جميلة، مدينة", "جميلة…"),
        ("Voir https://www.esa.int/le-mans ici", "Voir…"),
        ("東京は日本の首都、京都", "東京は日本の首都…"),
        ("東京は日本の首都だ", "東京は日本の首…"),
        ("Voici #LeMans ici", "Voici #LeMans…"),
    ],
)
def test_a_text_is_shortened_at_a_word_with_which_it_may_end(text: str, left: str) -> None:
    assert cut(text, len(text) - 1) == left


def test_a_number_is_not_parted_at_its_narrow_space() -> None:
    text = "Ici vivent heureux 146\u202f249 gens"
    assert cut(text, text.index("249")) == "Ici vivent heureux…"


@pytest.mark.parametrize("grapheme", GRAPHEMES)
def test_no_room_cuts_this_grapheme(grapheme: str) -> None:
    text = f"a{grapheme}" * 8
    ends = [shortened(text, room, len)[1] for room in range(len(text))]
    assert not [end for end in ends if cuts_a_grapheme(text, end)]


@pytest.mark.parametrize("token", UNCUT)
def test_no_room_cuts_this_link_hashtag_or_mention(token: str) -> None:
    text = f"東京、{token}。雪の町🚀" * 3
    ends = [shortened(text, room, len)[1] for room in range(len(text))]
    assert not [end for end in ends if is_inside(text, end, token)]


def test_a_word_is_not_cut_where_nothing_else_fits() -> None:
    assert cut("Carcassonne est une ville", 8) == ""


def test_a_text_without_spaces_is_cut_between_graphemes() -> None:
    assert cut("กรุงเทพมหานคร" * 30, 12) == "กรุงเทพมหาน…"


def test_a_link_that_does_not_fit_is_left_out() -> None:
    assert cut(LINK, 12) == ""


def test_punctuation_alone_does_not_become_an_ellipsis() -> None:
    assert cut(", , , , ,", 4) == ""


def test_a_backslash_stays_with_what_it_escapes() -> None:
    assert cut("a\\_" * 50, 6) == "a\\_a…"


def is_inside(text: str, end: int, token: str) -> bool:
    start = text.find(token, max(0, end - len(token) + 1))
    return 0 <= start < end < start + len(token)
