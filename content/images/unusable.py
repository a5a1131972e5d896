"""Why a picture cannot be used."""

from content.phrase import Phrase


class UnusablePicture(ValueError):
    """A picture that cannot be posted. The message tells an admin why, and what would help."""


def damaged(reason: object) -> UnusablePicture:
    """Of a file that ends too early or holds what its kind does not know.

    Of a decoder's many lines the first that tells something is quoted.
    """
    lines = [line.strip() for line in str(reason).splitlines()]
    told = (line for line in lines if line and not line.startswith("source: bad seek"))
    line = next(told, "")[:200] or Phrase("its header makes no sense")
    return UnusablePicture(
        Phrase(
            "This picture is damaged or cut short ({reason}). Upload it again.",
            reason=reason if isinstance(reason, Phrase) else line,
        )
    )
