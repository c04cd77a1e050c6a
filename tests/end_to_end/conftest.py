"""A folder with sources, and the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Kg, runner

STORY = """千丰社区办起食堂
林小满

德清县康乾街道千丰社区党总支书记王海近日忙着试菜。3月6日，千丰社区推出“银发食堂”服务，募集12万元。

“我们社区有两千名老人。”王海说，社区还与德清县人民医院签约。
"""
LINES = (
    {"id": "b1", "title": "两村结对", "text": "安吉县天子湖镇余石村与德清县康乾街道千丰社区结对，双方推出“山海课堂”项目。"},
    {"id": "b2", "title": "王海到村", "text": "千丰社区党总支书记王海走访了余石村。", "date": "2024-03-07", "url": "https://example.org/2"},
)  # fmt: skip
TABLE = 'id,title,text,date\nc1,医院开诊,"德清县人民医院医生周凯坐诊，该院推出“夜间门诊”服务。",2024-03-08\n'


@pytest.fixture
def kg(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Kg:
    """The command line, called in this process."""
    return runner(monkeypatch, capsys)


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder to work in; its ``news`` holds one story, two JSON lines and a table of one row."""
    monkeypatch.chdir(tmp_path)
    write_sources(tmp_path)
    return tmp_path


def write_sources(folder: Path) -> None:
    """Writes the sources into the folder's ``news``."""
    news = folder / "news"
    news.mkdir()
    (news / "a.txt").write_text(STORY, "utf-8")
    (news / "b.jsonl").write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in LINES), "utf-8")
    (news / "c.csv").write_text(TABLE, "utf-8")
