"""The pixels of an HEVC picture, decoded by a process of its own.

Started as a program: a file on standard input; on standard output a line of mode, width and height,
then the pixels, or a line that begins with "-" and says why not. pi-heif was seen to crash over
damaged files, and that must not end the service.
"""

import sys


def main() -> None:
    """Decode what comes in."""
    import pi_heif

    options = pi_heif.options
    options.DECODE_THREADS = 2
    options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
    out = sys.stdout.buffer
    try:
        heif = pi_heif.open_heif(sys.stdin.buffer.read())
        pixels = heif.data  # first: the size may turn out another one
        width, height = heif.size
        out.write(f"{heif.mode} {width} {height}\n".encode())
        out.write(pixels)
    except Exception as error:  # noqa: BLE001, whatever it is, it is told, and this process ends
        out.write(f"- {error}".replace("\n", " ").encode(errors="replace") + b"\n")


if __name__ == "__main__":
    main()
