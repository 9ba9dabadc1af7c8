"""An assessment as a file in one of the formats."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.agent.assessment import AssessedApplicant

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Format:
    """A kind of file: what it is called, its media type and how it is made."""

    name: str
    media_type: str
    make: Callable[[AssessedApplicant], bytes]


def _workbook(assessed: AssessedApplicant) -> bytes:
    from assistant.interfaces.exports.workbook import workbook_bytes

    return workbook_bytes(assessed)


def _application(assessed: AssessedApplicant) -> bytes:
    from assistant.interfaces.exports.application import application_bytes

    return application_bytes(assessed)


def _markdown(assessed: AssessedApplicant) -> bytes:
    from assistant.interfaces.exports.markdown import markdown_text

    return markdown_text(assessed).encode()


def _json(assessed: AssessedApplicant) -> bytes:
    return (json.dumps(assessed.data, ensure_ascii=False, indent=2) + "\n").encode()


FORMATS = {
    one.name: one
    for one in (
        Format("xlsx", _XLSX, _workbook),
        Format("docx", _DOCX, _application),
        Format("md", "text/markdown; charset=utf-8", _markdown),
        Format("json", "application/json", _json),
    )
}


def format_named(name: str) -> Format:
    """The format of that name; InputError names the legal ones."""
    if name not in FORMATS:
        raise InputError(f"format 的值 {name!r} 不合法；应为 {'、'.join(FORMATS)} 之一")
    return FORMATS[name]


def content_disposition(assessed: AssessedApplicant, format: Format) -> str:
    """The header that names the downloaded file, in ASCII and in Chinese."""
    result = assessed.result
    plain = f"assessment-{result.programme_id}-{result.on.isoformat()}.{format.name}"
    full = f"{result.label}自评价-{result.on.isoformat()}.{format.name}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(full)}"
