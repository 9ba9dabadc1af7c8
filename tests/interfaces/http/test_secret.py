"""The secret behind the cookies: from the settings, or made once and readable by its owner alone."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.interfaces.http.secret import signing_secret
from assistant.settings import Settings, load_settings


def settings(folder: Path) -> Settings:
    return Settings(_env_file=None, data_dir=folder)


def test_it_is_made_once_also_by_many_at_the_same_time(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: signing_secret(settings(tmp_path / "data")), range(32)))
    assert len(secrets) == 1
    assert len(secrets.pop()) == 64
    files = list((tmp_path / "data").iterdir())
    assert [path.name for path in files] == ["cookie-secret"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


def test_a_file_that_others_could_read_is_closed(tmp_path: Path) -> None:
    made = signing_secret(settings(tmp_path))
    (tmp_path / "cookie-secret").chmod(0o644)
    assert signing_secret(settings(tmp_path)) == made
    assert stat.S_IMODE((tmp_path / "cookie-secret").stat().st_mode) == 0o600


def test_one_that_is_too_short_or_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "cookie-secret").write_text("short")
    with pytest.raises(SettingsError, match="不到 32 个字符"):
        signing_secret(settings(tmp_path))
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="TIAOWEN_SECRET"):
        signing_secret(settings(tmp_path / "file" / "below"))


def test_the_setting_comes_first_and_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIAOWEN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TIAOWEN_SECRET", "s" * 32)
    assert signing_secret(load_settings()) == "s" * 32
    assert "ssss" not in repr(load_settings())
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv("TIAOWEN_SECRET", "topsecret")
    with pytest.raises(SettingsError, match="至少 32 个字符") as refused:
        load_settings()
    assert "topsecret" not in str(refused.value)
