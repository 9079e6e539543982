"""eval: how good the matching is."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import (
    Book,
    Json,
    plain_errors,
    print_json,
    save,
    settings_of,
)


def evaluate(
    cases: Annotated[Path, typer.Argument(help="JSONL：每行 message 或 messages，加 expected。")],
    phrasebook: Book = None,
    encoder: Annotated[str | None, typer.Option(help="句向量，默认为设置里的。")] = None,
    against: Annotated[
        Path | None, typer.Option(help="另一个话术库文件夹：逐项比较，它减去前一个。")
    ] = None,
    against_encoder: Annotated[str | None, typer.Option(help="另一种句向量：逐项比较。")] = None,
    chart: Annotated[Path | None, typer.Option(help="把可靠性图存成 SVG 文件。")] = None,
    as_json: Json = False,
) -> None:
    """用标注消息衡量匹配质量。示例：huashu eval cases.jsonl --chart reliability.svg"""
    from app import evaluation as e
    from app.comparison import compare
    from app.reliability import diagram
    from app.terminal import print_comparison, print_evaluation
    from app.workbench import suggester

    show = sys.stderr.isatty()
    with plain_errors():
        wanted = e.read_cases(cases)
        answers = e.run(suggester(settings_of(phrasebook, encoder=encoder)), wanted, progress=show)
        result = e.evaluate(wanted, answers)
        comparison = None
        if against or against_encoder:
            other = suggester(
                settings_of(against or phrasebook, encoder=against_encoder or encoder)
            )
            comparison = compare(wanted, answers, e.run(other, wanted, progress=show))
        if chart:
            error = result.figures["calibration_error"].value
            save(chart, diagram(result.reliability, f"可靠性：{cases.name}", error))
    if as_json:
        plain = {name: figure.value for name, figure in result.figures.items()}
        compared = asdict(comparison) if comparison else None
        print_json(plain | asdict(result) | {"comparison": compared})
        return
    print_evaluation(result)
    if comparison:
        print_comparison(comparison)
