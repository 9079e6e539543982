"""docs/policies.zh-CN.md, docs/rewrites.zh-CN.md: the rules of the shipped phrasebook to read.

With docs/lint.zh-CN.md, which app/lint_page.py makes from the rules of the lint.

`make pages` writes what stands between the marks; what stands outside is written by hand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.bookshelf import load_book
from app.engine.errors import HuashuError
from app.engine.model import Phrasebook, Policy, Rewrite, Severity, Spec
from app.engine.personal_data import LABELS
from app.engine.word_rules import WORD
from app.lint_page import lint_part, read_cases
from app.settings import ROOT

CASES = ROOT / "tests" / "lint" / "cases"
MARKS = ("<!-- made by: make pages -->", "<!-- /made -->")
_WRONG, _RIGHT, _WORDS, _HABITUAL = 3, 2, 12, 3  # shown of each rule at most

_SEVERITIES: Mapping[Severity, str] = {"error": "错误", "warning": "警告", "suggestion": "建议"}
_PLATFORMS = {"taobao": "淘宝", "tmall": "天猫", "jd": "京东", "pdd": "拼多多"}
_STAGES = {"presale": "售前", "insale": "售中", "aftersale": "售后"}
CIRCUMSTANCES = {
    "negation": "否定（不能、没有……）",
    "denial": "否认（不会、并非……）",
    "condition": "假设（如果、是否……）",
    "reported": "转述别人的话",
    "question": "询问",
    "warning": "提醒客户当心",
}
_SIGNS = re.compile(r"([\\`*_\[\]<>|#])")
_HALF = str.maketrans("(),;:?!", "（），；：？！")
_AFTER_HAN = re.compile(r"(?<=[一-鿿”）]) ?[(),;:?!] ?|[(](?=[一-鿿])")


def pages(book: Phrasebook) -> Mapping[str, str]:
    """File name below docs/ -> what stands between its marks."""
    return {
        "policies.zh-CN.md": policies_part(book.policies),
        "rewrites.zh-CN.md": rewrites_part(book.rewrites),
    }


def filled(page: str, part: str) -> str:
    """The page with the part between its marks. Raises ValueError for a page without marks."""
    before, mark, rest = page.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not mark or not end:
        raise ValueError(f"the marks {MARKS} are missing")
    return f"{before}{mark}\n\n{part}\n\n{end}{after}"


def policies_part(policies: Iterable[Policy]) -> str:
    """A table of contents, then every policy, grouped by what it is for."""
    groups: dict[str, list[Policy]] = {}
    for policy in sorted(policies, key=_group_order):
        groups.setdefault(_group(policy), []).append(policy)
    contents = [line for name, group in groups.items() for line in _contents(name, group)]
    parts = ["\n".join(contents)]
    for name, group in groups.items():
        parts += [f"## {name}", *map(_policy, group)]
    return "\n\n".join(parts)


def _group_order(policy: Policy) -> tuple[bool, list[int]]:
    return policy.direction == "in", [list(_PLATFORMS).index(p) for p in _sorted_platforms(policy)]


def _sorted_platforms(policy: Policy) -> list[str]:
    return [name for name in _PLATFORMS if name in policy.platforms]


def _group(policy: Policy) -> str:
    where = "、".join(_PLATFORMS[name] for name in _sorted_platforms(policy)) or "各平台通用"
    return f"{where}：客户发来的消息" if policy.direction == "in" else where


def _contents(name: str, group: Sequence[Policy]) -> Iterator[str]:
    yield f"- [{name}](#{_anchor(name)})"
    for policy in group:
        heading = _heading(policy)
        link = f"[{_prose(policy.title)}](#{_anchor(heading)})"
        yield f"  - {link} · {_SEVERITIES[policy.severity]}"


def _heading(rule: Policy) -> str:
    return f"{_prose(rule.title)}（{rule.id}）"


def _anchor(heading: str) -> str:
    """The anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def _policy(policy: Policy) -> str:
    lines = [f"- 级别：**{policy.severity}**（{_SEVERITIES[policy.severity]}）"]
    lines += [f"- {name}：{_prose(text)}" for name, text in _facts(policy) if text.strip()]
    link = f"（[链接]({policy.link})）" if policy.link else ""
    lines.append(f"- 出处：{_prose(policy.source)}{link}")
    wrong = [spec for spec in policy.specs if spec.hit is not None]
    right = [spec for spec in policy.specs if spec.hit is None]
    heard = policy.direction == "in"
    lines += _examples("会提醒" if heard else "不要这样说", wrong, _WRONG)
    lines += _examples("不会提醒" if heard else "可以这样说", right, _RIGHT)
    return "\n".join((f"### {_heading(policy)}", "", *lines))


def _facts(policy: Policy) -> Iterator[tuple[str, str]]:
    yield "为什么", policy.message
    yield "处罚", policy.penalty
    yield "平台", "、".join(_PLATFORMS[name] for name in _sorted_platforms(policy))
    yield "阶段", "、".join(name for key, name in _STAGES.items() if key in policy.stages)
    yield "条件", "；".join(_conditions(policy))
    yield "查的词", _some(policy.words, _WORDS)
    yield "查的个人信息", "、".join(_of_kinds(policy))
    yield "同时有这些说法之一就不算", _some(policy.requires, _WORDS)
    yield "这些情形不算", "、".join(CIRCUMSTANCES.get(name, name) for name in policy.unless)
    yield "可以改为", _some(policy.replacements, _WORDS)


def _of_kinds(policy: Policy) -> Iterator[str]:
    return (label.strip("〔〕") for kind, label in LABELS.items() if kind in policy.personal_data)


def _conditions(policy: Policy) -> Iterator[str]:
    for name, words in policy.when_facts.items():
        yield f"店铺信息 {name} 里有{_some(words, _WORDS)}时才查"
    for name, words in policy.unless_facts.items():
        yield f"店铺信息 {name} 里有{_some(words, _WORDS)}时不查"
    if policy.entries:
        yield f"条目 {'、'.join(policy.entries)} 的回复一定要有下面所说的说法"


def _some(texts: Sequence[str], most: int) -> str:
    more = f" 等 {len(texts)} 个" if len(texts) > most else ""
    return "、".join(f"“{text}”" for text in texts[:most]) + more


def _examples(name: str, specs: Sequence[Spec], most: int) -> Iterator[str]:
    """Those that need no shop or entry of their own go first."""
    chosen = sorted(specs, key=lambda spec: bool(spec.facts or spec.entry))[:most]
    if not chosen:
        return
    yield f"- {name}："
    for spec in chosen:
        hit = f" → {_code(spec.hit)}" if spec.hit and spec.hit != spec.text else ""
        shop = "；".join(f"{fact} 为“{value}”" for fact, value in spec.facts.items())
        entry = f"条目 {spec.entry}" if spec.entry else ""
        where = "；".join(filter(None, (shop, entry)))
        yield f"  - {_code(spec.text)}{hit}" + (f"（{_prose(where)}）" if where else "")


def rewrites_part(rewrites: Iterable[Rewrite]) -> str:
    """A table for clauses and one for words, then the wording that has a replacement of its own."""
    rules = tuple(rewrites)
    parts = []
    for kind, title in (("sentence", "整句改写"), ("word", "逐词改写")):
        rows = [_row(rule) for rule in rules if rule.kind == kind]
        head = ("| 习惯用语 | 专业表达 | 为什么 | 出处 | 编号 |", "|---|---|---|---|---|")
        parts += [f"## {title}", "\n".join((*head, *rows))]
    for rule in rules:
        if rule.pairs:
            lines = "\n".join(_pairs(rule))
            parts += [f"### {_prose(rule.title)}：各换各的（{rule.id}）", lines]
    return "\n\n".join(parts)


def _pairs(rule: Rewrite) -> Iterator[str]:
    """Wordings with a replacement of their own; of those that are patterns, the rule's examples."""
    plain = [(old, new) for old, new in rule.pairs if WORD not in old]
    yield from (f"- {_prose(old)} → {_prose(new)}" for old, new in plain)
    if len(plain) < len(rule.pairs):
        yield "- 看前后文的，例如："
        changed = (spec for spec in rule.specs if spec.to != spec.text)
        yield from (f"  - {_code(spec.text)} → {_code(spec.to or '')}" for spec in changed)


def _row(rule: Rewrite) -> str:
    examples = (spec.text for spec in rule.specs if spec.to != spec.text)
    habitual = rule.habitual or tuple(old for old, _ in rule.pairs) or tuple(examples)
    where = [*(_PLATFORMS[p] for p in _PLATFORMS if p in rule.platforms)]
    where += [name for stage, name in _STAGES.items() if stage in rule.stages]
    reason = rule.reason + (f"（只用于{'、'.join(where)}）" if where else "")
    cells = (
        "<br>".join(_prose(text) for text in habitual[:_HABITUAL]),
        _prose(rule.professional.replace("{rest}", "……")),
        _prose(reason),
        _prose(rule.source),
        f"`{rule.id}`",
    )
    return f"| {' | '.join(cells)} |"


def _prose(text: str) -> str:
    """On one line, with Chinese punctuation, and without anything that Markdown would read."""
    plain = _AFTER_HAN.sub(lambda sign: sign[0].strip().translate(_HALF), " ".join(text.split()))
    if "（" in plain:
        plain = plain.replace(")", "）")
    return _SIGNS.sub(r"\\\1", plain)


def _code(text: str) -> str:
    """As code: an example stays as it is written."""
    plain = " ".join(text.split())
    return f"`` {plain} ``" if "`" in plain else f"`{plain}`"


def main() -> None:
    """Writes the pages of docs/. Ends with status 2 when the book can not be loaded."""
    try:
        book = load_book(ROOT / "phrasebook")
    except HuashuError as error:
        sys.exit(str(error))
    docs = ROOT / "docs"
    parts = {**pages(book), "lint.zh-CN.md": lint_part(read_cases(CASES))}
    new = {docs / n: filled((docs / n).read_text("utf-8"), p) for n, p in parts.items()}
    for path, page in new.items():
        path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
