"""Made-up policies and a tiny encoder: real files in a folder of the test's own."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from assistant.documents.library import Library
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


def settings_for(home: Path) -> Settings:
    """Settings that stay inside `home`; the environment and .env are not read for these."""
    return Settings(
        home=home,
        corpus_dir=home / "corpus",
        index_dir=home / "index",
        encoder=str(home / "encoder"),
        data_dir=home / "var",
    )
