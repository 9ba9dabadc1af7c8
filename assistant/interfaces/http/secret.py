"""The secret that signs cookies: from the settings, or made once in the data folder, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from assistant.errors import SettingsError
from assistant.settings import SECRET_LENGTH, Settings

_FILE = "cookie-secret"


def signing_secret(settings: Settings) -> str:
    """The secret. Raises SettingsError when it can neither be read nor made."""
    if settings.secret is not None:
        return settings.secret.get_secret_value()
    path = settings.data / _FILE
    try:
        if not path.exists():
            _make(path)
        path.chmod(0o600)
        secret = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"签署 cookie 的密钥文件 {path} 不能读写（{error}）；请检查文件夹是否可写，或设置 TIAOWEN_SECRET"
        ) from error
    if len(secret) < SECRET_LENGTH:
        raise SettingsError(
            f"签署 cookie 的密钥文件 {path} 不到 {SECRET_LENGTH} 个字符；删掉它会重新生成（大家须重新登录）"
        )
    return secret


def _make(path: Path) -> None:
    """Write the file whole or not at all; of two processes that start together the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, written = tempfile.mkstemp(dir=path.parent, prefix=_FILE)  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        os.link(written, path)
    except FileExistsError:
        return
    finally:
        os.unlink(written)
