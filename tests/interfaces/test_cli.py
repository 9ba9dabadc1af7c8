"""The command line with the fake assistant: what goes to stdout, what to stderr, and the exit code."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.errors import PolicyFileError
from assistant.interfaces import cli
from assistant.interfaces.intake.facts_file import read_facts_file, read_scenarios
from assistant.search.clause_search import ClauseSearch
from assistant.service import Assistant
from tests.interfaces.fake_assistant import CITATION, POLICY, FakeAssistant


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(
    fake: FakeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Run:
    """Run `tiaowen` with these words; `stdin` is what the command reads."""
    monkeypatch.setattr(Assistant, "open", lambda *_: fake)
    monkeypatch.setattr(ClauseSearch, "open", lambda *_: fake)
    monkeypatch.setenv("TIAOWEN_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)

    def run_it(*words: str, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["tiaowen", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), captured.out, captured.err)

    return run_it


def one_line(outcome: Outcome, code: int) -> str:
    """The one line of an error: nothing on stdout, no trace."""
    assert outcome.code == code
    assert outcome.out == ""
    assert outcome.err.startswith("错误：")
    assert outcome.err.count("\n") == 1
    assert "Traceback" not in outcome.err
    return outcome.err


def test_ask_prints_the_answer_with_its_clauses(run: Run, fake: FakeAssistant) -> None:
    outcome = run("ask", "抵消能不能超过一半？")
    assert (outcome.code, outcome.err) == (0, "")
    assert "不得超过基准期的50%" in outcome.out
    assert f"[1] {CITATION.title}【征求意见稿】 第八条（二）  {CITATION.address}" in outcome.out
    assert "注意：" in outcome.out
    assert "\x1b" not in outcome.out
    assert fake.asked == [("抵消能不能超过一半？", None)]
    assert fake.closed


def test_ask_shows_verdict_figures_and_what_is_missing(run: Run) -> None:
    out = run("ask", "够不够申报").out
    assert "零碳工厂：待补充（得分 15–85，满分 100）" in out
    assert "→ 100%，要求 ≥100%，达到 [1]" in out
    assert "还需要  申报上年度的工业增加值是多少万元？" in out


def test_long_lines_are_not_wrapped_when_piped(run: Run) -> None:
    lines = run("ask", "够不够申报").out.splitlines()
    assert any(line.startswith("测算") and len(line) > 50 for line in lines)


def test_ask_json_is_the_object_of_the_design(run: Run) -> None:
    outcome = run("ask", "抵消呢", "--json")
    answer = json.loads(outcome.out)
    assert outcome.out.count("\n") == 1
    assert answer["citations"][0]["label"] == "第八条（二）"
    assert "第八条" in outcome.out


def test_ask_reads_stdin_and_goes_on_with_a_conversation(run: Run, fake: FakeAssistant) -> None:
    fake.conversations["c_7"] = None
    assert run("ask", "-", "--conversation", "c_7", stdin="\ufeff 抵消呢\n".encode()).code == 0
    assert fake.asked == [("抵消呢", "c_7")]


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (("ask",), b"", "没有问题；用法"),
        (("ask", ""), b"", "问题是空的"),
        (("ask", "？！"), b"", "没有文字"),
        (("ask", "-"), b"\xff\xfe", "不是 UTF-8"),
        (("ask", "\udcff\udcfe"), b"", "不是合法的 UTF-8"),
        (("ask", "问", "--conversation", "c_no"), b"", "c_no"),
        (("ask", "问", "--batch", "x"), b"", "两种用法选一种"),
        (("ask", "--batch", "/nowhere.jsonl"), b"", "没有这个文件"),
        (("ask", "--nothing"), b"", "没有选项 --nothing"),
        (("nothing",), b"", "没有这个命令；有的命令是 ask、chat"),
        (("search",), b"", "缺少参数 查询"),
        (("search", "碳", "--limit", "十"), b"", "'十' 不合法，应为整数"),
        (("search", "碳", "--policy", "nobody"), b"", "nobody"),
        (("clause", "第九十九条"), b"", "第一条至第十五条"),
        (("clause", "第二项"), b"", "不止一处"),
        (("clause", "第二项", "第三项"), b"", "多了参数 第三项"),
        (("assess", "/nowhere.yaml"), b"", "没有这个文件"),
        (("serve", "--port", "70000"), b"", "70000 不合法；应为 0 到 65535"),
        (("serve", "--host", "a..b"), b"", "a..b"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    run: Run, words: tuple[str, ...], stdin: bytes, said: str
) -> None:
    assert said in one_line(run(*words, stdin=stdin), 2)


def test_other_failures_are_one_line_and_exit_code_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "第八条（二）" in one_line(run("ask", "规则册坏了"), 1)

    def broken(*_: object) -> Assistant:
        raise PolicyFileError("corpus/x/policy.yaml：\n  published 的值 2022-13-01 不是日期")

    monkeypatch.setattr(Assistant, "open", broken)
    assert "policy.yaml： published 的值 2022-13-01" in one_line(run("policies"), 1)


def test_an_illegal_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIAOWEN_PORT", "99999")
    assert "TIAOWEN_PORT" in one_line(run("policies"), 2)


def test_a_defect_is_one_line_without_a_trace(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["tiaowen", "ask", "崩溃"])
    with pytest.raises(ZeroDivisionError) as raised:
        cli.main()
    monkeypatch.delenv("TIAOWEN_DEBUG", raising=False)
    sys.excepthook(raised.type, raised.value, raised.tb)
    shown = capsys.readouterr()
    assert shown.err.count("\n") == 1
    assert "TIAOWEN_DEBUG" in shown.err
    assert "secret" not in shown.err
    monkeypatch.setenv("TIAOWEN_DEBUG", "1")
    sys.excepthook(raised.type, raised.value, raised.tb)
    assert "Traceback" in capsys.readouterr().err


def test_interrupting_is_not_an_error_message(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> Assistant:
        raise KeyboardInterrupt

    monkeypatch.setattr(Assistant, "open", interrupted)
    assert run("policies") == Outcome(130, "", "")


def test_search_lists_clauses(run: Run) -> None:
    out = run("search", "碳抵消", "--limit", "1").out
    assert "1. 福建省零碳工厂建设管理办法（征求意见稿）【征求意见稿】 第八条（二）" in out
    assert f"{POLICY}#第八条/（二）" in out
    assert "2. " not in out
    assert "可能没有" not in out
    told = json.loads(run("search", "碳抵消", "--json").out)
    assert (told["query"], told["answerable"]) == ("碳抵消", 0.9)
    assert [hit["score"] for hit in told["results"]] == [0.9, 0.4]
    assert run("search", "查无此事").out == "没有查到相关条款。\n"


def test_search_warns_where_there_may_be_no_answer(run: Run) -> None:
    out = run("search", "人民币汇率", "--limit", "1").out
    assert out.startswith("1. ")
    assert out.endswith("\n资料库里可能没有这个问题的答案。\n")
    assert json.loads(run("search", "人民币汇率", "--json").out)["answerable"] == 0.123


def test_verify_tells_each_sentence_and_its_fault(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "draft.txt"
    file.write_text("\ufeff碳抵消不得超过60%。", encoding="utf-8")
    out = run("verify", str(file)).out
    assert out.splitlines()[0] == "【与条款不符】碳抵消不得超过60%。"
    assert "「60%」条款没有这个数字；第八条（二）" in out
    assert "与条款不符 1 句" in out
    told = json.loads(run("verify", "-", "--json", stdin="随便一句话。".encode()).out)
    assert told["sentences"][0]["finding"] == "not_found"


def test_verify_says_why_a_text_cannot_be_read(run: Run, tmp_path: Path) -> None:
    assert "没有这个文件" in one_line(run("verify", str(tmp_path / "none.txt")), 2)
    assert "不是 UTF-8" in one_line(run("verify", "-", stdin=b"\xff\xfe"), 2)
    assert "是空的" in one_line(run("verify", "-"), 2)


def test_clause_shows_text_heading_path_and_place(run: Run) -> None:
    out = run("clause", "第八条第二项").out
    assert "第二章 申报条件 › 第八条" in out
    assert "不得超过基准期的50%" in out
    assert "1041–1120" in out
    assert json.loads(run("clause", "第八条第二项", "--json").out)["address"] == f"{POLICY}#第八条/（二）"


def test_policies_shows_status_and_number(run: Run) -> None:
    out = run("policies").out
    assert "福建省零碳工厂建设管理办法（征求意见稿）（征求意见稿）" in out
    assert "闽环保综合〔2022〕12号" in out
    assert len(json.loads(run("policies", "--json").out)) == 2


YAML_FACTS = (
    "programme: 零碳工厂\non: 2026-03-01\nfacts:\n  baseline_emissions: 10万吨\n  report_emissions: 40000\n"
)


@pytest.mark.parametrize(
    "content", [YAML_FACTS, '{"programme": "零碳工厂", "facts": {"report_emissions": "4万吨"}}']
)
def test_assess_reads_yaml_and_json(run: Run, tmp_path: Path, content: str) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(content, encoding="utf-8")
    out = run("assess", str(path)).out
    assert "零碳工厂：待补充" in out
    assert "符合  碳削减率——(10万吨−4万吨+4万吨)÷10万吨 = 100%" in out
    assert (
        json.loads(run("assess", "-", "--json", stdin=content.encode()).out)["verdict"]["status"] == "待补充"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("programme: [", "第 1 行第 13 列不是合法的 YAML 或 JSON"),
        ("- 1", "最外层不是键和值"),
        ("", "最外层不是键和值"),
        ("facts: {}", "缺少字段 programme"),
        ("programme: 零碳工厂", "缺少字段 facts"),
        (
            "programme: 零碳工厂\nfact: {}\nfacts: {}",
            "不认识的字段 fact；合法的字段有 policy、programme、on、stage、keep_asking、facts",
        ),
        ("programme: 零碳工厂\nfacts: {a: [1]}", "a 的值应为数字"),
        ("programme: 零碳工厂\nfacts: {a: .nan}", "a 的值应为数字"),
        ("programme: 零碳工厂\nfacts: {a: 1, b: 2, a: 3}", "键 a 写了两次"),
        ("programme: 零碳工厂\nfacts: !!python/object:os.system {}", "不是合法的 YAML"),
        ("programme: 零碳工厂\non: 明天\nfacts: {}", "应为 年-月-日"),
        ("programme: 零碳工厂\nfacts: {report_emissions: -4万吨}", "不能是负数"),
        ("programme: 无碳\nfacts: {}", "零碳工厂、近零碳工厂"),
    ],
)
def test_assess_refuses_what_is_not_legal(run: Run, content: str, said: str) -> None:
    assert said in one_line(run("assess", "-", stdin=content.encode()), 2)


def test_gap_tells_what_is_lacking_with_its_clause(run: Run) -> None:
    out = run("gap", "-", stdin=YAML_FACTS.encode()).out
    assert out.splitlines()[:3] == [
        "零碳工厂：不符合（得分 20–100，满分 100）",
        "  不符合  碳削减率 [1]",
        "      碳抵消量按最多5万吨计算，申报上年度碳排放量须由6万吨降到5万吨以内，还要减少1万吨",
    ]
    assert "  已评分  碳抵消，20分 [1]" in out
    assert "注意：征求意见稿" in out
    assert f"[1] {CITATION.title}" in out
    data = json.loads(run("gap", "-", "--json", stdin=YAML_FACTS.encode()).out)
    assert data["criteria"][0]["criterion"] == "carbon_reduction"


def test_compare_tells_both_scenarios(run: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text(YAML_FACTS, encoding="utf-8")
    second.write_text(YAML_FACTS.replace("40000", "30000"), encoding="utf-8")
    lines = run("compare", str(first), str(second)).out.splitlines()
    assert lines[:5] == [
        "零碳工厂：不符合 → 待补充",
        "  得分 20–100 → 0–80（满分 100）",
        "  事实  碳抵消量：0吨 → 5万吨",
        "  测算  碳削减率：40% → 100% [1]",
        "  条件  碳抵消：已评分，20分 → 0分 [1]",
    ]
    assert json.loads(run("compare", str(first), str(second), "--json").out)["programme"] == "zero_carbon"


def test_scenarios_of_two_days_are_not_compared(run: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text(YAML_FACTS, encoding="utf-8")
    second.write_text(YAML_FACTS.replace("2026-03-01", "2026-03-02"), encoding="utf-8")
    said = one_line(run("compare", str(first), str(second)), 2)
    assert "on 不同（“2026-03-01”与“2026-03-02”）" in said
    assert "标准输入只能读一份" in one_line(run("compare", "-", "-", stdin=YAML_FACTS.encode()), 2)


def test_scenarios_become_one_request(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("programme: 零碳工厂\nfacts: {a: 1}", encoding="utf-8")
    second.write_text("programme: 零碳工厂\nfacts: {a: 2}", encoding="utf-8")
    assert read_scenarios(str(first), str(second)) == {
        "programme": "零碳工厂",
        "facts_a": {"a": 1},
        "facts_b": {"a": 2},
    }


def test_yes_and_no_stay_the_words_that_were_written(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text("programme: 零碳工厂\nfacts: {a: 是, b: no, c: true, d: 12.5, e: null}", encoding="utf-8")
    assert read_facts_file(str(path))["facts"] == {"a": "是", "b": "no", "c": True, "d": 12.5}


def test_assess_refuses_a_file_that_is_not_utf8(run: Run) -> None:
    assert "不是 UTF-8" in one_line(run("assess", "-", stdin="零碳".encode("gb18030")), 2)


def test_chat_keeps_the_conversation_until_told_otherwise(run: Run, fake: FakeAssistant) -> None:
    lines = "抵消呢\n\n然后呢\n？？\n新对话\n房贷呢\n退出\n不再问\n"
    outcome = run("chat", stdin=lines.encode())
    assert outcome.code == 0
    assert fake.asked == [("抵消呢", None), ("然后呢", "c_1"), ("房贷呢", None)]
    assert "错误：问题「？？」里没有文字" in outcome.out
    assert "已开始新对话" in outcome.out


def test_chat_ends_with_the_input(run: Run, fake: FakeAssistant) -> None:
    assert run("chat", stdin="抵消呢".encode()).code == 0
    assert fake.asked == [("抵消呢", None)]


def test_no_words_show_the_help_in_chinese(run: Run) -> None:
    outcome = run()
    assert "用法：tiaowen" in outcome.out
    assert "问一句话" in outcome.out
    assert "Usage" not in outcome.out
    assert "Show this message" not in run("ask", "--help").out
