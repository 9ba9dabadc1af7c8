from __future__ import annotations

import os
from pathlib import Path

from tests.retrieval.killing import kill_many


def test_writers_killed_at_random_moments_leave_one_state_or_the_other(tmp_path: Path) -> None:
    """Ten kills; TIAOWEN_KILLS says how many more are wanted."""
    kills = int(os.environ.get("TIAOWEN_KILLS", "10"))
    left = kill_many(tmp_path, kills)
    assert left["old"] + left["new"] == kills
    assert left["looks"] > kills
