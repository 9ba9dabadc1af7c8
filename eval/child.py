"""A module of the evaluation run in a fresh process, which hands back one JSON file."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TIMEOUT_S = 7200.0


class ChildError(RuntimeError):
    """A process of a measurement failed; the message holds what it said."""


def run_child(module: str, arguments: Sequence[str]) -> dict[str, Any]:
    """Run `python -m module … --out FILE`; what it wrote to FILE, with the seconds of the whole process as `process_s`.

    Raises ChildError when it fails or does not end in two hours.
    """
    with tempfile.TemporaryDirectory(prefix="tiaowen-child-") as folder:
        out = Path(folder) / "result.json"
        command = [sys.executable, "-m", module, *arguments, "--out", str(out)]
        began = time.perf_counter()
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            raise ChildError(f"{module} {' '.join(arguments[:3])} did not end in {TIMEOUT_S:g} s") from error
        seconds = time.perf_counter() - began
        if done.returncode != 0 or not out.is_file():
            said = done.stderr.strip()[-2000:]
            raise ChildError(f"{module} {' '.join(arguments[:3])} ended with {done.returncode}: {said}")
        result: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return result | {"process_s": seconds}
