"""The console's session: a signed cookie that names a key. It holds nothing secret of it.

The cookie is HttpOnly and SameSite=Strict. A second one, which scripts may read, holds the token
that they send in X-CSRF-Token; it is signed into the first, so that neither can be swapped.
"""

from __future__ import annotations

import secrets

from fastapi import Request
from fastapi.responses import Response
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import cookie_parser

from app.records.keys import KeyRecord

SESSION = "huashu_session"
CSRF = "huashu_csrf"


class Sessions:
    """Signs sessions and reads them. `hours` is how long one lasts."""

    def __init__(self, secret: str, hours: float) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="huashu.session")
        self._seconds = int(hours * 3600)

    def begin(self, request: Request, response: Response, record: KeyRecord) -> None:
        """Signs a browser in with a key."""
        token = secrets.token_urlsafe(16)
        value = self._signer.dumps([record.id, token])
        for name, text, hidden in ((SESSION, value, True), (CSRF, token, False)):
            response.set_cookie(
                name,
                text,
                max_age=self._seconds,
                httponly=hidden,
                secure=request.url.scheme == "https",
                samesite="strict",
            )

    def read(self, value: str) -> tuple[str, str] | None:
        """The id of the key and the token; None for one that is forged or too old."""
        try:
            key_id, token = self._signer.loads(value, max_age=self._seconds)
        except (BadData, ValueError, TypeError):
            return None
        return str(key_id), str(token)


def end(response: Response) -> None:
    """Signs a browser out."""
    for name in (SESSION, CSRF):
        response.delete_cookie(name, samesite="strict")


def cookie_of(header: str) -> str:
    """The session's cookie in a header; empty when there is none."""
    return cookie_parser(header).get(SESSION, "") if header else ""
