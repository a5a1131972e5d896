"""XPublisher: one X account as a Destination."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from bot.http import Answer, already_gone, read
from bot.look import Look
from bot.platform import Surroundings
from bot.publishers.twitter.answers import Created, Deleted, Me, Page, User
from bot.publishers.twitter.client import XClient
from bot.publishers.twitter.errors import told_apart
from bot.publishers.twitter.look import look
from bot.publishers.twitter.oauth import Credentials
from bot.publishers.twitter.prices import POST, POST_WITH_LINK, price
from bot.publishers.twitter.same_text import is_same_text
from bot.publishers.twitter.settings import TwitterSettings
from bot.settings import section_prefix
from content.phrase import Phrase, in_a_row
from content.post import DerivedImage, Limits, Post, Rendering
from content.render import render
from content.typed import shown
from content.x_text import count_x_weighted, without_x_links, x_links
from schedules.errors import AuthExpired, Permanent, Transient
from schedules.publisher import Account, Prepared, Receipt

UPLOAD_PATIENCE = 6
"""A picture of 5 MB may take this many times the timeout of a plain request."""
CLOCK_SKEW = timedelta(minutes=10)
"""A look-up begins this much earlier: X's clock dates the post, ours dated the create."""
PAGE_SIZE = 100
MOST_PAGES = 32
"""X shows an account's 3,200 latest posts (`GET /2/users/{id}/tweets`)."""


class XPublisher:
    """Posts to X: pictures through API v2, the post through tweepy, and one create request."""

    visible_after = timedelta(seconds=30)

    def __init__(self, settings: TwitterSettings, surroundings: Surroundings) -> None:
        self.destination = surroundings.destination
        self.language: str = settings.language
        # Sources: X's twitter-text configuration v3 for the text; docs.x.com for the pictures
        # (tweet_image: 5 MB, JPEG, PNG, WebP; four to a post) and AltText of its OpenAPI file.
        self.limits = Limits(
            text=280,
            count=count_x_weighted,
            images=4,
            image_bytes=5_000_000,
            image_side=4096,
            image_types=("image/jpeg", "image/png", "image/webp"),
            alt=1000,
            links=settings.links,
        )
        self.monthly_budget = settings.monthly_budget
        self._settings = section_prefix(self.destination)
        self._clock = surroundings.clock
        self._access_token_owner = settings.access_token.get_secret_value().partition("-")[0]
        self._user: User | None = None
        self._client = XClient(
            api_url=settings.api_url,
            credentials=Credentials(
                api_key=settings.api_key.get_secret_value(),
                api_secret=settings.api_secret.get_secret_value(),
                access_token=settings.access_token.get_secret_value(),
                access_token_secret=settings.access_token_secret.get_secret_value(),
            ),
            timeout=settings.timeout,
            clock=surroundings.clock,
        )

    def __repr__(self) -> str:
        return f"XPublisher(destination={self.destination!r}, language={self.language!r})"

    @property
    def look(self) -> Look:
        """By the account's own name, once `check` or a look-up has asked for it."""
        handle = self._user.username if self._user else ""
        return look(name=handle or self.destination, handle=handle)

    def preview(self, post: Post) -> Rendering:
        """The caption within 280 weighted characters, without links unless they are asked for."""
        if self.limits.links:
            rendering = render(post, self.limits)
            return replace(rendering, remarks=(*rendering.remarks, *_billed(rendering.text)))
        parts = tuple(replace(part, text=without_x_links(part.text)) for part in post.parts)
        rendering = replace(render(replace(post, parts=parts), self.limits), post=post)
        if left := x_links(rendering.text):
            problem = Phrase(
                "X would make a link of “{link}”, which costs thirteen times a plain post",
                link=shown(left[0]),
            )
            return replace(rendering, problems=(*rendering.problems, problem))
        return replace(rendering, remarks=(*rendering.remarks, *self._spared(post, rendering.text)))

    @property
    def how_to_spend_less(self) -> str:
        """What an operator can set, here and at X."""
        links = ""
        if self.limits.links:
            links = (
                f"A post with a link costs ${POST_WITH_LINK} instead of ${POST}:"
                f" {self._settings}LINKS=false writes none. "
            )
        return f"{links}X itself stops at the spending limit that you set at console.x.com."

    def price(self, text: str, *, pictures: int, attempts: int) -> Decimal:
        """By X's price list."""
        return price(text, pictures=pictures, attempts=attempts)

    async def prepare(self, rendering: Rendering) -> Prepared:
        """Upload each picture, then its alt text. X drops what no post uses after a day."""
        if rendering.problems:
            raise Permanent(in_a_row(rendering.problems))
        with told_apart(self._clock):
            media = [await self._upload(image) for image in rendering.images]
        return Prepared(rendering=rendering, media=tuple(media))

    async def publish(self, prepared: Prepared, *, key: str) -> Receipt:
        """One `POST /2/tweets`. X has no idempotency key, so that `key` is not sent."""
        with told_apart(self._clock, creating=True):
            answer: Answer = await self._client.create_tweet(
                text=prepared.rendering.text, media_ids=list(prepared.media) or None
            )
            return self._receipt(read(Created, answer).data.id)

    async def find_existing(
        self, rendering: Rendering, *, key: str, since: datetime
    ) -> Receipt | None:
        """The post with this text in the account's own timeline, or None."""
        with told_apart(self._clock):
            user_id = await self._user_id()
            token: str | None = None
            for _ in range(MOST_PAGES):
                page = await self._page(user_id, since - CLOCK_SKEW, token)
                for tweet in page.data:
                    if tweet.author_id == user_id and is_same_text(
                        sent=rendering.text, shown=tweet.text
                    ):
                        return self._receipt(tweet.id)
                token = page.meta.next_token
                if token is None:
                    return None
        raise Transient("X's timeline did not come to an end. It is looked through again.")

    async def delete(self, remote_id: str) -> None:
        """Delete the post; one that X does not know is gone."""
        if not (remote_id.isascii() and remote_id.isdigit()):
            raise Permanent(f"{remote_id!r} is no id of a post on X.")
        with told_apart(self._clock), already_gone(404):
            answer: Answer = await self._client.delete_tweet(remote_id)
            if not read(Deleted, answer).is_gone:
                raise Permanent(f"X did not delete post {remote_id}. Delete it on X itself.")

    async def check(self) -> Account:
        """Who the token belongs to. X names the token's rights in a header of every answer."""
        with told_apart(self._clock):
            answer: Answer = await self._client.get_me()
            user = self._user = read(Me, answer).data
        rights = answer.headers.get("x-access-level", "write")
        if "write" not in rights:
            raise AuthExpired(
                f"X lets this access token only {rights}. Give the app Read and Write permission, "
                "then make a new access token."
            )
        return Account(name=f"@{user.username}", url=f"https://x.com/{user.username}")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _upload(self, image: DerivedImage) -> str:
        """The id of the picture at X, its alt text given."""
        upload = {
            "media": base64.b64encode(image.data).decode("ascii"),
            "media_category": "tweet_image",
            "media_type": image.media_type,
        }
        answer = await self._client.request(
            "POST", "/2/media/upload", json=upload, patience=UPLOAD_PATIENCE
        )
        media_id = read(Created, answer).data.id
        described = {"id": media_id, "metadata": {"alt_text": {"text": image.alt}}}
        await self._client.request("POST", "/2/media/metadata", json=described)
        return media_id

    async def _page(self, user_id: str, since: datetime, token: str | None) -> Page:
        answer: Answer = await self._client.get_users_tweets(
            user_id,
            start_time=since,
            max_results=PAGE_SIZE,
            exclude=["retweets", "replies"],
            tweet_fields=["author_id"],
            pagination_token=token,
            user_auth=True,
        )
        page = read(Page, answer)
        if not page.is_whole:
            raise Transient("X shows only a part of the timeline. It is looked through again.")
        return page

    async def _user_id(self) -> str:
        """Before its first "-" X's access token has the account's id; other servers' may not."""
        if self._access_token_owner.isascii() and self._access_token_owner.isdigit():
            return self._access_token_owner
        if self._user is None:
            answer: Answer = await self._client.get_me()
            self._user = read(Me, answer).data
        return self._user.id

    def _spared(self, post: Post, text: str) -> tuple[Phrase, ...]:
        """A remark for each link of the Post that stands in the text, but is none there."""
        links = dict.fromkeys(link for part in post.parts for link in x_links(part.text))
        return tuple(
            Phrase(
                "X would make a link of “{link}” and bill ${dear} instead of ${cheap}: it is"
                " written so that X does not ({setting}).",
                link=link,
                dear=POST_WITH_LINK,
                cheap=POST,
                setting=f"{self._settings}LINKS=false",
            )
            for link in links
            if without_x_links(link) in text
        )

    def _receipt(self, remote_id: str) -> Receipt:
        """X leads from "i/web" to the account where its name is not known yet."""
        name = self._user.username if self._user else "i/web"
        return Receipt(remote_id=remote_id, url=f"https://x.com/{name}/status/{remote_id}")


def _billed(text: str) -> tuple[Phrase, ...]:
    links = x_links(text)
    if not links:
        return ()
    return (
        Phrase(
            "This post holds a link (“{link}”): X bills ${dear} instead of ${cheap}.",
            link=links[0],
            dear=POST_WITH_LINK,
            cheap=POST,
        ),
    )
