"""The property tests of this folder, driven by a fuzzer for as long as you like.

    python -m tests.bad_input.fuzz [import|caption|date|city|settings|picture] [--seconds N]

Guided by coverage where atheris can be imported, by chance otherwise. What it finds is printed
with the words that show it again.
"""

import argparse
import base64
import importlib
import os
import random
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from functools import partial, wraps
from pathlib import Path
from types import ModuleType

from hypothesis.errors import UnsatisfiedAssumption

KINDS = {
    "import": "test_import_files",
    "caption": "test_captions",
    "date": "test_dates",
    "city": "test_city_names",
    "settings": "test_settings",
    "picture": "test_pictures",
}
SIZES = (8, 64, 512, 4_096)
"""Bytes that all choices of a test are made of."""
CORPUS = Path(".hypothesis") / "fuzz"
"""Inputs that reached something new, kept from run to run."""
SLOW = 60
"""Seconds after which one input counts as found."""

Test = Callable[[bytes], bytes | None]


def main() -> None:
    """Fuzz one kind of input, or all; ends with 1 when something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.bad_input.fuzz")
    parser.add_argument("kind", nargs="?", choices=[*KINDS])
    parser.add_argument("--seconds", type=int, default=60, help="how long (60)")
    parser.add_argument("--again", metavar="INPUT", help="show again what was found")
    given = parser.parse_args()
    kinds = [given.kind] if given.kind else [*KINDS]
    atheris = _atheris()
    if atheris:
        with atheris.instrument_imports(include=["bot", "content"]):
            tests = _tests(kinds)
    else:
        tests = _tests(kinds)
    one = partial(_run, tests, kinds if given.kind else [])
    if given.again:
        one(base64.b64decode(given.again))
    elif atheris:
        _guided(atheris, one, given.seconds, CORPUS / (given.kind or "all"))
    else:
        _by_chance(one, given.seconds)


def _atheris() -> ModuleType | None:
    try:
        return importlib.import_module("atheris")
    except ImportError:
        _say("atheris is not installed: by chance, without a guide.")
        return None


def _tests(kinds: Sequence[str]) -> list[Test]:
    """The property tests of these kinds, each as a function of bytes."""
    tests: list[Test] = []
    for kind in kinds:
        module = importlib.import_module(f"tests.bad_input.{KINDS[kind]}")
        for test in vars(module).values():
            if handle := getattr(test, "hypothesis", None):
                handle.inner_test = _telling(handle.inner_test)
                tests.append(handle.fuzz_one_input)
    return tests


def _telling(test: Callable[..., None]) -> Callable[..., None]:
    """The test; its values are told when it fails."""

    @wraps(test)
    def run(**values: object) -> None:
        try:
            test(**values)
        except UnsatisfiedAssumption:
            raise
        except Exception:
            _say(f"{test.__name__} fails with:")
            for name, value in values.items():
                _say(f"  {name} = {value!a}")
            raise

    return run


def _run(tests: Sequence[Test], kind: Sequence[str], data: bytes) -> None:
    """Run the test that the first byte says, with the others; end the program if it fails."""
    if not data:
        return
    try:
        tests[data[0] % len(tests)](data[1:])
    except Exception:  # noqa: BLE001, whatever it is, it is what we look for
        traceback.print_exc()
        again = base64.b64encode(data).decode()
        _say(" ".join(["To see it again: python -m tests.bad_input.fuzz", *kind, "--again", again]))
        os._exit(1)  # the fuzzer would write a file of its own


def _guided(atheris: ModuleType, one: Callable[[bytes], None], seconds: int, corpus: Path) -> None:
    corpus.mkdir(parents=True, exist_ok=True)
    chance = random.Random(0)
    for number in range(50):  # left alone, it would try very short inputs for a long time
        (corpus / str(number)).write_bytes(chance.randbytes(SIZES[number % len(SIZES)]))
    options = {"max_total_time": seconds, "max_len": SIZES[-1], "timeout": SLOW}
    options |= {"rss_limit_mb": 3_000, "len_control": 0}
    given = [f"-{name}={value}" for name, value in options.items()]
    atheris.Setup([sys.argv[0], *given, f"-artifact_prefix={corpus}/", f"{corpus}"], one)
    atheris.Fuzz()


def _by_chance(one: Callable[[bytes], None], seconds: int) -> None:
    chance = random.Random(0)
    began, inputs = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        one(chance.randbytes(chance.choice(SIZES)))
        inputs += 1
    _say(f"{inputs:,} inputs, nothing found.")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
