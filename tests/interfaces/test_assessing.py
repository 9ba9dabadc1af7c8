"""`tiaowen assess` with files out and several enterprises in, and the API's export."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import docx
import httpx
import openpyxl
import pytest

from assistant.interfaces import cli
from assistant.interfaces.http.app import create_app
from assistant.service import Assistant
from assistant.settings import Settings
from tests.interfaces.assessing_assistant import AssessingAssistant
from tests.interfaces.conftest import wait_until_ready
from tests.interfaces.running_server import running

FACTS = "programme: 零碳工厂\nfacts: {baseline_emissions: 10万吨, report_emissions: 6万吨}\napplicant: {企业名称: 甲公司}\n"
SEVERAL = """programme: 零碳工厂
enterprises:
  - {name: 甲公司, facts: {baseline_emissions: 10万吨, report_emissions: 6万吨}}
  - {name: 乙公司, facts: {baseline_emissions: -3}}
  - {name: 丙公司, programme: 近零碳工厂, facts: {}}
  - {name: 丁公司, fact: {}}
"""


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture(scope="module")
def assessing() -> AssessingAssistant:
    return AssessingAssistant()


@pytest.fixture
def run(
    assessing: AssessingAssistant,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Run:
    """Run `tiaowen assess` in a folder that holds facts.yaml and several.yaml."""
    monkeypatch.setattr(Assistant, "open", lambda *_: assessing)
    monkeypatch.setenv("TIAOWEN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "several.yaml").write_text(SEVERAL, encoding="utf-8")

    def run_it(*words: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["tiaowen", "assess", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), captured.out, captured.err)

    return run_it


def test_several_files_at_once_beside_the_terminal(run: Run, tmp_path: Path) -> None:
    names = ("--xlsx", "a.xlsx", "--docx", "a.docx", "--md", "a.md", "--json-file", "a.json")
    outcome = run("facts.yaml", *names)
    assert outcome.code == 0
    assert "零碳工厂：不符合" in outcome.out
    assert outcome.err.splitlines() == [f"已写入 a.{kind}" for kind in ("xlsx", "docx", "md", "json")]
    assert "结论" in openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames
    assert "甲公司" in "".join(one.text for one in docx.Document(str(tmp_path / "a.docx")).paragraphs)
    assert "结论：**不符合**" in (tmp_path / "a.md").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["applicant"] == {
        "企业名称": "甲公司"
    }
    assert not list(tmp_path.glob(".a.*"))


def test_json_on_stdout_stays_alone_there(run: Run) -> None:
    outcome = run("facts.yaml", "--json", "--md", "a.md")
    assert json.loads(outcome.out)["verdict"]["status"] == "不符合"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("facts.yaml", "--xlsx", "none/a.xlsx"), "没有文件夹 none"),
        (("facts.yaml", "--xlsx", "."), "它是一个文件夹"),
        (("facts.yaml", "--md", "./facts.yaml"), "与事实表是同一个文件"),
        (("facts.yaml", "--md", "a", "--docx", "a"), "--md 的文件 a 与docx是同一个文件"),
        (("several.yaml", "--docx", "a.docx"), "批量判定不能用 --docx"),
        (("--template", "t.xlsx", "facts.yaml"), "两种用法选一种"),
        (("--template", "t.xlsx", "--programme", "负碳"), "没有名为“负碳”的申报类别"),
        (("--template", "t.xlsx", "--policy", "x"), "policy 的值 'x' 不合法"),
        ((), "没有事实表"),
    ],
)
def test_what_cannot_be_written_is_refused_at_once(run: Run, words: tuple[str, ...], said: str) -> None:
    outcome = run(*words)
    assert outcome.code in (1, 2)
    assert said in outcome.err
    assert outcome.err.count("\n") == 1
    assert outcome.out == ""
    assert Path("facts.yaml").read_text(encoding="utf-8") == FACTS


def test_several_enterprises_give_a_summary_and_the_bad_ones_their_reasons(run: Run) -> None:
    outcome = run("several.yaml")
    assert outcome.code == 1
    rows = [line.split("\t") for line in outcome.out.splitlines() if "\t" in line]
    assert rows[0][:6] == ["企业名称", "申报类别", "结论", "首个不符合的条件", "得分", "待补充"]
    assert rows[1][:6] == ["甲公司", "零碳工厂", "不符合", "碳削减率和碳抵消占比", "0–100", "0"]
    assert rows[2][2] == "未判定"
    assert "2021年碳排放量的值“-3”不合法" in rows[2][6]
    assert rows[3][:3] == ["丙公司", "近零碳工厂", "待补充"]
    assert rows[3][6].startswith("请问")
    assert "不认识的字段 fact" in rows[4][6]
    assert "共 4 家，其中 2 家没能判定" in outcome.err


def test_several_as_json_and_workbook(run: Run, tmp_path: Path) -> None:
    outcome = run("several.yaml", "--json", "--xlsx", "out.xlsx")
    listed = json.loads(outcome.out)
    assert [one["name"] for one in listed] == ["甲公司", "乙公司", "丙公司", "丁公司"]
    assert listed[0]["assessment"]["verdict"]["status"] == "不符合"
    assert listed[1]["assessment"] is None
    assert "不合法" in listed[1]["problems"][0]
    workbook = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert workbook.sheetnames == ["汇总", "明细", "待补充", "未判定"]
    summary = list(workbook["汇总"].iter_rows(min_row=5, values_only=True))
    assert summary[0] == ("甲公司", "零碳工厂", "不符合", "碳削减率和碳抵消占比", 0, 100, 0, None)
    assert {row[0] for row in workbook["未判定"].iter_rows(min_row=5, values_only=True)} == {
        "乙公司",
        "丁公司",
    }
    assert all("征求意见稿" in sheet["A2"].value for sheet in workbook)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("enterprises: []", "enterprises 应为不空的列表"),
        ("enterprises: 3", "enterprises 应为不空的列表"),
        ("enterprises: [{}]\nfacts: {}", "不认识的字段 facts"),
    ],
)
def test_a_list_that_is_none_is_refused(run: Run, content: str, said: str) -> None:
    Path("bad.yaml").write_text(content, encoding="utf-8")
    outcome = run("bad.yaml")
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err


def test_a_template_goes_out_and_comes_back(run: Run, tmp_path: Path) -> None:
    assert run("--template", "t.xlsx", "--programme", "零碳工厂").code == 0
    workbook = openpyxl.load_workbook(tmp_path / "t.xlsx")
    sheet = workbook["填报"]
    columns = {sheet.cell(5, n).value: n for n in range(1, sheet.max_column + 1)}
    for row, name, offset in ((6, "甲公司", 40000), (8, "乙公司", 60000)):
        for id, value in {"name": name, "baseline_emissions": 100000, "report_emissions": 40000}.items():
            sheet.cell(row, columns[id]).value = value
        sheet.cell(row, columns["offset_emissions"]).value = offset
    workbook.save(tmp_path / "t.xlsx")
    outcome = run("t.xlsx", "--json")
    assert outcome.code == 0
    statuses = [one["assessment"]["verdict"]["status"] for one in json.loads(outcome.out)]
    assert statuses == ["待补充", "不符合"]


@pytest.fixture(scope="module")
def api(assessing: AssessingAssistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("api")
    settings = Settings(_env_file=None, data_dir=folder, index_dir=folder)
    with running(create_app(lambda _: assessing, settings)) as url:  # type: ignore[arg-type, return-value]
        wait_until_ready(url)
        with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
            yield client


BODY = {"programme": "零碳工厂", "on": "2026-03-01", "facts": {"baseline_emissions": "10万吨"}}


@pytest.mark.parametrize(
    ("format", "media_type", "begins"),
    [
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
        ("md", "text/markdown; charset=utf-8", "# 零碳工厂自评价".encode()),
        ("json", "application/json", b"{"),
    ],
)
def test_the_api_answers_with_a_file(api: httpx.Client, format: str, media_type: str, begins: bytes) -> None:
    response = api.post("/api/assessments/export", params={"format": format}, json=BODY)
    assert response.status_code == 200
    assert response.headers["content-type"] == media_type
    assert response.content.startswith(begins)
    plain, full = response.headers["content-disposition"].removeprefix("attachment; ").split("; ")
    assert plain == f'filename="assessment-zero_carbon-2026-03-01.{format}"'
    assert unquote(full.removeprefix("filename*=UTF-8''")) == f"零碳工厂自评价-2026-03-01.{format}"


def test_the_api_refuses_another_format_and_unknown_fields(api: httpx.Client) -> None:
    response = api.post("/api/assessments/export", params={"format": "pdf"}, json=BODY)
    assert response.status_code == 422
    assert "应为 xlsx、docx、md、json 之一" in response.json()["detail"]
    response = api.post("/api/assessments/export", json=BODY | {"applicant": {"公司": "甲"}})
    assert response.status_code == 422
    assert "不认识的栏目“公司”" in response.json()["detail"]
    response = api.post("/api/assessments/export", json=BODY | {"fact": {}})
    assert (
        "合法的字段有 policy、programme、on、stage、keep_asking、facts、applicant"
        in response.json()["detail"]
    )


def test_json_export_is_the_assessment(api: httpx.Client) -> None:
    exported = api.post("/api/assessments/export", params={"format": "json"}, json=BODY).content
    assert json.load(io.BytesIO(exported)) == api.post("/api/assessments", json=BODY).json()
