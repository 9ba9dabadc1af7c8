"""rules.yaml that is not legal: one way to fail each, refused with file, line, key, the bad value and the legal form."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.documents.policy import Policy
from assistant.errors import RuleBookError
from assistant.rules.loading import load_book
from tests.rules.conftest import SUBSIDY

SOURCE = (SUBSIDY / "rules.yaml").read_text(encoding="utf-8")


def test_the_sound_book_loads(city: Policy) -> None:
    book = load_book(SUBSIDY / "rules.yaml", city)
    assert list(book.facts)[:4] == ["registered", "investment", "green_factory", "energy"]
    assert book.needed["green"] == ("green_factory", "energy")
    assert book.facts["investment"].address == "city-subsidy#第二条/（二）"


BROKEN = [
    ("unknown key of a fact", "    synonyms: [改造投资]", "    synonym: [改造投资]", ("facts.investment", "不认识的键“synonym”", "synonyms")),
    ("unknown key of the book", "notes:", "remarks:", ("不认识的键“remarks”", "programmes、notes")),
    ("missing key", "    label: 注册地\n", "", ("criteria.place", "缺少键“label”")),
    ("empty text", "    label: 注册地", "    label: ''", ("criteria.place", "“label”应是一段文字，不能为空")),
    ("key twice", "    kind: veto\n    stage: 申报\n    condition: registered", "    kind: veto\n    kind: veto\n    stage: 申报\n    condition: registered", ("键“kind”重复",)),
    ("id twice", "  size:\n", "  place:\n", ("键“place”重复",)),
    ("id not legal", "  size:\n", "  Größe:\n", ("编号“Größe”不合法", "小写字母")),
    ("a word of the language as id", "  registered:\n    label", "  not:\n    label", ("编号“not”不合法",)),
    ("one name for two facts", "    synonyms: [改造投资]", "    synonyms: [在本市注册]", ("名称“在本市注册”已用于事实 registered",)),
    ("a text twice in a list", "    synonyms: [改造投资]", "    synonyms: [改造投资, 改造投资]", ("“改造投资”写了两次",)),
    ("a text where a list is wanted", "    synonyms: [改造投资]", "    synonyms: 改造投资", ("“synonyms”应是文字的列表",)),
    ("type unknown", "    type: number\n    unit: 万元", "    type: decimal\n    unit: 万元", ("“type”的值“decimal”不合法", "number、integer")),
    ("unit unknown", "    unit: 万元\n    minimum", "    unit: 斤\n    minimum", ("facts.investment", "“unit”的值“斤”不认识", "吨标准煤")),
    ("number without unit", "    unit: 万元\n    minimum: 0\n", "    minimum: 0\n", ("数值型的事实要写“unit”",)),
    ("boolean with a range", "    type: boolean\n    question: 请问企业是否在本市注册？", "    type: boolean\n    minimum: 0\n    question: 请问企业是否在本市注册？", ("boolean 型的事实不能写“minimum”",)),
    ("points without maximum", "    type: number\n    unit: 万元\n    minimum: 0", "    type: points\n    unit: 分", ("points 型的事实要写 unit: 分 和 maximum",)),
    ("two minima", "    minimum: 0\n    question: 请问年度", "    minimum: 0\n    exclusive_minimum: 0\n    question: 请问年度", ("“minimum”和“exclusive_minimum”只能写一个",)),
    ("empty range", "    minimum: 0\n    question: 请问年度", "    minimum: 0\n    maximum: 0\n    question: 请问年度", ("“maximum”应大于最小值",)),
    ("no number", "    minimum: 0\n    question: 请问年度", "    minimum: 零\n    question: 请问年度", ("“minimum”的值“零”不是数",)),
    ("no flag", "    adjustable: true", "    adjustable: yes please", ("“adjustable”的值“yes please”不合法", "true 或 false")),
    ("metric named like a fact", "  subsidy:\n    label: 补助金额", "  energy:\n    label: 补助金额", ("编号“energy”已用作事实",)),
    ("formula with a slip", "min(investment × 10%, 50万元)", "min(investment × 10%, 50万元", ("metrics.subsidy", "formula", "第27个字符处", "应为“)”")),
    ("formula of unknown names", "min(investment × 10%, 50万元)", "min(invest × 10%, 50万元)", ("没有名为“invest”的事实或指标",)),
    ("formula that adds two units", "min(investment × 10%, 50万元)", "min(investment × 10%, 50吨)", ("单位不一致", "万元与吨")),
    ("formula of another unit", "    unit: 万元\n    formula", "    unit: 吨\n    formula", ("算式的单位是万元，写明的单位是吨",)),
    ("metric without unit", "    unit: 万元\n    formula", "    formula", ("指标要写“unit”",)),
    ("limit no comparison", "    formula: min", "    limit: 50万元\n    formula: min", ("“limit”的值“50万元”不合法", "≥ 100%")),
    ("limit of another unit", "    formula: min", "    limit: ≤ 50吨\n    formula: min", ("“limit”的单位与指标的单位“万元”不一致",)),
    ("adjust without limit", "    formula: min", "    adjust: investment\n    formula: min", ("“adjust”应是写有 adjustable: true 的事实",)),
    ("adjust of a fixed fact", "    formula: min", "    limit: ≤ 50万元\n    adjust: energy\n    formula: min", ("“adjust”应是写有 adjustable: true 的事实",)),
    ("condition that is a number", "    condition: investment ≥ 100万元", "    condition: investment", ("criteria.size", "应是一个条件，却是一个数")),
    ("meets of a metric without limit", "    condition: investment ≥ 100万元", "    condition: meets(subsidy)", ("写有 limit 的指标",)),
    ("kind unknown", "    kind: veto\n    stage: 申报\n    condition: registered", "    kind: must\n    stage: 申报\n    condition: registered", ("“kind”的值“must”不合法", "veto、scored")),
    ("stage unknown", "    kind: veto\n    stage: 申报\n    condition: registered", "    kind: veto\n    stage: 初审\n    condition: registered", ("“stage”的值“初审”不合法", "申报、培育、验收")),
    ("veto with points", "    condition: registered\n", "    condition: registered\n    points: 5\n", ("否决项（veto）要写“condition”",)),
    ("scored without points", "    kind: veto\n    stage: 申报\n    condition: registered", "    kind: scored\n    stage: 申报\n    condition: registered", ("评分项（scored）要写大于 0 的“points”",)),
    ("condition and score", "    condition: registered\n", "    condition: registered\n    score: 5分\n", ("“condition”和“score”要写其中一个",)),
    ("score that is no points", "    kind: veto\n    stage: 申报\n    condition: registered", "    kind: scored\n    points: 5\n    stage: 申报\n    score: investment", ("算式的单位是万元，写明的单位是分",)),
    ("points that do not add up", "    label: 绿色改造补助", "    label: 绿色改造补助\n    total: 100", ("分值合计0分，与“total”的100分不等",)),
    ("programme of unknown criteria", "criteria: [place, size, green]", "criteria: [place, sizes, green]", ("programmes.subsidy", "“criteria”里的“sizes”不存在")),
    ("programme that lists a criterion twice", "criteria: [place, size, green]", "criteria: [place, place, green]", ("“place”写了两次",)),
    ("note of an unknown programme", "    topics: [截止", "    programmes: [loans]\n    topics: [截止", ("“programmes”里的“loans”不存在",)),
    ("another policy's book", "policy: city-subsidy", "policy: town-subsidy", ("“policy”的值“town-subsidy”", "city-subsidy")),
    ("no YAML", "facts:\n", "facts: [\n", ("不是合法的 YAML",)),
    ("a list where sections are wanted", "notes:\n  no_deadline:", "notes:\n  - no_deadline:", ("这里应是“键: 值”的映射",)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "words"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_a_broken_book_is_refused_in_words(
    tmp_path: Path, city: Policy, old: str, new: str, words: tuple[str, ...]
) -> None:
    assert old in SOURCE
    broken = SOURCE.replace(old, new, 1)
    file = tmp_path / "rules.yaml"
    file.write_text(broken, encoding="utf-8")
    with pytest.raises(RuleBookError) as caught:
        load_book(file, city)
    message = str(caught.value)
    assert message.startswith(f"{file}第")
    for word in words:
        assert word in message


def test_the_line_is_that_of_the_slip(tmp_path: Path, city: Policy) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(SOURCE.replace("adjustable: true", "adjustable: maybe"), encoding="utf-8")
    line = 1 + SOURCE[: SOURCE.index("adjustable: true")].count("\n")
    with pytest.raises(RuleBookError, match=f"第{line}行（facts.investment）"):
        load_book(file, city)


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "文件是空的"), (b"\xff\xfe", "UTF-8"), (b"a: \x01", "不允许的字符")]
)
def test_a_file_that_cannot_be_read(tmp_path: Path, city: Policy, content: bytes, words: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_bytes(content)
    with pytest.raises(RuleBookError, match=words):
        load_book(file, city)
