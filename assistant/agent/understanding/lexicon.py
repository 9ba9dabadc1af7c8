"""The lexicon: how people write (misspellings, spoken words, question words) over how the texts write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from assistant.errors import PolicyFileError

# Words of asking that carry nothing of what is asked about.
QUESTION_WORDS = re.compile(
    r"请问(?:一下)?|想(?:请)?问(?:一下|问)?|问一下|客户(?:在)?问(?:的?是)?|有(?:个)?(?:客户|企业|人|群众|市民)(?:来电)?(?:在)?问|麻烦(?:您|你)?|帮(?:我|忙|我们)?(?:看看|查查|查一下|看一下|查|看|找|算)|"
    r"告诉我|说一下|说说|讲讲|讲一下|介绍(?:一下)?|解释一下|知道|想(?:了解|知道)(?:一下)?|了解一下|到底|究竟|具体|大概|其实|就是|这个|那个|那么|关于|根据|按照|按|对于|里面?(?:的)?|中的|"
    r"客户(?:那边|这边)?|老板|领导|老师|你好|玩意儿?|一共|总共|这块|这件事|那种|厂里|正好|刚好|听说|据说|好像|一般|通常|来着|目前|现在|"
    r"有没有|是不是|能不能|可不可以|是否|能否|可否|要不要|需不需要|行不行|对不对|算不算|"
    r"什么时候|什么(?:样)?的?|哪一?些|哪(?:一)?(?:个|条|项|家|种|年|天)|哪里|哪儿|多少|几(?:个|项|条|家|种|类|步|分|年)|怎么(?:样|办)?|如何|怎样|为什么|为何|多久|多大|啥|咋|谁|"
    r"我们(?:厂|公司|企业|这边|单位)?|我(?:厂|司|公司|们)?|你们?|他们?|咱们?|贵|您|本(?:公司|厂|企业)|"
    r"规定|文件|政策|方案|办法|条款|条文|内容|说法|提到|写(?:了|着|的)?|说(?:了|的)?|讲(?:了|的)?|"
    r"应该|应当|需要|必须|可以|的话|吗|呢|吧|啊|呀|嘛|么|哦|了|的"
)
PUNCTUATION = re.compile(r"[\s，。；：、！？“”‘’「」『』（）()《》〈〉【】,.;:!?\"'—…·~～-]+")


@dataclass(frozen=True)
class Lexicon:
    """corpus/lexicon.yaml: `confusions`, `synonyms`, `places` (region -> places in it), `elsewhere` and `decisive`."""

    confusions: Mapping[str, str]
    synonyms: Mapping[str, tuple[str, ...]]
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    elsewhere: tuple[str, ...] = ()
    decisive: tuple[str, ...] = ()

    @classmethod
    def load(cls, corpus_dir: Path) -> Lexicon:
        """Read corpus/lexicon.yaml; an absent file is an empty lexicon, a broken one raises PolicyFileError."""
        path = corpus_dir / "lexicon.yaml"
        if not path.exists():
            return cls({}, {})
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise PolicyFileError(f"{path}：无法读取（{error}）；应为 UTF-8 的 YAML 文件") from error
        if not isinstance(data, dict) or set(data) - set(cls.__dataclass_fields__):
            raise PolicyFileError(f"{path}：只能有这些键：{'、'.join(cls.__dataclass_fields__)}")
        confusions = data.get("confusions") or {}
        lists = {key: data.get(key) or [] for key in ("elsewhere", "decisive")}
        if not all(isinstance(k, str) and isinstance(v, str) for k, v in confusions.items()):
            raise PolicyFileError(f"{path}：confusions 应为「错字: 正字」")
        for key, words in lists.items():
            if not isinstance(words, list):
                raise PolicyFileError(f"{path}：{key} 应为「[词, …]」")
        synonyms = _lists(path, data, "synonyms")
        elsewhere, decisive = (tuple(map(str, words)) for words in lists.values())
        return cls(confusions, synonyms, _lists(path, data, "places"), elsewhere, decisive)

    def corrected(self, question: str) -> str:
        """The question with known misspellings put right; everything else keeps its characters."""
        for wrong, right in self.confusions.items():
            if wrong in question and right not in wrong:
                question = question.replace(wrong, right)
        return question

    def places_in(self, question: str) -> list[str]:
        """Places of the regions that a question names; whether a policy speaks for them is the scope's business."""
        return [place for places in self.places.values() for place in places if place in question]

    def expand(self, question: str) -> str:
        """The question followed by the texts' words for what people say."""
        return " ".join([question, *self.meant(question)])

    def meant(self, question: str) -> list[str]:
        """The texts' words for what people say in the question."""
        found = [word for said, means in self.synonyms.items() if said in question for word in means]
        return list(dict.fromkeys(found))

    @staticmethod
    def content(question: str) -> str:
        """The question's content words, separated by blanks: words of asking and punctuation removed."""
        folded = unicodedata.normalize("NFKC", question)
        return PUNCTUATION.sub(" ", QUESTION_WORDS.sub(" ", PUNCTUATION.sub(" ", folded))).strip()


def _lists(path: Path, data: Mapping[str, object], key: str) -> dict[str, tuple[str, ...]]:
    found = data.get(key) or {}
    if not isinstance(found, dict) or not all(isinstance(words, list) for words in found.values()):
        raise PolicyFileError(f"{path}：{key} 应为「词: [词, …]」")
    return {str(word): tuple(map(str, words)) for word, words in found.items()}
