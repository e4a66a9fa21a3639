"""The settings of the town."""

from django.http import HttpResponse
from django.utils.translation import gettext

from beffroi.backoffice.doors import AgentRequest, go, say, show
from beffroi.backoffice.town.forms import ArmsForm, TownForm
from beffroi.kit.colours import contrast
from beffroi.kit.images import MAX_BYTES, BadImage, coat_of_arms
from beffroi.towns import audits, services

FIELDS = tuple(services.TownSettings.__dataclass_fields__)


def show_town(request: AgentRequest) -> HttpResponse:
    return show(request, "backoffice/town/town.html", audit=audits.last(request.town))


def edit(request: AgentRequest) -> HttpResponse:
    town = request.town
    form = TownForm(request.POST or None, initial={name: getattr(town, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        asked = services.TownSettings(**form.cleaned_data)
        try:
            services.change_settings(town, asked, by=request.agent, at=request.at)
        except services.ColourTooPale as pale:
            name = "primary_colour" if str(pale) == asked.primary_colour else "accent_colour"
            form.add_error(
                name,
                gettext(
                    "Trop claire : un texte blanc n’y serait pas lisible. Prenez-la plus foncée."
                ),
            )
        else:
            say(request, gettext("Les réglages sont enregistrés."))
            return go(request, "town")
    return show(request, "backoffice/town/edit.html", form=form, colours=_colours(form))


def contrast_note(request: AgentRequest) -> HttpResponse:
    """Redrawn while a colour is being chosen."""
    form = TownForm(request.GET)
    return show(request, "backoffice/town/contrast.html", colours=_colours(form))


def _colours(form: TownForm) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for name in ("primary_colour", "accent_colour"):
        colour = str(form[name].value() or "")
        try:
            ratio = contrast(colour, "#ffffff")
        except ValueError:
            continue
        enough = ratio >= services.MIN_CONTRAST
        found.append(
            {"colour": colour, "label": form[name].label, "ratio": ratio, "enough": enough}
        )
    return found


def arms(request: AgentRequest) -> HttpResponse:
    form = ArmsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            if sent.size > MAX_BYTES:
                raise BadImage("too heavy")
            png = coat_of_arms(sent.read())
        except BadImage:
            form.add_error("file", _why_not(sent.name, sent.size))
        else:
            services.set_coat_of_arms(request.town, png, by=request.agent, at=request.at)
            say(
                request,
                gettext("Le blason est enregistré. Il paraîtra en tête des prochains messages."),
            )
            return go(request, "town")
    return show(request, "backoffice/town/arms.html", form=form)


def _why_not(name: str, size_bytes: int) -> str:
    if size_bytes > MAX_BYTES:
        return gettext("Cette image pèse plus de 15 Mo. Réduisez-la, puis recommencez.")
    if name.lower().endswith((".svg", ".svgz")):
        return gettext("Un dessin SVG ne passe pas dans les e-mails. Enregistrez-le en PNG.")
    return gettext("Cette image ne s’ouvre pas. Envoyez un fichier PNG, JPEG, WebP ou GIF.")


def drop_arms(request: AgentRequest) -> HttpResponse:
    services.set_coat_of_arms(request.town, None, by=request.agent, at=request.at)
    say(request, gettext("Le blason est retiré ; le nom de la collectivité le remplace."))
    return go(request, "town")


def one_person(request: AgentRequest) -> HttpResponse:
    """Whether the same person may write and approve: explained, then journalled."""
    if request.method == "POST":
        allowed = request.POST.get("allowed") == "yes"
        services.set_one_person_rule(request.town, allowed=allowed, by=request.agent, at=request.at)
        if allowed:
            say(request, gettext("Une seule personne peut désormais rédiger et valider."))
        else:
            say(request, gettext("La validation par une seconde personne est de nouveau exigée."))
        return go(request, "town")
    return show(request, "backoffice/town/one_person.html")
