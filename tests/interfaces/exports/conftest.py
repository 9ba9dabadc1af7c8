"""Assessments of the real book, and LibreOffice to recompute and print what was exported."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from assistant.agent.assessment import AssessedApplicant, assess_request
from assistant.agent.evidence import EvidenceLedger
from assistant.documents.library import Library
from assistant.documents.policy import Policy
from assistant.rules.books import RuleBooks
from assistant.rules.loading import load_book
from tests.rules.conftest import library_of

CORPUS = Path(__file__).resolve().parents[3] / "corpus"
SUBSIDY = Path(__file__).resolve().parents[2] / "rules" / "subsidy"
TODAY = date(2026, 11, 21)

Assess = Callable[[Mapping[str, Any]], AssessedApplicant]
Recompute = Callable[[Mapping[str, bytes]], dict[str, Workbook]]
Print = Callable[[Mapping[str, bytes]], dict[str, list[str]]]


@pytest.fixture(scope="session")
def library() -> Library:
    return Library.load(CORPUS)


@pytest.fixture(scope="session")
def books(library: Library) -> RuleBooks:
    return RuleBooks.load(library, CORPUS)


@pytest.fixture(scope="session")
def assessed(library: Library, books: RuleBooks) -> Assess:
    """Assess a request with the shipped book."""
    desk = SimpleNamespace(library=library, books=books)
    return lambda request: assess_request(desk, request, TODAY, EvidenceLedger(library))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def subsidised() -> Assess:
    """Assess a request with the invented book of another policy, which is in force and has neither form nor annex."""
    city = Policy(
        id="city-subsidy",
        title="某市工业企业绿色改造补助办法",
        number=None,
        issuer=None,
        published=None,
        status="现行",
        valid_from=date(2026, 1, 1),
        valid_to=date(2027, 12, 31),
        region="某市",
        level="市级",
        sha256="0" * 64,
    )
    library = library_of(city, (SUBSIDY / "text.txt").read_text(encoding="utf-8"))
    books = RuleBooks({city.id: load_book(SUBSIDY / "rules.yaml", city)}, {})
    desk = SimpleNamespace(library=library, books=books)
    return lambda request: assess_request(desk, request, TODAY, EvidenceLedger(library))  # type: ignore[arg-type]


def _convert(folder: Path, files: Mapping[str, bytes], target: str) -> Path:
    """All files in one call of LibreOffice, with a profile of its own."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    out = folder / "out"
    command = [soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", target, "--outdir", str(out), *(str(folder / name) for name in files)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return out


@pytest.fixture
def recompute(tmp_path_factory: pytest.TempPathFactory) -> Recompute:
    """Workbooks as LibreOffice recomputes them."""

    def run(files: Mapping[str, bytes]) -> dict[str, Workbook]:
        out = _convert(tmp_path_factory.mktemp("calc"), files, "xlsx:Calc MS Excel 2007 XML")
        return {name: openpyxl.load_workbook(out / name, data_only=True) for name in files}

    return run


@pytest.fixture
def pages(tmp_path_factory: pytest.TempPathFactory) -> Print:
    """The text of each printed page."""

    def run(files: Mapping[str, bytes]) -> dict[str, list[str]]:
        if shutil.which("pdftotext") is None:
            pytest.skip("poppler (pdftotext) is not installed")
        out = _convert(tmp_path_factory.mktemp("print"), files, "pdf")
        found = {}
        for name in files:
            pdf = out / f"{name.rsplit('.', 1)[0]}.pdf"
            done = subprocess.run(
                ["pdftotext", "-layout", str(pdf), "-"],
                check=True,
                capture_output=True,
                text=True,
                timeout=60,
            )
            found[name] = ["".join(page.split()) for page in done.stdout.split("\f")[:-1]]
        return found

    return run


def changed(content: bytes, values: Mapping[str, object], column: int = 2) -> bytes:
    """The workbook with some of its input cells filled with other values, by the label of the fact."""
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    sheet = workbook["事实"]
    rows = {sheet.cell(row, 1).value: row for row in range(5, sheet.max_row + 1)}
    for label, value in values.items():
        sheet.cell(rows[label], column).value = value
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()
