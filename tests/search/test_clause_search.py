"""Searching without answering: what is looked up, what conditions leave, what earlier questions add, what it opens."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.documents.library import Library
from assistant.errors import InputError
from assistant.retrieval.answerable import UNLIKELY_BELOW
from assistant.search.clause_search import ClauseSearch
from assistant.search.conditions import Conditions
from assistant.settings import Settings
from tests.conftest import ROOT

ZERO = "fujian-zero-carbon-factory"
SYNERGY = "fujian-pollution-carbon-synergy"
FUZHOU = "fuzhou-industry-carbon-peak"
ECOLOGY, FORESTRY = "fujian-ecology-reply-20251312", "fujian-forestry-reply-20251151"


@pytest.fixture(scope="module")
def clauses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClauseSearch]:
    folder = tmp_path_factory.mktemp("search")
    opened = ClauseSearch.open(Settings(home=ROOT, index_dir=folder / "index", _env_file=None))
    yield opened
    opened.close()


def policies(clauses: ClauseSearch, query: str = "碳排放", **written: object) -> set[str]:
    """Policies of the first fifty hits."""
    return {hit.clause.policy_id for hit in clauses.search(query, 50, Conditions(**written))}  # type: ignore[arg-type]


def first(clauses: ClauseSearch, *turns: str, conditions: Conditions | None = None) -> str:
    return addresses(clauses, *turns, conditions=conditions)[0]


def addresses(clauses: ClauseSearch, *turns: str, conditions: Conditions | None = None) -> list[str]:
    """What the last of several questions finds."""
    *before, last = turns
    return [hit.clause.address for hit in clauses.search(last, 5, conditions or Conditions(), before)]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ({"policies": (FUZHOU,)}, {FUZHOU}),
        ({"policies": (FUZHOU, SYNERGY)}, {FUZHOU, SYNERGY}),
        ({"policies": ("零碳工厂管理办法",)}, {ZERO}),
        ({"policies": ("闽环保综合〔2022〕12号",)}, {SYNERGY}),
        ({"regions": ("福州市",)}, {FUZHOU}),
        ({"levels": ("省级",)}, {ZERO, SYNERGY, ECOLOGY, FORESTRY}),
        ({"statuses": ("征求意见稿",)}, {ZERO}),
        ({"statuses": ("已废止",)}, set()),
        ({"issuers": ("福建省林业局",)}, {FORESTRY}),
        ({"issuers": ("福建省住房和城乡建设厅",)}, {SYNERGY}),
        ({"issuers": ("福建省生态环境厅",)}, {SYNERGY, ECOLOGY}),
        ({"on": "2026-11-21"}, {SYNERGY, ECOLOGY, FORESTRY, FUZHOU}),
        ({"levels": ("省级",), "statuses": ("现行",), "issuers": ("福建省林业局",)}, {FORESTRY}),
        ({"levels": ("市级",), "statuses": ("征求意见稿",)}, set()),
    ],
)
def test_conditions_choose_the_policies(
    clauses: ClauseSearch, written: dict[str, object], found: set[str]
) -> None:
    assert policies(clauses, **written) == found


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"policies": ("nobody",)}, f"没有编号或名称为「nobody」的政策；现有：{ECOLOGY}、"),
        ({"regions": ("厦门市",)}, "没有地区「厦门市」；现有：福建省、福州市"),
        ({"levels": ("县级",)}, "没有层级「县级」；现有：国家、省级、市级"),
        ({"statuses": ("有效",)}, "没有状态「有效」；现有：现行、征求意见稿、已废止、已失效"),
        ({"issuers": ("教育厅",)}, "没有发文机关「教育厅」；现有：福建省生态环境厅、福建省林业局"),
        ({"on": "2026-02-30"}, "日期「2026-02-30」不合法；应写成 YYYY-MM-DD"),
        ({"on": "今天"}, "日期「今天」不合法"),
    ],
)
def test_a_condition_that_is_not_legal_is_named_with_what_there_is(
    clauses: ClauseSearch, written: dict[str, object], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        policies(clauses, **written)


def test_conditions_hold_for_what_is_looked_up_too(clauses: ClauseSearch) -> None:
    assert first(clauses, "管理办法第八条第二项") == f"{ZERO}#第八条/（二）"
    assert addresses(clauses, "管理办法第八条第二项", conditions=Conditions(statuses=("现行",))) == []
    assert addresses(clauses, "闽环保综合〔2022〕12号", conditions=Conditions(regions=("福州市",))) == []
    # 三（八） stands in one of the two: what is ambiguous over all is found where one is left.
    assert addresses(clauses, "第八条", conditions=Conditions(policies=(ZERO,))) == [f"{ZERO}#第八条"]
    drafts = Conditions(statuses=("征求意见稿",))
    assert {
        one.partition("#")[0] for one in addresses(clauses, "认定程序", "第四步呢", conditions=drafts)
    } == {ZERO}


@pytest.mark.parametrize(
    ("turns", "address"),
    [
        (("零碳工厂认定有哪几个环节？", "那近零碳呢"), f"{ZERO}#第十二条"),
        (("省级零碳工厂认定分几步", "第四步呢"), f"{ZERO}#第十一条/（四）"),
        (("省级零碳工厂认定分几步", "那近零碳呢", "第四步呢"), f"{ZERO}#第十二条/（四）"),
        (
            ("我是县里农业口的，省协同增效方案农业领域协同增效由哪些部门负责", "林业那条呢"),
            f"{SYNERGY}#三/（九）",
        ),
        (("福州发展绿色金融有啥措施", "谁负责"), f"{FUZHOU}#四/（三）"),
        (("减污降碳方案 短流程炼钢2025年占比", "2030年呢"), f"{SYNERGY}#三/（五）"),
        (
            ("零碳工厂：基准10万吨，去年6万吨，抵消4万吨，够吗", "假如抵消只有3万吨，还够吗？"),
            f"{ZERO}#第八条/（二）",
        ),
        (("近零碳，培育期初5万吨，期末4.8万吨", "还得再降多少吨才到线"), f"{ZERO}#第九条/（三）"),
    ],
)
def test_earlier_questions_say_what_a_follow_up_leaves_out(
    clauses: ClauseSearch, turns: tuple[str, ...], address: str
) -> None:
    found = addresses(clauses, *turns)[:2]
    assert any(one == address or one.startswith(f"{address}/") for one in found)
    assert address not in addresses(clauses, turns[-1])[:1], "the last question alone must not be enough"


def test_both_sides_of_a_comparison_are_found(clauses: ClauseSearch) -> None:
    found = addresses(clauses, "福州钢铁短流程炼钢到2025年目标多少", "省里减污降碳方案也一样吗")
    assert {f"{FUZHOU}#三/（一）/1", f"{SYNERGY}#三/（五）"} <= set(found)


def test_another_place_is_not_sought_in_the_policy_talked_about(clauses: ClauseSearch) -> None:
    assert f"{SYNERGY}#四/（十）" in addresses(clauses, "钢铁超低排放改造福州什么时候要完成", "其他地市呢")


def test_questions_before_that_are_empty_change_nothing(clauses: ClauseSearch) -> None:
    assert addresses(clauses, "", " ", "碳抵消比例") == addresses(clauses, "碳抵消比例")


@pytest.mark.parametrize("limit", [0, 51])
def test_a_limit_that_is_not_legal_is_refused(clauses: ClauseSearch, limit: int) -> None:
    with pytest.raises(InputError, match="1 到 50"):
        clauses.search("碳", limit)


def test_what_a_search_does_not_need_is_not_loaded(clauses: ClauseSearch, tmp_path: Path) -> None:
    """A cold search must not pay for the agent, the records, the server, the vector cache or a reranker of its own."""
    unneeded = [
        "langchain_core",
        "langgraph",
        "sentence_transformers",
        "multiprocessing.pool",
        "multiprocessing.context",
        "sqlalchemy",
        "chromadb",
        "fastapi",
        "jinja2",
        "torch",
        "openpyxl",
    ]
    unneeded += ["assistant.agent.understanding.intents", "assistant.agent.understanding.reader"]
    unneeded += ["assistant.agent.desk", "assistant.service", "assistant.editions", "assistant.records"]
    code = (
        "import sys; from assistant.settings import load_settings\n"
        "from assistant.search.clause_search import ClauseSearch\n"
        "search = ClauseSearch.open(load_settings()); assert search.search('碳抵消比例')\n"
        f"print([name for name in {unneeded!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr


def test_how_likely_the_corpus_answers(clauses: ClauseSearch) -> None:
    answered = clauses.find("钢铁行业短流程炼钢2025年占比目标是多少", 5)
    assert answered.results == clauses.search("钢铁行业短流程炼钢2025年占比目标是多少", 5)
    assert answered.answerable > 0.8
    assert clauses.find("人民币兑美元的汇率今天是多少", 5).answerable < UNLIKELY_BELOW
    assert clauses.find("第八条第二项", 5).answerable == 1.0
    nothing = clauses.find("管理办法第八条第二项", 5, Conditions(statuses=("现行",)))
    assert (list(nothing.results), nothing.answerable) == ([], 0.0)


def test_a_follow_up_is_as_likely_answered_as_what_it_carries_on(clauses: ClauseSearch) -> None:
    before = ["减污降碳方案 短流程炼钢2025年占比"]
    assert (
        clauses.find("2030年呢", 5, before=before).answerable > 0.5 > clauses.find("2030年呢", 5).answerable
    )


def test_the_library_it_searches_is_the_corpus(clauses: ClauseSearch, corpus_library: Library) -> None:
    hit = clauses.search("畜禽粪污综合利用率", 1)[0]
    assert corpus_library.clause(hit.clause.address) == hit.clause
    assert (hit.title, hit.policy_status) == ("福建省减污降碳协同增效实施方案", "现行")
