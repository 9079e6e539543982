"""What the routes share: the bookshelf, the journal's writer, settings, metrics."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy import Engine

from app.bookshelf import Bookshelf
from app.records.writer import Writer
from app.settings import Settings
from app.web.metrics import Metrics
from app.web.previews import Previews
from app.web.turns import Turns


@dataclass(slots=True)
class Service:
    """One for each application; made in main.py."""

    settings: Settings
    bookshelf: Bookshelf
    store: Engine
    writer: Writer
    metrics: Metrics
    turns: Turns = field(default_factory=Turns)
    previews: Previews = field(init=False)

    def __post_init__(self) -> None:
        self.previews = Previews(self.writer.suggestion)


async def _service(request: Request) -> Service:
    return cast(Service, request.app.state.service)


ServiceDep = Annotated[Service, Depends(_service)]
