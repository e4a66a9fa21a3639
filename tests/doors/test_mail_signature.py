"""Courrier > Signature: one template for the town, what each box adds, and both ways of copying it."""

import pytest

from tests.rooms.mailhosting import scene

HERE = "/mairie/arcachon/courrier/signature/"


@pytest.fixture
def box(town, agent):
    domain = scene.a_live_domain(town, "mairie-arcachon.example")
    return scene.a_box(town, domain, "lea", display_name="Léa <Martin>", holder_id=agent.pk)


def words(response):
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


def parts(page):
    """(with its looks, as text)."""
    html = page.split('id="signed">')[1].split("</div>")[0]
    return html, page.split('id="signed-text">')[1].split("</pre>")[0]


def test_the_town_s_announcement_stands_in_each_box_s_signature(client, agent, administrator, box):
    mine = f"/mairie/arcachon/courrier/moi/{box.pk}/signature/"
    client.force_login(administrator)
    client.post(f"{HERE}changer/", {"with_address": "on", "announcement": "Notre adresse change."})
    client.force_login(agent)

    page = client.post(mine, {"job": "Adjointe", "telephone": "05 99 00 12 34"}, follow=True)

    for shown in parts(words(page)):
        for said in ("Léa", "Adjointe", "05 99 00 12 34", "lea@mairie-arcachon.example"):
            assert said in shown
        assert "Notre adresse change." in shown
        assert "<Martin>" not in shown
    assert "Léa &lt;Martin&gt;" in parts(words(page))[1]


def test_whoever_only_reads_sees_the_signature_and_changes_nothing(
    client, town, administrator, box
):
    client.force_login(administrator)
    assert "Léa" in parts(words(client.get(HERE, {"boite": box.pk})))[0]
    assert client.get(f"{HERE}changer/").status_code == 405
