"""What is delivered to other systems, for as long as the service runs."""

from __future__ import annotations

from app.chatwoot.client import Chatwoot
from app.records.outbox import Delivery
from app.web.chatwoot import KIND, deliver_note
from app.web.deliveries import GiveUp
from app.web.incoming import deliver_callback
from app.web.service import Service


async def run(service: Service) -> None:
    """Delivers until cancelled."""
    settings = service.settings
    token = settings.chatwoot_token.get_secret_value()
    chatwoot = Chatwoot(settings.chatwoot_url, token, settings.chatwoot_timeout)

    async def note(delivery: Delivery) -> None:
        if not settings.chatwoot_url:
            raise GiveUp("没有设置 HUASHU_CHATWOOT_URL。")
        await deliver_note(delivery, service, chatwoot)

    async def callback(delivery: Delivery) -> None:
        await deliver_callback(delivery, settings)

    service.deliveries.handle(KIND, note)
    service.deliveries.handle("callback", callback)
    try:
        await service.deliveries.run()
    finally:
        await chatwoot.close()
