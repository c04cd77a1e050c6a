"""What the rules speak of: items (a chain of bodies, a person with posts, a program), groups of them, clauses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kg.records import Mention, Role

__all__ = ["BODIES", "CLOSE", "OPEN", "Clause", "Group", "Hit", "Item", "Post", "free_roles", "read_items"]

BODIES = frozenset({"Organization", "Place"})
_MANY = ("各", "每个", "每", "其他", "一些", "许多", "部分", "多个", "所有", "这些", "不少", "一个", "一家", "某", "两个",
         "三个", "四个", "五个", "六个", "几个", "多家")  # fmt: skip
OPEN, CLOSE = "“‘《「『〈", "”’》」』〉"


@dataclass(slots=True)
class Post:
    """A post of a person: the role, the body when the same sentence names it, and what stands between the two."""

    role: Role
    body: Item | None
    carried: bool = False  # the body was named for an earlier post of the list


@dataclass(slots=True)
class Item:
    """A phrase of the sentence that names something: a chain of bodies (its last one counts), a person with posts, a program…

    `start` and `end` include quotation marks; `left` and `right` include the posts before it and the noun behind it.
    """

    start: int
    end: int
    mention: Mention
    chain: tuple[Mention, ...]
    left: int
    right: int
    posts: list[Post] = field(default_factory=list)
    owned: bool = False  # 千丰社区 in 千丰社区书记张三, or in 千丰社区书记 without a name: no party by itself
    people: bool = False  # 纪工委工作人员: the body acts through its people

    @property
    def type(self) -> str:
        return self.mention.type

    @property
    def is_body(self) -> bool:
        return self.mention.type in BODIES

    def body(self) -> Item | None:
        """Whom a person speaks for: the body of the first post."""
        return next((post.body for post in self.posts if post.body is not None), None)


@dataclass(slots=True)
class Group:
    """Coordinated items (A、B和C) with what joins each to the one before, and the preposition that governs them."""

    items: list[Item]
    joints: list[str]
    preposition: str = ""

    @property
    def start(self) -> int:
        return self.items[0].left

    @property
    def end(self) -> int:
        return self.items[-1].right


@dataclass(frozen=True, slots=True)
class Hit:
    """A verb or trigger word of the text."""

    start: int
    end: int
    word: str


@dataclass(slots=True)
class Clause:
    """A stretch between commas. `speech`: somebody says what follows."""

    start: int
    end: int
    groups: list[Group]
    speech: bool = False


def read_items(text: str, mentions: Sequence[Mention]) -> Iterator[Item]:
    item: Item | None = None
    vague = -1  # where the last noun ended that means many: 各社区, and 小区 behind it in 各社区、小区
    for mention in mentions:
        if mention.kind == "pointer":
            listed = vague >= 0 and text[vague : mention.start] in ("、", "和", "及")
            if listed or text.endswith(_MANY, 0, mention.start):
                vague = mention.end
                continue
        start, end = mention.start, mention.end
        if start > 0 and end < len(text) and text[start - 1] in OPEN and text[end] in CLOSE:
            start, end = start - 1, end + 1
        if item is not None:
            both = item.mention.type in BODIES and mention.type in BODIES
            split = text[item.end - 1] in CLOSE and text[start] in OPEN
            if both and item.end == start and not split:
                item = Item(item.start, end, mention, (*item.chain, mention), item.start, end)
                continue
            yield item
        item = Item(start, end, mention, (mention,), start, end)
    if item is not None:
        yield item


def free_roles(roles: Sequence[Role], mentions: Sequence[Mention]) -> Iterator[Role]:
    """The roles outside the names; of one that begins in a name, what goes beyond it."""
    for role in roles:
        start = role.start
        for mention in mentions:
            if mention.start < role.end and start < mention.end:
                if mention.kind != "name" and mention.start >= role.start:
                    continue  # 社区 as a pointer in the role 社区党支部书记
                start = max(start, mention.end)
        if start < role.end:
            text = role.text[-(role.end - start) :] if start > role.start else role.text
            yield Role(start, role.end, text, role.former)
