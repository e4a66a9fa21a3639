"""How the pages of Alertes say by which means."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
