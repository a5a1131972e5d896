"""What is read of X's answers, and nothing more. Shapes: X API v2, OpenAPI 2.159."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,19}$")]


class _Model(BaseModel):
    """Unknown fields are X's to add."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _WithId(_Model):
    id: Id


class Created(_Model):
    """Of `POST /2/tweets` and `POST /2/media/upload`: what was made has an id."""

    data: _WithId


class User(_Model):
    """An account: `username` is the handle without its @."""

    id: Id
    username: str


class Me(_Model):
    """Of `GET /2/users/me`."""

    data: User


class Tweet(_Model):
    """One post of a timeline, its text as X shows it."""

    id: Id
    text: str
    author_id: Id


class _Meta(_Model):
    result_count: int
    next_token: str | None = None


class Page(_Model):
    """Of `GET /2/users/{id}/tweets`: one page, newest first."""

    data: tuple[Tweet, ...] = ()
    meta: _Meta
    errors: tuple[object, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether X shows all that it says there is: a page with errors is no empty page."""
        return not self.errors and len(self.data) >= self.meta.result_count


class Problem(_Model):
    """One of the `errors` that X gives beside, or in place of, `data`."""

    type: str = ""


class _Deletion(_Model):
    deleted: bool


class Deleted(_Model):
    """Of `DELETE /2/tweets/{id}`."""

    data: _Deletion | None = None
    errors: tuple[Problem, ...] = ()

    @property
    def is_gone(self) -> bool:
        """Whether the post is not there, deleted now or before."""
        was_gone = any(error.type.endswith("/resource-not-found") for error in self.errors)
        return was_gone or (self.data is not None and self.data.deleted)
