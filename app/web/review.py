"""The trainers' page: proposals with their samples and patches, to accept or to reject."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.web.access import needs
from app.web.console import page

router = APIRouter(include_in_schema=False)


@router.get("/review", dependencies=[needs("trainer")])
async def review(request: Request) -> Response:
    """The page; what it shows its script asks the API for."""
    return page(request, "review.html", here="review")
