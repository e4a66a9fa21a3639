"""CSV that opens well in a French spreadsheet and runs nothing there."""

import pytest

from beffroi.kit import spreadsheets


def test_semicolons_a_mark_and_quotes():
    text = "".join(spreadsheets.rows([["Objet", "Envoyés"], ["Fête ; port", 12]]))

    assert text == '\ufeffObjet;Envoyés\r\n"Fête ; port";12\r\n'


@pytest.mark.parametrize("cell", ['=HYPERLINK("x")', "+33", "-1+1", "@SUM(A1)", "\t=1", "  =1"])
def test_no_cell_runs_as_a_formula(cell):
    assert spreadsheets.cell(cell) == "'" + cell


def test_numbers_stay_numbers():
    assert spreadsheets.cell(-3) == -3
