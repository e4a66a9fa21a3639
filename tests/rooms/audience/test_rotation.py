"""Names, scans and files follow when the keys are replaced."""

import pytest

from beffroi.audience.facts import TooManyAttempts
from beffroi.audience.models import ImportPart, PaperForm, Subscriber
from beffroi.audience.queries import imports as import_queries, subscribers
from beffroi.audience.services import attempts, paper
from beffroi.delivery import keys
from beffroi.delivery.services import rotation
from tests.cast import NOON
from tests.rooms.audience import scene
from tests.rooms.audience.test_paper import a_png


@pytest.fixture(autouse=True)
def own_keys(tmp_path, settings, monkeypatch):
    """A ring of this test's own: a rotation is for good."""
    settings.CONTACT_KEYS_FILE = tmp_path / "contact_keys.json"
    monkeypatch.setattr(keys, "_held", None)


def test_everything_sealed_here_survives_a_rotation(open_town, clerk, themes):
    body = "Nom;Mail;Culture\nÉvrard;a@exemple.fr;x\nRoux;rien;x\n".encode()
    report = scene.import_file(open_town, clerk, body)
    waiting = scene.upload(open_town, clerk, body)
    typed = scene.type_form(open_town, clerk, "j@exemple.fr", themes, scan=a_png())
    before = keys.ring().current

    rotation.rotate(tell=lambda _: None, wait=lambda _: None)

    assert list(keys.ring().generations) == [before + 1]
    for model in (Subscriber, PaperForm, ImportPart):
        assert set(model.objects.of(open_town).values_list("key_id", flat=True)) == {before + 1}
    found = subscribers.search(open_town, subscribers.Search(text="evrard"), at=NOON)
    assert [one.family_name for one in found.subscribers] == ["Évrard"]
    assert paper.show_scan(open_town, typed.form_id, by=clerk, at=NOON)[0] == a_png()
    assert import_queries.report(open_town, report.id)[0].cells == ("Roux", "rien", "x")
    assert import_queries.preview(open_town, waiting).rows[0].found == ("a@exemple.fr",)


def test_who_knocked_before_the_keys_were_replaced_is_still_counted(open_town, themes):
    for n in range(attempts.PER_NETWORK):
        scene.ask(open_town, f"voisin{n}@exemple.fr", themes)

    keys.replace(keys.ring().with_new_generation())
    keys.replace(keys.ring().sealing_with_newest())

    with pytest.raises(TooManyAttempts):
        scene.ask(open_town, "un-de-plus@exemple.fr", themes)
