"""One measurement in a process of its own; the result is a JSON file.

python -m eval.scale.child build|cache|first|search|anchors|update|follow --folder INDEX --encoder E --out FILE …
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one measurement; 0."""
    parser = argparse.ArgumentParser(prog="python -m eval.scale.child", description=__doc__)
    parser.add_argument("step", choices=("build", "cache", "first", "search", "anchors", "update", "follow"))
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--encoder", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--size", type=int)
    parser.add_argument("--questions", type=Path, help="JSON list of texts")
    parser.add_argument(
        "--wait", type=float, default=0.0, help="seconds to wait for the cache of the vectors"
    )
    parser.add_argument("--target", help="id of the policy that is changed")
    parser.add_argument("--log", type=Path, help="where follow tells what it finds")
    options = parser.parse_args(arguments)
    options.out.write_text(json.dumps(_measured(options), ensure_ascii=False), encoding="utf-8")
    return 0


def _measured(options: argparse.Namespace) -> dict[str, Any]:
    # Imported where it is used: what a process imports is part of what is measured of it.
    folder, encoder = options.folder, options.encoder
    if options.step in ("update", "follow"):
        from eval.scale import updating

        if options.step == "update":
            return updating.update(options.data, options.size, folder, encoder)
        return updating.follow(folder, encoder, options.target, options.log)
    from eval.scale import measuring

    if options.step == "build":
        return measuring.build(options.data, options.size, folder, encoder)
    if options.step == "cache":
        return measuring.cache(folder, encoder, options.wait)
    questions = json.loads(options.questions.read_text(encoding="utf-8"))
    if options.step == "first":
        return measuring.first(folder, encoder, questions[0])
    if options.step == "search":
        return measuring.search(folder, encoder, questions, options.wait)
    return measuring.anchors(folder, encoder, questions)


if __name__ == "__main__":
    raise SystemExit(main())
