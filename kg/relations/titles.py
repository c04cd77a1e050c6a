"""Posts whose organ was taken for a body: in 柳河村党支部书记李明 the body is 柳河村 and the post 党支部书记.

柳河村党支部 is a name of its own where it acts, and the names of a document hold everywhere in it; before a rank it is part
of a post.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.records import Document, Mention, Role
from kg.relations.items import Item

if TYPE_CHECKING:
    from kg.relations.verbs import Verbs

__all__ = ["open_titles"]


def open_titles(text: str, items: list[Item], roles: list[Role], document: Document, verbs: Verbs) -> None:
    """Cuts such names down to the place that was named elsewhere, and gives the organ to the post. Changes both lists."""
    for item in items:
        if item.type != "Organization" or item.mention.kind != "name":
            continue
        organ = verbs.organs.search(item.mention.text)
        if organ is None or organ.start() < 2:
            continue
        known = next((role for role in roles if role.start == item.end), None)
        rank = verbs.rank.match(text, item.end)
        end = known.end if known is not None else rank.end() if rank is not None else -1
        if end < 0 or (known is None and not any(i.type == "Person" and i.start == end for i in items)):
            continue
        start = item.end
        place = _place(document, item.mention.text[: organ.start()])
        if place is not None:
            start = item.end - len(organ.group())
            item.mention, item.chain = place, (*item.chain[:-1], place)
            item.end = item.right = start
        if known is not None:
            roles.remove(known)
        roles.append(Role(start, end, text[start:end], known.former if known is not None else False))
    roles.sort(key=lambda role: role.start)


def _place(document: Document, name: str) -> Mention | None:
    return next((m for m in document.mentions if m.type == "Place" and m.kind == "name" and m.text == name), None)
