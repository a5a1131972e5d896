"""What a measurement says."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """What was measured, against a floor that was measured in the same run, both in `unit`.

    `aim`: the highest ratio that is wanted; None where none was set.
    """

    what: str
    measured: float
    floor: float
    unit: str
    aim: float | None = None

    @property
    def ratio(self) -> float:
        """How many times the floor."""
        return self.measured / self.floor

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None where there is none."""
        return None if self.aim is None else self.ratio <= self.aim
