"""Whether a webhook came from who knows the secret, and just now.

Source: Chatwoot's webhooks: `X-Chatwoot-Signature: sha256=<hex>` is HMAC-SHA256 over
"{X-Chatwoot-Timestamp}." and the raw body.
"""

from __future__ import annotations

import hashlib
import hmac

WINDOW = 300.0  # seconds that the sender's clock may be off or a delivery on its way


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of the signature's header."""
    signed = timestamp.encode("utf-8", "surrogatepass") + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def is_genuine(secret: str, timestamp: str, body: bytes, signature: str, now: float) -> bool:
    """Right signature and a timestamp within `WINDOW` of `now` (seconds since 1970)."""
    right = sign(secret, timestamp, body).encode()
    given = signature.strip().encode("utf-8", "surrogatepass")
    if not hmac.compare_digest(right, given):
        return False
    return (
        timestamp.isascii() and timestamp.isdigit() and abs(now - float(timestamp[:15])) <= WINDOW
    )
