"""The lexicon: how people write (misspellings, spoken words, question words) over how the texts write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from assistant.errors import PolicyFileError
from assistant.yaml_loader import SAFE_LOADER

LISTS = ("elsewhere", "decisive", "lookalikes", "callers", "occasions")


@dataclass(frozen=True)
class Lexicon:
    """corpus/lexicon.yaml: `confusions`, `synonyms`, `places` (region -> places in it), `elsewhere`,
    `decisive`, `lookalikes`, words in which the name of a place stands by chance, `callers` and `occasions`: who asks
    for others to be told, and what an answer is wanted for."""

    confusions: Mapping[str, str]
    synonyms: Mapping[str, tuple[str, ...]]
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    elsewhere: tuple[str, ...] = ()
    decisive: tuple[str, ...] = ()
    lookalikes: tuple[str, ...] = ()
    callers: tuple[str, ...] = ()
    occasions: tuple[str, ...] = ()

    @classmethod
    def load(cls, corpus_dir: Path) -> Lexicon:
        """Read corpus/lexicon.yaml; an absent file is an empty lexicon, a broken one raises PolicyFileError."""
        path = corpus_dir / "lexicon.yaml"
        if not path.exists():
            return cls({}, {})
        try:
            data = yaml.load(path.read_text(encoding="utf-8"), SAFE_LOADER)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise PolicyFileError(f"{path}：无法读取（{error}）；应为 UTF-8 的 YAML 文件") from error
        if not isinstance(data, dict) or set(data) - set(cls.__dataclass_fields__):
            raise PolicyFileError(f"{path}：只能有这些键：{'、'.join(cls.__dataclass_fields__)}")
        confusions = data.get("confusions") or {}
        lists = {key: data.get(key) or [] for key in LISTS}
        if not all(isinstance(k, str) and isinstance(v, str) for k, v in confusions.items()):
            raise PolicyFileError(f"{path}：confusions 应为「错字: 正字」")
        for key, words in lists.items():
            if not isinstance(words, list):
                raise PolicyFileError(f"{path}：{key} 应为「[词, …]」")
        synonyms = _lists(path, data, "synonyms")
        told = (tuple(map(str, words)) for words in lists.values())
        return cls(confusions, synonyms, _lists(path, data, "places"), *told)

    def corrected(self, question: str) -> str:
        """The question with known misspellings put right; everything else keeps its characters."""
        for wrong, right in self.confusions.items():
            if wrong in question and right not in wrong:
                question = question.replace(wrong, right)
        return question

    def places_in(self, question: str) -> list[str]:
        """Places of the regions that a question names; whether a policy speaks for them is the scope's business."""
        return [place for places in self.places.values() for place in places if place in question]

    def outside(self, question: str) -> list[str]:
        """Places outside every region that a question names; 另外省 and 大理石 name none."""
        for word in self.lookalikes:
            question = question.replace(word, " ")
        return [place for place in self.elsewhere if place in question]

    def expand(self, question: str) -> str:
        """The question followed by the texts' words for what people say."""
        return " ".join([question, *self.meant(question)])

    def meant(self, question: str) -> list[str]:
        """The texts' words for what people say in the question."""
        found = [word for said, means in self.synonyms.items() if said in question for word in means]
        return list(dict.fromkeys(found))


def _lists(path: Path, data: Mapping[str, object], key: str) -> dict[str, tuple[str, ...]]:
    found = data.get(key) or {}
    if not isinstance(found, dict) or not all(isinstance(words, list) for words in found.values()):
        raise PolicyFileError(f"{path}：{key} 应为「词: [词, …]」")
    return {str(word): tuple(map(str, words)) for word, words in found.items()}
