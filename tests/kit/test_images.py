"""Pictures from strangers."""

import importlib
import io
import zipfile

import pytest
from PIL import ExifTags, Image

from beffroi.kit import images


def a_picture(
    kind: str = "JPEG", size: tuple[int, int] = (1600, 800), mode: str = "RGB", **save
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 120).save(out, kind, **save)
    return out.getvalue()


def test_a_photograph_fits_the_letter_and_loses_what_was_hidden_in_it():
    exif = Image.Exif()
    exif[0x010E] = "secret"  # ImageDescription
    raw = a_picture(exif=exif.tobytes())
    assert b"secret" in raw

    picture = images.for_letter(raw)

    assert (picture.extension, picture.width, picture.height) == ("jpg", 1200, 600)
    assert b"secret" not in picture.data


def a_position() -> bytes:
    """Where a telephone was, as it writes it beside the picture."""
    exif = Image.Exif()
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", (44.0, 39.0, 30.0)
    return exif.tobytes()


def an_archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("secret.html", "<script>alert(1)</script>")
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
@pytest.mark.parametrize(
    "behind", [b"<script>alert(1)</script>", an_archive(), b"<?php system($_GET[0]); ?>"],
    ids=["page", "archive", "program"],
)  # fmt: skip
def test_what_is_two_files_at_once_is_only_the_picture_afterwards(kind, behind):
    raw = a_picture(kind, (900, 600)) + behind

    for made in (*images.for_page(raw), images.for_letter(raw)):
        assert behind[:8] not in made.data
        assert Image.open(io.BytesIO(made.data)).width <= 1200


def test_nobody_learns_where_a_photograph_was_taken():
    raw = a_picture(exif=a_position())
    assert Image.open(io.BytesIO(raw)).getexif().get_ifd(ExifTags.IFD.GPSInfo)

    for made in (*images.for_page(raw), images.for_letter(raw)):
        shown = Image.open(io.BytesIO(made.data)).getexif()
        assert not shown.get_ifd(ExifTags.IFD.GPSInfo)
        assert not dict(shown)


def test_a_photograph_taken_sideways_stands_up():
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turned by 90°
    picture = images.for_letter(a_picture(size=(400, 200), exif=exif.tobytes()))

    assert (picture.width, picture.height) == (200, 400)


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("GIF", "P"), ("PNG", "LA")])
def test_what_shows_through_stays_a_png(kind, mode):
    assert images.for_letter(a_picture(kind, (300, 100), mode)).extension == "png"


def test_webp_becomes_what_every_mail_program_shows():
    assert images.for_letter(a_picture("WEBP")).extension == "jpg"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
        b"%PDF-1.7",
    ],
)
def test_what_is_not_a_picture_is_refused(raw):
    with pytest.raises(images.BadImage):
        images.for_letter(raw)


def test_a_picture_too_large_to_open_is_refused_before_it_is_opened():
    with pytest.raises(images.BadImage):
        images.for_letter(a_picture("PNG", (60_001, 1_000), "1"))


def test_the_same_picture_has_the_same_name():
    assert images.for_letter(a_picture()).sha256 == images.for_letter(a_picture()).sha256


def test_a_coat_of_arms_is_a_small_png():
    arms = Image.open(io.BytesIO(images.coat_of_arms(a_picture())))

    assert (arms.format, arms.width) == ("PNG", 512)


def test_half_a_picture_is_refused_even_where_weasyprint_has_been_at_work():
    importlib.import_module("weasyprint")
    out = io.BytesIO()
    Image.new("RGB", (900, 300), "#17456b").save(out, "PNG")

    with pytest.raises(images.BadImage):
        images.coat_of_arms(out.getvalue()[:200])
