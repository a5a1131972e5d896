"""JumpClock: the machine's clock, ahead by what a file says; whoever reads the file agrees."""

from datetime import datetime, timedelta
from pathlib import Path

from schedules.clock import SystemClock


class JumpClock(SystemClock):
    """Shared by a service, by the ones that are started after it, and by the platform."""

    def __init__(self, file: Path) -> None:
        self._file = file
        if not file.exists():
            file.write_text("0", encoding="ascii")

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=float(self._file.read_text("ascii")))

    def jump_to(self, instant: datetime) -> None:
        ahead = (instant - super().now()).total_seconds()
        whole = self._file.with_suffix(".new")
        whole.write_text(str(ahead), encoding="ascii")
        whole.replace(self._file)
