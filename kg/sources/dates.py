"""Dates as sources write them, to ISO 8601."""

from __future__ import annotations

import re
from datetime import date
from email.utils import parsedate

__all__ = ["date_line", "find_date"]

_DATE = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d) ?(?:(?P<sep>[-/.]) ?(?P<m>\d{1,2}) ?(?P=sep) ?(?P<d>\d{1,2})(?!\d)"
    r"|年 ?(?P<cm>\d{1,2}) ?月 ?(?P<cd>\d{1,2}) ?日|(?P<pm>\d\d)(?P<pd>\d\d)(?!\d))"
)
_MAIL_DATE = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4}")
# what may stand beside a date on a line of its own: the time, the weekday, the page of the paper
_BESIDE = re.compile(
    r"[ T,，|｜丨/()（）—-]+|\d{1,2}[:：]\d\d(?:[:：]\d\d)?(?:\.\d{1,9})?Z?(?:[+-]\d\d:?\d\d)?"
    r"|(?:星期|周)[一二三四五六日天]|第?[A-Z]?\d{1,3}版|[农阴]历\S{1,8}|上午|下午|发布|发表|讯"
)


def find_date(text: str) -> str | None:
    """The first date in `text` that exists in the calendar, as ``2024-05-06``, or None."""
    for match in _DATE.finditer(text[:200]):
        parts = (match["y"], match["m"] or match["cm"] or match["pm"], match["d"] or match["cd"] or match["pd"])
        try:
            return date(*map(int, parts)).isoformat()
        except ValueError:
            continue  # 2024-13-45 is no date; there may be one further on
    mail = _MAIL_DATE.search(text[:200])
    parsed = parsedate(text[mail.start() : mail.end() + 9]) if mail else None
    return f"{parsed[0]:04}-{parsed[1]:02}-{parsed[2]:02}" if parsed else None


def date_line(text: str) -> str | None:
    """The date of a line that holds only a date, its time and weekday, and perhaps a paper's short name and page."""
    if len(text) > 60:
        return None
    match = _DATE.search(text)
    if match is None or find_date(text) is None:
        return None
    rest = _BESIDE.sub("", text[: match.start()] + text[match.end() :])
    named = len(rest) <= 10 and (rest.endswith(("报", "网", "版")) or "星期" in text)
    return find_date(text) if not rest or (named and not re.search("[。，；]", rest)) else None
