import pytest

from beffroi.kit.colours import contrast


def test_black_on_white_has_the_greatest_contrast():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#123456", "#123456") == pytest.approx(1)


def test_a_known_pair_has_its_published_ratio():
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)  # WCAG's usual example


@pytest.mark.parametrize("wrong", ["red", "#fff", "", "#12345g"])
def test_what_is_not_a_colour_is_refused(wrong):
    with pytest.raises(ValueError, match=r"colour|invalid literal"):
        contrast(wrong, "#ffffff")
