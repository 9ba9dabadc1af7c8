from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import InputError
from eval import __main__ as command
from eval.beir import command as comparison
from eval.beir import workshop
from eval.beir.channels import channels_markdown, compared_channels
from eval.beir.folder import read_beir
from eval.beir.measuring import Measured
from eval.beir.product import PRODUCT
from eval.beir.reporting import compared, markdown, read_reference, tuned_table, write_section
from eval.questions import load_split
from tests.eval.beir import made
from tests.eval.made import question


def measured(name: str, run: dict[str, list[str]], group: str = "keywords") -> Measured:
    return Measured(name, group, run, 1.5, [1.0, 2.0, 9.0], 100.2, 150.7)


GOOD = {"q1": ["a2"], "q2": ["b1", "b2"]}
POOR = {"q1": ["a1", "a2"], "q2": ["a1"]}


def report(tmp_path: Path, **options: Any) -> dict[str, Any]:
    judged = read_beir(made.folder(tmp_path / "beir"), "dev")
    return compared(judged, [measured("poor", POOR), measured("good", GOOD)], options.get("references", []))


def test_the_report_has_means_intervals_values_cost_and_tests(tmp_path: Path) -> None:
    content = report(tmp_path)
    good, poor = (content["configurations"][name] for name in ("good", "poor"))
    assert content["best_keywords"] == "good"
    assert content["questions"] == {"all": 2, "unseen": 1}
    assert good["all"]["R@1"]["mean"] == pytest.approx(0.75)
    assert good["unseen"]["R@1"] == {"mean": 1.0, "low": 1.0, "high": 1.0}
    assert poor["values"]["q1"]["MRR@10"] == 0.5
    assert (poor["p50_ms"], poor["p95_ms"], poor["build_s"], poor["peak_mb"]) == (2.0, 9.0, 1.5, 151)
    assert good["tests"] == {}
    assert 0 < poor["tests"]["good"]["all"]["nDCG@10"] <= 1


def test_the_table_has_a_row_each_and_the_best_in_bold(tmp_path: Path) -> None:
    text = markdown(report(tmp_path))
    rows = [line for line in text.splitlines() if line.startswith("| good")]
    assert len(rows) == 2
    assert "**.750**" in rows[0]
    assert "1.5 | 2.0 | 9.0 | 151 (100)" in rows[0]
    assert "| good | **1.000** |" in rows[1]
    assert {line.count("|") for line in text.splitlines() if line.startswith(("| good", "| poor"))} == {13, 9}


def test_an_earlier_report_is_tested_against(tmp_path: Path) -> None:
    path = tmp_path / "earlier.json"
    path.write_text(json.dumps(report(tmp_path)), encoding="utf-8")
    again = report(tmp_path / "again", references=read_reference(str(path)))
    assert again["configurations"]["poor"]["tests"]["earlier.json: poor"]["all"]["nDCG@10"] == 1
    one = report(tmp_path / "one", references=read_reference(f"{path}:good"))
    assert one["configurations"]["poor"]["tests"]["earlier.json: good"]["all"]["nDCG@10"] < 1
    assert "p against earlier.json: good" in markdown(one)


def test_a_reference_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "earlier.json"
    with pytest.raises(InputError, match="不存在"):
        read_reference(str(path))
    path.write_text('{"x": 1}', encoding="utf-8")
    with pytest.raises(InputError, match="无法读取"):
        read_reference(str(path))
    content = report(tmp_path)
    del content["configurations"]["good"]["values"]["q2"]
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match="没有配置 'best'"):
        read_reference(f"{path}:best")
    with pytest.raises(InputError, match="没有问题 'q2' 的值"):
        report(tmp_path / "again", references=read_reference(f"{path}:good"))


def test_the_section_of_a_page_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# 标题\n\n<!-- a -->\nold\n<!-- /a -->\n\n后文\n", encoding="utf-8")
    write_section(page, "a", "| new |\n")
    once = page.read_text(encoding="utf-8")
    assert once == "# 标题\n\n<!-- a -->\n| new |\n<!-- /a -->\n\n后文\n"
    write_section(page, "a", "| new |\n")
    assert page.read_text(encoding="utf-8") == once
    write_section(page, "b", "x")
    write_section(page, "b", "x")
    assert page.read_text(encoding="utf-8") == once + "\n<!-- b -->\nx\n<!-- /b -->\n"
    write_section(tmp_path / "new.md", "b", "x")
    assert (tmp_path / "new.md").read_text(encoding="utf-8") == "<!-- b -->\nx\n<!-- /b -->\n"


@pytest.mark.parametrize(
    "page", ["<!-- a -->\n", "<!-- /a --> <!-- a -->", "<!-- a --><!-- a --><!-- /a -->"]
)
def test_a_page_with_torn_markers_is_left_alone(page: str, tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(page, encoding="utf-8")
    with pytest.raises(InputError, match="各出现一次"):
        write_section(path, "a", "x")
    assert path.read_text(encoding="utf-8") == page


def test_what_was_tuned_is_told_with_the_spread_of_its_grid() -> None:
    text = tuned_table(made.TUNED)
    assert "| BM25 pairs | k1 1.2, b 0.5 | 0.500 | 0.500-0.500 |" in text
    assert "| feedback | passages 2, terms 5, share 0.3 | 0.500 | 0.400-0.500 |" in text


def test_channels_tell_gold_in_five_apart_from_recall() -> None:
    questions = [
        question(gold=[["p#一"], ["p#二"]]),
    ]
    runs = [measured(PRODUCT, {"q1": ["p#一", "p#三"]}), measured("other", {"q1": ["p#三"]})]
    content = compared_channels(runs, questions)
    row = content["configurations"][PRODUCT]["one turn"]
    assert (row["gold@5"], row["gold@1"], row["recall@5"]) == (1, 1, 0.5)
    assert content["configurations"]["other"]["one turn"]["gold@5"] == 0
    text = channels_markdown(content, "dev")
    assert "1 questions of one turn, 0 of several" in text
    assert f"| {PRODUCT} | 1.000 | 1.000 | 0.500 |" in text


@pytest.fixture
def tuned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "tuned.json"
    path.write_text(json.dumps(made.TUNED), encoding="utf-8")
    monkeypatch.setattr(comparison, "TUNED_FILE", path)
    monkeypatch.setattr(comparison, "DOCS", tmp_path / "retrieval.md")
    return path


def test_the_command_measures_apart_and_writes_report_and_docs(
    tuned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    beir, out = made.folder(tmp_path / "set"), tmp_path / "report.json"
    arguments = ["retrieval", str(beir), "--only", "BM25 words", "--cache", str(tmp_path / "cache"), "--docs"]
    assert command.main([*arguments, "--json", str(out)]) == 0
    (row,) = json.loads(out.read_text(encoding="utf-8"))["configurations"].values()
    assert row["all"]["R@5"]["mean"] == 1
    assert row["peak_mb"] >= row["base_mb"] > 10
    assert "<!-- set-dev -->" in (tmp_path / "retrieval.md").read_text(encoding="utf-8")


def test_the_products_own_questions_are_measured_by_channel(
    tuned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.json"
    arguments = ["retrieval", "--channels", "--split", "dev", "--only", "BM25 words", "--docs"]
    assert command.main([*arguments, "--cache", str(tmp_path / "cache"), "--json", str(out)]) == 0
    report = json.loads(out.read_text(encoding="utf-8"))
    row = report["configurations"]["BM25 words"]
    judged = [one for one in load_split("dev") if one.expect.gold]
    assert sum(report["questions"].values()) == len(judged) == len(row["values"])
    assert 0.5 < row["one turn"]["recall@5"] <= row["one turn"]["gold@5"] < 1
    assert row["p"] == {}
    assert "<!-- channels-dev -->" in (tmp_path / "retrieval.md").read_text(encoding="utf-8")


def test_tuning_keeps_grid_and_best(tuned: Path, tmp_path: Path) -> None:
    beir = made.folder(tmp_path / "set")
    assert command.main(["retrieval", str(beir), "--tune", "--cache", str(tmp_path / "cache")]) == 0
    found = json.loads(tuned.read_text(encoding="utf-8"))
    row = found["bm25"]["pairs"]
    assert len(row["grid"]) == 30
    assert row["value"] == max(one["value"] for one in row["grid"])
    assert workshop.read_tuned(tuned)["questions"] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["retrieval", "nowhere"], "文件夹 nowhere 不存在"),
        (["retrieval", "nowhere", "--channels"], "不能同用"),
        (["retrieval", "--tune"], "--tune 需要 DIR"),
        (["retrieval", "--split", "dve"], "--split 的值 'dve' 不合法"),
    ],
)
def test_options_that_do_not_fit_are_one_line(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(arguments) == 1
    told = capsys.readouterr().err
    assert words in told
    assert told.count("\n") == 1


def test_what_the_child_finds_wrong_is_told(
    tuned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    beir = made.folder(tmp_path / "set")
    arguments = ["retrieval", str(beir), "--encoder", "/no/such", "--only", "encoder such"]
    assert command.main([*arguments, "--cache", str(tmp_path / "cache")]) == 1
    assert "编码器文件夹 /no/such 不存在" in capsys.readouterr().err


def test_list_names_every_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["retrieval", "--list"]) == 0
    shown = capsys.readouterr().out
    assert "tantivy as shipped" in shown
    assert PRODUCT in shown
