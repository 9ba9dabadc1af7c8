"""第七条 told as a whole beside one of its parts: a contradiction is refused, another way to meet a requirement is none."""

from __future__ import annotations

import pytest

from assistant.errors import FactError
from assistant.rules.assessment import Status
from assistant.rules.book import RuleBook
from tests.rules.conftest import Assess
from tests.rules.test_zero_carbon import finding

WHOLE = {"basic_conditions": "是"}


@pytest.mark.parametrize(
    "part",
    [
        {"manufacturer": "否"},
        {"no_accidents_36_months": "否"},
        {"not_on_rectification_list_36_months": "否", "rectification_completed": "否"},
    ],
)
def test_all_conditions_met_beside_one_that_is_not_is_refused(judge: Assess, part: dict[str, object]) -> None:
    with pytest.raises(FactError, match=r"“基本条件全部符合”填的是“是”，“.+”却不符合"):
        judge("zero_carbon", WHOLE | part)


def test_not_all_of_them_beside_each_of_them_is_refused(book: RuleBook, judge: Assess) -> None:
    parts = dict.fromkeys(book.facts["basic_conditions"].implies, "是")
    with pytest.raises(FactError, match="“基本条件全部符合”填的是“否”，所含各项却都填“是”"):
        judge("zero_carbon", {"basic_conditions": "否"} | parts)
    assert (
        judge("zero_carbon", {"basic_conditions": "否"} | parts | {"manufacturer": None}).status
        is Status.OPEN
    )


@pytest.mark.parametrize(("rectified", "status"), [("是", Status.MET), (None, Status.OPEN)])
def test_listed_and_rectified_meets_all_the_basic_conditions(
    judge: Assess, rectified: str | None, status: Status
) -> None:
    """第七条（四）: 未被列入工业节能监察整改名单或已按要求完成整改."""
    listed = {"not_on_rectification_list_36_months": "否", "rectification_completed": rectified}
    result = judge("zero_carbon", WHOLE | listed)
    assert finding(result, "basic_supervision").status is status
    assert finding(result, "basic_no_incidents").status is Status.MET
