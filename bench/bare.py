"""The least that FastAPI does for the same bodies: python -m bench.bare ANSWER.json PORT."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from app.web.schemas import SuggestionRequest, SuggestionsOut


def application(answer: SuggestionsOut) -> FastAPI:
    """One route that gives the same answer to every well-formed request."""
    app = FastAPI()

    @app.post("/v1/suggestions")
    async def suggestions(body: SuggestionRequest) -> SuggestionsOut:
        return answer

    return app


if __name__ == "__main__":
    given = SuggestionsOut.model_validate_json(Path(sys.argv[1]).read_bytes())
    uvicorn.run(application(given), port=int(sys.argv[2]), access_log=False, log_level="error")
