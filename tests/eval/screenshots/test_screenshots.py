from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from eval import __main__ as command
from eval.screenshots import command as screenshots
from eval.screenshots.scenes import SCENES


def test_a_scene_that_there_is_not_is_named_with_those_that_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["screenshots", "--only", "chart", "--out", str(tmp_path / "new")]) == 1
    told = capsys.readouterr().err
    assert "没有画面「chart」" in told
    assert "chat-verdict" in told
    assert not (tmp_path / "new").exists()


def test_a_machine_without_chromium_is_told_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screenshots, "CHROMIUM", tmp_path / "chromium")
    assert command.main(["screenshots", "--out", str(tmp_path / "new")]) == 1
    assert "apt-get install chromium" in capsys.readouterr().err


def test_each_scene_has_a_name_of_its_own() -> None:
    names = [(scene.name, view.name) for scene in SCENES for view in scene.views]
    assert len(names) == len(set(names))


def test_a_picture_keeps_its_size_and_gets_a_palette() -> None:
    image = pytest.importorskip("PIL.Image", reason="pillow is not installed (extra docs)")
    noisy = image.effect_noise((80, 40), 90).convert("RGB")
    png = BytesIO()
    noisy.save(png, "PNG")
    found = image.open(BytesIO(screenshots.small(png.getvalue())))
    assert (found.size, found.mode) == ((80, 40), "P")
    assert len(found.getcolors()) <= screenshots.COLOURS
