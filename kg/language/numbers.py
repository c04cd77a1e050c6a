"""Quantities: a number with its unit (12万元, 300余次, 超450万元/年), and times (2020年11月11日, 今年以来)."""

from __future__ import annotations

import re

from kg.records import Quantity, TimeSpan

__all__ = ["find_quantities", "find_times", "parse_number"]

_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000, "万亿": 1_000_000_000_000}

_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?|\d{1,15}(?:\.\d{1,6})?"
_HAN_PART = "[零〇一二两三四五六七八九十百千]{1,12}"
_HAN = rf"(?:{_HAN_PART}[万亿]){{1,2}}(?:{_HAN_PART}万?)?|{_HAN_PART}"
_UNITS = (
    "亿元|万元|元/年|美元|欧元|港元|日元|块钱|元|人次|台次|车次|架次|场次|班次|户次|件次|人|名|位|户|家|个|项|件|起|次|场|期|届|批|套|台|辆|架|艘|座|栋|幢|间|处|所|条|张|份|封|本|册|篇|部|幅|枚|头|只|羽|匹|尾|"
    "株|棵|亩|公顷|平方米|平方公里|立方米|公里|千米|千瓦时|千瓦|兆瓦|米|厘米|吨|公斤|千克|斤|克|升|度|岁|周岁|年|个月|月|天|日|小时|分钟|秒|折|倍|成|支|队|对|组|班|门|笔|宗|桶|箱|袋|瓶|盒|车|趟|遍|轮|步|级|层|排|行|"
    "句|字|人份|床|张床位|床位|%|％|个百分点|吨/年|元/斤|元/亩|元/人|元/公斤|副|方|片|束|面|棒|站|款|类|种|道|块|顶|双|声|瓣|盏|盘|碗|餐|席|万里|里|海里|节|学时|课时|学分|分"
)
_QUANTITY = re.compile(
    rf"(?P<before>超过|超|近|约|逾|达|共|累计|不足|突破|至少|最高|最多|达到)?"
    rf"(?P<number>{_ARABIC}|{_HAN})(?P<some1>余|多|来|几)?(?P<scale>万亿|亿|万|千|百)?(?P<some2>余|多|来)?(?P<scale2>亿|万)?"
    rf"(?P<unit>{'|'.join(sorted(_UNITS.split('|'), key=len, reverse=True))})(?P<per>(?:余|多|左右)?/(?:年|月|天|日|次|人|亩|户))?"
)
_YEAR_LIKE = re.compile(r"\d{4}年|\d{1,2}月|\d{1,2}日")

_TIME = re.compile(
    r"(?:\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?|以来|底|初|上半年|下半年|[春夏秋冬](?:季|天)?)?"
    r"|\d{1,2}月(?:\d{1,2}日(?:至\d{1,2}日)?|份|初|底|中旬|上旬|下旬)?|(?<![\d月])\d{1,2}日(?=[，,上下晚中凌清])"
    r"|(?:今年|去年|前年|明年|本月|上个月|上月|本周|上周|近年来?|近些年来|多年来|长期以来|年初|年底|年内|今天|昨天|昨日|今日|明天|前不久|不久前|近日|日前|近期|目前|眼下|当前|如今|当日|当天|同日|连日来|当年|此前|春节|国庆|清明|端午|中秋|重阳节|元旦|暑假|寒假|“?十[一二三四五]五”?(?:时期|期间|以来)?)"
    r"(?:\d{1,2}月(?:\d{1,2}日|份|初|底)?|年?[初底]|上半年|下半年|第?[一二三四]季度|[春夏秋冬](?:季|天)?|前夕|期间)?"
    r"|每逢?(?:周|星期|月|年|季度|天)[一二三四五六日天末]?(?:[上下]午|晚上?)?[一二三四五六七八九十]{0,3}时?)"
    r"(?:以来|起|开始|来|前后|左右|期间|晚上?|上午|下午|凌晨|清晨|早上|中午|傍晚)?"
)


def parse_number(text: str) -> float | None:
    """The value of a number in Arabic or Chinese digits (1,300; 1.5; 三百二十; 两千), or None when it is none."""
    plain = text.replace(",", "").replace("，", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return float(plain)
    for scale in ("亿", "万"):  # 三万六千五百
        high, found, low = plain.partition(scale)
        if found:
            upper, lower = parse_number(high), parse_number(low) if low else 0.0
            return None if upper is None or lower is None else upper * _LARGE[scale] + lower
    if not plain or any(c not in _DIGIT and c not in _SMALL for c in plain):
        return None
    if all(c in _DIGIT for c in plain):
        return float(int("".join(str(_DIGIT[c]) for c in plain)))
    total, digit = 0, 0
    for c in plain:
        if c in _DIGIT:
            digit = _DIGIT[c]
        else:
            total += (digit or 1) * _SMALL[c]
            digit = 0
    return float(total + digit)


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """All numbers with a unit, left to right. Years, months and days of a date are no quantities."""
    found = []
    for match in _QUANTITY.finditer(text):
        if _YEAR_LIKE.fullmatch(match.group()) or text[max(0, match.start() - 1) : match.start()] == "第":
            continue
        value = parse_number(match["number"])
        if value is None or (match["unit"] in ("月", "日") and not match["some1"]):
            continue
        if match["number"] == "一" and not match["scale"]:
            continue  # 一名, 一个, 一场: an article, not a measure
        unit = match["unit"]
        for scale in (match["scale"], match["scale2"]):
            if scale:
                value *= _LARGE.get(scale) or _SMALL[scale]
        for prefix, factor in (("亿", 100_000_000), ("万", 10_000)):
            if unit.startswith(prefix) and len(unit) > 1:
                value, unit = value * factor, unit[1:]
        per = match["per"] or ""
        unit = unit.replace("％", "%") + per[per.find("/") :] if "/" in per else unit.replace("％", "%")
        start = match.start("before") if match["before"] in ("超", "近", "约", "逾") else match.start("number")
        found.append(Quantity(start, match.end(), text[start : match.end()], round(value, 6), unit))
    return tuple(found)


def find_times(text: str) -> tuple[TimeSpan, ...]:
    """All dates and times, left to right, as the text says them."""
    return tuple(TimeSpan(m.start(), m.end(), m.group()) for m in _TIME.finditer(text))
