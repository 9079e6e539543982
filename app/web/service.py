"""What the routes share: the shops, the journal's writer, settings, metrics."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy import Engine

from app.bookshelf import Bookshelf
from app.engine.recent import Recent
from app.engine.suggest import REMEMBERED
from app.engine.suggestion import Answer
from app.records.writer import Writer
from app.settings import Settings
from app.shops import Shops
from app.web.arrivals import Arrivals
from app.web.batching import Batching
from app.web.deliveries import Deliveries
from app.web.guard import Guard
from app.web.hub import Hub
from app.web.looks import Looks
from app.web.metrics import Metrics
from app.web.previews import Previews
from app.web.turns import Turns


@dataclass(slots=True)
class Service:
    """One for each application; made in main.py."""

    settings: Settings
    shops: Shops
    store: Engine
    writer: Writer
    metrics: Metrics
    guard: Guard
    turns: Turns = field(default_factory=Turns)
    hub: Hub = field(default_factory=Hub)
    arrivals: Arrivals = field(default_factory=Arrivals)
    batching: Batching = field(default_factory=Batching)
    deliveries: Deliveries = field(init=False)
    previews: Previews = field(init=False)
    looks: Looks = field(init=False)
    # Answers that the engine remembers, by identity, with their JSON; each holds its answer.
    shapes: Recent[tuple[Answer, bytes]] = field(default_factory=lambda: Recent(REMEMBERED))

    def __post_init__(self) -> None:
        self.previews = Previews(self.writer.suggestion)
        self.looks = Looks(self.settings)
        self.deliveries = Deliveries(self.store, self.metrics, self.settings.retry_pause)

    @property
    def bookshelf(self) -> Bookshelf:
        """That of the default shop."""
        return self.shops.default


def service_of(request: Request) -> Service:
    """The service of the application that a request came to."""
    return cast(Service, request.app.state.service)


async def _service(request: Request) -> Service:
    return service_of(request)


ServiceDep = Annotated[Service, Depends(_service)]
