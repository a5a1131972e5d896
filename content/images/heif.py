"""HEIC and AVIF: what libvips does not tell of them, and the pixels that it cannot decode."""

import errno
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Timer
from typing import TYPE_CHECKING, TypeVar

from content.images.unusable import UnusablePicture, damaged
from content.phrase import Phrase
from content.picture_files import Kind, libvips, load

if TYPE_CHECKING:
    import pyvips

T = TypeVar("T")

LONGEST_DECODING = 60.0
"""Seconds that a picture may take: many times what 150 megapixels do."""

_DECODER = Path(__file__).with_name("hevc.py")
_FROM_OUTSIDE = (-signal.SIGHUP, -signal.SIGINT, -signal.SIGTERM, -signal.SIGKILL)
_BANDS = {"L": 1, "RGB": 3, "RGBA": 4, "RGBa": 4}
_DISPLAY_P3 = 12
_HDR = (16, 18)  # PQ, HLG
_MOST_BOXES = 1000


def refuse_hdr(data: bytes) -> None:
    """Raise UnusablePicture for what only the screens know to show that it was made for.

    For a file without a profile. The numbers are those of ITU-T H.273.
    """
    curves = [curve for _, curve in _codes(data)]
    # A picture for all screens may have one for HDR with it.
    if curves and all(curve in _HDR for curve in curves):
        raise UnusablePicture(
            Phrase(
                "This picture is made for HDR screens, and would look pale on all others. Save it"
                " as JPEG and try again."
            )
        )


def is_display_p3(data: bytes) -> bool:
    """Whether its colours are those of a phone's screen, said by number and not by a profile."""
    return {colours for colours, _ in _codes(data)} == {_DISPLAY_P3}


def decoded(data: bytes, size: tuple[int, int], use: Callable[["pyvips.Image"], T]) -> T:
    """What `use` makes of the pixels of an HEVC picture, for which libvips has no decoder.

    Raises UnusablePicture, also when the picture has not the `size` that its header says; and
    InterruptedError where somebody else ended the decoder, which says nothing of the picture.
    """
    mode, pixels = _decoded_apart(data, size)
    image = libvips().Image.new_from_memory(pixels, *size, _BANDS[mode], "uchar")
    image = image.copy(interpretation="b-w" if mode == "L" else "srgb")
    if mode == "RGBa":
        image = image.unpremultiply().cast("uchar")
    profile = "icc-profile-data"
    header = load(data, Kind.HEIC)
    if header.get_typeof(profile):
        image.set_type(libvips().GValue.blob_type, profile, header.get(profile))
    return use(image)


def _decoded_apart(data: bytes, size: tuple[int, int]) -> tuple[str, bytes]:
    command = [sys.executable, "-P", str(_DECODER)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as decoder:  # noqa: S603, it is ours
        too_slow = Event()

        def stop() -> None:
            too_slow.set()
            decoder.kill()

        timer = Timer(LONGEST_DECODING, stop)
        timer.start()
        try:
            if decoder.stdin is None or decoder.stdout is None:
                raise RuntimeError("the decoder has no pipes")
            with suppress(OSError), decoder.stdin:  # it may have ended: its answer says why
                decoder.stdin.write(data)
            answer = decoder.stdout.readline(1000).decode().strip()
            if answer.startswith("-"):
                raise damaged(answer.removeprefix("- "))
            if not answer:
                raise _gave_up(decoder, too_slow)
            mode, width, height = answer.split()
            if (int(width), int(height)) != size or mode not in _BANDS:
                raise damaged(f"{mode} of {width} × {height} where {size} was said")
            most = size[0] * size[1] * _BANDS[mode]
            pixels = decoder.stdout.read(most)
            if len(pixels) < most:
                raise _gave_up(decoder, too_slow)
            return mode, pixels
        finally:
            timer.cancel()
            decoder.kill()


def _gave_up(decoder: "subprocess.Popen[bytes]", too_slow: Event) -> Exception:
    """A stop of the machine or of the service, and a lack of memory, end the decoder too."""
    ended_by = decoder.wait()
    if ended_by in _FROM_OUTSIDE and not too_slow.is_set():
        return InterruptedError(
            errno.EINTR,
            f"it was ended from outside (signal {-ended_by}); see that there is memory for it, and"
            " try again",
            "the decoder of HEIC pictures",
        )
    return damaged(Phrase("the decoder gave up"))


def _codes(data: bytes) -> list[tuple[int, int]]:
    """The colours and the curve that each picture of the file says it has."""
    mark, codes, at = b"colrnclx", [], 0
    for _ in range(_MOST_BOXES):
        at = data.find(mark, at)
        if at < 0 or at + 12 > len(data):
            break
        at += len(mark)
        numbers = data[at : at + 2], data[at + 2 : at + 4]
        codes.append((int.from_bytes(numbers[0], "big"), int.from_bytes(numbers[1], "big")))
    return codes
