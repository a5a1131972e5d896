"""Addresses in messages, behind words."""

from urllib.parse import quote

_OF_ADDRESSES = "%/:?#[]@!$&'*+,;=~"
"""What stays as it is in an address: neither a bracket nor a blank ends the link early."""


def masked_link(words: str, url: str) -> str:
    """A masked link; the words alone for what is no address that Discord would link."""
    if not url.startswith(("https://", "http://")):
        return words
    return f"[{words}](<{quote(url, safe=_OF_ADDRESSES)}>)"
