"""One town of the operator's: its clock, its population, closing it, and opening it again."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import OperatorRequest, say, show
from beffroi.backoffice.operator.figures import row_of
from beffroi.towns import corrections, queries, scope, services, zones

if TYPE_CHECKING:
    from beffroi.towns.models import Town


class CloseForm(forms.Form):
    """Typing the name takes the time to think."""

    name = forms.CharField(label=_("Nom de la collectivité, pour confirmer"))

    def __init__(self, *args: object, expected: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._expected = expected

    def clean_name(self) -> str:
        typed: str = self.cleaned_data["name"].strip()
        if typed.casefold() != self._expected.casefold():
            raise forms.ValidationError(
                gettext("Écrivez exactement « %(name)s ». Rien n’a été modifié.")
                % {"name": self._expected}
            )
        return typed


class ClockForm(forms.Form):
    time_zone = forms.ChoiceField(
        label=_("Fuseau horaire"),
        choices=[(name, name) for name in zones.ALL],
        help_text=_(
            "Celui de ses pages, de ses heures d’envoi et de silence. D’avance, celui de son département."
        ),
    )


class PopulationForm(forms.Form):
    population = forms.IntegerField(
        label=_("Habitants"), min_value=1, max_value=20_000_000, required=False
    )
    source = forms.CharField(
        label=_("D’où vient ce nombre"),
        max_length=120,
        required=False,
        help_text=_(
            "Par exemple « Insee, populations légales 2023 ». Laissez les deux vides pour revenir à la liste des communes livrée avec Beffroi."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """One does not go without the other: a share of nobody knows what says nothing."""
        said: dict[str, Any] = super().clean() or {}
        given = [name for name in ("population", "source") if said.get(name)]
        if len(given) == 1 and not self.errors:
            missing = "source" if given == ["population"] else "population"
            self.add_error(missing, gettext("L’un ne va pas sans l’autre. Rien n’a été modifié."))
        return said


def one_town(request: OperatorRequest, town_slug: str) -> HttpResponse:
    return _shown(request, _entered(request, town_slug))


def _shown(
    request: OperatorRequest, town: "Town", people: PopulationForm | None = None
) -> HttpResponse:
    closing = request.POST if people is None else None
    form = CloseForm(closing or None, expected=town.name)
    if closing and form.is_valid():
        services.close_town(town, by=request.agent, at=request.at)
        say(
            request, gettext("%(town)s est fermée. Ses données sont gardées.") % {"town": town.name}
        )
        return redirect("operator:town", town.slug)
    return show(
        request,
        "operator/town.html",
        row=row_of(town, at=request.at),
        form=form,
        clock=ClockForm(initial={"time_zone": zones.of(town).key}),
        people=people
        or PopulationForm(
            initial={"population": town.population or None, "source": town.population_source}
            if town.population_source
            else None
        ),
        listed=corrections.listed_population(town),
    )


def set_population(request: OperatorRequest, town_slug: str) -> HttpResponse:
    town = _entered(request, town_slug)
    form = PopulationForm(request.POST)
    if not form.is_valid():
        return _shown(request, town, form)
    said = form.cleaned_data
    corrections.set_population(
        town, said["population"] or 0, said["source"].strip(), by=request.agent, at=request.at
    )
    say(request, gettext("La population de référence est enregistrée."))
    return redirect("operator:town", town.slug)


def set_clock(request: OperatorRequest, town_slug: str) -> HttpResponse:
    town = _entered(request, town_slug)
    form = ClockForm(request.POST)
    if form.is_valid():
        wanted = form.cleaned_data["time_zone"]
        kept = "" if wanted == zones.usual(town) else wanted
        corrections.set_time_zone(town, kept, by=request.agent, at=request.at)
        words = gettext(
            "%(town)s vit à l’heure de %(zone)s. Les heures déjà fixées ne bougent pas."
        )
        say(request, words % {"town": town.name, "zone": wanted})
    return redirect("operator:town", town.slug)


def reopen(request: OperatorRequest, town_slug: str) -> HttpResponse:
    town = _entered(request, town_slug)
    services.reopen_town(town, by=request.agent, at=request.at)
    say(request, gettext("%(town)s est rouverte.") % {"town": town.name})
    return redirect("operator:town", town.slug)


def _entered(request: OperatorRequest, town_slug: str) -> "Town":
    town = queries.every_town().filter(slug=town_slug).first()
    if town is None:
        raise Http404
    scope.enter(town_id=town.pk, agent_id=request.agent.pk)
    return town
