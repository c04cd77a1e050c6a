"""Draws the briefs that writers of the corpus work from: places of the gazetteer, names put together by chance, what to vary.

    python data/corpus/brief.py w05 40            (the same writer gives the same briefs)
    python data/corpus/brief.py w13 40 --short    (more briefs, captions, notices; shorter articles)
"""

from __future__ import annotations

import argparse
import datetime
import random
import sys

from kg.knowledge.gazetteer import Division, Gazetteer
from kg.train.head import BEATS, PROVINCES
from kg.train.swapping import NameLists

# How long (characters) and how often each kind is asked for.
KINDS = {
    "article": (0.60, 380, 820), "brief": (0.12, 140, 280), "caption": (0.08, 80, 170), "list": (0.07, 300, 600),
    "notice": (0.06, 260, 480), "interview": (0.07, 480, 850),
}  # fmt: skip
SHORT_KINDS = {
    "article": (0.40, 280, 640), "brief": (0.28, 140, 280), "caption": (0.12, 80, 160), "list": (0.08, 240, 420),
    "notice": (0.06, 200, 380), "interview": (0.06, 320, 520),
}  # fmt: skip
MANNERS = (
    "会议通稿（领导名单、强调、要求）", "书记走访调研的政务动态", "记者现场特写，从一个动作写起", "以一句引语开头", "数字开头的成效报道",
    "学校或医院官网口吻（我校、我院、本院）", "部门工作简报，长句、套话、单位名密集", "人物通讯", "公众号腔，短段落", "县融媒体快讯",
    "一事一议的短评式消息", "以“近日，”开头的常规消息", "以“本报讯”开头并带通讯员", "综述，几个乡镇各写一段（某镇：……）", "村规民约/活动预告类",
    "签约、开工、投产消息", "典型经验材料（做法一、二、三）", "连线东西部协作双方", "比赛成绩与名单", "警情、案例与提醒",
    "问答体或圆桌发言", "老故事与今昔对比", "带小标题的长消息", "表彰通报，名单里分职务", "节庆民俗现场",
)
TRAPS = (
    "引号里的口号与比喻不是名", "有职务无姓名", "企业名里嵌着地名", "层层套叠的机构名", "职务分摊给一串人名（分别任、分别由）", "该/本/我字指代与简称",
    "否定、计划与已放弃的项目", "同一姓名两个人", "很多不计量任何节点的数字", "排版断行（词在行中被截断换行）", "外文、字母、数字加号入名",
    "姓名也是普通词", "地名也是普通词或姓", "机构简称与合称（双方、两地、三家单位）", "不加引号的长项目名连成一串", "曾任、原任、退休与现任混在一起",
    "以人名命名的工作室、站点", "转述他人未证实的话", "同名的村或社区在两个镇", "一个品牌两个叫法",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("writer", help="a letter and two digits: w05")
    parser.add_argument("number", type=int, help="how many briefs")
    parser.add_argument("--short", action="store_true", help="more briefs, captions, notices; shorter articles")
    options = parser.parse_args()
    for line in briefs(options.writer, options.number, SHORT_KINDS if options.short else KINDS):
        print(line)
    return 0


def briefs(writer: str, number: int, kinds: dict[str, tuple[float, int, int]]) -> list[str]:
    """The briefs of one writer, a line each. `writer` seeds the draw, so that a writer's briefs never change.

    `kinds` says of each kind of article how often it is asked for, and its shortest and greatest length in characters.
    """
    chance = random.Random(f"brief {writer}")
    names = NameLists.load()
    gazetteer = Gazetteer.open()
    counties = _counties(gazetteer)
    offset = int(writer[1:])
    provinces, beats = list(PROVINCES), list(BEATS)
    lines = []
    for i in range(number):
        province = provinces[(offset * 11 + i * 7) % len(provinces)]
        beat = beats[(offset * 4 + i * 3) % len(beats)]
        kind = chance.choices(list(kinds), [share for share, _, _ in kinds.values()])[0]
        _, low, high = kinds[kind]
        day = datetime.date(2019, 1, 1) + datetime.timedelta(days=chance.randrange(2700))
        trap = f"陷阱：{chance.choice(TRAPS)}" if i % 5 == 2 else "陷阱：无"
        people = "、".join(names.person(chance, province) for _ in range(8))
        places = "；".join(_places(chance, gazetteer, counties[province]))
        lines.append(
            f"{writer}-{i + 1:04d} | {province} {PROVINCES[province]} | {beat} | {kind} | {day} | 约{chance.randrange(low, high, 20)}字 | "
            f"{chance.choice(MANNERS)} | {trap} | 地：{places} | 人：{people}"
        )
    return lines


def _counties(gazetteer: Gazetteer) -> dict[str, list[Division]]:
    found: dict[str, list[Division]] = {}
    for division in gazetteer:
        if division.level == "county" and division.code and not division.kind and len(division.label) > 1:
            found.setdefault(division.code[:2] + "0000", []).append(division)
    return found


def _places(chance: random.Random, gazetteer: Gazetteer, counties: list[Division]) -> list[str]:
    """A county, two of its towns, and two villages or communities of each, as chains."""
    by_parent: dict[str, list[Division]] = {}
    while True:
        county = chance.choice(counties)
        by_parent = _children(gazetteer, county.code[:6])
        towns = [t for t in by_parent.get(county.code, ()) if len(by_parent.get(t.code, ())) >= 2]
        if len(towns) >= 2:
            break
    above = "/".join(p.label for p in reversed(gazetteer.parents(county)) if p.level == "city")
    head = f"{above}/{county.label}" if above else county.label
    return [
        f"{head}/{town.label}/" + "、".join(v.label for v in chance.sample(by_parent[town.code], 2))
        for town in chance.sample(towns, 2)
    ]


_CHILDREN: dict[str, list[Division]] = {}


def _children(gazetteer: Gazetteer, prefix: str) -> dict[str, list[Division]]:
    if not _CHILDREN:
        for division in gazetteer:
            if division.level in ("town", "village") and division.code:
                _CHILDREN.setdefault(division.code[:6], []).append(division)
    found: dict[str, list[Division]] = {}
    for division in _CHILDREN.get(prefix, ()):
        found.setdefault(division.parent, []).append(division)
    return found


if __name__ == "__main__":
    sys.exit(main())
