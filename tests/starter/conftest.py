from __future__ import annotations

from tests.commands.conftest import huashu

__all__ = ["huashu"]
