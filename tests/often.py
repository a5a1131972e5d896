"""How many examples property tests of captions try: few by default, thousands when asked to.

    HYPOTHESIS_TIMES=50 python -m pytest tests/content/test_caption.py

tries fifty times as many.
"""

import os

_TIMES = int(os.environ.get("HYPOTHESIS_TIMES", "1"))


def often(examples: int) -> int:
    """So many examples, or so many times more as HYPOTHESIS_TIMES says."""
    return examples * _TIMES
