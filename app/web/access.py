"""Who may call what: every route names the scope that it needs."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import Depends, Request

# Each scope may do what the one before it may. `public` needs no key.
Scope = Literal["public", "suggest", "agent", "trainer", "admin"]
SCOPES: tuple[Scope, ...] = ("public", "suggest", "agent", "trainer", "admin")


class Needs:
    """The dependency of a route: the least scope of a key that may call it."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    async def __call__(self, request: Request) -> None:
        """Lets the request through."""


def needs(scope: Scope) -> Any:
    """For `dependencies=[…]` of a route or a router: who may call it."""
    return Depends(Needs(scope))
