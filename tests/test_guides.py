"""README and docs/guide: every setting is told, every link leads somewhere, every picture is made by a scene."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.settings import PROJECT_ROOT, Settings
from eval.screenshots.scenes import SCENES

GUIDES = (PROJECT_ROOT / "README.md", *sorted((PROJECT_ROOT / "docs" / "guide").glob("*.md")))
IMAGES = PROJECT_ROOT / "docs" / "images"
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
MOST_BYTES = 3_000_000


def test_the_operator_reads_of_every_setting_and_of_no_other() -> None:
    told = re.findall(
        r"^\| `TIAOWEN_([A-Z_]+)` \|",
        (PROJECT_ROOT / "docs/guide/operator.md").read_text(encoding="utf-8"),
        re.M,
    )
    assert sorted(told) == sorted(name.upper() for name in Settings.model_fields)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_links_lead_to_files_that_there_are(guide: Path) -> None:
    linked = LINK.findall(guide.read_text(encoding="utf-8"))
    assert linked
    assert [path for path in linked if not (guide.parent / path).exists()] == []


def test_the_readme_leads_to_each_guide() -> None:
    readme = GUIDES[0].read_text(encoding="utf-8")
    assert len(GUIDES) == 5
    assert [path.name for path in GUIDES[1:] if f"(docs/guide/{path.name})" not in readme] == []


def test_every_picture_is_made_by_a_scene_and_all_are_small() -> None:
    made = {f"{scene.name}-{view.name}.png" for scene in SCENES for view in scene.views}
    files = list(IMAGES.glob("*"))
    assert {file.name for file in files} == made
    assert sum(file.stat().st_size for file in files) <= MOST_BYTES
