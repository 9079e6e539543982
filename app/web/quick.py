"""A route whose usual requests skip most of the framework.

FastAPI spends more on a small request than the engine does on a message. A JSON body that came
in one piece and is well formed is parsed straight from its bytes; whatever else comes goes
FastAPI's own way, which says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.types import Message, Receive, Scope, Send

_JSON = (b"content-type", b"application/json")


class QuickRoute(APIRoute):
    """For endpoints of the shape `(body, request) -> Response` with one pydantic body.

    Its dependencies are asked one after another and may take the request only, as `needs` does.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if self.body_field is None or len(self.dependant.body_params) != 1:
            raise TypeError("a quick route needs one body")
        self._model = cast("type[BaseModel]", self.body_field.field_info.annotation)
        self._endpoint = cast(Callable[[Any, Request], Awaitable[Response]], self.endpoint)
        self._asked = [cast(Callable[..., Any], d.dependency) for d in self.dependencies]

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a usual request itself, and leaves every other to FastAPI."""
        if scope["method"] != "POST" or _JSON not in scope["headers"]:
            await super().handle(scope, receive, send)
            return
        first = await receive()
        try:
            if first.get("more_body"):
                raise ValueError("more to come")
            body = self._model.model_validate_json(first["body"])
        except (ValidationError, ValueError, KeyError):
            await super().handle(scope, _again(first, receive), send)
            return
        request = Request(scope, receive)
        for dependency in self._asked:
            await dependency(request)
        response = await self._endpoint(body, request)
        await response(scope, receive, send)


def _again(first: Message, receive: Receive) -> Receive:
    """Gives a message once more, then what comes after it."""
    waiting = [first]

    async def given() -> Message:
        return waiting.pop() if waiting else await receive()

    return given
