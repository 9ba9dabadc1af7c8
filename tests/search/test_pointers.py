"""What a question points at: in the shipped policies, and in one made up, for which there is no code."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.agent.understanding.lexicon import Lexicon
from assistant.documents.library import Library
from assistant.retrieval.entries import Entry, IndexSource
from assistant.rules.books import RuleBooks
from assistant.search.pointers import SIGNALS, Pointed, Pointers
from tests.conftest import ROOT

ZERO = "fujian-zero-carbon-factory"
SYNERGY = "fujian-pollution-carbon-synergy"
FORESTRY = "fujian-forestry-reply-20251151"
FUZHOU = "fuzhou-industry-carbon-peak"
CITY = "city-subsidy"


class Reading:
    """Pointers over one corpus, with its entries."""

    def __init__(self, corpus: Path) -> None:
        library = Library.load(corpus)
        books = RuleBooks.load(library, corpus)
        assert not books.broken
        self.pointers = Pointers(library, books, Lexicon.load(corpus))
        self.entries = {entry.address: entry for entry in IndexSource.of(library).entries}

    def read(self, question: str) -> Pointed:
        return self.pointers.read(question)

    def told(self, question: str, address: str) -> dict[str, float]:
        """The signals of one clause."""
        return dict(self.read(question).signals(self.entries[address]))

    def with_signal(self, question: str, name: str) -> set[str]:
        """Addresses of the clauses that have a signal."""
        pointed = self.read(question)
        return {address for address, entry in self.entries.items() if name in pointed.signals(entry)}


@pytest.fixture(scope="module")
def shipped() -> Reading:
    return Reading(ROOT / "corpus")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    corpus = tmp_path_factory.mktemp("made")
    shutil.copytree(ROOT / "tests" / "rules" / "subsidy", corpus / CITY)
    return Reading(corpus)


def test_a_question_that_points_at_nothing(shipped: Reading) -> None:
    pointed = shipped.read("今天天气如何")
    assert list(pointed.addresses) == []
    assert all(not pointed.signals(entry) for entry in shipped.entries.values())


def test_a_clause_number_inside_a_sentence_with_the_policy_named(shipped: Reading) -> None:
    question = "零碳工厂管理办法第八条第二项是怎么说的"
    assert shipped.with_signal(question, "reference") == {f"{ZERO}#第八条/（二）"}
    # Above, and not beside: its article, no other item.
    assert shipped.with_signal(question, "reference_kin") == {f"{ZERO}#第八条"}
    assert shipped.told(question, f"{ZERO}#第八条/（二）")["named_policy"] == 1.0


def test_a_clause_number_without_a_policy_is_sought_in_all(shipped: Reading) -> None:
    assert shipped.with_signal("请问第八条第二项说了啥", "reference") == {f"{ZERO}#第八条/（二）"}
    tenth = shipped.with_signal("请问三（八）里讲了什么", "reference")
    assert f"{SYNERGY}#三/（八）" in tenth


def test_a_named_article_points_at_what_is_below_it_too(shipped: Reading) -> None:
    kin = shipped.with_signal("请问管理办法第八条说的是啥", "reference_kin")
    assert kin == {address for address in shipped.entries if address.startswith(f"{ZERO}#第八条/")}
    assert kin


def test_a_number_that_the_named_policy_does_not_have_points_nowhere(shipped: Reading) -> None:
    assert not shipped.read("林业厅的答复第八条第二项").references - {f"{ZERO}#第八条/（二）"}
    assert shipped.read("福州市工业领域碳达峰实施方案第八条第二项").references == frozenset()


def test_the_named_policy_and_the_others(shipped: Reading) -> None:
    question = "福州市工业领域碳达峰实施方案里的短流程炼钢"
    named = shipped.with_signal(question, "named_policy")
    assert {address.partition("#")[0] for address in named} == {FUZHOU}
    assert shipped.with_signal(question, "other_policy") == shipped.entries.keys() - named
    assert shipped.with_signal("短流程炼钢", "other_policy") == set()


def test_the_other_programme(shipped: Reading) -> None:
    assert shipped.told("零碳工厂的认定程序", f"{ZERO}#第九条/（三）")["other_programme"] == 1.0
    assert "other_programme" not in shipped.told("零碳工厂的认定程序", f"{ZERO}#第八条/（二）")
    assert shipped.told("近零碳工厂的认定程序", f"{ZERO}#第八条/（二）")["other_programme"] == 1.0
    assert "other_programme" not in shipped.told("认定程序", f"{ZERO}#第九条/（三）")


def test_a_metric_a_further_clause_of_it_and_its_topic(shipped: Reading) -> None:
    question = "碳抵消比例不能超过多少"
    assert shipped.with_signal(question, "metric") == {f"{ZERO}#第八条/（二）"}
    also = shipped.with_signal(question, "metric_also")
    assert f"{ZERO}#附件3/10" in also
    assert f"{ZERO}#第八条/（二）" not in also
    assert shipped.told(question, f"{ZERO}#第八条/（二）")["metric_topic"] == 1.0
    # One word of its subject of two, and the metric is not named.
    half = shipped.told("减碳率怎么算", f"{ZERO}#附件3/7")
    assert half["metric_topic"] == 0.5
    assert "metric" not in half


def test_limits(shipped: Reading) -> None:
    capping = shipped.with_signal("抵消能不能超过一半", "limit")
    assert f"{ZERO}#第八条/（二）" in capping
    assert capping <= {f"{ZERO}#第八条/（二）", f"{ZERO}#附件3/7", f"{ZERO}#附件3/10"}
    assert shipped.with_signal("抵消怎么买", "limit") == set()  # no limit is asked for
    assert shipped.with_signal("排放不能超过多少", "limit") == {f"{ZERO}#附件3/8"}  # another figure's cap
    assert shipped.with_signal("票价不能超过多少", "limit") == set()  # nothing that a rule caps


def test_facts_and_notes(shipped: Reading) -> None:
    assert shipped.with_signal("能耗是多少", "fact") >= {f"{ZERO}#第九条/（一）"}
    assert shipped.with_signal("这个办法什么时候施行", "note") == {f"{ZERO}#第十五条"}
    # A note of a policy that is not the one named is passed over.
    assert shipped.with_signal("福州市工业领域碳达峰实施方案什么时候施行", "note") == set()


def test_conditions_of_the_programme_that_somebody_wants(shipped: Reading) -> None:
    own = shipped.with_signal("零碳工厂申报条件有哪些", "qualifying")
    assert f"{ZERO}#第八条/（二）" in own
    assert f"{ZERO}#第九条/（三）" not in own
    near = shipped.with_signal("近零碳工厂要什么条件", "qualifying")
    assert f"{ZERO}#第九条/（三）" in near
    assert f"{ZERO}#第八条/（二）" not in near
    assert shipped.with_signal("零碳工厂的定义", "qualifying") == set()


@pytest.mark.parametrize(
    ("question", "address"),
    [
        ("福建省减污降碳协同增效实施方案的文号是什么", f"{SYNERGY}#文头/文号"),
        ("林业厅的答复落款是哪天", f"{FORESTRY}#落款/日期"),
        ("林业厅的答复主送给谁", f"{FORESTRY}#文头/主送"),
        ("林业厅的答复是谁签发的", f"{FORESTRY}#落款/领导署名"),
    ],
)
def test_front_matter(shipped: Reading, question: str, address: str) -> None:
    assert address in shipped.with_signal(question, "front_matter")
    assert address in shipped.read(question).addresses


def test_front_matter_of_the_named_policy_alone(shipped: Reading) -> None:
    asked = shipped.with_signal("福建省减污降碳协同增效实施方案的主送机关有哪些", "front_matter")
    assert {address.partition("#")[0] for address in asked} == {SYNERGY}
    every = shipped.with_signal("主送机关有哪些", "front_matter")
    assert {address.partition("#")[0] for address in every} >= {SYNERGY, FORESTRY}
    # What is not asked for is not pointed at.
    assert not any(address.endswith("/文号") for address in every)


def test_validity(shipped: Reading) -> None:
    assert shipped.with_signal("这个办法什么时候施行", "validity") == {f"{ZERO}#第十五条"}
    assert shipped.with_signal("这个办法归谁管", "validity") == set()


def test_addresses_are_each_once_in_a_fixed_order(shipped: Reading) -> None:
    found = list(shipped.read("零碳工厂管理办法第八条第二项碳抵消比例何时施行").addresses)
    assert found == sorted(set(found))
    assert {f"{ZERO}#第八条/（二）", f"{ZERO}#第十五条"} <= set(found)


def test_signals_have_names_that_are_known_and_values_above_zero(shipped: Reading) -> None:
    for question in ("零碳工厂管理办法第八条碳抵消比例", "近零碳工厂要什么条件，何时施行", "文号和日期"):
        pointed = shipped.read(question)
        for entry in shipped.entries.values():
            told = pointed.signals(entry)
            assert told.keys() <= set(SIGNALS)
            assert all(0 < value <= 1 for value in told.values())


def test_a_made_policy_gives_all_that_without_code(made: Reading) -> None:
    metric = made.told("设备更新奖励金额是多少", f"{CITY}#第五条")
    assert (metric["metric"], metric["named_policy"]) == (1.0, 1.0)
    assert made.with_signal("设备更新奖励金额是多少", "other_programme") == {
        address for address in made.entries if address.startswith(f"{CITY}#第二条")
    }
    assert made.with_signal("绿色改造补助办法第三条", "reference") == {f"{CITY}#第三条"}
    assert made.with_signal("请问第四条第（三）项", "reference") == {f"{CITY}#第四条/（三）"}
    assert made.with_signal("发票日期", "fact") == {f"{CITY}#第四条/（二）"}
    assert made.with_signal("截止到哪天", "note") == {f"{CITY}#第二条"}
    assert made.with_signal("想申请设备更新奖励要什么条件", "qualifying") == {
        address for address in made.entries if address.startswith(f"{CITY}#第四条")
    }
    assert made.with_signal("办法施行到什么时候", "validity") == {f"{CITY}#第八条"}
    assert made.with_signal("题目叫啥，全称呢", "front_matter") == {f"{CITY}#题名"}


def test_a_clause_outside_the_library_has_only_the_other_policy(made: Reading) -> None:
    stranger = Entry("elsewhere#第三条", "elsewhere", "别处办法 第三条", "不相干。")
    assert made.read("绿色改造补助办法第三条").signals(stranger) == {"other_policy": 1.0}
