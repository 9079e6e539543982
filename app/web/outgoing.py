"""What is delivered to other systems, for as long as the service runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.records.outbox import Delivery
from app.settings import Settings
from app.web.chatwoot import KIND, deliver_note
from app.web.deliveries import GiveUp
from app.web.incoming import deliver_callback
from app.web.service import Service

if TYPE_CHECKING:
    from app.chatwoot.client import Chatwoot


async def run(service: Service) -> None:
    """Delivers until cancelled."""
    settings = service.settings
    chatwoot = _chatwoot(settings)

    async def note(delivery: Delivery) -> None:
        if chatwoot is None:
            raise GiveUp("没有设置 HUASHU_CHATWOOT_URL。")
        await deliver_note(delivery, service, chatwoot)

    async def callback(delivery: Delivery) -> None:
        await deliver_callback(delivery, settings)

    service.deliveries.handle(KIND, note)
    service.deliveries.handle("callback", callback)
    try:
        await service.deliveries.run()
    finally:
        if chatwoot is not None:
            await chatwoot.close()


def _chatwoot(settings: Settings) -> Chatwoot | None:
    if not settings.chatwoot_url:
        return None
    from app.chatwoot.client import Chatwoot  # httpx takes a while to import

    token = settings.chatwoot_token.get_secret_value()
    return Chatwoot(settings.chatwoot_url, token, settings.chatwoot_timeout)
