"""The real corpus and the encoder that ships."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.documents.library import Library
from assistant.retrieval.encoder import load_encoder
from assistant.retrieval.search import Retriever
from assistant.retrieval.static_encoder import StaticEncoder
from assistant.settings import PROJECT_ROOT, Settings

ENCODER = PROJECT_ROOT / "indexes" / "encoder"


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    folder: Path = tmp_path_factory.mktemp("shipped")
    settings = Settings(
        home=PROJECT_ROOT,
        corpus_dir=PROJECT_ROOT / "corpus",
        index_dir=folder / "index",
        encoder=str(ENCODER),
    )
    opened = Retriever.open(settings, Library.load(settings.corpus))
    yield opened
    opened.close()


def test_the_encoder_is_small_static_and_has_its_card() -> None:
    encoder = load_encoder(str(ENCODER))
    assert isinstance(encoder, StaticEncoder)
    assert sum(path.stat().st_size for path in ENCODER.rglob("*") if path.is_file()) < 10_000_000
    card = (ENCODER / "README.md").read_text(encoding="utf-8")
    assert all(
        part in card
        for part in ("license: apache-2.0", "| seed |", "| minutes |", "| all R@100 |", "| unseen nDCG@10 |")
    )


def test_the_encoder_knows_what_is_near() -> None:
    encoder = load_encoder(str(ENCODER))
    near, far, query = encoder.encode(
        ["碳汇购买等碳抵消方式削减的碳排放量", "推进再制造产业发展", "买碳汇抵掉的排放"]
    )
    assert float(np.dot(query, near)) > float(np.dot(query, far)) + 0.1


@pytest.mark.parametrize(
    ("query", "gold"),
    [
        (
            "买碳汇抵消的部分最多能占基准期多少",
            {"fujian-zero-carbon-factory#第八条/（二）", "fujian-zero-carbon-factory#附件3/7"},
        ),
        ("近零碳工厂要求年综合能源消费量多少吨标准煤", {"fujian-zero-carbon-factory#第九条/（一）"}),
        ("培育期一般多久", {"fujian-zero-carbon-factory#第十二条/（四）"}),
        ("海草床红树林蓝碳", {"fujian-pollution-carbon-synergy#四/（十二）"}),
        ("再制造的压缩机发动机拆解", {"fuzhou-industry-carbon-peak#二/（四）/3"}),
        ("FFCER累计成交多少万吨", {"fujian-forestry-reply-20251151#二/二是"}),
        ("美丽园区分为哪三种类型", {"fujian-ecology-reply-20251312#二/段1"}),
    ],
)
def test_questions_find_their_clause(query: str, gold: set[str], retriever: Retriever) -> None:
    assert gold & {hit.address for hit in retriever.search(query, 3)}


def test_rows_that_stand_in_both_tables_are_both_found(retriever: Retriever) -> None:
    """附件3 and 附件4 share rows to the letter; neither hides the other."""
    found = {hit.address for hit in retriever.search("能源管理体系、环境管理体系通过认证", 4)}
    assert {"fujian-zero-carbon-factory#附件3/13", "fujian-zero-carbon-factory#附件4/14"} <= found


def test_a_deep_search_goes_as_deep_as_asked(retriever: Retriever) -> None:
    assert len(retriever.search("推进工业领域绿色低碳发展", 150)) == 150


def test_what_the_texts_never_mention(retriever: Retriever) -> None:
    assert retriever.uncovered("小规模纳税人的增值税率是多少") == ("纳税人", "增值税")
    assert retriever.uncovered("福建省零碳工厂的碳抵消占比上限是多少") == ()
