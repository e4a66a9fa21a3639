"""Our schema of CAP 1.2 accepts what that of OASIS accepts, and refuses what it refuses."""

from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from lxml import etree

from beffroi.kit.cap import BadAlert, require_valid, write_alert
from tests.kit.test_cap import CANADIAN, alerts

OASIS = etree.XMLSchema(etree.parse(Path(__file__).parent / "samples/cap/CAP-v1.2.xsd"))
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
EVERYTHING = b"""<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier><sender>s</sender>
<sent>2026-01-12T12:00:00+01:00</sent><status>Actual</status><msgType>Update</msgType><source>x</source>
<scope>Restricted</scope><restriction>r</restriction><addresses>a b</addresses><code>c</code><code>d</code><note>n</note>
<references>s,i,2026-01-12T11:00:00+01:00</references><incidents>i</incidents>
<info><language>fr-FR</language><category>Met</category><category>Env</category><event>vent</event>
<responseType>Shelter</responseType><urgency>Expected</urgency><severity>Severe</severity><certainty>Likely</certainty>
<audience>all</audience><eventCode><valueName>n</valueName><value>v</value></eventCode>
<effective>2026-01-12T12:00:00+01:00</effective><onset>2026-01-12T12:00:00-00:00</onset>
<expires>2026-01-12T18:00:00+01:00</expires><senderName>n</senderName><headline>h</headline><description>d</description>
<instruction>i</instruction><web>https://x.example</web><contact>c</contact>
<parameter><valueName>n</valueName><value/></parameter>
<resource><resourceDesc>d</resourceDesc><mimeType>image/png</mimeType><size>3</size><uri>https://x.example/i</uri>
<derefUri>AA==</derefUri><digest>00</digest></resource>
<area><areaDesc>a</areaDesc><polygon>1,1 2,2 3,3 1,1</polygon><circle>1,1 2</circle>
<geocode><valueName>n</valueName><value>v</value></geocode><altitude>1.5</altitude><ceiling>2</ceiling></area></info></alert>"""


def ours(root: etree._Element) -> bool:
    try:
        require_valid(root)
    except BadAlert:
        return False
    return True


@given(alerts)
def test_what_we_write_keeps_to_the_schema_of_oasis(alert):
    OASIS.assertValid(etree.fromstring(write_alert(alert)))


@pytest.mark.parametrize(
    "raw", [EVERYTHING, CANADIAN.replace(b"cap:1.1", b"cap:1.2")], ids=["ours", "canadian"]
)
def test_documents_with_every_element_keep_to_both(raw):
    root = etree.fromstring(raw)

    OASIS.assertValid(root)
    require_valid(root)


def without(node, parent):
    parent.remove(node)


def twice(node, parent):
    node.addnext(deepcopy(node))


def later(node, parent):
    after = node.getnext()
    if after is not None:
        after.addnext(node)


def unknown(node, parent):
    node.tag = f"{CAP}surprise"


def foreign(node, parent):
    node.tag = "surprise"


def emptied(node, parent):
    for child in node:
        node.remove(child)
    node.text = ""


def other_words(node, parent):
    node.text = "Perhaps"


def a_careless_date(node, parent):
    node.text = "2026-01-12T12:00:00Z"


def with_an_attribute(node, parent):
    node.set("surprise", "1")


SPOILS = (
    without,
    twice,
    later,
    unknown,
    foreign,
    emptied,
    other_words,
    a_careless_date,
    with_an_attribute,
)


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil.__name__)
def test_both_say_the_same_of_a_document_spoilt_anywhere(spoil):
    count = sum(1 for _ in etree.fromstring(EVERYTHING).iter()) - 1
    verdicts = set()
    for place in range(1, count + 1):
        root = etree.fromstring(EVERYTHING)
        node = list(root.iter())[place]
        name = etree.QName(node).localname
        spoil(node, node.getparent())
        verdict = OASIS.validate(root)
        assert ours(root) is verdict, (spoil.__name__, name)
        verdicts.add(verdict)
    assert False in verdicts
