"""Results printed for people at a terminal."""

from __future__ import annotations

import typer

from app.engine.suggestion import Answer, Suggestion
from app.evaluation import Evaluation

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


def print_evaluation(result: Evaluation) -> None:
    """The figures, then the worst confusions."""
    typer.echo(f"用例 {result.cases}，其中应作答 {result.in_scope}")
    rows = (
        ("首选正确 top-1", result.top1),
        ("前三含正确 top-3", result.top3),
        ("精确率 90% 时的召回", result.recall_at_90),
        ("精确率 80% 时的召回", result.recall_at_80),
        ("判定“有把握”时的精确率", result.answer_precision),
        ("应作答中答对的比例", result.answered),
        ("不该答时没有作答", result.silent_when_right),
        ("校准误差 ECE", result.calibration_error),
    )
    for name, value in rows:
        typer.echo(f"  {name}  {value:.3f}")
    if result.bursts:
        typer.echo(f"  连发消息 {result.bursts} 组，全部问题都找到  {result.all_parts:.3f}")
    if result.confusions:
        typer.echo("最常混淆（应为 → 得到，次数，例）")
        for c in result.confusions:
            typer.echo(f"  {c.expected} → {c.got}  {c.count}  {c.example}")
