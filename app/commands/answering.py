"""suggest and explain: what a customer would be answered, and why."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from app.commands.options import (
    Book,
    Json,
    Platform,
    Stage,
    plain_errors,
    print_json,
    settings_of,
    text_of,
)


def suggest(
    message: Annotated[list[str], typer.Argument(help="客户消息；写 - 从标准输入读，每行一条。")],
    phrasebook: Book = None,
    platform: Platform = None,
    stage: Stage = None,
    limit: Annotated[int, typer.Option(min=1, max=10)] = 3,
    as_json: Json = False,
) -> None:
    """给出回复建议。示例：huashu suggest 怎么还不发货 --platform jd"""
    from app.engine.model import Context
    from app.terminal import print_answer
    from app.workbench import suggester

    with plain_errors():
        engine = suggester(settings_of(phrasebook))
        lines = [x for x in text_of(message).splitlines() if x.strip()] or [""]
        context = Context(today=date.today(), platform=platform, stage=stage)
        answer = engine.suggest(lines, context, limit=limit)
        if as_json:
            print_json(asdict(answer))
        else:
            print_answer(answer)


def explain(
    message: Annotated[list[str], typer.Argument(help="客户消息。")],
    phrasebook: Book = None,
    as_json: Json = False,
) -> None:
    """说明为什么这样匹配。示例：huashu explain 15天还能退吗"""
    from app.engine.model import Context
    from app.terminal import print_explanation
    from app.workbench import suggester

    with plain_errors():
        engine = suggester(settings_of(phrasebook))
        text = text_of(message)  # once: standard input is empty the second time
        context = Context(today=date.today())
        answer = engine.suggest([text], context, limit=5, explain=True)
        if as_json:
            print_json(asdict(answer))
        else:
            print_explanation(text, answer)
