"""The Poisson-binomial count: against enumeration, against exact fractions, and as a forecast of registers."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from importlib import import_module
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.stats import binom

import tongdao as td
from tongdao.analysis.actuals import standing
from tongdao.analysis.aims import main_aim
from tongdao.analysis.forecasts import Foresight, Learned, Prospect, foresight, poisson_binomial
from tongdao.base.errors import UsageError
from tongdao.workbook.registers import Entry
from tongdao.workbook.workbook import View, open_workbook

CHANCES = st.floats(0, 1)


@given(st.lists(CHANCES, max_size=8))
def test_the_distribution_equals_enumeration(chances: list[float]) -> None:
    enumerated(chances)


def test_the_distribution_equals_enumeration_of_fifteen() -> None:
    enumerated([(k + 0.5) / 16 for k in range(15)])


def enumerated(chances: list[float]) -> None:
    expected = np.zeros(len(chances) + 1)
    for outcome in product((0, 1), repeat=len(chances)):
        expected[sum(outcome)] += np.prod([p if came else 1 - p for p, came in zip(chances, outcome, strict=True)])
    assert poisson_binomial(chances) == pytest.approx(expected, abs=1e-12)


def test_a_large_case_equals_exact_fractions_and_the_transform() -> None:
    chances = [Fraction(1 + 7 * k % 97, 98) for k in range(200)]
    exact = [Fraction(1)]
    for p in chances:
        exact = [a * (1 - p) + b * p for a, b in zip([*exact, Fraction(0)], [Fraction(0), *exact], strict=True)]
    found = poisson_binomial(map(float, chances))
    assert found == pytest.approx(np.array(exact, float), rel=1e-10, abs=1e-300)
    # Hong (2013), equation (7): the discrete Fourier transform of the characteristic function
    p, turns = np.array(chances, float), np.exp(2j * np.pi * np.arange(201) / 201)
    transformed = np.fft.fft((1 + np.outer(turns - 1, p)).prod(axis=1)).real / 201
    assert found == pytest.approx(transformed, abs=1e-12)
    assert poisson_binomial([0.3] * 500) == pytest.approx(binom.pmf(np.arange(501), 500, 0.3), rel=1e-9, abs=1e-300)


def prospects(chances: list[float]) -> tuple[Prospect, ...]:
    entry = Entry(number="0", recorded_at=date(2024, 1, 1))
    return tuple(
        Prospect(entry.model_copy(update={"number": str(number)}), "已申报", p) for number, p in enumerate(chances)
    )


@given(st.lists(CHANCES, max_size=12), CHANCES, st.integers(-5, 5), st.integers(-5, 12))
def test_a_candidate_never_lowers_the_chance(chances: list[float], more: float, sure: int, need: int) -> None:
    before = Foresight("名册", sure, prospects(chances), (), float(need))
    after = replace(before, prospects=prospects([*chances, more]))
    assert after.p_met >= before.p_met - 1e-12
    low, high = before.interval
    assert before.pmf[low - sure : high - sure + 1].sum() >= 0.8 - 1e-9
    for one, swing in before.swings():
        ends = [before.what_if({one.entry.number: p}).p_met for p in (0.0, one.chance, 1.0)]
        assert swing == pytest.approx(ends[2] - ends[0])
        assert ends[0] - 1e-12 <= ends[1] <= ends[2] + 1e-12


@given(st.floats(0.01, 0.99), st.integers(0, 40), st.data())
def test_a_prior_moves_towards_what_was_seen(given_: float, cases: int, data: st.DataObject) -> None:
    came = data.draw(st.integers(0, cases))
    learned = Learned("已申报", given_, cases, came)
    share = came / cases if cases else given_
    assert min(given_, share) - 1e-9 <= learned.value <= max(given_, share) + 1e-9


def county(**more: object) -> View:
    return replace(open_workbook("data/tongdao").view("2024-09"), **more)  # type: ignore[arg-type]


def ahead(view: View, name: str) -> Foresight:
    item = view.plan.indicator(name)
    found = foresight(view, main_aim(view, item), standing(view, main_aim(view, item)))
    assert found is not None
    return found


def test_another_candidate_in_the_register_raises_both_chances() -> None:
    view = county()
    register = view.plan.registers[0]
    rows = view.lists.registers[register.name]
    new = rows[0].model_copy(
        update={
            "number": "new",
            "holder": "new",
            "begins": None,
            "ends": None,
            "stage": "已申报",
            "recorded_at": view.as_of,
        }
    )
    more = replace(view, lists=replace(view.lists, registers={register.name: (*rows, new)}))
    for name in ("hightech_new", "hightech_net"):
        assert ahead(more, name).p_met > ahead(view, name).p_met
    assert ahead(view, "hightech_new").p_at_least(2) == pytest.approx(
        1 - np.prod([1 - one.chance for one in ahead(view, "hightech_new").prospects])
    )


def test_an_earlier_month_does_not_know_what_came_later() -> None:
    view = county().earlier(1)
    assert view is not None
    new = ahead(view, "hightech_new")
    assert new.sure == 0
    assert len(new.prospects) == len(ahead(county(), "hightech_new").prospects) + 1


def test_the_series_speaks_where_no_register_does() -> None:
    view = county()
    item = view.plan.indicator("tech_smes")
    assert foresight(view, main_aim(view, item), standing(view, main_aim(view, item))) is None


def test_the_package_answers_what_if_and_shows_the_entries_behind_a_figure() -> None:
    book = open_workbook("data/tongdao")
    ahead_net = td.foresight(book, "净增高新技术企业", month="2024-09")
    assert ahead_net.p_met == pytest.approx(td.outlook(book, "hightech_net", month="2024-09")["p_met"].iloc[0])
    renewals = {one.entry.number: 1.0 for one in ahead_net.prospects if one.stage == "到期待续"}
    assert len(renewals) == 2
    assert ahead_net.what_if(renewals).p_at_least(2) > ahead_net.p_at_least(2)
    assert td.foresight(book, "tech_smes") is None
    behind = td.entries(book, "hightech_net", month="2024-09")
    assert len(behind) == 12
    assert set(behind["file"]) == {"registers/firms.csv"}
    lines = Path("data/tongdao/registers/firms.csv").read_text(encoding="utf-8-sig").splitlines()
    assert all(
        lines[line - 1].startswith(number) for number, line in zip(behind["number"], behind["line"], strict=True)
    )
    assert td.entries(book, "cloud_firms").empty
    later = td.entries(book, "hightech_net", month="2024-12")  # the register speaks up to September
    assert later["number"].tolist() == behind["number"].tolist()


def test_what_if_moves_both_chances_and_names_what_moves_them_most() -> None:
    book = open_workbook("data/tongdao")
    plain = td.what_if(book, month="2024-09").frame.set_index("id")
    net = td.foresight(book, "hightech_net", month="2024-09")
    assert list(plain.index) == ["hightech_new", "hightech_net"]
    assert plain["p_now"].equals(plain["p_assumed"])
    assert plain.loc["hightech_net", "p_now"] == net.p_met
    assert plain.loc["hightech_net", "most"] == net.swings()[0][0].entry.number
    assert plain.loc["hightech_net", "p_if_lost"] < net.p_met < plain.loc["hightech_net", "p_if_won"]
    renewal = next(one for one in net.prospects if one.stage == "到期待续")
    lapsed = td.what_if(book, {renewal.entry.label: 0.0}, month="2024-09").frame.set_index("id")
    assert lapsed.loc["hightech_new", "p_assumed"] == plain.loc["hightech_new", "p_now"]
    assert lapsed.loc["hightech_net", "p_assumed"] < plain.loc["hightech_net", "p_now"]
    won = td.what_if(book, {"E0028": 1.0}, month="2024-09")
    frame = won.frame.set_index("id")
    assert (frame["p_assumed"] > frame["p_now"]).all()
    assert "E0028" not in set(frame["most"])
    assert won.frame.set_index("id").loc["hightech_net", "p_assumed"] == net.what_if({"E0028": 1.0}).p_met
    assert "由85%改为100%" in won.table().note  # type: ignore[attr-defined]
    everything = td.what_if(book, dict.fromkeys(won.prospects, 1.0), month="2024-09").frame
    assert everything["most"].isna().all()
    for wrong, words in (({"E9999": 1.0}, "没有待定的“E9999”"), ({"E0028": 1.5}, "把握 1.5 不能用")):
        with pytest.raises(UsageError, match=words):
            td.what_if(book, wrong, month="2024-09")


def test_what_if_asks_with_a_list_and_a_slider(monkeypatch: pytest.MonkeyPatch) -> None:
    import IPython.display
    import ipywidgets

    shown: list[object] = []

    class Kept:
        def update(self, item: object) -> None:
            shown.append(item)

    def display(*items: object, display_id: bool = False) -> Kept:
        shown.extend(items)
        return Kept()

    monkeypatch.setattr(IPython.display, "display", display)
    monkeypatch.setattr(import_module("tongdao.lab.what_if"), "show_controls", shown.append)
    td.what_if(open_workbook("data/tongdao"), month="2024-09")._ipython_display_()
    box, first = shown
    case, chance, _, back = box.children  # type: ignore[attr-defined]
    assert isinstance(case, ipywidgets.Dropdown)
    case.value = "E0028"
    assert chance.value == 0.85
    assert len(shown) == 2  # looking at another case assumes nothing
    chance.value = 0.0
    assert "示例企业022（评审通过）由85%改为0%" in shown[2].note  # type: ignore[attr-defined]
    back.click()
    assert shown[3] == first
    assert chance.value == 0.85
