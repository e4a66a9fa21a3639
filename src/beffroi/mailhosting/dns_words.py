"""One sentence for each finding: what is missing, and what to do."""

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.kit.mail_records.seen import Fact, Finding
from beffroi.kit.mail_records.wanted import Kind

HOUR_S, MINUTE_S = 3600, 60

LABELS: dict[Kind, Promise] = {
    Kind.MX: _("Recevoir le courrier"),
    Kind.SPF: _("Dire qui écrit en votre nom"),
    Kind.DKIM: _("Signer les messages"),
    Kind.DMARC: _("Arrêter les faux"),
    Kind.TLS_RPT: _("Savoir si le trajet est chiffré"),
    Kind.MTA_STS: _("Exiger un trajet chiffré"),
    Kind.MTA_STS_HOST: _("La règle du trajet chiffré"),
    Kind.AUTOCONFIG: _("Régler Thunderbird tout seul"),
    Kind.AUTODISCOVER: _("Régler Outlook tout seul"),
    Kind.SRV_IMAPS: _("Indiquer le serveur de lecture"),
    Kind.SRV_SUBMISSIONS: _("Indiquer le serveur d’envoi"),
    Kind.SRV_SUBMISSION: _("Indiquer l’autre serveur d’envoi"),
    Kind.WWW: _("Préparer le site"),
}
TECHNICAL = {
    Kind.MX: "MX",
    Kind.SPF: "SPF",
    Kind.DKIM: "DKIM",
    Kind.DMARC: "DMARC",
    Kind.TLS_RPT: "TLS-RPT",
    Kind.MTA_STS: "MTA-STS",
    Kind.MTA_STS_HOST: "MTA-STS",
    Kind.AUTOCONFIG: "autoconfig",
    Kind.AUTODISCOVER: "autodiscover",
    Kind.SRV_IMAPS: "SRV",
    Kind.SRV_SUBMISSIONS: "SRV",
    Kind.SRV_SUBMISSION: "SRV",
    Kind.WWW: "www",
}
_MISSING: dict[Kind, Promise] = {
    Kind.MX: _(
        "Personne ne peut encore écrire à vos adresses\N{NO-BREAK SPACE}: ajoutez cette ligne."
    ),
    Kind.SPF: _(
        "Les messageries ne savent pas que nos serveurs écrivent pour vous\N{NO-BREAK SPACE}: ajoutez cette ligne."
    ),
    Kind.DKIM: _(
        "Rien ne prouve que vos messages sont de vous\N{NO-BREAK SPACE}: ajoutez cette ligne."
    ),
    Kind.DMARC: _(
        "Un inconnu peut encore se faire passer pour la mairie\N{NO-BREAK SPACE}: ajoutez cette ligne."
    ),
    Kind.TLS_RPT: _(
        "Le courrier marche sans\N{NO-BREAK SPACE}; avec elle, vous saurez si le trajet est chiffré."
    ),
    Kind.MTA_STS: _(
        "Le courrier marche sans\N{NO-BREAK SPACE}; avec elle, personne ne peut le lire en chemin."
    ),
    Kind.MTA_STS_HOST: _(
        "Le courrier marche sans\N{NO-BREAK SPACE}; avec elle, personne ne peut le lire en chemin."
    ),
    Kind.WWW: _("Le courrier marche sans\N{NO-BREAK SPACE}; elle servira au site de la commune."),
}
_EASIER = _(
    "Le courrier marche sans\N{NO-BREAK SPACE}; avec elle, téléphones et ordinateurs se règlent seuls."
)
_ELSEWHERE: dict[Kind, Promise] = {
    Kind.MX: _(
        "Le courrier arrive chez un autre hébergeur\N{NO-BREAK SPACE}: remplacez cette ligne quand vos boîtes sont prêtes."
    ),
}
_SAID: dict[Fact, Promise] = {
    Fact.RIGHT: _("C’est juste."),
    Fact.NO_DOMAIN: _(
        "Ce nom n’existe pas encore sur internet\N{NO-BREAK SPACE}: enregistrez-le d’abord."
    ),
    Fact.NO_ANSWER: _(
        "Les serveurs de noms n’ont pas répondu\N{NO-BREAK SPACE}: nous réessayons tout seuls."
    ),
    Fact.BROKEN: _(
        "Ce qui est écrit ne peut pas être lu\N{NO-BREAK SPACE}: remplacez-le par notre ligne."
    ),
    Fact.SEVERAL: _(
        "Il y en a plusieurs, et les messageries les ignorent alors toutes\N{NO-BREAK SPACE}: gardez-en une seule."
    ),
    Fact.ELSEWHERE: _("Cette ligne mène ailleurs\N{NO-BREAK SPACE}: remplacez-la par la nôtre."),
    Fact.MX_SHARED: _(
        "Une partie du courrier arrive encore ailleurs\N{NO-BREAK SPACE}: retirez les autres lignes MX."
    ),
    Fact.MX_SPARE: _(
        "Un autre serveur reçoit à notre place en cas de panne\N{NO-BREAK SPACE}: retirez-le s’il n’est plus à vous."
    ),
    Fact.MX_NULL: _(
        "Le domaine refuse tout courrier\N{NO-BREAK SPACE}: remplacez cette ligne par la nôtre."
    ),
    Fact.SPF_WITHOUT_US: _(
        "Nos serveurs n’y sont pas\N{NO-BREAK SPACE}: ajoutez le mot «\N{NO-BREAK SPACE}include\N{NO-BREAK SPACE}» de notre ligne, avant «\N{NO-BREAK SPACE}all\N{NO-BREAK SPACE}»."
    ),
    Fact.SPF_BEHIND_ALL: _(
        "Nos serveurs y sont après «\N{NO-BREAK SPACE}all\N{NO-BREAK SPACE}», où personne ne lit plus\N{NO-BREAK SPACE}: mettez-les avant."
    ),
    Fact.SPF_OPEN: _(
        "«\N{NO-BREAK SPACE}+all\N{NO-BREAK SPACE}» laisse le monde entier écrire en votre nom\N{NO-BREAK SPACE}: terminez par «\N{NO-BREAK SPACE}-all\N{NO-BREAK SPACE}»."
    ),
    Fact.SPF_NEUTRAL: _(
        "Cela marche, mais rien ne dit de refuser les autres\N{NO-BREAK SPACE}: terminez par «\N{NO-BREAK SPACE}-all\N{NO-BREAK SPACE}»."
    ),
    Fact.SPF_BY_MX: _(
        "Cela marche tant que le courrier arrive chez nous\N{NO-BREAK SPACE}: ajoutez plutôt le mot «\N{NO-BREAK SPACE}include\N{NO-BREAK SPACE}» de notre ligne."
    ),
    Fact.SPF_TOO_LONG: _(
        "Plus de dix services y sont, et les messageries abandonnent\N{NO-BREAK SPACE}: retirez ceux qui ne servent plus."
    ),
    Fact.DKIM_OTHER_KEY: _(
        "Ce n’est pas notre clé\N{NO-BREAK SPACE}: recopiez notre ligne en entier."
    ),
    Fact.DKIM_TESTING: _(
        "«\N{NO-BREAK SPACE}t=y\N{NO-BREAK SPACE}» dit que la signature est à l’essai\N{NO-BREAK SPACE}: retirez ce mot."
    ),
    Fact.DKIM_AWAITED: _(
        "C’est la prochaine clé\N{NO-BREAK SPACE}: ajoutez cette ligne sans hâte, l’ancienne sert en attendant."
    ),
    Fact.DMARC_WATCHES_ONLY: _(
        "Les faux sont comptés mais pas arrêtés\N{NO-BREAK SPACE}: écrivez «\N{NO-BREAK SPACE}p=quarantine\N{NO-BREAK SPACE}» quand les comptes rendus sont bons."
    ),
    Fact.DMARC_IN_PART: _(
        "Une partie des faux passe encore\N{NO-BREAK SPACE}: retirez «\N{NO-BREAK SPACE}pct\N{NO-BREAK SPACE}» et «\N{NO-BREAK SPACE}sp=none\N{NO-BREAK SPACE}»."
    ),
    Fact.REPORTS_ELSEWHERE: _(
        "Les comptes rendus ne nous parviennent pas\N{NO-BREAK SPACE}: ajoutez notre adresse après «\N{NO-BREAK SPACE}rua=\N{NO-BREAK SPACE}»."
    ),
    Fact.STS_OLD: _("La règle a changé depuis\N{NO-BREAK SPACE}: mettez le numéro de notre ligne."),
    Fact.SITE_ELSEWHERE: _("La commune a déjà un site\N{NO-BREAK SPACE}: nous n’y touchons pas."),
}


def sentence(finding: Finding) -> str:
    kind = finding.wanted.kind
    if finding.fact is Fact.MISSING:
        return str(_MISSING.get(kind, _EASIER))
    if finding.fact is Fact.NOT_YET_EVERYWHERE:
        return gettext(
            "C’est écrit, et visible partout d’ici %(wait)s\N{NO-BREAK SPACE}: il n’y a rien à faire."
        ) % {"wait": _wait(finding.wait_s)}
    if finding.fact is Fact.ELSEWHERE:
        return str(_ELSEWHERE.get(kind, _SAID[Fact.ELSEWHERE]))
    return str(_SAID[finding.fact])


def _wait(seconds: int) -> str:
    if seconds <= HOUR_S:
        return gettext("%(n)d min") % {"n": max(1, -(-seconds // MINUTE_S))}
    return gettext("%(n)d h") % {"n": -(-seconds // HOUR_S)}
