"""Results printed for people at a terminal."""

from __future__ import annotations

from collections.abc import Mapping

import typer

from app.comparison import Comparison
from app.engine.suggestion import Answer, Suggestion
from app.evaluation import Evaluation
from app.measures import Figure

DECISIONS = {"answer": "有把握", "choose": "请选一条", "none": "没有把握，不作答"}


def print_answer(answer: Answer) -> None:
    """The suggestions as an agent would read them."""
    typer.echo(f"判定：{DECISIONS[answer.decision]}")
    for number, found in enumerate(answer.suggestions, 1):
        typer.echo(f"\n{number}. {found.title}（{found.entry_id}，把握 {found.confidence:.0%}）")
        typer.echo(found.text)
        if found.missing:
            typer.echo(f"  缺少：{'、'.join(found.missing)}")
    if answer.fallback:
        typer.echo(f"\n可以先回：\n{answer.fallback.text}")


def print_explanation(message: str, answer: Answer) -> None:
    """Why the entries came in this order."""
    print_answer(answer)
    typer.echo("\n依据")
    for found in answer.suggestions:
        _proof(message, found)
    for entry, findings in answer.withheld.items():
        typer.echo(f"- {entry} 未采用：{'；'.join(f.message for f in findings)}")


def _proof(message: str, found: Suggestion) -> None:
    words = "、".join(f"“{message[a:b]}”" for a, b in found.proof.spans) or "无相同字词"
    scores = "，".join(f"{k} {v}" for k, v in found.proof.scores.items())
    typer.echo(f"- {found.entry_id}：问法“{found.proof.ask}”；相同处 {words}；{scores}")
    if found.proof.read_as:
        typer.echo(f"    按“{found.proof.read_as}”理解")
    if found.proof.synonyms:
        pairs = "，".join(f"{a}＝{b}" for a, b in found.proof.synonyms)
        typer.echo(f"    同义词：{pairs}")
    for note in found.proof.guards:
        typer.echo(f"    {note}")


FIGURE_NAMES = {
    "top1": "首选正确 top-1",
    "top3": "前三含正确 top-3",
    "recall_at_90": "精确率 90% 时的召回",
    "recall_at_80": "精确率 80% 时的召回",
    "answer_precision": "判定“有把握”时的精确率",
    "answered": "应作答中答对的比例",
    "silent_when_right": "不该答时没有作答",
    "calibration_error": "校准误差 ECE",
}


def print_evaluation(result: Evaluation) -> None:
    """The figures with their intervals, then the worst confusions and misses."""
    typer.echo(f"用例 {result.cases}，其中应作答 {result.in_scope}")
    _figures(result.figures, signed=False)
    if result.bursts:
        typer.echo(f"  连发消息 {result.bursts} 组，全部问题都找到  {result.all_parts:.3f}")
    if result.confusions:
        typer.echo("最常混淆（应为 → 得到，次数，例）")
        for c in result.confusions:
            typer.echo(f"  {c.expected} → {c.got}  {c.count}  {c.example}")
    if result.misses:
        typer.echo("错得最有把握的（把握，得到，应为，消息，命中的问法）")
        for m in result.misses[:8]:
            wanted = "、".join(m.expected)
            typer.echo(f"  {m.confidence:.2f}  {m.got}，应为 {wanted}：{m.message}（{m.ask}）")


def print_comparison(found: Comparison) -> None:
    """What changes from the first to the second, figure by figure and case by case."""
    typer.echo("第二个减第一个（95% 区间；区间含 0 就不能说有差别）")
    _figures(found.figures, signed=True)
    typer.echo(f"变对 {found.mended} 例，变错 {found.broken} 例")
    for change in found.changes[:40]:
        mark = "＋" if change.right_after else "－"
        typer.echo(f"  {mark} {change.message}：{change.before} → {change.after}")


def _figures(figures: Mapping[str, Figure], *, signed: bool) -> None:
    shape = "+.3f" if signed else ".3f"
    for name, f in figures.items():
        low, high = format(f.low, shape), format(f.high, shape)
        typer.echo(f"  {FIGURE_NAMES[name]}  {format(f.value, shape)}  [{low}, {high}]")
