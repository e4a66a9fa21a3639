"""Addresses as people write them: found in a cell, mended by a suggestion, never silently."""

import pytest
from hypothesis import given, strategies as st

from beffroi.kit.addresses import HOSTS, Fault, find, suggest
from beffroi.kit.contacts import canonical_email
from beffroi.kit.names import fold, split_full_name


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("a@x.fr ; b@y.fr", ("a@x.fr", "b@y.fr")),
        ("Jean Dupont <jean@x.fr>", ("jean@x.fr",)),
        ("mailto:a@b.fr", ("a@b.fr",)),
        ("jean @ orange.fr", ("jean@orange.fr",)),
        ("Jean@Orange.FR.", ("Jean@orange.fr",)),
        ("a@x.fr, A@X.FR", ("a@x.fr",)),
        (
            "dom : jean.d@laposte.net / bureau : marie@sfr.fr",
            ("jean.d@laposte.net", "marie@sfr.fr"),
        ),
        ("\ufeffa@x.fr\u200b", ("a@x.fr",)),
        ("néant", ()),
        (" - ", ()),
        ("", ()),
    ],
)
def test_addresses_are_found_wherever_they_stand(cell, addresses):
    assert find(cell).addresses == addresses
    assert find(cell).bad == ()


@pytest.mark.parametrize(
    ("cell", "fault", "suggestion"),
    [
        ("jean@gmial.com", Fault.MISTYPED, "jean@gmail.com"),
        ("jean@hotmial.fr", Fault.MISTYPED, "jean@hotmail.fr"),
        ("jean@orenge.fr", Fault.MISTYPED, "jean@orange.fr"),
        ("jean@wanado.fr", Fault.MISTYPED, "jean@wanadoo.fr"),
        ("jean@orange.frr", Fault.MISTYPED, "jean@orange.fr"),
        ("jean@exemple.con", Fault.MISTYPED, "jean@exemple.com"),
        ("jean@orange,fr", Fault.INVALID, "jean@orange.fr"),
        ("jean(at)orange.fr", Fault.INVALID, "jean@orange.fr"),
        ("hélène@orange.fr", Fault.INVALID, "helene@orange.fr"),
        ("jean..d@free.fr", Fault.INVALID, "jean.d@free.fr"),
        ("jean@gmail", Fault.INVALID, "jean@gmail.com"),
        ("jean.dupont", Fault.INVALID, ""),
        ("06 12 34 56 78", Fault.INVALID, ""),
    ],
)
def test_what_is_wrong_is_said_with_what_was_meant(cell, fault, suggestion):
    found = find(cell)

    assert found.addresses == ()
    assert [(bad.fault, bad.suggestion) for bad in found.bad] == [(fault, suggestion)]


@pytest.mark.parametrize(
    "host", [*HOSTS, "mail.com", "ymail.com", "gmx.fr", "sfr.com", "mairie-x.fr"]
)
def test_true_hosts_are_left_alone(host):
    assert suggest(f"a@{host}") == ""


@given(st.text(max_size=80))
def test_any_cell_gives_only_addresses_that_can_exist(cell):
    for address in find(cell).addresses:
        assert canonical_email(address) == address
    for bad in find(cell).bad:
        assert not bad.suggestion or canonical_email(bad.suggestion) == bad.suggestion


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jeanne DUPONT", ("Jeanne", "DUPONT")),
        ("DUPONT Jeanne", ("Jeanne", "DUPONT")),
        ("Jeanne Le Gall", ("Jeanne", "Le Gall")),
        ("Dupont", ("", "Dupont")),
        ("", ("", "")),
    ],
)
def test_first_and_family_names_are_told_apart(text, names):
    assert split_full_name(text) == names


def test_names_are_compared_without_accents_or_punctuation():
    assert fold("Le Gœff-Évrard") == fold("LE GOEFF EVRARD") == "legoeffevrard"
