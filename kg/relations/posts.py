"""Posts before names: 康乾街道千丰社区党总支书记、居委会主任姚鹏飞, and lists of such phrases."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.records import Role, Word
from kg.relations.items import Item, Post

if TYPE_CHECKING:
    from kg.relations.verbs import Verbs

__all__ = ["attach_posts"]

_LIST = re.compile(r"(?:、|，|和|与|及|以及|暨|；)$")
# what a body and its role may have between them
_BETWEEN = re.compile(r"(?:的|(?:今年)?\d+岁的?|[^，。；：！？、“”‘’的在是为与和对]{0,10})$")
_NEXT_ROLE = re.compile(r"(?:、|，|兼|兼任|和|及|暨|，兼|、兼)?[^，。；：！？、“”‘’的在是为与和对]{0,6}$")
_NEXT_NAME = re.compile(r"(?:(?:、[一-龥·]{2,4}){0,2}(?:、|和|与|及|以及))$")  # a name that nobody found may stand in the list
_ASIDE = re.compile(r"（[^（）]{1,6}）")  # 李明（右）、周文
_OFFICES = (
    "办", "部", "科", "室", "会", "局", "处", "站", "中心", "院", "组", "队", "司", "委", "厅", "股", "系", "所", "线", "片",
)  # fmt: skip
_BODIES = (
    "村", "社区", "镇", "乡", "街道", "小区", "公司", "学校", "小学", "中学", "大学", "学院", "医院", "卫生院", "法庭", "派出所",
    "合作社", "集团", "幼儿园",
)  # fmt: skip
_HEADS = ("董事长", "总经理", "理事长", "创始人", "法定代表人", "董事长兼总经理")  # one person may head several firms
_MARKS = ("、", "，", "和", "及", "兼", "与")
_TO_NAME = re.compile(r"(?:同志|[ 　]|——|：)?$")


def attach_posts(text: str, items: Sequence[Item], roles: Sequence[Role], words: Sequence[Word], verbs: Verbs) -> None:
    """Gives the persons among `items` their posts, and marks the bodies that only say whose post or people it is."""
    reader = _Reader(text, verbs)
    tokens: list[tuple[int, Item | Role]] = [(item.start, item) for item in items]
    tokens += [(role.start, role) for role in roles]
    tokens.sort(key=lambda token: token[0])
    for _, token in tokens:
        reader.read(token)
    reader.finish()
    for item in items:
        if item.is_body and not item.owned:
            _noun_behind(text, item, words, verbs)


class _Reader:
    """Goes over items and roles from left to right and remembers the list it stands in."""

    def __init__(self, text: str, verbs: Verbs) -> None:
        self.text, self.verbs = text, verbs
        self.last: Item | Role | None = None
        self.bodies: list[Item] = []  # coordinated bodies that end where we stand
        self.posts: list[Post] = []  # roles read, no name yet
        self.run: tuple[list[Item], list[Post]] = ([], [])  # what the persons of the list share
        self.people: list[Item] = []
        self.carry: Item | None = None
        self.near: Item | None = None  # the body right before the last name: 青山小学李明老师

    def read(self, token: Item | Role) -> None:
        if isinstance(token, Role):
            self._role(token)
        elif token.is_body:
            self._body(token)
        elif token.type == "Person":
            self._person(token)
        else:
            self._drop()
        self.last = token

    def finish(self) -> None:
        self._drop()

    def _gap(self, start: int) -> str:
        if self.last is None:
            return "\n"
        end = self.last.end if isinstance(self.last, Role) else self.last.right
        return self.text[end:start]

    def _body(self, item: Item) -> None:
        listed = bool(_LIST.match(self._gap(item.start)))
        if isinstance(self.last, Role) and self.posts:
            if not listed:
                self._headless()
            self.bodies = [item]
            return
        if isinstance(self.last, Item) and self.last.is_body and listed and "，" not in self._gap(item.start):
            self.bodies.append(item)
        else:
            self._close_people()
            self.bodies = [item]

    def _role(self, role: Role) -> None:
        gap = self._gap(role.start)
        last = self.last
        if isinstance(last, Item) and last.is_body and self._modifier(_BETWEEN, gap):
            unnamed = gap.endswith(_BODIES)  # 青山镇某某村护林员: of a body inside, which nobody found
            self.posts.append(Post(_widened(role, gap), None if unnamed else last, unnamed))
            last.owned = last.owned or unnamed
        elif isinstance(last, Role) and self.posts and self._modifier(_NEXT_ROLE, gap):
            body = self.posts[-1].body
            more = gap.lstrip("、，兼任和及")
            if more and not more.endswith(_OFFICES):
                return  # 国家主席 after 中共中央总书记: of another body, which has no name here
            self.posts.append(Post(_widened(role, more), body, self.posts[-1].carried))
        elif isinstance(last, Item) and last.type == "Person" and gap == "":
            if not any(post.role.text == role.text for post in last.posts):
                last.posts.append(Post(role, self.near if self.near is not None else last.body()))
                last.right = role.end
            self._close_people()
        elif isinstance(last, Item) and last.type == "Person" and gap[:1] in _MARKS and self._modifier(_NEXT_ROLE, gap):
            self._close_people()
            more = gap.lstrip("、，兼任和及")
            carry = self.carry if not more or more.endswith(_OFFICES) else None
            self.posts = [Post(_widened(role, more), carry, carry is not None)]
        else:
            self._drop()
            self.posts = [Post(role, None)]

    def _modifier(self, pattern: re.Pattern[str], gap: str) -> bool:
        words = self.verbs.words
        acts = gap in words["leads"] and gap not in words["senders"]  # 社区组织居民, but 公司派出技术员张三
        if not pattern.match(gap) or acts or gap in words["prepositions"]:
            return False
        return len(gap) < 3 or not self.verbs.contains(gap)

    def _names(self, gap: str) -> bool:
        """Whether a name follows the role: 书记张三, 时任书记的张三."""
        if gap != "的":
            return bool(_TO_NAME.match(gap))
        first = self.posts[0]
        start = first.body.left if first.body is not None else first.role.start
        return self.text.endswith(("时任", "担任", "身为", "作为", "曾任", "现任"), 0, start)

    def _person(self, item: Item) -> None:
        gap, last, near = _ASIDE.sub("", self._gap(item.start)), self.last, None
        if isinstance(last, Role) and self.posts and self._names(gap):
            self._close_people()
            item.posts = [*self.posts]
            item.left = min([self.posts[0].role.start, *(p.body.left for p in self.posts if p.body and not p.carried)])
            if self.posts[0].carried:
                item.left = self.posts[0].role.start
            if gap == "的":
                item.left -= len("时任")
            for post in self.posts:
                if post.body is not None:
                    post.body.owned = True
            self.carry = self.posts[-1].body or self.carry
            self.run = (self.bodies, self.posts)
            self.people = [item]
        elif isinstance(last, Item) and last.type == "Person" and self.people and _NEXT_NAME.match(gap):
            item.posts = [*self.run[1]]
            self.people.append(item)
        elif isinstance(last, Item) and last.is_body and gap == "":
            item.left = last.left
            last.owned = True
            self._close_people()
            near = last
        elif isinstance(last, Item) and last.is_body and gap == "的":
            self._close_people()
            near = last
        elif isinstance(last, Item) and last.is_body and gap in self.verbs.words["person_nouns"]:
            self._close_people()
            item.left, last.owned = last.left, True
            item.posts = [Post(Role(last.end, item.start, gap), last)]
            self.carry, self.run, self.people = last, (self.bodies, item.posts), [item]
        else:
            self._drop()
        self.posts, self.bodies, self.near = [], [], near

    def _close_people(self) -> None:
        """A、B和C村书记甲、乙、丙: as many bodies as names, so each has its own."""
        bodies, posts = self.run
        if len(posts) == 1 and len(bodies) > 1 and len(self.people) > 1 and len(bodies) != len(self.people):
            for person in self.people:  # whose body is whose, nobody can tell
                person.posts = []
        if len(posts) == 1 and posts[0].body is not None and len(bodies) == len(self.people) > 1 and posts[0].body is bodies[-1]:
            for person, body in zip(self.people, bodies, strict=True):
                person.posts = [Post(posts[0].role, body)]
                body.owned = True
            self.people[0].left = bodies[0].left
        if len(posts) == 1 and len(bodies) > 1 and len(self.people) == 1 and posts[0].role.text in _HEADS:
            if all(body.type == "Organization" for body in bodies) and posts[0].body is bodies[-1]:
                self.people[0].posts = [Post(posts[0].role, body) for body in bodies]
                self.people[0].left = bodies[0].left
                for body in bodies:
                    body.owned = True
        self.run, self.people = ([], []), []

    def _headless(self) -> None:
        """A post without a name: the body before it is no party to what follows, unless plain people act for it."""
        for post in self.posts:
            if post.body is not None and not post.carried:
                post.body.owned = True
                post.body.right = self.posts[-1].role.end
                post.body.people = bool(self.verbs.people.fullmatch(self.posts[-1].role.text))
        self.posts = []

    def _drop(self) -> None:
        self._headless()
        self._close_people()
        self.bodies, self.carry = [], None


def _widened(role: Role, gap: str) -> Role:
    """城建办 belongs to the role in 康乾街道城建办副主任 when nobody took it for a name; a school class does not."""
    if not gap.endswith(_OFFICES) or not role.text.endswith(("长", "主任", "书记", "主席", "经理", "委员")):
        return role
    return role if any(c.isdigit() for c in gap) else Role(role.start, role.end, gap + role.text, role.former)


def _noun_behind(text: str, item: Item, words: Sequence[Word], verbs: Verbs) -> None:
    """纪工委工作人员: its people act. 青山镇居民, 青山镇12个项目: the place is no party."""
    at = item.end
    match = verbs.people.match(text, at)
    if match is not None:
        end = match.end()
        while (more := verbs.people.match(text, end)) is not None:
            end = more.end()
        item.owned, item.people, item.right = True, True, end
        return
    first = bisect_left(words, at, key=lambda w: w.start)
    if first < len(words) and words[first].start == at and words[first].tag in ("n", "nz") and text[at] not in "等时":
        item.owned, item.right = True, words[first].end
    elif first + 1 < len(words) and words[first].start == at and words[first].tag == "m" and words[first + 1].tag == "n":
        item.owned, item.right = True, words[first + 1].end
