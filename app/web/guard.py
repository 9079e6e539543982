"""Finds out who calls: by a key, by a session, or because the service is open on loopback."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address

from app.engine.errors import HuashuError
from app.settings import Settings
from app.web.access import CSRF_HEADER, NOBODY, SAFE, Caller, judge, same
from app.web.keyring import Keyring
from app.web.problems import Problem
from app.web.rates import Rates
from app.web.sessions import Sessions, cookie_of

log = logging.getLogger(__name__)

# Pages of these are no web pages: somebody has installed the add-on.
_ADD_ONS = ("chrome-extension://", "moz-extension://", "safari-web-extension://")


class NoKeys(HuashuError):
    """Nobody could be let in, and the address is not this machine's own."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"地址 {host} 可以从别的机器访问，而现在没有可用的密钥，所以没有启动。"
            "请先生成一把：huashu keys create --scope admin（或只监听 127.0.0.1）。"
        )


class Guard:
    """One for each application; made in main.py. Raises SettingsError for an unreadable limit."""

    def __init__(self, settings: Settings, keyring: Keyring, clock: Callable[[], float]) -> None:
        self.keyring = keyring
        self.sessions = Sessions(keyring.secret, settings.session_hours)
        self.rates = Rates(settings.rate_key, settings.rate_address, clock)
        self._host = settings.host
        self._loopback = is_loopback(settings.host)
        self._origins = frozenset(settings.origins())

    def may_serve(self) -> None:
        """Says in the log when the service is open. Raises NoKeys where it must not be."""
        if self.open:
            log.warning(
                "no keys: open to everybody and every program on this machine, and to nobody else; "
                "`huashu keys create` changes that"
            )
        elif not (self._loopback or self.keyring.any_usable()):
            raise NoKeys(self._host)

    @property
    def open(self) -> bool:
        """Whether everybody on this machine may do everything: on loopback, without keys."""
        return self._loopback and self.keyring.empty

    def may_read(self, origin: str) -> bool:
        """Whether pages of this origin may read answers: by the setting or by a key's binding."""
        return self.listed(origin) or origin in self.keyring.origins

    def listed(self, origin: str) -> bool:
        """Whether the setting HUASHU_CORS_ORIGINS names the origin."""
        return origin in self._origins or "*" in self._origins

    @property
    def has_origins(self) -> bool:
        """Whether pages of any other origin may read answers."""
        return bool(self._origins or self.keyring.origins)

    def with_key(self, key: str, origin: str) -> Caller:
        """Who calls with this key from a page of this origin (empty: from no page)."""
        now = datetime.now(UTC)
        found = judge(self.keyring.find(key), origin, now)
        if found.key:
            self.keyring.used(found.key, now)
        return found

    def identify(self, headers: Mapping[str, str], method: str) -> Caller:
        """Who calls, by the headers of a request. A key goes before a session."""
        kind, _, value = headers.get("authorization", "").partition(" ")
        key = value.strip() if kind.lower() == "bearer" else headers.get("x-api-key", "").strip()
        if key:
            return self.with_key(key, headers.get("origin", ""))
        session = cookie_of(headers.get("cookie", ""))
        if not session:
            return NOBODY
        return self._signed_in(session, None if method in SAFE else headers.get(CSRF_HEADER, ""))

    def _signed_in(self, session: str, given: str | None) -> Caller:
        """Who has this session; `given` is the token of a request that changes something."""
        now = datetime.now(UTC)
        key_id, token = self.sessions.read(session) or ("", "")
        record = self.keyring.by_id(key_id)
        if record is None or not record.usable(now):
            return Caller(refused="session_ended")
        self.keyring.used(record, now)
        proved = given is None or same(given, token)
        return Caller(record.scope, "session", record, csrf=token, proved=proved)

    def still_good(self, who: Caller) -> bool:
        """Whether a caller of a while ago would be let in now; for streams that last."""
        if who.key is None:
            return self.open
        record = self.keyring.by_id(who.key.id)
        return record is not None and record.usable(datetime.now(UTC))

    def charge(self, who: Caller) -> None:
        """Counts a request of a key. Raises Problem 429 when it was one too many."""
        if who.key:
            _slow_down(self.rates.key(who.key.id))

    def charge_address(self, address: str) -> None:
        """Counts a request from an address. Raises Problem 429 when it was one too many."""
        _slow_down(self.rates.address(address))

    def at_home(self, address: str | None, host: str) -> None:
        """Raises Problem unless a request to the open service comes from this machine and means it.

        A proxy on this machine lets others in: uvicorn takes their address from X-Forwarded-For.
        The name in the address bar may be a stranger's that was made to point here (DNS rebinding).
        """
        if address and not is_loopback(address):
            raise Problem(
                403,
                "not_local",
                "服务没有设置密钥，只供本机使用，而这个请求来自别的机器。"
                "请先用 huashu keys create 生成密钥。",
            )
        if host and not is_loopback(_name(host)):
            raise Problem(
                403,
                "host_wrong",
                f"服务没有设置密钥，只能用本机地址（如 http://127.0.0.1）访问，不能用“{host[:60]}”。"
                "请改用本机地址，或先用 huashu keys create 生成密钥。",
            )

    def foreign(self, origin: str, site: str, host: str) -> bool:
        """Whether a page of another origin sent a request, one that nobody has allowed.

        By Sec-Fetch-Site, which no page can forge; where a browser does not send it, by Origin.
        """
        if site in ("same-origin", "none") or not (origin or site):
            return False
        if origin and (self.listed(origin) or origin.startswith(_ADD_ONS)):
            return False
        return bool(site) or origin.partition("://")[2] != host


@lru_cache(maxsize=1024)
def is_loopback(name: str) -> bool:
    """Whether a name or an address is this machine's own."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        known = ip_address(name)
    except ValueError:
        return False
    mapped = getattr(known, "ipv4_mapped", None)
    return bool((mapped or known).is_loopback)


def _name(host: str) -> str:
    """The header Host without the port and without the brackets of IPv6."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower().rstrip(".")


def _slow_down(seconds: int) -> None:
    if seconds:
        raise Problem(
            429,
            "rate_exceeded",
            f"请求太频繁，请过 {seconds} 秒再试。",
            headers={"Retry-After": str(seconds)},
        )
