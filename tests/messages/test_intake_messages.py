"""How the errors of an intake read: what was given, what is allowed, what to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from brainmag.errors import InputError
from brainmag.intake import (
    Feeding,
    IntakeRequest,
    check_intake,
    find_product,
    measure_dose,
    parse_concentration,
    parse_dose,
    parse_duration,
    plan_intake,
    plan_regimen,
)
from brainmag.locales import load_catalogue, text


def say(
    request: IntakeRequest, feeding: Feeding = "meals", diet: float = 300.0, stop: float = 240.0
) -> str:
    def plan_and_check() -> None:
        intake = plan_intake(request, feeding=feeding, diet_mg=diet, weight_kg=70.0)
        check_intake(intake, species="human", weight_kg=70.0, stop=stop)

    with pytest.raises(InputError) as caught:
        plan_and_check()
    assert caught.value.exit_status == 2
    return str(caught.value)


def say_dose(dose: str, product: str = "mgt") -> str:
    with pytest.raises(InputError) as caught:
        measure_dose(parse_dose(dose), find_product(product), 70.0)
    return str(caught.value)


def say_regimen(folder: Path, content: str, feeding: Feeding = "meals") -> str:
    path = folder / "r.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        plan_regimen(path, feeding=feeding, diet_mg=300.0, weight_kg=70.0)
    return str(caught.value).replace(str(path), "r.toml")


UNITS = "Units: mg, g, mg Mg, mmol Mg, mg/kg, mg Mg/kg, mmol Mg/kg, capsules."
DOSES = {
    "not_a_quantity": (
        "two grams",
        "'two grams' is not an amount. Write a number and a unit, such as '1 g'.",
    ),
    "decimal_comma": (
        "1,5 g",
        (
            "'1,5 g' holds a comma. Write decimals with a point and thousands without a mark, "
            "such as 1.5 or 1500; for instance '1 g'."
        ),
    ),
    "missing_unit": ("1", f"'1' has no unit. Add one, such as '1 g'. {UNITS}"),
    "unknown_unit": (
        "1 gram",
        f"'1 gram' has a unit that is not known here: 'gram'. {UNITS}",
    ),
    "not_finite": (
        "nan g",
        "'nan g' is not a number that can be worked with. Give a finite number above zero.",
    ),
    "not_positive": ("-1 g", "'-1 g' is not above zero. Give a number above zero."),
    "moles_of_what": (
        "12 mmol",
        (
            "'12 mmol' does not say moles of what. Write moles of magnesium as '12 mmol Mg', "
            "or give the mass of the product, such as '1 g'."
        ),
    ),
    "no_capsules": (
        "4 capsules",
        (
            "'4 capsules' cannot be given as 'mgt': what its capsule holds is not known. "
            "Give a mass, such as '1 g' or '72 mg Mg'. Sold by the capsule: magtein-ps."
        ),
    ),
}


@pytest.mark.parametrize("code", DOSES)
def test_doses(code: str) -> None:
    dose, expected = DOSES[code]
    assert say_dose(dose) == expected


def test_near_units_are_offered() -> None:
    assert "Did you mean 'mg'? Units: mg, g," in say_dose("500 MG")
    assert "Did you mean 'mg/kg'?" in say_dose("604 mg/kg/d")
    with pytest.raises(InputError, match=r"Did you mean 'week'\? Units: min, h, day, week,"):
        parse_duration("12 weks")
    with pytest.raises(InputError, match=r"Did you mean 'mmol/L'\? Units: mol/L, mmol/L,"):
        parse_concentration("1.2 mmol")


def test_negative() -> None:
    with pytest.raises(InputError) as caught:
        parse_concentration("-1 mM", allow_zero=True)
    assert str(caught.value) == "'-1 mM' is below zero. Give zero or more."


def test_no_magnesium() -> None:
    assert say_dose("72 mg Mg", "calcium-threonate") == (
        "'72 mg Mg' cannot be given as 'calcium-threonate', which holds no magnesium. "
        "Give the mass of the product, such as '2 g'."
    )


def test_mass_of_formula() -> None:
    assert say_dose("2 g", "magtein-ps") == (
        "'2 g' of 'magtein-ps' does not say how much magnesium: it is a formula of several "
        "ingredients. Give a number of capsules, such as '4 capsules', or elemental magnesium, "
        "such as '115 mg Mg'."
    )


def test_unknown_product() -> None:
    message = say_dose("1 g", "magtien-ps")
    assert message.startswith("There is no product named 'magtien-ps'. Did you mean 'magtein-ps'?")
    assert "Products: mgt, mgt-anhydrous, " in message
    far = say_dose("1 g", "xyz")
    assert far.startswith("There is no product named 'xyz'. Products: mgt, ")


REQUESTS = {
    "product_without_dose": (
        IntakeRequest(product="mgt"),
        "The product 'mgt' has no dose. Add --dose, such as --dose '1 g' or --dose '72 mg Mg'.",
    ),
    "dose_without_product": (
        IntakeRequest(dose="1 g"),
        (
            "The dose '1 g' has no product. Add --product, such as --product mgt; "
            "'brainmag products' lists them."
        ),
    ),
    "option_without_product": (
        IntakeRequest(infuse="20 min"),
        (
            '--infuse "20 min" says how a product is taken, but there is none. '
            'Add --product and --dose, or leave --infuse "20 min" out.'
        ),
    ),
    "options_clash": (
        IntakeRequest("mgt", "1 g", times_a_day=2, once=True),
        (
            "--once and --times-a-day 2 do not go together. Leave one of them out; "
            "a regimen file can describe any other course."
        ),
    ),
    "times_a_day": (
        IntakeRequest("mgt", "1 g", times_a_day=25),
        "25 doses a day cannot be planned. Give a whole number from 1 to 24.",
    ),
    "unknown_meals": (
        IntakeRequest("mgt", "1 g", meals="fast"),
        (
            "There is no meal pattern named 'fast'. Did you mean 'fasted'? "
            "Patterns: with, between, fasted."
        ),
    ),
    "water_of_person": (
        IntakeRequest("mgt", "1 g", in_water=True),
        (
            "--in-water spreads a dose over the drinking of an animal, not of a person. "
            "Use --times-a-day, up to 24 doses, or choose --who rat or mouse."
        ),
    ),
    "infusion_without_length": (
        IntakeRequest("sulfate-iv", "4 g"),
        (
            "'sulfate-iv' is for infusion, and no length was given. "
            "Say how long it runs: --infuse '20 min', or infuse = '20 min' in a regimen."
        ),
    ),
    "infusion_of_oral": (
        IntakeRequest("mgt", "1 g", infuse="20 min"),
        (
            "'mgt' is taken by mouth and cannot be infused. "
            "Leave the length of infusion out, or choose a product for infusion: sulfate-iv."
        ),
    ),
    "infusion_too_short": (
        IntakeRequest("sulfate-iv", "4 g", infuse="0.5 min"),
        "An infusion of '0.5 min' is too short. Give at least '1 min'.",
    ),
    "fast_without_meal": (
        IntakeRequest("mgt", "1 g", times_a_day=2, meals="fasted"),
        (
            "With 2 doses a day, each on an overnight fast, some day has no meal left. "
            "Use --times-a-day 1 with --meals fasted, or choose --meals between."
        ),
    ),
    "oral_dose_too_large": (
        IntakeRequest("mgt", "1 kg"),
        (
            "One dose with 72000 mg of magnesium is beyond physiology at 70 kg. "
            "Give at most 10010 mg of elemental magnesium at once; check the unit."
        ),
    ),
    "oral_day_too_large": (
        IntakeRequest("mgt", "100 g", times_a_day=3),
        (
            "21600 mg of magnesium by mouth in 24 h is beyond physiology at 70 kg. Give at most "
            "20020 mg of elemental magnesium a day; check unit and doses a day."
        ),
    ),
    "threonate_day_too_large": (
        IntakeRequest("calcium-threonate", "1 kg"),
        (
            "6446 mmol of threonate in 24 h is beyond what any study reaches at 70 kg. "
            "Give at most 700 mmol a day; check unit and doses a day."
        ),
    ),
    "infusion_rate_too_large": (
        IntakeRequest("sulfate-iv", "40 g", infuse="1 min"),
        (
            "An infusion of 9738 mmol of magnesium an hour is beyond physiology at 70 kg. "
            "Infuse at most 329 mmol/h: a smaller dose, or a longer infusion."
        ),
    ),
    "infused_day_too_large": (
        IntakeRequest("sulfate-iv", "100 g", infuse="24 h"),
        (
            "405.7 mmol of magnesium infused within 24 h is beyond physiology at 70 kg. "
            "Infuse at most 252 mmol in 24 h."
        ),
    ),
}


@pytest.mark.parametrize("code", REQUESTS)
def test_requests(code: str) -> None:
    request, expected = REQUESTS[code]
    assert say(request) == expected


@pytest.mark.parametrize(
    ("request_", "pair"),
    [
        (IntakeRequest("mgt", "1 g", in_water=True, once=True), "--in-water and --once"),
        (IntakeRequest("mgt", "1 g", None, "with", in_water=True), "--in-water and --meals with"),
        (IntakeRequest("mgt", "1 g", in_water=True, infuse="1 h"), '--in-water and --infuse "1 h"'),
        (IntakeRequest("sulfate-iv", "4 g", None, "fasted", infuse="1 h"), "and --meals fasted"),
    ],
)
def test_other_clashes(request_: IntakeRequest, pair: str) -> None:
    assert f"{pair} do not go together." in say(request_)


def test_meals_far_from_any_pattern() -> None:
    message = say(IntakeRequest("mgt", "1 g", meals="x"))
    assert message.endswith("named 'x'. Patterns: with, between, fasted.")


def test_meals_of_animal() -> None:
    message = say(IntakeRequest("mgt", "1 g", meals="with"), feeding="constant")
    assert message == (
        "--meals with needs meals, and an animal eats all day. "
        "Leave it out: doses are then spaced evenly from 08:00."
    )


def test_water_insoluble() -> None:
    message = say(IntakeRequest("oxide", "1 mg", in_water=True), feeding="constant")
    assert message == (
        "'oxide' does not dissolve well enough for --in-water. "
        "Choose a soluble salt, or leave --in-water out."
    )


def test_dish_takes_no_dose(tmp_path: Path) -> None:
    remedy = "Set what the dish holds with --mg '1.2 mmol/L' and --threonate '100 umol/L'."
    message = say(IntakeRequest("mgt", "1 g"), feeding="none")
    assert message == f"A culture swallows nothing, and 'mgt' was to be taken. {remedy}"
    assert "'r.toml' was to be taken" in say_regimen(tmp_path, "[[diet]]\nmg = 1", "none")


def test_no_dose_in_run() -> None:
    message = say(IntakeRequest("mgt", "1 g", once=True), stop=2.0)
    assert message == (
        "The run ends at 2 h, before any dose is given: the first is due at 8 h. "
        "Give a longer --for, or take the product out."
    )


def test_diet_too_small() -> None:
    assert say(IntakeRequest(), diet=1.0) == (
        "No body lives on a diet of 1 mg of magnesium a day. "
        "Give at least 10 mg/day; a regimen can set less for a time with [[diet]]."
    )


def test_diet_too_large() -> None:
    assert say(IntakeRequest(), diet=5000.0) == (
        "A diet of 5000 mg of magnesium a day is beyond what a body eats. "
        "Give at most 3000 mg/day; supplements go under --product."
    )


def test_above_upper_limit() -> None:
    request = IntakeRequest("citrate", "365 mg Mg")
    intake = plan_intake(request, feeding="meals", diet_mg=300.0, weight_kg=70.0)
    notices = check_intake(intake, species="human", weight_kg=70.0, stop=240.0)
    sentences = [text(f"{notice.code}.sentence", lang="en", **notice.values) for notice in notices]
    assert sentences == [
        "365 mg of supplemental magnesium a day is above the upper limit of 250 mg (EU, SCF 2001).",
        "365 mg of supplemental magnesium a day is above the upper limit of 350 mg (US, IOM 1997).",
    ]
    assert text("intake.above_upper_limit.remedy").startswith("Loose stools become likely")


MEND = "Mend that line; nothing was computed."
GOOD = '[[dose]]\nproduct = "mgt"\namount = "1 g"\nat = "08:00"\n'
REGIMENS = {
    "syntax": (
        '[[dose]]\nproduct = mgt\namount = "1 g"\n',
        (
            "The file 'r.toml' is not TOML: line 2: Invalid value. Mend that line: "
            "keys are written as name = value, texts stand in quotes."
        ),
    ),
    "empty": (
        "# nothing\n",
        ("The file 'r.toml' holds no table. Add at least one of [[dose]], [[diet]]."),
    ),
    "field": (
        GOOD + "\n" + GOOD.replace("mgt", "citrat").replace("[[", "\n# again\n[["),
        (
            "r.toml, line 9, field 'product': There is no product named 'citrat'. "
            "Did you mean 'citrate'? Products: "
        ),
    ),
    "unknown_field": (
        GOOD + "amuont = 3\n",
        "r.toml, line 5, field 'amuont': There is nothing named 'amuont' here. Did you mean "
        "'amount'? Known here: product, amount, at, start, every, until, infuse, with_meal. "
        + MEND,
    ),
    "missing_field": (
        '\n[[dose]]\nproduct = "mgt"\nat = "08:00"\n',
        (
            "r.toml, line 2, field 'amount': A [[dose]] needs 'amount', and it is missing. "
            f"Add a line amount = ... {MEND}"
        ),
    ),
    "not_a_list_of_tables": (
        '[dose]\nproduct = "mgt"\n',
        (
            "r.toml, line 1, field 'dose': 'dose' is not a list of tables. Head each one with "
            f"[[dose]] on a line of its own, in two pairs of brackets. {MEND}"
        ),
    ),
    "not_text": (
        GOOD.replace('"1 g"', "1"),
        (
            "r.toml, line 3, field 'amount': 1 is not a text. "
            f'Put it in quotes, with its unit where it has one, such as "1 g" or "08:00". {MEND}'
        ),
    ),
    "not_number": (
        '[[diet]]\nmg = "300 mg"\n',
        (
            "r.toml, line 2, field 'mg': '300 mg' is not a number. "
            f"Write a plain number, without quotes and unit, such as 300. {MEND}"
        ),
    ),
    "not_truth": (
        GOOD + 'with_meal = "yes"\n',
        (
            "r.toml, line 5, field 'with_meal': 'yes' is neither true nor false. "
            f"Write true or false, without quotes. {MEND}"
        ),
    ),
    "at_or_start": (
        GOOD + 'start = "2 h"\n',
        (
            "r.toml, line 4, field 'at': A dose needs one time: either 'at' or 'start'. "
            'Give at = "08:00" (a clock time, every day) or start = "2 h" '
            f"(a time of the run, once), not both. {MEND}"
        ),
    ),
    "not_a_clock_time": (
        GOOD.replace("08:00", "8 am"),
        (
            "r.toml, line 4, field 'at': '8 am' is not a clock time. "
            f'Write hours and minutes from "00:00" to "23:59", such as "08:00". {MEND}'
        ),
    ),
    "interval_too_short": (
        GOOD + 'every = "5 min"\n',
        (
            "r.toml, line 5, field 'every': A dose every '5 min' is too often. "
            f"Give at least '1 h'; for a steady supply use infuse. {MEND}"
        ),
    ),
    "span_reversed": (
        GOOD + 'until = "4 h"\n',
        (
            "r.toml, line 5, field 'until': The end '4 h' does not come after the start. "
            f"Give a later 'until', or leave it out to go on to the end of the run. {MEND}"
        ),
    ),
    "diets_overlap": (
        '[[diet]]\nmg = 1\n\n[[diet]]\nmg = 2\nfrom = "1 day"\n',
        (
            "r.toml, line 6, field 'from': The diet that starts at '1 day' overlaps another one. "
            f"Let each [[diet]] end, with 'until', before the next one starts. {MEND}"
        ),
    ),
}


@pytest.mark.parametrize("code", REGIMENS)
def test_regimens(code: str, tmp_path: Path) -> None:
    content, expected = REGIMENS[code]
    assert say_regimen(tmp_path, content).startswith(expected)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("[[doze]]\n", "line 1, field 'doze': There is nothing named 'doze' here. Did you mean"),
        ("[[xyz]]\n", "line 1, field 'xyz': There is nothing named 'xyz' here. Known here: dose"),
        ("\ndiet = 5\n", "line 2, field 'diet': 'diet' is not a list of tables."),
        ('dose = [{ product = "mgt", amount = "1 g" }]\n', "line 1, field 'at': A dose needs one"),
        ("[[diet]]\nmg = -1\n", "line 2, field 'mg': -1 is below zero."),
        ("[[diet]]\nmg = nan\n", "line 2, field 'mg': nan is not a number that can"),
        (f"[[diet]]\nmg = 1{'0' * 400}\n", "is not a number that can be worked with."),
        ("[[diet]]\nmg = true\n", "line 2, field 'mg': True is not a number."),
        ('[[diet]]\nmg = 1\nfrom = "-2 h"\n', "line 3, field 'from': '-2 h' is below zero."),
        ('[[diet]]\nmg = 1\nfrom = "2 h"\nuntil = "1 h"\n', "line 4, field 'until': The end '1 h'"),
        (GOOD.replace("1 g", "1,5 g"), "line 3, field 'amount': '1,5 g' holds a comma."),
        (GOOD.replace("mgt", "sulfate-iv"), "line 1, field 'infuse': 'sulfate-iv' is for infusion"),
        (GOOD + 'infuse = "1 h"\n', "line 5, field 'infuse': 'mgt' is taken by mouth"),
        ('[[dose]]\namount = "1 g"\nat = "08:00"\n', "line 1, field 'product': A [[dose]] needs"),
        ('[[dose]]\nproduct = "mgt"\namount = "1 g"\n', "line 1, field 'at': A dose needs one"),
        (f"a = 1{'0' * 5000}", "a number with thousands of digits, or brackets or names nested"),
        (f"a = {'[' * 100_000}", "a number with thousands of digits, or brackets or names nested"),
        (f"[[{'.'.join('a' * 5000)}]]\n", "brackets or names nested beyond reading"),
        (f"[[dose]]\n{'.'.join('a' * 5000)} = 1\n", "brackets or names nested beyond reading"),
        (f"[[diet]]\nmg.{'.'.join('a' * 5000)} = 1\n", "brackets or names nested beyond reading"),
        (f"[[diet]]\nmg = 0x{'f' * 100_000}\n", "'int' is not a number that can be worked with."),
        ("[[dose]]\n\0\n", "is not TOML: line 2: "),
        ("[[dose]]\nproduct = \"mgt\"\namount = '''1 g", "is not TOML: line 3: "),
    ],
)
def test_other_regimens(content: str, expected: str, tmp_path: Path) -> None:
    assert expected in say_regimen(tmp_path, content)


def test_with_meal_where_it_means_nothing(tmp_path: Path) -> None:
    content = GOOD + "with_meal = true\n"
    message = say_regimen(tmp_path, content, feeding="constant")
    assert (
        "line 5, field 'with_meal': with_meal needs meals, and an animal eats all day." in message
    )
    content = content.replace("mgt", "sulfate-iv") + 'infuse = "1 h"\n'
    message = say_regimen(tmp_path, content)
    assert "line 5, field 'with_meal': with_meal and infuse do not go together." in message


def test_unreadable(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "none.toml", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(InputError) as caught:
            plan_regimen(path, feeding="meals", diet_mg=300.0, weight_kg=70.0)
        assert str(caught.value).startswith(f"The file {str(path)!r} cannot be read ({reason}")
        assert str(caught.value).endswith("Check the path; the file must be text in UTF-8.")
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"# \xe9\n")
    with pytest.raises(InputError, match=r"cannot be read \(invalid continuation byte\)"):
        plan_regimen(latin, feeding="meals", diet_mg=300.0, weight_kg=70.0)


def test_endless(tmp_path: Path) -> None:
    assert say_regimen(tmp_path, f"a = 1{'0' * 5000}") == (
        "The file 'r.toml' holds a number with thousands of digits, or brackets or names nested "
        "beyond reading. Keep to plain numbers and texts, as the pages under docs/ show them."
    )


def test_whole_too_large(tmp_path: Path) -> None:
    told = say_regimen(tmp_path, f"[[diet]]\nmg = {2**53 + 1}\n")
    assert "line 2, field 'mg': 9007199254740993 is not a number that can be worked with." in told
    assert "Give at most 9007199254740992." in told


def test_not_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/null")):
        with pytest.raises(InputError, match="is a pipe or a device, not a file") as caught:
            plan_regimen(path, feeding="meals", diet_mg=300.0, weight_kg=70.0)
        assert caught.value.code == "tables.not_a_file"


def test_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    path.write_text("# a line that says nothing\n" * 200_000, encoding="utf-8")
    with pytest.raises(InputError, match="holds more than 5 MB") as caught:
        plan_regimen(path, feeding="meals", diet_mg=300.0, weight_kg=70.0)
    assert caught.value.code == "tables.too_large"


# What no regimen has: the tests of protocols and of the package's own files meet it.
PROTOCOLS = {"not_count", "not_numbers", "damaged_installation"}


def test_every_code_of_the_catalogue_has_a_test_here() -> None:
    functions = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    tested = {*DOSES, *REQUESTS, *REGIMENS, *functions}
    assert {
        *load_catalogue("en", "intake"),
        *load_catalogue("en", "tables"),
    } - PROTOCOLS <= tested


def test_every_message_offers_a_remedy() -> None:
    for code, entry in load_catalogue("en", "intake").items():
        assert {"sentence", "remedy"} <= set(entry), code
        assert ("nearest" in entry["remedy"]) == ("remedy_without_match" in entry), code
