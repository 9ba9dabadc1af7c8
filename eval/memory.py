"""Memory of a process as /proc tells it, in MB (10^6 bytes)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(r"^(Vm\w+|Rss\w+):\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True)
class Memory:
    """Resident memory: in all, its part of the process's own (`anonymous`), its part of mapped files, and the peak."""

    resident_mb: float
    anonymous_mb: float
    mapped_mb: float
    peak_mb: float

    @classmethod
    def of(cls, pid: int | str = "self") -> Memory | None:
        """Memory of a process, by default of this one; None where /proc does not tell."""
        try:
            status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
        except OSError:
            return None
        held = {name: int(value) * 1024 / 1e6 for name, value in _LINE.findall(status)}
        if "VmRSS" not in held:  # a process that has ended, or another system's /proc
            return None
        mapped = held.get("RssFile", 0.0) + held.get("RssShmem", 0.0)
        return cls(held["VmRSS"], held.get("RssAnon", 0.0), mapped, held.get("VmHWM", held["VmRSS"]))


def folder_mb(folder: Path, pattern: str = "**/*") -> float:
    """Size of the files below `folder` that match, in MB; a file under two names counts once."""
    sizes = {}
    for path in folder.glob(pattern):
        if path.is_file():
            stat = path.stat()
            sizes[(stat.st_dev, stat.st_ino)] = stat.st_size
    return sum(sizes.values()) / 1e6
