"""``brainmag products``: every product, with what chemistry says 1 g of it holds."""

from __future__ import annotations

import json

import pytest

from brainmag.cli import main
from brainmag.tables import read_table


def test_every_product_is_listed_with_what_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["products", "--json"]) == 0
    listed = {item["product"]: item for item in json.loads(capsys.readouterr().out)["products"]}
    formulas = {row["formula"] for row in read_table("formulas.tsv")}
    assert set(listed) == {row["id"] for row in read_table("products.tsv")} | formulas
    # By hand: 1 g of branded MgT is labelled 7.2 % Mg; MgO is 24.305 of 40.304 g/mol.
    assert listed["mgt"]["magnesium_mg"] == pytest.approx(72.0, rel=1e-12)
    assert listed["mgt"]["threonate_mmol"] == pytest.approx(2 * 72.0 / 24.305, rel=1e-12)
    assert listed["oxide"]["magnesium_mmol"] == pytest.approx(1000 / 40.304, rel=1e-5)
    # Calcium threonate, 310.27 g/mol: two threonate and no magnesium.
    assert listed["calcium-threonate"]["magnesium_mg"] == 0.0
    assert listed["calcium-threonate"]["threonate_mmol"] == pytest.approx(2000 / 310.268, rel=1e-5)
    # One capsule of the formula holds 400 mg of MgT.
    assert listed["magtein-ps"]["per"] == "capsule"
    assert listed["magtein-ps"]["magnesium_mg"] == pytest.approx(28.8, rel=1e-12)
    assert len(listed["magtein-ps"]["ingredients"]) == 5


def test_the_table_names_source_and_grade_of_every_product(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["products"]) == 0
    table = capsys.readouterr().out
    for row in read_table("products.tsv"):
        line = next(line for line in table.splitlines() if f" {row['id']} " in line)
        assert line.split()[-2:] == [row["source"], row["grade"]]
