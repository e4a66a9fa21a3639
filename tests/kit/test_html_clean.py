"""What people paste, and what stays of it."""

import pytest
from hypothesis import given, settings, strategies as st

from beffroi.kit.html import clean, from_text

IMAGE = f"/arcachon/images/{'a' * 64}.png"

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta charset=utf-8><meta name=Generator content="Microsoft Word 15"><title>Note</title>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- /* Font Definitions */ @font-face {font-family:Wingdings;} p.MsoNormal {margin:0cm;} --></style></head>
<body lang=FR style='tab-interval:35.4pt'><!--StartFragment-->
<h1 style='mso-line-height-alt:0pt'><b><span style='font-size:16.0pt'>La fête du port<o:p></o:p></span></b></h1>
<p class=MsoNormal><span style='font-family:"Calibri",sans-serif;mso-fareast-language:FR'>Bonjour,&nbsp;<b
style='mso-bidi-font-weight:normal'>la
mairie</b> vous <i style='mso-bidi-font-style:normal'>invite</i>&nbsp;: à 18&nbsp;h.<o:p></o:p></span></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]>Fanfare<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span><span
style='mso-list:Ignore'>o<span>&nbsp;&nbsp; </span></span></span><![endif]>de Bordeaux</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;</span></span>Régates</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>Premier</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>2.<span>&nbsp;</span></span>Second</p>
<p class=MsoNormal><img width=200 src="file:///C:/Users/x/image001.png"><span style='mso-no-proof:yes'></span></p>
<!--EndFragment--></body></html>"""

GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-7f3e"><h2 dir="ltr"
style="line-height:1.38"><span style="font-size:16pt;font-weight:400">Marché</span></h2><p dir="ltr"><span
style="font-weight:700">Samedi</span><span style="font-weight:400;font-style:italic"> matin</span></p><br /><ul
style="margin-top:0"><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation"><span>Légumes</span></p></li><ul><li
dir="ltr" aria-level="2"><p role="presentation"><span>bio</span></p></li></ul><li><p><a
href="https://www.google.com/url?q=x"><span style="text-decoration:underline">Plan</span></a></p></li></ul></b>"""

LIBREOFFICE = """<html><head><meta name="generator" content="LibreOffice 7.4"/><style type="text/css">@page
{ size: 21cm 29.7cm }</style></head><body lang="fr-FR" dir="ltr"><h1 class="western">Travaux</h1><p class="western"
style="line-height: 100%; margin-bottom: 0cm"><font face="Liberation Serif, serif"><font size="3"><b>Rue</b> fermée</font>
</font></p><p class="western"><br/>
</p><table width="100%" cellpadding="4"><col width="128*"/><tr valign="top"><td style="border:1px"><p>Jour</p></td><td
colspan="2"><p><b>Heure</b></p></td></tr></table></body></html>"""

OUTLOOK_WEB = """<div style="font-family: Aptos, Calibri"><div class="elementToProof">Bonjour à tous,</div><div><br></div>
<div><span style="font-weight: bold;">Réunion</span> mardi.</div><div class="ListContainerWrapper"><ul><li><span>Un</span></li>
</ul></div><div class="ListContainerWrapper"><ul><li><span>Deux</span></li></ul></div></div>"""


def test_word():
    assert clean(WORD) == (
        "<h2>La fête du port</h2>"
        "<p>Bonjour,&nbsp;<strong>la mairie</strong> vous <em>invite</em>&nbsp;: à 18&nbsp;h.</p>"
        "<ul><li>Fanfare<ul><li>de Bordeaux</li></ul></li><li>Régates</li></ul>"
        "<ol><li>Premier</li><li>Second</li></ol>"
    )


def test_google_docs():
    assert clean(GOOGLE) == (
        "<h2>Marché</h2><p><strong>Samedi</strong><em> matin</em></p>"
        "<ul><li>Légumes<ul><li>bio</li></ul></li>"
        '<li><a href="https://www.google.com/url?q=x">Plan</a></li></ul>'
    )


def test_libreoffice():
    assert clean(LIBREOFFICE) == (
        "<h2>Travaux</h2><p><strong>Rue</strong> fermée</p>"
        '<table><tbody><tr><td>Jour</td><td colspan="2"><strong>Heure</strong></td></tr></tbody></table>'
    )


def test_outlook_on_the_web():
    assert clean(OUTLOOK_WEB) == (
        "<p>Bonjour à tous,</p><p><strong>Réunion</strong> mardi.</p><ul><li>Un</li><li>Deux</li></ul>"
    )


@pytest.mark.parametrize(
    "nasty",
    [
        "<script>alert(1)</script>",
        "<p onclick=alert(1)>x</p>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="JaVaScRiPt&#58;alert(1)">x</a>',
        '<a href="data:text/html,x">x</a>',
        '<a href="//evil.example">x</a>',
        '<img src="x" onerror="alert(1)">',
        '<img src="https://pixel.example/open.gif" alt="">',
        '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
        '<iframe src="https://evil.example"></iframe>',
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
        '<p style="background:url(https://pixel.example)">x</p>',
        '<form action="https://evil.example"><input name=a></form>',
        "<base href=https://evil.example>",
        '<p>x</p><meta http-equiv=refresh content="0;url=https://evil.example">',
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<style>@import url(https://evil.example)</style>",
    ],
)
def test_nothing_that_runs_loads_or_sends_gets_through(nasty):
    result = clean(nasty)

    for forbidden in (
        "script",
        "onerror",
        "onclick",
        "javascript",
        "evil",
        "pixel",
        "style",
        "<form",
    ):
        assert forbidden not in result.lower()


def test_our_images_stay_with_their_words():
    assert clean(f'<img src="{IMAGE}" alt=" Le  port " width=9 style="x">') == (
        f'<p><img src="{IMAGE}" alt="Le port"></p>'
    )


def test_a_table_that_only_lays_out_becomes_paragraphs():
    assert clean("<table><tr><td><p>Un</p></td></tr><tr><td>Deux</td></tr></table>") == (
        "<p>Un</p><p>Deux</p>"
    )


def test_plain_text_becomes_paragraphs_lines_and_lists():
    assert from_text("Bonjour\nà tous\n\n- un\n- deux <b>\n\n") == (
        "<p>Bonjour<br>à tous</p><ul><li>un</li><li>deux &lt;b&gt;</li></ul>"
    )


TAGS = st.sampled_from(
    [
        "p",
        "div",
        "span",
        "b",
        "i",
        "strong",
        "em",
        "h1",
        "h2",
        "h4",
        "ul",
        "ol",
        "li",
        "table",
        "tr",
        "td",
        "th",
        "br",
        "img",
        "a",
        "blockquote",
        "hr",
        "font",
        "o:p",
        "sup",
    ]
)


@st.composite
def soup(draw):
    """Tags opened and closed at random, as only people can."""
    parts = []
    for _ in range(draw(st.integers(1, 14))):
        tag = draw(TAGS)
        style = draw(
            st.sampled_from(
                [
                    "",
                    " style='font-weight:bold'",
                    " style='mso-list:l0 level2 lfo1'",
                    f" src={IMAGE} href=/x",
                ]
            )
        )
        parts.append(
            draw(
                st.sampled_from(
                    [f"<{tag}{style}>", f"</{tag}>", "mot ", "\N{NO-BREAK SPACE}", "&amp;<"]
                )
            )
        )
    return "".join(parts)


@settings(max_examples=300, deadline=None)
@given(soup())
def test_cleaning_twice_is_cleaning_once(html):
    once = clean(html)

    assert clean(once) == once
