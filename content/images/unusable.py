"""Why a picture cannot be used."""


class UnusablePicture(ValueError):
    """A picture that cannot be posted. The message tells an admin why, and what would help."""


def damaged(reason: object) -> UnusablePicture:
    """Of a file that ends too early or holds what its kind does not know.

    Of a decoder's many lines the first that tells something is quoted.
    """
    lines = [line.strip() for line in str(reason).splitlines()]
    told = (line for line in lines if line and not line.startswith("source: bad seek"))
    line = next(told, "its header makes no sense")[:200]
    return UnusablePicture(f"This picture is damaged or cut short ({line}). Upload it again.")
