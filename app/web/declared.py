"""Every route says who may call it: looked at when the application is put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from app.web.access import SAFE, Needs, Scope


class UndeclaredRoute(Exception):
    """A route does not say who may call it. A fault of the program, not of its user."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A route as it is served, with prefixes. `early`: it can be judged by headers alone."""

    path: str
    methods: frozenset[str]
    scope: Scope
    early: bool


def declared(app: FastAPI) -> tuple[Declared, ...]:
    """Every route of the application. Raises UndeclaredRoute for one without a scope.

    Mounted static files are public; nothing else may be mounted.
    """
    return tuple(_declared(app))


def _declared(app: FastAPI) -> Iterator[Declared]:
    for route in iter_route_contexts(app.routes):
        original: Any = getattr(route, "original_route", route)
        if isinstance(original, Mount) and isinstance(original.app, StaticFiles):
            continue
        path = str(getattr(route, "path", original))
        dependencies = route.dependencies if isinstance(original, APIRoute) else ()
        asked = [d.dependency for d in dependencies if isinstance(d.dependency, Needs)]
        if not asked:
            raise UndeclaredRoute(
                f"{path} ({getattr(route, 'name', '')}) declares no scope: "
                "dependencies=[needs(…)] of app/web/access.py"
            )
        strictest = max(asked, key=lambda need: need.rank)
        yield Declared(
            path,
            frozenset(route.methods or ()),
            strictest.scope,
            early="{" not in path and all(type(need) is Needs for need in asked),
        )


def early(routes: tuple[Declared, ...]) -> Mapping[str, Scope]:
    """For the gate: the routes that take a body and can be judged before it is read, by path."""
    found: dict[str, Scope] = {}
    for route in routes:
        if route.early and route.methods - SAFE:
            found[route.path] = route.scope
    return found


def describe(app: FastAPI, routes: tuple[Declared, ...]) -> None:
    """Says in openapi.json which routes need a key, and how it travels."""
    scopes = {(m, r.path): r.scope for r in routes for m in r.methods}

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
            )
            _add_keys(found, scopes)
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _add_keys(found: dict[str, Any], scopes: Mapping[tuple[str, str], Scope]) -> None:
    found["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "huashu keys create"},
        "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    }
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            scope = scopes[method.upper(), path]
            operation["x-scope"] = scope
            if scope != "public":
                operation["security"] = [{"bearer": []}, {"header": []}]
