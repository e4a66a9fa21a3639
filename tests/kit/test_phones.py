import pytest
from hypothesis import given, strategies as st

from beffroi.kit.phones import (
    Foreign,
    Kind,
    Landline,
    NotAPhone,
    callable_phone,
    canonical_phone,
    mask_phone,
    readable_phone,
)


@pytest.mark.parametrize(
    "written",
    [
        "06 12 34 56 78",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "06/12/34/56/78",
        " 0612345678\u200e",
        "06\u00a012\u202f34 56 78",
        "+33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "0033612345678",
        "33612345678",
        "612345678",
        "(06) 12 34 56 78",
    ],
)
def test_a_mainland_mobile_is_read_however_it_is_written(written):
    assert canonical_phone(written) == "+33612345678"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("0690 12 34 56", "+590690123456"),
        ("0692 12 34 56", "+262692123456"),
        ("0694 20 12 34", "+594694201234"),
        ("0696 12 34 56", "+596696123456"),
        ("0639 69 12 34", "+262639691234"),
        ("+33 690 12 34 56", "+590690123456"),
        ("690123456", "+590690123456"),
        ("+687 75 12 34", "+687751234"),
        ("+689 87 12 34 56", "+68987123456"),
        ("+508 55 12 34", "+508551234"),
    ],
)
def test_overseas_mobiles_are_read_with_their_own_code(written, canonical):
    assert canonical_phone(written) == canonical


@pytest.mark.parametrize("written", ["06 39 98 12 34", "+33 639 98 12 34", "639981234"])
def test_the_numbers_kept_for_fiction_are_read_though_nobody_has_one(written):
    assert canonical_phone(written) == "+33639981234"


def test_a_short_number_is_one_only_where_numbers_are_short():
    assert canonical_phone("75 12 34", home="NC") == "+687751234"
    with pytest.raises(NotAPhone):
        canonical_phone("75 12 34")


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("05 56 12 34 56", Kind.LANDLINE),
        ("0262 12 34 56", Kind.LANDLINE),
        ("09 70 12 34 56", Kind.BOX),
        ("0800 12 34 56", Kind.SERVICE),
        ("3650", Kind.SERVICE),
        ("15", Kind.SERVICE),
        ("07 00 12 34 56", Kind.MACHINE),
        ("+33 7 00 12 34 56 78 90 1", Kind.MACHINE),
    ],
)
def test_a_number_that_no_sms_reaches_is_refused_with_its_reason(written, kind):
    with pytest.raises(Landline) as refused:
        canonical_phone(written)
    assert refused.value.kind is kind


@pytest.mark.parametrize(
    "written",
    [
        "",
        "06 12 34 56",
        "06 12 34 56 78 (domicile)",
        "06 12 34 56 78 ou 05 56 12 34 56",
        "0612345678 / 0687654321",
        "06 12 34 56 7O",
        "6.12345678E+8",
        "++",
        "camille@exemple.fr",
        "01/02/1950",
    ],
)
def test_what_is_not_one_number_is_refused(written):
    with pytest.raises(NotAPhone):
        canonical_phone(written)


def test_a_foreign_mobile_is_told_apart():
    with pytest.raises(Foreign):
        canonical_phone("+32 470 12 34 56")


@pytest.mark.parametrize(
    ("canonical", "masked", "readable"),
    [
        ("+33612345678", "06 •• •• •• 78", "06 12 34 56 78"),
        ("+590690123456", "06 •• •• •• 56", "06 90 12 34 56"),
        ("+687751234", "+687 •• •• 34", "+687 75.12.34"),
    ],
)
def test_shown_masked_on_screen_and_whole_when_revealed(canonical, masked, readable):
    assert mask_phone(canonical) == masked.replace(" ", "\N{NO-BREAK SPACE}")
    assert readable_phone(canonical) == readable


@given(st.text(max_size=30))
def test_any_text_gives_a_number_or_a_named_refusal(text):
    try:
        canonical = canonical_phone(text)
    except NotAPhone:
        return
    assert canonical_phone(canonical) == canonical


@given(st.integers(600_000_000, 799_999_999))
def test_a_canonical_number_reads_as_itself(national):
    try:
        canonical = canonical_phone(f"0{national}")
    except NotAPhone:
        return
    assert canonical_phone(canonical) == canonical_phone(readable_phone(canonical)) == canonical


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("0556220000", "05 56 22 00 00"),
        ("+33 (0)5 56 22 00 00", "05 56 22 00 00"),
        ("06 39 98 12 34", "06 39 98 12 34"),
        ("0590276027", "05 90 27 60 27"),
        ("3237", "3237"),
        ("15", "15"),
    ],
)
def test_any_number_that_can_be_called_is_read_as_people_write_it(typed, read):
    assert callable_phone(typed) == read


@pytest.mark.parametrize("typed", ["", "12 34 56", "fixe", "05 56 22"])
def test_what_cannot_be_called_is_no_number(typed):
    with pytest.raises(NotAPhone):
        callable_phone(typed)
