"""Settings: one frozen value read once from the environment; the only reader of `os.environ`."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ENVIRONMENTS = ("demo", "production", "test")
ACCEL = ("off", "x-accel")
PROFILES = ("demo", "mlps3", "asvs")
LOG_LEVELS = ("INFO", "DEBUG", "WARNING", "ERROR")
SWITCH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


class SettingsError(Exception):
    """A setting that is missing or cannot be; the message names it."""


@dataclass(frozen=True)
class Settings:
    """What the operator may choose. docs/reference/settings.md has a heading for each."""

    app_env: str = "demo"
    database_url: str = ""
    data_dir: Path = Path("var")
    media_dir: Path = Path("media")
    content_dir: Path = Path("content")
    host: str = "127.0.0.1"
    port: int = 8000
    web_workers: int = 2
    blocking_threads: int = 64
    secret_key: str = field(default="", repr=False)
    demo_clock_file: Path | None = None
    media_accel: str = "off"
    ffmpeg_binary: str = ""
    rule_set: str = "demo"
    account_profile: str = "demo"
    jobs_url: str = ""
    public_url: str = ""
    trusted_hosts: str = ""
    secure_cookies: bool = False
    proxy_hops: int = 0
    media_max_bytes: int = 4 * 1024**3
    metrics_token: str = field(default="", repr=False)
    log_level: str = "INFO"

    def __post_init__(self) -> None:
        for name in ("data_dir", "media_dir", "content_dir"):  # children run elsewhere, so no folder may be relative
            object.__setattr__(self, name, getattr(self, name).absolute())

    @property
    def sqlalchemy_url(self) -> str:
        """The database; SQLite under DATA_DIR unless DATABASE_URL says otherwise."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'college.sqlite3'}"

    @property
    def hosts(self) -> list[str]:
        """Names this college answers to: those of TRUSTED_HOSTS, else that of PUBLIC_URL and this machine; none named, any."""
        named = [name.strip() for name in self.trusted_hosts.split(",") if name.strip()]
        own = urlsplit(self.public_url).hostname
        return named or ([own, "localhost", "127.0.0.1", "[::1]"] if own else [])

    @property
    def is_demo(self) -> bool:
        """Whether demo accounts, the movable clock and the demo loader are allowed."""
        return self.app_env in ("demo", "test")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the environment (`NAME`, or `NAME_FILE` naming a file); refuse what cannot work, by name."""
        env = os.environ if environ is None else environ
        values = cls._read(env)
        return cls(**_checked(values, _read_value(env, "SECRET_KEY")))  # type: ignore[arg-type]  # values are typed by _read

    @staticmethod
    def _read(env: Mapping[str, str]) -> dict[str, object]:
        """Each setting that the environment names, converted to its type."""
        values: dict[str, object] = {}
        for name in ("APP_ENV", "DATABASE_URL", "HOST", "MEDIA_ACCEL", "FFMPEG_BINARY", "RULE_SET",
                     "ACCOUNT_PROFILE", "JOBS_URL", "PUBLIC_URL", "TRUSTED_HOSTS", "METRICS_TOKEN", "LOG_LEVEL"):  # fmt: skip
            if text := _read_value(env, name):
                values[name.lower()] = text
        for name in ("DATA_DIR", "MEDIA_DIR", "CONTENT_DIR", "DEMO_CLOCK_FILE"):
            if text := _read_value(env, name):
                values[name.lower()] = Path(text)
        for name in ("PORT", "WEB_WORKERS", "BLOCKING_THREADS", "PROXY_HOPS", "MEDIA_MAX_BYTES"):
            if text := _read_value(env, name):
                values[name.lower()] = _whole_number(name, text)
        if text := _read_value(env, "SECURE_COOKIES"):
            if text.lower() not in SWITCH:
                raise SettingsError(f"SECURE_COOKIES: expected true or false, found {text!r}")
            values["secure_cookies"] = SWITCH[text.lower()]
        return values


def _read_value(env: Mapping[str, str], name: str) -> str:
    """`NAME`, or the stripped content of the file that `NAME_FILE` names."""
    if name in env:
        return env[name]
    if path := env.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{name}_FILE: cannot read {path}: {error.strerror}") from error
    return ""


def _whole_number(name: str, text: str) -> int:
    try:
        number = int(text)
    except ValueError as error:
        raise SettingsError(f"{name}: expected a whole number, found {text!r}") from error
    if number < 0:
        raise SettingsError(f"{name}: must not be negative, found {number}")
    return number


def _checked(values: dict[str, object], secret: str) -> dict[str, object]:
    """Refuse combinations that cannot work; production needs a secret and has a fixed clock."""
    env = values.setdefault("app_env", "demo")
    for name, allowed in (("app_env", ENVIRONMENTS), ("media_accel", ACCEL), ("account_profile", PROFILES), ("log_level", LOG_LEVELS)):
        if values.get(name, allowed[0]) not in allowed:
            raise SettingsError(f"{name.upper()}: expected one of {', '.join(allowed)}, found {values[name]!r}")
    if env == "production":
        values.setdefault("account_profile", "mlps3")
        values.setdefault("secure_cookies", True)
        if len(secret) < 32:
            raise SettingsError("SECRET_KEY: production needs at least 32 characters (or SECRET_KEY_FILE)")
        if "demo_clock_file" in values:
            raise SettingsError("DEMO_CLOCK_FILE: refused in production")
        if values.get("account_profile") == "demo":
            raise SettingsError("ACCOUNT_PROFILE: demo is refused in production")
    data_dir = values.setdefault("data_dir", Path("var"))
    assert isinstance(data_dir, Path)
    values["secret_key"] = secret or local_secret(data_dir)
    return values


def local_secret(data_dir: Path) -> str:
    """A secret of this machine, made once and kept beside the data (demo and test)."""
    path = data_dir / "secret.key"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        data_dir.mkdir(parents=True, exist_ok=True)
        fresh = secrets.token_urlsafe(48)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(fresh)
        except FileExistsError:
            return path.read_text(encoding="ascii")
        return fresh
