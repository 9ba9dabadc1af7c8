"""Made-up policies and a tiny encoder: real files in a folder of the test's own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from assistant.documents.library import Library
from assistant.retrieval.encoder import Encoder
from assistant.retrieval.entries import Entry, IndexSource
from assistant.retrieval.generation import OpenIndex
from assistant.retrieval.index import ensure_index
from assistant.retrieval.progress import SilentProgress
from assistant.retrieval.static_encoder import unit_rows
from assistant.retrieval.vectors.caches import CacheFactory
from assistant.settings import Settings

TEA = """青山市古茶树保护办法
第一条  为保护古茶树资源，制定本办法。
第二条  本办法所称古茶树，是指树龄一百年以上的茶树。
第三条  市林业局负责古茶树的普查和挂牌。
第四条  采摘古茶树鲜叶，每年不得超过两次，每次间隔不少于六十日。
第五条  违反本办法第四条规定的，处五百元以上五千元以下罚款。
第六条  本办法自2024年5月1日起施行。
"""
BUS = """青山市公交票价办法
第一条  为规范公共交通票价，制定本办法。
第二条  普通公交单程票价为2元，空调车加收1元。
第三条  六十五周岁以上老年人免费乘车，学生享受半价。
第四条  市交通局负责公交票价的监督检查。
第五条  本办法自2023年1月1日起施行。
"""
POLICIES = {"qingshan-tea": ("青山市古茶树保护办法", TEA), "qingshan-bus": ("青山市公交票价办法", BUS)}


def write_policy(corpus: Path, policy_id: str, title: str, text: str) -> None:
    """One policy folder, as the corpus has them."""
    folder = corpus / policy_id
    folder.mkdir(parents=True, exist_ok=True)
    data = text.encode()
    (folder / "text.txt").write_bytes(data)
    (folder / "policy.yaml").write_text(
        f"id: {policy_id}\ntitle: {title}\nnumber: null\nissuer: null\npublished: null\nstatus: 现行\n"
        f"valid_from: null\nvalid_to: null\nregion: 青山市\nlevel: 市级\n"
        f'sha256: "{hashlib.sha256(data).hexdigest()}"\naliases: []\n',
        encoding="utf-8",
    )


def write_corpus(corpus: Path) -> Library:
    """Both policies, loaded."""
    for policy_id, (title, text) in POLICIES.items():
        write_policy(corpus, policy_id, title, text)
    return Library.load(corpus)


def write_encoder(
    folder: Path, seed: int = 7, dtype: type[np.generic] = np.float32, normalize: bool = True
) -> Path:
    """A sentence-transformers StaticEmbedding folder: a dimension for each character, so that texts which share many
    characters are near to each other; `seed` decides how much each character counts."""
    folder.mkdir(parents=True, exist_ok=True)
    signs = sorted(set(TEA + BUS + "古树老年人票") - set(" \n"))
    vocabulary = {"<unk>": 0} | {sign: row for row, sign in enumerate(signs, 1)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split("", "isolated")]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    weights = np.diag(np.random.default_rng(seed).uniform(0.5, 1.5, len(vocabulary)))[:, 1:].astype(dtype)
    save_file({"embedding.weight": weights}, folder / "model.safetensors")
    prefix = "sentence_transformers.sentence_transformer.modules"
    modules = [{"idx": 0, "name": "0", "path": "", "type": f"{prefix}.static_embedding.StaticEmbedding"}]
    if normalize:
        (folder / "1_Normalize").mkdir(exist_ok=True)
        normal = "sentence_transformers.base.modules.normalize.Normalize"
        modules.append({"idx": 1, "name": "1", "path": "1_Normalize", "type": normal})
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    return folder


def made_policies(count: int, clauses: int = 5, marks: Mapping[int, str] | None = None) -> IndexSource:
    """`count` policies of `clauses` clauses each; `marks` adds words to the first clause of the policy of that number."""
    subjects = ("茶树", "公交", "河道", "绿地", "供水", "消防", "校车", "渔港")
    duties = ("应当登记", "不得超过两次", "由主管部门检查", "免收费用", "每年公布一次", "处以罚款")
    said = marks or {}
    entries = []
    for number in range(count):
        title = f"青山市{subjects[number % 8]}管理第{number}号办法"
        for clause in range(clauses):
            own = f"{subjects[(number + clause) % 8]}{number + 1000}{duties[(number * 3 + clause) % 6]}。"
            if clause == 0:
                own += said.get(number, "")
            label = f"第{clause + 1}条"
            entries.append(Entry(f"p{number}#{label}", f"p{number}", f"{title} {label}", own))
    return IndexSource.of_entries(entries)


def without(source: IndexSource, *withdrawn: str) -> IndexSource:
    """The source without some policies."""
    return IndexSource.of_entries(entry for entry in source.entries if entry.policy_id not in withdrawn)


class CountingEncoder:
    """A cheap encoder: characters fall into one of 24 dimensions. It keeps what it was given."""

    name = "counting"

    def __init__(self, fingerprint: str = "counting-1") -> None:
        self.fingerprint = fingerprint
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows of shape (len(texts), 24)."""
        self.seen += texts
        rows = np.zeros((len(texts), 24), np.float32)
        for row, text in enumerate(texts):
            for sign in text:
                rows[row, ord(sign) * 2654435761 % 24] += 1
        return unit_rows(rows)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same, without a note of it."""
        seen, self.seen = self.seen, []
        found = self.encode(texts)
        self.seen = seen
        return found


def opened(
    root: Path, source: IndexSource, encoder: Encoder | None = None, cache_for: CacheFactory | None = None
) -> OpenIndex:
    """The index of `source` under `root`, brought up to date."""
    return ensure_index(root, source, encoder or CountingEncoder(), SilentProgress(), 30, cache_for=cache_for)


def settings_for(home: Path) -> Settings:
    """Settings that stay inside `home`; the environment and .env are not read for these."""
    return Settings(
        home=home,
        corpus_dir=home / "corpus",
        index_dir=home / "index",
        encoder=str(home / "encoder"),
        data_dir=home / "var",
    )
