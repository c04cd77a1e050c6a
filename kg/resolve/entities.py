"""The nodes of an article while they are being found: mentions that name one thing, gathered."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.knowledge.lexicon import Lexicon
from kg.records import Document, Mention
from kg.resolve.surface import is_abbreviation, plain, strip_marks

__all__ = ["Entity", "gather"]

_FIRM_ENDINGS = ("有限责任公司", "股份有限公司", "有限公司", "集团公司", "集团", "公司", "股份")


@dataclass(slots=True, eq=False)
class Entity:
    """One node in the making. `parent` is the place that it lies in, as far as the text says."""

    type: str
    label: str
    generic: bool = False
    mentions: list[Mention] = field(default_factory=list)
    aliases: set[str] = field(default_factory=set)
    parent: Entity | None = None
    inside: str = ""  # for a body: its name without the place chain
    code: str | None = None
    candidates: tuple[str, ...] = ()

    @property
    def first(self) -> int:
        """Where the text names it first; a large number when it never does by itself."""
        return min((m.start for m in self.mentions), default=1 << 30)

    def names(self) -> set[str]:
        """All its surface forms in plain form."""
        return {plain(name) for name in (self.label, *self.aliases)} - {""}

    def absorb(self, other: Entity) -> None:
        """Takes the mentions and names of another entity; the fuller label stays."""
        self.mentions += other.mentions
        self.aliases |= other.aliases | {other.label}
        if len(other.label) > len(self.label):
            self.label, self.inside = other.label, other.inside
        self.aliases.discard(self.label)
        self.parent = self.parent or other.parent


def gather(document: Document, lexicon: Lexicon) -> list[Entity]:
    """One entity for each type and name in the document, merged where one name is a form of another."""
    found: dict[tuple[str, str], Entity] = {}
    for mention in document.mentions:
        if mention.kind != "name":
            continue
        key = (mention.type, plain(mention.label))
        entity = found.get(key)
        if entity is None:
            entity = found[key] = Entity(mention.type, _label(mention))
        entity.mentions.append(mention)
        entity.aliases |= {mention.text, strip_marks(mention.text)} - {entity.label}
    entities = list(found.values())
    entities = _merge(entities, "Place", lambda short, full: same_place(short.label, full.label, lexicon))
    entities = _merge(entities, "Organization", lambda short, full: same_body(short, full, lexicon))
    return _merge(entities, "Program", lambda short, full: same_program(short, full, lexicon))


def _label(mention: Mention) -> str:
    return mention.label if mention.type == "Organization" else strip_marks(mention.label)


def _merge(entities: list[Entity], type_name: str, same) -> list[Entity]:  # type: ignore[no-untyped-def]
    """Merges each short form into the one full form that it fits; where two fit, it stays apart."""
    ranked = sorted((e for e in entities if e.type == type_name), key=lambda e: (len(plain(e.label)), e.first, e.label))
    gone: dict[int, Entity] = {}
    for i, short in enumerate(ranked):
        full = [other for other in ranked[i + 1 :] if same(short, other)]
        longest = full[-1] if full else None
        if longest is None:
            continue
        if type_name == "Place" and len(full) > 1:  # 南浔 beside 南浔区 and 南浔镇: the upper one
            upper = [other for other in full if other.label.endswith(("省", "市", "县", "区", "州", "旗"))]
            if len(upper) == 1:
                gone[id(short)] = upper[0]
                continue
        # several full forms of one name (a ⊂ ab ⊂ zab) are one; two that differ leave the short one undecided
        if all(other is longest or same(other, longest) for other in full):
            gone[id(short)] = longest
    for short in ranked:
        if id(short) in gone:
            target = gone[id(short)]
            while id(target) in gone:
                target = gone[id(target)]
            target.absorb(short)
    return [entity for entity in entities if id(entity) not in gone]


def same_place(short: str, full: str, lexicon: Lexicon) -> bool:
    """德清 and 德清县, 竹元村 and 竹元村居民区: the full form is the short one and an administrative kind word."""
    if not full.startswith(short):
        return False
    rest = full[len(short) :]
    if rest.startswith(("（", "(")):
        return True
    return lexicon.group(rest, "Place") == "administrative" and len(short) >= 2


def same_body(short: Entity, full: Entity, lexicon: Lexicon) -> bool:
    """A body and its name without the place chain, without the firm's ending, or with characters left out."""
    a, b = expanded(plain(short.label), lexicon), expanded(plain(full.label), lexicon)
    if a == b or (len(a) >= 4 and b.endswith(a)) or (len(a) == 3 and b.endswith(a) and _office(a, lexicon)):
        return True
    core_a, core_b = _core(a), _core(b)
    if core_b != b and len(core_a) >= 4 and (core_a in core_b or is_abbreviation(core_a, core_b)):
        return True  # 中国电建集团, 中国电力建设集团有限公司
    if a[:1] in "省市县区州旗镇" and a[:1] in b[1:] and len(a) >= 4:  # 州检察院, 海西州人民检察院
        rest = b[b.index(a[0], 1) + 1 :]
        if rest == a[1:] or (rest.endswith(a[1:]) and len(rest) - len(a) < 4):
            return True
    for ending in _FIRM_ENDINGS:
        if b.endswith(ending):
            core = b[: -len(ending)]
            if len(a) >= 3 and (core.endswith(a) or core.startswith(a) or (core.find(a) > 0 and len(a) >= 4)):
                return True
            for shorter in _FIRM_ENDINGS:
                if a.endswith(shorter) and len(a) - len(shorter) >= 2 and core.startswith(a[: -len(shorter)]):
                    return True
            break
    return len(a) >= 4 and a[-1] == b[-1] and is_abbreviation(a, b)


def expanded(name: str, lexicon: Lexicon) -> str:
    """The name with its last part in full: 张家口中院 is 张家口中级人民法院."""
    for length in (5, 4, 3, 2):
        full = lexicon.abbreviations.get(name[-length:])
        if full is not None and len(name) > length and not name.endswith(full):
            return name[:-length] + full
    return name


def _office(name: str, lexicon: Lexicon) -> bool:
    return lexicon.group(name, "Organization") == "office"


def _core(name: str) -> str:
    """A firm's name without its endings."""
    while True:
        ending = next((e for e in _FIRM_ENDINGS if name.endswith(e) and len(name) > len(e) + 1), None)
        if ending is None:
            return name
        name = name[: -len(ending)]


def same_program(short: Entity, full: Entity, lexicon: Lexicon) -> bool:
    """A program and its name with a kind word more (消防车进校园, 消防车进校园活动)."""
    a, b = plain(short.label), plain(full.label)
    if len(a) < 2 or not b.startswith(a):
        return (len(a) >= 5 and b.endswith(a)) or _common_suffix(a, b) >= 7
    rest = b[len(a) :]
    return rest == "" or lexicon.group(rest, "Program") is not None


def _common_suffix(a: str, b: str) -> int:
    count = 0
    while count < min(len(a), len(b)) and a[-1 - count] == b[-1 - count]:
        count += 1
    return count
