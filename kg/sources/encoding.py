"""Finds out in which encoding bytes are written, by looking at what each candidate would make of them.

Strict UTF-8 with Chinese characters in it proves itself. Everything else is decided by a score: the share of
characters that running Chinese text is made of. It tells GB18030 from Big5 and finds UTF-16 without a mark.
"""

from __future__ import annotations

import codecs
import re

__all__ = ["MARKS", "decode", "detect"]

SAMPLE = 1 << 16  # bytes that are looked at
_MIN_SCORE = 0.35  # below: not text in any of the encodings; running text scores above 0.6, random bytes below 0.2

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # the longer mark first where one begins another

# The commonest characters of running text, simplified and traditional; together they make up most of any page.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民"
    "得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社"
    "义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并"
    "提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强"
    "放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清"
    "己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步"
    "群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便"
    "团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满"
    "县局照参红细引听该铁价严龙飞街镇村社区乡服助访推创企业项目积极活动组织群众志愿者党员基层疫情"
    "這為個國時來們對於會發動過說產種後學經進著電裡現實兩體機當點從業應開還義間樣與關線數裏麼質氣變條沒結問無係軍總設長頭資邊"
    "統論運農幾區強決將則據隊給門領東導熱壓爭濟階術極認權證轉單風帶場車務萬達積議聲報鬥類離華張馬節話況傳許廣記觀織裝眾書複兒"
    "須際驗連斷難礦備辦習響約勞團歷構稱準號維劃選標寫親廠縣層專狀識適屬圓滿調參紅細聽該鐵價嚴龍飛鎮鄉務創員黨項眾愿願"
)
_PUNCTUATION = frozenset("，。、；：？！“”‘’（）《》—…·「」『』【】〈〉～％　")
_ASCII = frozenset(chr(code) for code in range(32, 127)) | frozenset("\t\n\r\f")
_DAMAGE = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_CJK = re.compile("[\u4e00-\u9fff]")


def detect(head: bytes, *, complete: bool = False) -> str | None:
    """The name of the encoding of bytes that begin with `head`, or None when they are no text.

    `complete` says that nothing follows; otherwise a character cut at the end counts for nothing.
    """
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    sample = head[:SAMPLE]
    final = complete and len(sample) == len(head)
    try:
        text = codecs.getincrementaldecoder("utf-8")("strict").decode(sample, final)
    except UnicodeDecodeError:
        pass
    else:
        if "\0" not in text and (text.isascii() or _CJK.search(text)):
            return "utf-8"
    scores = [(_score(sample, name, final), -rank, name) for rank, name in enumerate(_candidates(sample))]
    best, _, name = max(scores)
    return name if best >= _MIN_SCORE else None


def _candidates(sample: bytes) -> list[str]:
    names = ["utf-8", "gb18030", "cp950", "big5hkscs"]
    # Chinese text holds no pair of zero bytes, and zeros of Latin letters and line ends stand on one side only
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) >= 8 * min(even, odd):
        names += ["utf-16-le", "utf-16-be"]
    return names


def _score(sample: bytes, name: str, final: bool) -> float:
    """How much of what `name` makes of the sample is what text is made of: 1 all of it, negative mostly damage."""
    if not name.startswith("utf-16"):
        stray = sample.count(0)
        if stray * 10 > len(sample):
            return -1.0
        sample = sample.replace(b"\0", b"")  # a few zero bytes in a text are dirt, and go later
    text = codecs.getincrementaldecoder(name)("replace").decode(sample, final)
    if not text:
        return 0.0
    wide = [char for char in text if char not in _ASCII]
    bad = len(_DAMAGE.findall(text))
    good = sum(1 for char in wide if char in _COMMON or char in _PUNCTUATION)
    fair = sum(1 for char in wide if "\u4e00" <= char <= "\u9fff") - sum(1 for char in wide if char in _COMMON)
    if name == "utf-8":  # its form is so strict that any letter which decodes is meant
        good, fair = len(wide) - bad, 0
    # Latin letters prove little where two bytes may hide in them, so they count as one tenth
    latin = 0.1 * (len(text) - len(wide))
    return (good + 0.3 * fair - 4 * bad + latin) / (len(wide) + latin)


def decode(data: bytes, encoding: str) -> tuple[str, int]:
    """The text without its byte order mark, and how many characters were damaged and left out.

    Raises LookupError for an encoding that Python does not know.
    """
    for mark, name in MARKS:
        if data.startswith(mark) and codecs.lookup(name) == codecs.lookup(encoding):
            data = data[len(mark) :]
            break
    try:
        return data.decode(encoding).removeprefix("\ufeff"), 0
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        return text.replace("\ufffd", "").removeprefix("\ufeff"), text.count("\ufffd")
