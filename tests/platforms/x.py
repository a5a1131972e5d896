"""XServer: an honest X API v2, as far as a daily post needs it.

Requests and answers are held against X's OpenAPI file where it is at hand.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from aiohttp import web
from PIL import Image, UnidentifiedImageError
from twitter_text import extract_urls_with_indices, parse_tweet

from bot.testing import Delivered, Failure, Recorded, ScriptedServer
from schedules.clock import SystemClock
from tests.platforms.openapi import X, specification
from tests.platforms.x_oauth import Doorkeeper, Keys
from tests.platforms.x_words import Trouble, epoch, invalid, problem, refusal, words

STRANGER = "2244994945"
LARGEST_IMAGE = 5 * 1024 * 1024
WINDOW = timedelta(minutes=15)

_SNOWFLAKE_EPOCH_MS = 1_288_834_974_657


@dataclass(kw_only=True)
class Media:
    """An uploaded picture."""

    data: bytes
    alt: str = ""


@dataclass(frozen=True, kw_only=True)
class Tweet:
    """A post as X holds it. It is in the timeline from `visible_from` and that look-up on."""

    id: str
    author_id: str
    text: str
    media: tuple[Media, ...] = field(repr=False)
    created_at: datetime
    visible_from: datetime
    visible_at_look_up: int = 0


class XServer(ScriptedServer):
    """One account at X, whose credentials are `keys`; strangers post beside it."""

    def __init__(
        self,
        *,
        keys: Keys | None = None,
        username: str = "UnJourUneVille",
        now: Callable[[], datetime] | None = None,
        keep_alive: bool = False,
    ) -> None:
        super().__init__(keep_alive=keep_alive)
        self.keys = keys or Keys()
        prefix = self.keys.access_token.partition("-")[0]
        self.user_id = prefix if prefix.isdigit() else "370773112"
        self.username = username
        self.access_level = "read-write"
        self.look_ups_until_visible = 0
        """How many look-ups do not show a new post yet."""
        self.time_until_visible = timedelta()
        """How long a new post is missing in the timeline."""
        self.timeline_of_everybody = False
        """A careless gateway: the timeline shows strangers' posts too."""
        self.endless_timeline = False
        """A broken gateway: each page names a next one."""
        self.refuses_duplicates = True
        """X refuses a text that the account has; for how long it remembers one is not known."""
        self.tweets: list[Tweet] = []
        self.objections: list[str] = []
        """Why requests were answered 401."""
        self._now = now or SystemClock().now
        self._doorkeeper = Doorkeeper(keys=self.keys, now=self._now)
        self._media: dict[str, Media] = {}
        self._look_ups = 0
        self._specification = specification(X)

    def is_create(self, request: Recorded) -> bool:
        """`POST /2/tweets`."""
        return (request.method, request.path) == ("POST", "/2/tweets")

    def delivered(self) -> list[Delivered]:
        """Our account's posts that are there now, oldest first; the texts are as sent."""
        return [
            Delivered(
                remote_id=tweet.id,
                text=tweet.text,
                images=[media.data for media in tweet.media],
                alts=[media.alt for media in tweet.media],
            )
            for tweet in self.tweets
            if tweet.author_id == self.user_id
        ]

    def post(self, text: str, *, author_id: str | None = None, ago: timedelta = timedelta()) -> str:
        """Put a post there without the API, by our account unless said otherwise; its id."""
        return self._store(text, (), author_id or self.user_id, self._now() - ago).id

    async def answer(self, request: Recorded) -> web.StreamResponse:
        """What X does with this request."""
        if objection := self._doorkeeper.objection(request):
            self.objections.append(objection)
            return self.refusal(Failure.UNAUTHORIZED)
        for method, pattern, action in (
            ("POST", r"/2/tweets", self._create),
            ("POST", r"/2/media/upload", self._upload),
            ("POST", r"/2/media/metadata", self._describe),
            ("GET", r"/2/users/me", self._me),
            ("GET", r"/2/users/(?P<id>[^/]+)/tweets", self._timeline),
            ("DELETE", r"/2/tweets/(?P<id>[^/]+)", self._delete),
        ):
            match = re.fullmatch(pattern, request.path)
            if request.method == method and match:
                template = re.sub(r"\(\?P<id>[^)]+\)", "{id}", pattern)
                return self._answered(request, template, action, match.groupdict())
        return problem(404, "Not Found", "Not Found")

    def refusal(self, failure: str) -> web.Response:
        """In X's own words."""
        return refusal(failure, now=self._now(), url=self.url)

    def _answered(
        self,
        request: Recorded,
        template: str,
        action: Callable[[Recorded, str], web.Response],
        found: Mapping[str, str],
    ) -> web.Response:
        """The action's answer, request and answer held against the specification."""
        method = request.method
        self._specification.check_query(method, template, request.query)
        if method == "POST":
            if request.content_type != "application/json":
                return invalid("content-type", f"not supported: {request.content_type!r}")
            self._specification.check_request(method, template, request.json)
        response = action(request, found.get("id", ""))
        given = json.loads(response.text or "null")
        self._specification.check_response(
            method, template, response.status, given, response.content_type
        )
        response.headers["x-access-level"] = self.access_level
        response.headers.setdefault("x-rate-limit-limit", "100")
        response.headers.setdefault("x-rate-limit-remaining", str(100 - self.creates))
        response.headers.setdefault("x-rate-limit-reset", epoch(self._now() + WINDOW))
        return response

    def _create(self, request: Recorded, _: str) -> web.Response:
        text: str = request.json["text"]
        ids: list[str] = request.json.get("media", {}).get("media_ids", [])
        if unknown := [media_id for media_id in ids if media_id not in self._media]:
            return invalid("media.media_ids", "Your media IDs are invalid.", unknown)
        if not parse_tweet(text).valid:
            return problem(403, "Forbidden", "Your Tweet text is too long.")
        ours = [tweet.text for tweet in self.tweets if tweet.author_id == self.user_id]
        if self.refuses_duplicates and text in ours:
            return self.refusal(Trouble.DUPLICATE)
        media = tuple(self._media[media_id] for media_id in ids)
        tweet = self._store(text, media, self.user_id, self._now())
        shown = {"id": tweet.id, "text": shown_text(tweet), "edit_history_tweet_ids": [tweet.id]}
        return web.json_response({"data": shown}, status=201)

    def _upload(self, request: Recorded, _: str) -> web.Response:
        try:
            data = base64.b64decode(request.json["media"], validate=True)
            with Image.open(BytesIO(data)) as image:
                media_type = Image.MIME[image.format or ""]
        except (binascii.Error, UnidentifiedImageError):
            return invalid("media", "media type unrecognized.")
        if len(data) > LARGEST_IMAGE or media_type != request.json.get("media_type"):
            return invalid("media", f"File size exceeds 5 MB, or not {media_type}.")
        media_id = self._next_id(self._now())
        self._media[media_id] = Media(data=data)
        uploaded = {
            "id": media_id,
            "media_key": f"3_{media_id}",
            "size": len(data),
            "expires_after_secs": 86400,
        }
        return web.json_response({"data": uploaded, "meta": {}})

    def _describe(self, request: Recorded, _: str) -> web.Response:
        media = self._media.get(request.json["id"])
        if media is None:
            return invalid("id", "Your media ID is invalid.")
        media.alt = request.json["metadata"]["alt_text"]["text"]
        if len(media.alt) > 1000:
            return invalid("metadata.alt_text.text", "longer than 1000 characters")
        given = {"id": request.json["id"], "associated_metadata": request.json["metadata"]}
        return web.json_response({"data": given})

    def _me(self, request: Recorded, _: str) -> web.Response:
        user = {"id": self.user_id, "name": "Un jour, une ville", "username": self.username}
        return web.json_response({"data": user})

    def _timeline(self, request: Recorded, user_id: str) -> web.Response:
        if user_id not in (self.user_id, STRANGER):
            error = words(200, "Not Found Error", "Could not find user.", "resource-not-found")
            return web.json_response({"errors": [error]})
        since = datetime.fromisoformat(request.query.get("start_time", "2010-11-06T00:00:00Z"))
        tweets = [
            tweet
            for tweet in sorted(self.tweets, key=lambda tweet: int(tweet.id), reverse=True)
            if (tweet.author_id == user_id or self.timeline_of_everybody)
            and tweet.created_at.replace(microsecond=0) >= since
            and tweet.visible_from <= self._now()
            and tweet.visible_at_look_up <= self._look_ups
        ]
        self._look_ups += 1
        start = int(request.query.get("pagination_token", "0"), 36)
        end = start + int(request.query.get("max_results", "10"))
        page = tweets[start:end]
        fields = {"id", "text", *request.query.get("tweet.fields", "").split(",")}
        data = [
            {name: value for name, value in _public(tweet).items() if name in fields}
            for tweet in page
        ]
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
        if end < len(tweets) or self.endless_timeline:
            meta["next_token"] = _base36(end)
        return web.json_response({"data": data, "meta": meta} if data else {"meta": meta})

    def _delete(self, request: Recorded, tweet_id: str) -> web.Response:
        tweet = next((tweet for tweet in self.tweets if tweet.id == tweet_id), None)
        if tweet is None:
            detail = f"Could not find tweet with id: [{tweet_id}]."
            return problem(404, "Not Found Error", detail, kind="resource-not-found")
        if tweet.author_id != self.user_id:
            return problem(403, "Forbidden", "You are not authorized to delete this Tweet.")
        self.tweets.remove(tweet)
        return web.json_response({"data": {"deleted": True}})

    def _store(
        self, text: str, media: tuple[Media, ...], author_id: str, created_at: datetime
    ) -> Tweet:
        tweet = Tweet(
            id=self._next_id(created_at),
            author_id=author_id,
            text=text,
            media=media,
            created_at=created_at,
            visible_from=created_at + self.time_until_visible,
            visible_at_look_up=self._look_ups + self.look_ups_until_visible,
        )
        self.tweets.append(tweet)
        return tweet

    def _next_id(self, at: datetime) -> str:
        """A snowflake: milliseconds since X's epoch, then a sequence; no two alike."""
        snowflake = (int(at.timestamp() * 1000) - _SNOWFLAKE_EPOCH_MS) << 22
        taken = {int(tweet.id) for tweet in self.tweets} | {int(id_) for id_ in self._media}
        while snowflake in taken:
            snowflake += 1
        return str(snowflake)


def shown_text(tweet: Tweet) -> str:
    """As X shows it: links become t.co, pictures have one more at the end, three are escaped."""
    text = tweet.text.strip()
    for link in reversed(extract_urls_with_indices(text)):
        start, end = link["indices"]
        text = f"{text[:start]}https://t.co/{_base36(hash(link['url']) % 36**10)}{text[end:]}"
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"{text} https://t.co/{_base36(int(tweet.id) % 36**10)}" if tweet.media else text


def _public(tweet: Tweet) -> dict[str, Any]:
    return {
        "id": tweet.id,
        "text": shown_text(tweet),
        "author_id": tweet.author_id,
        "created_at": tweet.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"
