"""How the pages of Alertes say by which means, and whether it arrived."""

from collections.abc import Iterable

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from beffroi.alerts.queries.alerts import Reached
from beffroi.delivery.words import Channel

register = template.Library()
_BY = {
    Channel.EMAIL: _("par e-mail"),
    Channel.SMS: _("par SMS"),
    Channel.PUSH: _("par notification"),
}


@register.filter
def by(channel: Channel) -> str | Promise:
    """« 12 par SMS »."""
    return _BY[channel]


@register.filter
def all_proved(reached: Iterable[Reached]) -> bool:
    return all(one.is_proved or not one.recipients for one in reached)
