"""Why a picture cannot be used."""


class UnusablePicture(ValueError):
    """A picture that cannot be posted. The message tells an admin why, and what would help."""


def damaged(reason: object) -> UnusablePicture:
    """Of a file that ends too early or holds what its kind does not know."""
    line = " ".join(str(reason).split())[:200]
    return UnusablePicture(f"This picture is damaged or cut short ({line}). Upload it again.")
