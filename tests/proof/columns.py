"""Columns: the points at which the service dies, once or twice, before it is let live."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_letters

from tests.proof.deaths import Death, Step
from tests.proof.scene import Failure, Moment, Platform

Point = Death | Moment


@dataclass(frozen=True, kw_only=True)
class Column:
    """Deaths of one process after the other; `letter` stands for them in the table.

    `second`: the death is at the second create, the one after the failure.
    """

    letter: str
    name: str
    points: tuple[Point, ...] = ()
    second: bool = False

    def applies_to(self, platform: Platform, failure: Failure) -> bool:
        """Whether the death can come about at all, or differs from another column's."""
        moments = {point for point in self.points if isinstance(point, Moment)}
        closes = any(isinstance(each, Death) and each.step is Step.CLOSE for each in self.points)
        return (
            moments <= platform.moments
            and (failure.at_create or not self.second)
            and (failure.all_day or not closes)
        )


def _before(step: Step, nth: int = 1) -> Death:
    return Death(step=step, after=False, nth=nth)


def _after(step: Step, nth: int = 1) -> Death:
    return Death(step=step, after=True, nth=nth)


_ARMED = _after(Step.ARM)

_ONCE: tuple[tuple[str, tuple[Point, ...]], ...] = (
    ("not killed", ()),
    ("before the Edition is opened", (_before(Step.OPEN),)),
    ("after the Edition is opened", (_after(Step.OPEN),)),
    ("after the claim", (_after(Step.CLAIM),)),
    ("after the preview, before preparing", (_after(Step.PREVIEW),)),
    ("after preparing, before arming", (_after(Step.PREPARE),)),
    ("after arming, before the create", (_ARMED,)),
    ("the create has left; the platform never acts", (Moment.LOST,)),
    ("the create has left; the platform acts after the death", (Moment.LANDS,)),
    ("the platform has acted; the answer is not read", (Moment.ACTED,)),
    ("after the create's answer, before settling", (_after(Step.CREATE),)),
    ("after a hold, before settling", (_after(Step.HOLD),)),
    ("after settling, before anybody is told", (_after(Step.SETTLE),)),
    ("before an alert is sent", (_before(Step.SEND),)),
    ("after an alert is sent, before that is on record", (_after(Step.SEND),)),
    ("after it is on record that an alert was sent", (_after(Step.TOLD),)),
    ("in doubt by the failure: before the look-up", (_before(Step.LOOK),)),
    ("in doubt by the failure: after the look-up", (_after(Step.LOOK),)),
    ("in doubt by the failure: before disarming", (_before(Step.DISARM),)),
    ("in doubt by the failure: after disarming", (_after(Step.DISARM),)),
)
_TWICE: tuple[tuple[str, tuple[Point, ...]], ...] = (
    ("after arming; then before the look-up", (_ARMED, _before(Step.LOOK))),
    ("after arming; then after the look-up", (_ARMED, _after(Step.LOOK))),
    ("after arming; then before disarming", (_ARMED, _before(Step.DISARM))),
    ("after arming; then after disarming", (_ARMED, _after(Step.DISARM))),
    ("after arming; then after arming again", (_ARMED, _ARMED)),
    ("the platform has acted; then before the look-up", (Moment.ACTED, _before(Step.LOOK))),
    ("the platform has acted; then after the look-up", (Moment.ACTED, _after(Step.LOOK))),
)
_SECOND: tuple[tuple[str, tuple[Point, ...]], ...] = (
    ("2nd create: after arming", (_after(Step.ARM, 2),)),
    ("2nd create: has left, the platform never acts", (Moment.LOST,)),
    ("2nd create: has left, the platform acts after the death", (Moment.LANDS,)),
    ("2nd create: the platform has acted", (Moment.ACTED,)),
    ("2nd create: after its answer", (_after(Step.CREATE, 2),)),
)
_CLOSING: tuple[tuple[str, tuple[Point, ...]], ...] = (
    ("before the window is closed", (_before(Step.CLOSE),)),
    ("after the window is closed, before anybody is told", (_after(Step.CLOSE),)),
)


def _columns() -> Sequence[Column]:
    named = [*_ONCE, *_TWICE, *_SECOND, *_CLOSING]
    return [
        Column(letter=letter, name=name, points=points, second=(name, points) in _SECOND)
        for letter, (name, points) in zip(ascii_letters, named, strict=False)
    ]


COLUMNS = _columns()
