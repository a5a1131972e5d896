"""Counting text as most platforms count it. X's own rule stands in `content/x_text.py`."""


def count_characters(text: str) -> int:
    """Unicode code points, as Discord and the gallery count."""
    return len(text)
