"""policy.yaml, read strictly: one broken file per way to fail, and the words of the message."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from assistant.documents.library import Library
from assistant.documents.policy import load_policy
from assistant.errors import CorpusError, DuplicatePolicyError, PolicyFileError
from tests.documents.conftest import CORPUS

BROKEN = Path(__file__).parent / "broken"
TEXT = "第一条  为节能降碳，制定本办法。\n"
DATE_FORM = "应写成 YYYY-MM-DD 的真实日期（如 2022-07-29），文中未载明时写 null"
EXPECTED = {
    "wrong_sha256": "第 11 行：sha256 的值「00000000",
    "short_sha256": "sha256 的值「abc123」不合法，应为 text.txt 的 sha256，64 位小写十六进制",
    "unknown_key": "第 13 行：不认识的键 发布日期，可用的键：id、title、number",
    "missing_key": "缺少键 published、valid_to；文中未载明的日期、文号和机关写 null",
    "impossible_date": f"第 5 行：published 的值「2022-02-30」不合法，{DATE_FORM}",
    "loose_date": f"第 8 行：valid_to 的值「2028年12月31日」不合法，{DATE_FORM}",
    "number_as_date": f"published 的值「20220729」不合法，{DATE_FORM}",
    "ends_before_it_begins": "第 8 行：valid_to 的值「2023-12-31」不合法，不得早于 valid_from（2024-01-01）",
    "wrong_status": "第 6 行：status 的值「草案」不合法，应为其中之一：现行、征求意见稿、已废止、已失效",
    "wrong_level": "level 的值「县级」不合法，应为其中之一：国家、省级、市级",
    "empty_title": "第 2 行：title 的值空值不合法，应为一行非空的文字",
    "wrong_id": "id 的值「零碳办法」不合法，应为小写字母、数字和连字符",
    "aliases_not_a_list": "aliases 的值「绿厂办法」不合法，应为不重复的非空文字列表",
    "alias_twice": "aliases 的值「['绿厂办法', '绿厂办法']」不合法",
    "key_twice": "第 3 行：键 title 重复，只能写一次",
    "not_a_mapping": "内容应为「键: 值」",
    "yaml_syntax": "第 3 行第 11 列：YAML 语法有误，每行应为「键: 值」，值里有冒号时加引号",
    "empty_file": "内容应为「键: 值」",
}


def _folder(tmp_path: Path, metadata: str, text: bytes = TEXT.encode()) -> Path:
    folder = tmp_path / "haichuan"
    folder.mkdir()
    sha256 = hashlib.sha256(text).hexdigest()
    (folder / "policy.yaml").write_text(metadata.replace("SHA256", sha256), encoding="utf-8")
    (folder / "text.txt").write_bytes(text)
    return folder


def test_there_is_a_broken_file_for_every_message() -> None:
    assert {file.stem for file in BROKEN.iterdir()} == set(EXPECTED) | {"sound"}


@pytest.mark.parametrize("case", sorted(EXPECTED))
def test_broken_metadata(tmp_path: Path, case: str) -> None:
    folder = _folder(tmp_path, (BROKEN / f"{case}.yaml").read_text(encoding="utf-8"))
    with pytest.raises(PolicyFileError) as caught:
        Library.load(tmp_path)
    message = str(caught.value)
    assert EXPECTED[case] in message
    assert message.startswith(str(folder / "policy.yaml"))
    assert "\n" not in message


def test_sound_metadata(tmp_path: Path) -> None:
    folder = _folder(tmp_path, (BROKEN / "sound.yaml").read_text(encoding="utf-8"))
    policy, text = load_policy(folder)
    assert text == TEXT
    assert policy.number == "海发改规〔2024〕3号"
    assert policy.published == date(2024, 3, 5)
    assert (policy.valid_from, policy.valid_to) == (date(2024, 4, 1), date(2029, 3, 31))
    assert policy.aliases == ("绿厂办法", "2024")
    assert not policy.is_draft


def test_wrong_sha256_tells_the_right_one(tmp_path: Path) -> None:
    _folder(tmp_path, (BROKEN / "wrong_sha256.yaml").read_text(encoding="utf-8"))
    with pytest.raises(PolicyFileError, match=hashlib.sha256(TEXT.encode()).hexdigest()):
        Library.load(tmp_path)


def test_text_that_is_not_utf8(tmp_path: Path) -> None:
    content = "第一条  试行。\n第二条  施行。\n".encode("gb18030")
    _folder(tmp_path, (BROKEN / "sound.yaml").read_text(encoding="utf-8"), content)
    with pytest.raises(
        PolicyFileError, match=r"text\.txt 第 1 行：不是 UTF-8 编码（第 1 个字节），应转存为 UTF-8"
    ):
        Library.load(tmp_path)


def test_metadata_that_is_not_utf8(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "")
    (folder / "policy.yaml").write_bytes("id: haichuan\ntitle: 办法\n".encode("gb18030"))
    with pytest.raises(PolicyFileError, match=r"policy\.yaml 第 2 行：不是 UTF-8 编码"):
        Library.load(tmp_path)


def test_text_without_words(tmp_path: Path) -> None:
    _folder(tmp_path, (BROKEN / "sound.yaml").read_text(encoding="utf-8"), b" \n\n")
    with pytest.raises(PolicyFileError, match=r"text\.txt：没有文字，应为政策全文"):
        Library.load(tmp_path)


@pytest.mark.parametrize("name", ["policy.yaml", "text.txt"])
def test_missing_files(tmp_path: Path, name: str) -> None:
    folder = _folder(tmp_path, (BROKEN / "sound.yaml").read_text(encoding="utf-8"))
    (folder / name).unlink()
    with pytest.raises(PolicyFileError, match=f"{name}：没有这个文件"):
        Library.load(tmp_path)


def test_empty_corpus(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="是空的；每个政策要有一个目录"):
        Library.load(tmp_path)
    with pytest.raises(CorpusError, match="没有语料目录"):
        Library.load(tmp_path / "nowhere")


def test_two_policies_with_one_id(make_policy: Callable[..., Path]) -> None:
    make_policy("haichuan-a", TEXT)
    corpus = make_policy("haichuan-b", TEXT, id="haichuan-a", title="另一办法")
    with pytest.raises(DuplicatePolicyError) as caught:
        Library.load(corpus)
    assert str(caught.value) == (
        f"{corpus / 'haichuan-b' / 'policy.yaml'}：id「haichuan-a」已被 {corpus / 'haichuan-a' / 'policy.yaml'} 使用，"
        "每个政策的 id 必须不同"
    )


def test_id_and_folder_have_one_name(make_policy: Callable[..., Path]) -> None:
    corpus = make_policy("haichuan-a", TEXT, id="haichuan-z")
    with pytest.raises(PolicyFileError, match="id 的值「haichuan-z」不合法，应与所在目录同名（haichuan-a）"):
        Library.load(corpus)


def test_one_broken_policy_stops_all(make_policy: Callable[..., Path]) -> None:
    make_policy("haichuan-a", TEXT)
    corpus = make_policy("haichuan-b", TEXT, title="另一办法", status="草案")
    with pytest.raises(PolicyFileError, match="haichuan-b"):
        Library.load(corpus)


def test_metadata_of_the_corpus(library: Library) -> None:
    zero = library.policies["fujian-zero-carbon-factory"]
    assert (zero.status, zero.number, zero.published, zero.valid_from) == ("征求意见稿", None, None, None)
    assert zero.valid_to == date(2028, 12, 31)
    assert zero.is_draft
    synergy = library.policies["fujian-pollution-carbon-synergy"]
    assert (synergy.number, synergy.published) == ("闽环保综合〔2022〕12号", date(2022, 7, 29))
    assert library.policies["fuzhou-industry-carbon-peak"].number is None
    assert library.policies["fujian-ecology-reply-20251312"].number == "闽环保提〔2025〕25号"
    assert library.policies["fujian-forestry-reply-20251151"].published == date(2025, 6, 19)


def test_metadata_stands_in_the_text(library: Library) -> None:
    for policy in library.policies.values():
        texts = {clause.text for clause in library.clauses(policy.id)}
        assert any(text.split("\n")[0] == policy.title for text in texts)
        assert policy.number is None or policy.number in texts
        if policy.published is not None:
            day = f"{policy.published.year}年{policy.published.month}月{policy.published.day}日"
            assert any(day in text for text in texts)
        stored = (CORPUS / policy.id / "text.txt").read_bytes()
        assert policy.sha256 == hashlib.sha256(stored).hexdigest()


@pytest.mark.parametrize(
    ("changes", "on", "standing"),
    [
        ({}, date(2024, 3, 31), "尚未生效"),
        ({}, date(2024, 4, 1), None),
        ({}, date(2029, 3, 31), None),
        ({}, date(2029, 4, 1), "已失效"),
        ({"status": "征求意见稿"}, date(2024, 4, 1), "征求意见稿"),
        ({"status": "已废止"}, date(2024, 4, 1), "已废止"),
    ],
)
def test_standing_on_a_day(tmp_path: Path, changes: dict[str, str], on: date, standing: str | None) -> None:
    metadata = (BROKEN / "sound.yaml").read_text(encoding="utf-8")
    for key, value in changes.items():
        metadata = metadata.replace(f"{key}: 现行", f"{key}: {value}")
    policy, _ = load_policy(_folder(tmp_path, metadata))
    assert policy.standing(on) == standing


def test_content_hash_follows_text_and_metadata(make_policy: Callable[..., Path], tmp_path: Path) -> None:
    corpus = make_policy("haichuan-a", TEXT)
    first = Library.load(corpus).content_hash
    assert Library.load(corpus).content_hash == first
    file = tmp_path / "haichuan-a" / "policy.yaml"
    file.write_text(file.read_text().replace("现行", "已废止"))
    second = Library.load(corpus).content_hash
    assert second != first
    changed = (TEXT + "第二条  试行。\n").encode()
    old = hashlib.sha256(TEXT.encode()).hexdigest()
    (tmp_path / "haichuan-a" / "text.txt").write_bytes(changed)
    file.write_text(file.read_text().replace(old, hashlib.sha256(changed).hexdigest()))
    assert Library.load(corpus).content_hash not in (first, second)
