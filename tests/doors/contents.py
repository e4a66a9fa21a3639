"""What the tests of the section « Contenu » share."""

import re

from django.test import Client

from beffroi.content.facts import Text
from beffroi.content.models import Entry
from beffroi.content.queries import desk
from beffroi.content.services import entries
from beffroi.content.words import Kind
from tests.cast import NOON

HERE = "/mairie/arcachon/contenus/"


def signed_in(agent):
    client = Client()
    client.force_login(agent)
    return client


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.replace("&nbsp;", " ").replace("&#x27;", "'").split())


def write(client, kind, *, do="publish", **fields):
    said = {"kind": kind.value, "title": "La piscine rouvre", "when": "now", "do": do}
    return client.post(f"{HERE}nouveau/", said | fields, follow=True)


def a_draft(town, by, kind=Kind.NEWS, **text):
    return entries.create(town, kind, Text(**{"title": "Le loto"} | text), by=by, at=NOON)


def only(town):
    return desk.opened(town, Entry.objects.of(town).get().pk)
