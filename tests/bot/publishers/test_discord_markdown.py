"""Nothing in a caption is taken as markdown by Discord."""

import pytest

from bot.publishers.discord.markdown import as_written


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("#UnJourUneVille #LeMans", "#UnJourUneVille #LeMans"),
        ("# Le Mans", r"\# Le Mans"),
        ("un\n### deux", "un\n\\### deux"),
        ("-# petit", r"\-# petit"),
        ("> cité", r"\> cité"),
        (">>> cité", r"\>>> cité"),
        ("- un\n  - deux", "\\- un\n  \\- deux"),
        ("+ un", r"\+ un"),
        ("24. Le Mans", r"24\. Le Mans"),
        ("24.5 km", "24.5 km"),
        ("Saint-Denis - Réunion", "Saint-Denis - Réunion"),
        ("*a* _b_ ~c~ |d| `e`", r"\*a\* \_b\_ \~c\~ \|d\| \`e\`"),
        (r"¯\_", r"¯\\\_"),
        ("[ici](https://a.fr)", r"\[ici](https://a.fr)"),
        ("<@1> <#2> <t:3>", r"\<@1> \<#2> \<t:3>"),
        ("soleil :sun: à 10:30", r"soleil \:sun: à 10:30"),
        ("https://a.fr/x_y_z*, a_b", r"https://a.fr/x_y_z*, a\_b"),
        ("  \n", ""),
    ],
)
def test_is_shown_as_written(written: str, sent: str) -> None:
    assert as_written(written) == sent
