"""Which policies a message names: by title, alias and 文号, or by enough of a title's own words."""

from __future__ import annotations

import difflib
import re
from functools import cached_property

from assistant.agent.understanding.lexicon import Lexicon
from assistant.documents.library import Library
from assistant.documents.policy import Policy
from assistant.retrieval.asking import content_words

DOCUMENT = re.compile(r"方案|办法|答复|通知|文件|政策|规定")
KIND = re.compile(r"方案|办法|答复")
BOTH = re.compile(r"(?:两(?:份|个|篇)|俩)(?:提案)?(?P<kind>方案|答复)")
THE_CITY = re.compile(
    r"(?:^|[，。：；、与和跟及比]|\d\))市(?:方案|里|级方案)"
)  # where the texts are of one city
CLAIM = re.compile(r"[市州](?:方面)?(?:提出|提的|要求|定的|说的|规定)")
OF_CITY = re.compile(r"[市州][^，。？?]{0,4}(?:方案|文件|政策)|^[^，。]{2,14}，?方案里")
PROVINCE = re.compile(r"全省|省里|省方案|省的|省级|(?:^|[，。、和与跟 ])省(?!委)")
SPOKEN = r"全省|省里|省级?(?=的|呢|是|要|[？?。，]|$)"
PROVINCIAL = ("全省", "省里", "省级", "省")
NUMBER = re.compile(r"(?P<issuer>[一-鿿]+)〔\d{4}〕\s*(?P<number>\d+)\s*号")
SHORT_NUMBER = re.compile(
    r"(?P<issuer>闽[一-鿿]{1,6})?(?<!\d)(?:第?(?P<number>\d{1,4})号(?:文|通知)|(?<=[一-鿿])(?P<own>\d{1,4})号(?=$|[的是，。？?第]))"
)
YEAR_OF_NUMBER = re.compile(r"〔\d{4}〕")
POINTED = re.compile(
    r"(?P<who>[一-鿿]{2,5}?)(?:市)?的?(?:那|这)(?:一)?[份个篇](?!厂|企业|园|地|市|城|公司|项目|部门|指标|目标)"
)
# 讲零碳+建设的那份答复, 林业碳汇补偿那份: by what it is about
ABOUT = re.compile(
    r"(?:那|就是|也就是)?(?P<about>[^，。；、？?！!：:]{2,16}?)的?[那这](?:一)?(?:[份篇]|个(?=(?:提案|建议)?(?:答复|方案|办法|文件|通知)))(?:提案|建议)?的?(?:答复|方案|办法|文件)?(?!材料|申报|表|报告|清单|名单|合同|证)"
)
SUBJECT = re.compile(r"《(?P<subject>[^》]{4,60}(?:提案|建议|议案))》")  # what a reply replies to
TOLD_OF = 0.6  # share of what a document is said to be about that its title and its subject have
THE_KIND = re.compile(
    r"(?:(?:这|那|该|本)(?:一)?[个份部项]?|^)(?P<kind>办法|方案)(?=[的里中第到是有还现什印发管问跟和几哪何算能要呢，。？?12]|$)"
)
OFFICE_ALONE = re.compile(
    r"^(?:那|还有|另外|换成|再说)*(?P<who>[一-鿿]{2,9}[厅局])(?:那边|那份|那个|这边|那头|家)?的?(?:答复|文件)?[呢的？?吧啊]*$"
)
OFFICE = re.compile(r"[一-鿿]{2,6}[厅局]")
AND = re.compile(r"[和与跟、，。]|还有")
QUOTED_NAME = re.compile(r"[“\"「『‘']([^”\"」』’']{3,40})[”\"」』’']")
LONG_ALIAS = 5
ENOUGH = 0.55  # share of a title that names it: 福州工业碳达峰方案 of 福州市工业领域碳达峰实施方案


class PolicyNaming:
    """Knows the names of the policies."""

    def __init__(self, library: Library, lexicon: Lexicon) -> None:
        self._library = library
        self._lexicon = lexicon
        regions = {policy.region[:-1] for policy in library.policies.values() if policy.region[2:]}
        self._provinces = {
            policy.region[:-1] for policy in library.policies.values() if policy.level == "省级"
        }
        others = {place for places in lexicon.places.values() for place in places} - {"全省", "我省"}
        self._places = re.compile(
            "|".join([*(f"{place}[省市]?" for place in sorted(regions | others)), SPOKEN])
        )

    def named(self, message: str) -> tuple[str, ...]:
        """Ids of the policies named, in the order of mention; parts of one title count where a document is spoken of."""
        found = tuple(policy.id for policy in self._library.find_policies(message))
        found += tuple(policy for policy in self._by_alias(message) if policy not in found)
        found += tuple(policy for policy in self._by_issuer(message) if policy not in found)
        found = found or self._by_number(message) or self._pointed_at(message) or self._told_of(message)
        rest = self.without_names(message)
        if not found and CLAIM.search(message):
            found = self.of_places(message)
        if not DOCUMENT.search(rest):
            return found
        shares = {
            policy.id: _share(policy.title, rest)
            for policy in self._library.policies.values()
            if policy.id not in found and not self._of_the_province(policy, rest)
        }
        close = [policy for policy, share in shares.items() if share >= ENOUGH]
        if not found and not close and OF_CITY.search(message):
            return self.of_places(message)
        return (*found, *close) if len(close) == 1 else found

    def city_and_province(self, message: str) -> tuple[tuple[str, ...], ...]:
        """全省的和福州的各是多少: the city's policies and the province's, where both are spoken of; else nothing."""
        city, province = self.of_places(message), self.of_province(message)
        return (province, city) if city and province else ()

    def _by_issuer(self, message: str) -> tuple[str, ...]:
        """生态环境厅和林业局的答复, 两份答复, 省里和福州两个方案: by who made it, and by the kind of document."""
        kinds = {
            policy.id: kind.group()
            for policy in self._library.policies.values()
            if (kind := KIND.search(policy.title))
        }
        spoken = {name for name in kinds.values() if name in message}
        both = BOTH.search(message)
        if both:
            return tuple(policy for policy, name in kinds.items() if name == both["kind"])
        found = []
        offices = [found.group() for part in AND.split(message) for found in OFFICE.finditer(part)]
        for policy in self._library.policies.values():
            maker = (policy.issuer or "").removeprefix("福建省")
            said = any(_made_by(policy.issuer or "", one.removeprefix("省")) for one in offices)
            if kinds.get(policy.id) in spoken and len(maker) > 2 and (maker in message or said):
                found.append(policy.id)
        return tuple(found) if len(found) > 1 else ()

    def _by_number(self, message: str) -> tuple[str, ...]:
        """12号文, 闽环保提25号: by the end of its 文号, where one policy has it."""
        said = SHORT_NUMBER.search(message)
        if not said or YEAR_OF_NUMBER.search(message):
            return ()
        issued = {policy.id: NUMBER.search(policy.number or "") for policy in self._library.policies.values()}
        found = tuple(
            policy
            for policy, number in issued.items()
            if number
            and number["number"] == (said["number"] or said["own"])
            and number["issuer"].endswith(said["issuer"] or "")
        )
        return found if len(found) == 1 else ()

    def _pointed_at(self, message: str) -> tuple[str, ...]:
        """福州那份, 林业局那个答复, 这个办法: by its place, its maker or the kind that one policy alone is of."""
        if self._lexicon.outside(message) or "《" in message:
            return ()
        pointed = POINTED.search(message)
        if pointed:
            who = pointed["who"]
            found = tuple(
                policy.id
                for policy in self._library.policies.values()
                if (policy.level == "市级" and policy.region.removesuffix("市") == who.removesuffix("市"))
                or (len(who) > 2 and "份" in pointed.group() and who in policy.title)
                or _made_by(policy.issuer or "", who.removeprefix("省"))
            )
            if len(found) == 1:
                return found
        kind = THE_KIND.search(message)
        alone = [
            one.id for one in self._library.policies.values() if kind and one.title.endswith(kind["kind"])
        ]
        return tuple(alone) if len(alone) == 1 else ()

    def _told_of(self, message: str) -> tuple[str, ...]:
        """林业碳汇补偿那份提案答复: the one document with the most of what it is said to be about in its title or subject."""
        pointed = ABOUT.search(message)
        about = _pairs(content_words(pointed["about"])) if pointed else frozenset()
        if not about or self._lexicon.outside(message):
            return ()
        shares = {policy: len(about & told) / len(about) for policy, told in self._subjects.items()}
        most = max(shares.values())
        best = [policy for policy, share in shares.items() if share == most]
        return tuple(best) if most >= TOLD_OF and len(best) == 1 else ()

    @cached_property
    def _subjects(self) -> dict[str, frozenset[str]]:
        """The pairs of each policy's title, and of the title of what it replies to."""
        return {
            policy.id: _pairs(policy.title)
            | {
                pair
                for clause in self._library.clauses(policy.id)
                for found in SUBJECT.finditer(clause.text)
                for pair in _pairs(found["subject"])
            }
            for policy in self._library.policies.values()
        }

    def by_maker(self, message: str) -> tuple[str, ...]:
        """林业局的呢, 那生态厅呢: the one policy of an office that a message names and says nothing else."""
        office = OFFICE_ALONE.match(message)
        found = tuple(
            policy.id
            for policy in self._library.policies.values()
            if office and _made_by(policy.issuer or "", office["who"].removeprefix("省"))
        )
        return found if len(found) == 1 else ()

    def _by_alias(self, message: str) -> tuple[str, ...]:
        """Policies whose alias stands in running text, where no other place is named."""
        if self._lexicon.outside(message):
            return ()
        return tuple(
            policy.id
            for policy in self._library.policies.values()
            if any(len(alias) >= LONG_ALIAS and alias in message for alias in policy.aliases)
            and not self._of_the_province(policy, message)
        )

    def _of_the_province(self, policy: Policy, message: str) -> bool:
        """省工业碳达峰方案: whether a message gives a city policy's name to the province, and does not name the city."""
        if policy.level != "市级" or policy.region.removesuffix("市") in message:
            return False
        return PROVINCE.search(message) is not None or any(f"{name}省" in message for name in self._provinces)

    def of_places(self, message: str) -> tuple[str, ...]:
        """Ids of the policies of a city that the message names: 那福州呢."""
        cities = [policy for policy in self._library.policies.values() if policy.level == "市级"]
        named = tuple(policy.id for policy in cities if policy.region.removesuffix("市") in message)
        alone = len({policy.region for policy in cities}) == 1 and THE_CITY.search(message)
        return named or (tuple(policy.id for policy in cities) if alone else ())

    def of_province(self, message: str) -> tuple[str, ...]:
        """Ids of the province's policies where the message speaks of the province: 那全省呢."""
        if not PROVINCE.search(message):
            return ()
        return tuple(policy.id for policy in self._library.policies.values() if policy.level == "省级")

    @property
    def provinces(self) -> set[str]:
        """Names of the provinces whose policies are here, without 省."""
        return self._provinces

    def of_level(self, level: str) -> tuple[str, ...]:
        """Ids of the policies of a level: 省级, 市级."""
        return tuple(policy.id for policy in self._library.policies.values() if policy.level == level)

    def levels_of(self, message: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """The policies of the one place that a message names, and those of the other level; None without one such place."""
        city, spoken = self.of_places(message), set(self.places_in(message))
        provincial = {*PROVINCIAL, *self._provinces, *(f"{name}省" for name in self._provinces)}
        if not spoken or not (city or spoken <= provincial):
            return None
        cities = tuple(policy.id for policy in self._library.policies.values() if policy.level == "市级")
        province = tuple(policy.id for policy in self._library.policies.values() if policy.level == "省级")
        return (city, province) if city else (province, cities)

    def says_elsewhere(self, message: str, name: str) -> bool:
        """Whether a name is that of another place's: 浙江省零碳工厂."""
        return any(
            re.search(rf"{place}[省市]?的?{re.escape(name)}", message)
            for place in self._lexicon.outside(message)
        )

    def places_in(self, message: str) -> list[str]:
        """Words of a message that name the place of a policy here: a city, or the province as people call it."""
        return [found.group() for found in self._places.finditer(message)]

    def without_places(self, message: str) -> str:
        """The message without these words."""
        return self._places.sub(" ", message)

    def with_plain_names(self, message: str) -> str:
        """The message without the quotation marks around names of policies: “1312号提案”里有“…”吗 quotes one passage."""
        return QUOTED_NAME.sub(lambda found: found[1] if self.named(found[1]) else found[0], message)

    def without_names(self, message: str) -> str:
        """The message without titles and aliases, so that what is asked about them is left."""
        names = [
            name for policy in self._library.policies.values() for name in (policy.title, *policy.aliases)
        ]
        for name in sorted(names, key=len, reverse=True):
            message = message.replace(f"《{name}》", " ").replace(name, " ")
        if self._by_number(message):
            message = SHORT_NUMBER.sub(" ", message)
        if self._pointed_at(message):
            message = THE_KIND.sub(" ", POINTED.sub(" ", message))
        elif self._told_of(message):
            message = ABOUT.sub(" ", message, count=1)
        return message.strip()


def _made_by(issuer: str, who: str) -> bool:
    """Whether a policy's only maker is called so, in full or shortened: 生态厅 of 福建省生态环境厅."""
    if "、" in issuer or len(who) < 3 or issuer[-1:] != who[-1]:
        return False
    rest = iter(issuer)
    return all(sign in rest for sign in who)


def _pairs(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters, whatever signs stand between them."""
    signs = "".join(one for one in text if one.isalnum())
    return frozenset(signs[at : at + 2] for at in range(len(signs) - 1))


def _share(title: str, message: str) -> float:
    """Share of a title's characters that stand in the message in their order, in runs of two or more."""
    blocks = difflib.SequenceMatcher(None, title, message, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 1) / len(title)
