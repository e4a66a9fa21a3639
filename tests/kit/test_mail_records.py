"""Records judged by what they do: one domain, what is seen at one name, the light and the reason."""

import pytest
from hypothesis import given, strategies as st

from beffroi.kit.mail_records import changes, spf, wanted
from beffroi.kit.mail_records.judge import judge
from beffroi.kit.mail_records.seen import Answer, Fact, Light, Sight, Status
from beffroi.kit.mail_records.wanted import House, Key, Kind

HOUSE = House(mail_host="mail.op.fr", web_host="beffroi.op.fr", spf_include="_spf.op.fr")
RECORDS = wanted.records(
    "exempleville.fr",
    house=HOUSE,
    keys=(Key(selector="b1", public="QUJD", awaited=False),),
    reports_to="r1@op.fr",
    sts_id="7",
)
BY_KIND = {one.kind: one for one in RECORDS}
GREEN, AMBER, RED = Light.GREEN, Light.AMBER, Light.RED


def verdict(kind, *values):
    answer = Answer(status=Status.FOUND if values else Status.NOTHING, values=values, ttl_s=300)
    found = judge(BY_KIND[kind], Sight(authority=answer, world=answer))
    return found.light, found.fact


@pytest.mark.parametrize(
    ("texts", "light", "fact"),
    [
        (["v=spf1 include:_spf.op.fr -all"], GREEN, Fact.RIGHT),
        (["v=spf1 include:else.fr ip4:192.0.2.1 INCLUDE:_SPF.op.fr ~all"], GREEN, Fact.RIGHT),
        (["v=spf1 redirect=_spf.op.fr"], GREEN, Fact.RIGHT),
        (["proof=1", "v=spf1 +include:_spf.op.fr -all"], GREEN, Fact.RIGHT),
        (["v=spf1 mx -all"], AMBER, Fact.SPF_BY_MX),
        (["v=spf1 include:_spf.op.fr ?all"], AMBER, Fact.SPF_NEUTRAL),
        (["v=spf1 include:_spf.op.fr"], AMBER, Fact.SPF_NEUTRAL),
        (["v=spf1 include:_spf.op.fr +all"], RED, Fact.SPF_OPEN),
        (["v=spf1 include:_spf.op.fr all"], RED, Fact.SPF_OPEN),
        (["v=spf1 include:else.fr -all"], RED, Fact.SPF_WITHOUT_US),
        (["v=spf1 -include:_spf.op.fr -all"], RED, Fact.SPF_WITHOUT_US),
        (["v=spf1 -all include:_spf.op.fr"], RED, Fact.SPF_BEHIND_ALL),
        (["v=spf1 include:_spf.op.fr -all", "v=spf1 mx -all"], RED, Fact.SEVERAL),
        (["v=spf1 inclide:_spf.op.fr -all"], RED, Fact.BROKEN),
        (["v=spf1 include -all"], RED, Fact.BROKEN),
        (["v=spf1 " + "a:x.fr " * 10 + "include:_spf.op.fr -all"], RED, Fact.SPF_TOO_LONG),
        (["v=spf10 include:_spf.op.fr -all"], RED, Fact.MISSING),
    ],
)
def test_spf_is_read_by_its_meaning(texts, light, fact):
    assert verdict(Kind.SPF, *texts) == (light, fact)


@pytest.mark.parametrize(
    ("kind", "values", "light", "fact"),
    [
        (Kind.MX, ["10 mail.op.fr"], GREEN, Fact.RIGHT),
        (Kind.MX, ["5 MAIL.op.fr", "50 spare.fr"], AMBER, Fact.MX_SPARE),
        (Kind.MX, ["10 mail.op.fr", "10 old.fr"], RED, Fact.MX_SHARED),
        (Kind.MX, ["1 old.fr"], RED, Fact.ELSEWHERE),
        (Kind.MX, ["0 ."], RED, Fact.MX_NULL),
        (Kind.DKIM, ["v=DKIM1; k=rsa; p=QUJD"], GREEN, Fact.RIGHT),
        (Kind.DKIM, ["p=QU JD"], GREEN, Fact.RIGHT),
        (Kind.DKIM, ["v=DKIM1; t=y:s; p=QUJD"], AMBER, Fact.DKIM_TESTING),
        (Kind.DKIM, ["v=DKIM1; p=QUJE"], RED, Fact.DKIM_OTHER_KEY),
        (Kind.DKIM, ["v=DKIM1; p="], RED, Fact.DKIM_OTHER_KEY),
        (Kind.DKIM, ["hello"], RED, Fact.BROKEN),
        (Kind.DMARC, ["v=DMARC1;p=reject;rua=mailto:x@y.fr,mailto:R1@op.fr!5m"], GREEN, Fact.RIGHT),
        (Kind.DMARC, ["v=DMARC1; p=none; rua=mailto:r1@op.fr"], AMBER, Fact.DMARC_WATCHES_ONLY),
        (Kind.DMARC, ["v=DMARC1; p=reject; pct=5; rua=mailto:r1@op.fr"], AMBER, Fact.DMARC_IN_PART),
        (Kind.DMARC, ["v=DMARC1; p=quarantine"], AMBER, Fact.REPORTS_ELSEWHERE),
        (Kind.DMARC, ["v=DMARC1; p=maybe"], RED, Fact.BROKEN),
        (Kind.DMARC, ["v=DMARC1; p=none", "v=DMARC1; p=none"], RED, Fact.SEVERAL),
        (Kind.DMARC, [], RED, Fact.MISSING),
        (Kind.MTA_STS, ["v=STSv1; id=7;"], GREEN, Fact.RIGHT),
        (Kind.MTA_STS, ["v=STSv1; id=6"], AMBER, Fact.STS_OLD),
        (Kind.TLS_RPT, ["v=TLSRPTv1; rua=https://x.fr"], AMBER, Fact.REPORTS_ELSEWHERE),
        (Kind.AUTOCONFIG, ["beffroi.op.fr"], GREEN, Fact.RIGHT),
        (Kind.AUTOCONFIG, ["192.0.2.1"], AMBER, Fact.ELSEWHERE),
        (Kind.SRV_IMAPS, ["0 5 993 mail.op.fr"], GREEN, Fact.RIGHT),
        (Kind.SRV_IMAPS, ["0 0 0 ."], AMBER, Fact.ELSEWHERE),
        (Kind.WWW, ["192.0.2.1"], GREEN, Fact.SITE_ELSEWHERE),
        (Kind.WWW, [], AMBER, Fact.MISSING),
    ],
)
def test_the_other_records_too(kind, values, light, fact):
    assert verdict(kind, *values) == (light, fact)


def test_a_key_that_is_published_ahead_is_never_red():
    ahead = wanted.records(
        "exempleville.fr",
        house=HOUSE,
        keys=(Key(selector="b2", public="QUJD", awaited=True),),
        reports_to="r1@op.fr",
        sts_id="7",
    )[2]
    nothing = Answer(status=Status.NOTHING)
    other = Answer(status=Status.FOUND, values=("p=QUJE",))

    for answer in (nothing, other):
        found = judge(ahead, Sight(authority=answer, world=answer))
        assert (found.light, found.fact) == (AMBER, Fact.DKIM_AWAITED)


def _finding(kind, *values):
    answer = Answer(status=Status.FOUND, values=values)
    return judge(BY_KIND[kind], Sight(authority=answer, world=answer))


def test_two_policies_become_one_that_lets_in_whom_both_let_in():
    (change,) = changes.plan((_finding(Kind.SPF, "proof", "v=spf1 a -all", "v=spf1 mx ~all"),))

    assert change.remove == ("v=spf1 a -all", "v=spf1 mx ~all")
    assert change.add == "v=spf1 include:_spf.op.fr a mx -all"


def test_a_policy_that_works_but_only_watches_is_the_town_s_own_choice():
    assert changes.plan((_finding(Kind.DMARC, "v=DMARC1; p=none; rua=mailto:r1@op.fr"),)) == ()


@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                "mx",
                "ip4:192.0.2.1",
                "-include:x.fr",
                "include:_spf.op.fr",
                "?all",
                "+all",
                "~all",
                "redirect=y.fr",
                "exp=z.fr",
                "nonsense:",
                "-all",
            ]
        ),
        max_size=8,
    )
)
def test_whatever_stood_there_the_policy_that_we_write_is_right(words):
    text = " ".join(["v=spf1", *words])

    written = spf.merged((text,), "_spf.op.fr")

    assert verdict(Kind.SPF, written) == (GREEN, Fact.RIGHT)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=700))
def test_a_text_survives_quoting_in_pieces(text):
    written = wanted.quoted(text)

    assert all(len(piece) <= 2 * 255 + 2 for piece in written.split('" "'))
    if '"' not in text and "\\" not in text:
        assert wanted.unquoted(written) == text
