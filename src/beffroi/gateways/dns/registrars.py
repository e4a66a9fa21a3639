"""Records written at a town's registrar through its API, by dns-lexicon."""

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, TimeoutError as NotInTime
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import requests
from lexicon.client import Client
from lexicon.config import ConfigResolver
from lexicon.exceptions import LexiconError

from beffroi.gateways.dns.update import Written
from beffroi.kit.mail_records.changes import Change
from beffroi.kit.mail_records.wanted import INSTEAD_OF_AN_ALIAS, Type, quoted, unquoted

log = logging.getLogger(__name__)

TIMEOUT_S = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Registrar:
    name: str
    provider: str
    """As dns-lexicon calls it."""
    keys: tuple[str, ...]
    """What the registrar gives on its page of API keys."""
    fixed: tuple[tuple[str, str], ...] = ()
    keys_page: str = ""
    apex: str = ""
    """How it writes the domain's own name; empty: whole."""
    whole_sets: bool = False
    """All the records of a name and type are written as one."""


REGISTRARS = {
    "ovh": Registrar(
        name="OVHcloud",
        provider="ovh",
        keys=("auth_application_key", "auth_application_secret", "auth_consumer_key"),
        fixed=(("auth_entrypoint", "ovh-eu"),),
        keys_page="https://www.ovh.com/auth/api/createToken?GET=/domain/*&PUT=/domain/*&POST=/domain/*&DELETE=/domain/*",
    ),
    "gandi": Registrar(
        name="Gandi",
        provider="gandi",
        keys=("auth_token",),
        fixed=(("api_protocol", "rest"),),
        keys_page="https://admin.gandi.net/organizations/account/pat",
        apex="@",
        whole_sets=True,
    ),
}


def publish(
    domain: str, changes: tuple[Change, ...], registrar: Registrar, keys: Mapping[str, str]
) -> Written:
    """Never raises. Not all or nothing: what was written before a failure stays, and the same call made again ends the work."""
    with_timeout = ThreadPoolExecutor(1)  # the library sets no time limit of its own
    try:
        return with_timeout.submit(_publish, domain, changes, registrar, keys).result(TIMEOUT_S)
    except NotInTime:
        return Written.SILENT
    finally:
        with_timeout.shutdown(wait=False)


def _publish(
    domain: str, changes: tuple[Change, ...], registrar: Registrar, keys: Mapping[str, str]
) -> Written:
    settings = {
        "provider_name": registrar.provider,
        "domain": domain,
        "delegated": domain,
        registrar.provider: {**dict(registrar.fixed), **keys},
    }
    try:
        with Client(_configuration(settings)) as zone:
            for change in changes:
                _Desk(zone=zone, domain=domain, registrar=registrar).apply(change)
    except requests.HTTPError as failure:
        return _meaning(failure.response)
    except requests.RequestException:
        return Written.SILENT
    except LexiconError:
        return Written.NO_ZONE
    except Exception as fault:  # the library raises it bare where a domain or a key is not there
        log.warning(
            "A registrar's library gave up",
            extra={"provider": registrar.provider, "fault": type(fault).__name__},
        )
        return Written.REFUSED
    return Written.DONE


def _configuration(settings: Mapping[str, object]) -> ConfigResolver:
    resolver: ConfigResolver = ConfigResolver()  # type: ignore[no-untyped-call]
    return resolver.with_dict(dict(settings))


def _meaning(answer: requests.Response | None) -> Written:
    if answer is None or answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Written.SILENT
    return Written.NO_ZONE if answer.status_code == HTTPStatus.NOT_FOUND else Written.REFUSED


@dataclass(frozen=True, kw_only=True, slots=True)
class _Desk:
    zone: Any
    domain: str
    registrar: Registrar

    def apply(self, change: Change) -> None:
        name = self._name(change.name)
        if change.type is Type.CNAME:
            for kind in INSTEAD_OF_AN_ALIAS:
                self._clear(kind, name)
        content = _content(change.type, change.add)
        if self.registrar.whole_sets:
            kept = [_content(change.type, one) for one in self._others(change, name)]
            self.zone.update_record(name, str(change.type), name, [*kept, content])
            return
        for record in self._records(change.type, name):
            if _plain(change.type, record["content"]) in change.remove:
                self.zone.delete_record(identifier=record["id"])
        self.zone.create_record(str(change.type), name, content)

    def _others(self, change: Change, name: str) -> list[str]:
        found = [_plain(change.type, one["content"]) for one in self._records(change.type, name)]
        return [one for one in found if one not in {*change.remove, change.add}]

    def _clear(self, kind: Type, name: str) -> None:
        for record in self._records(kind, name):
            self.zone.delete_record(rtype=str(kind), name=name, content=record["content"])

    def _records(self, kind: Type, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.zone.list_records(str(kind), name)
        return found

    def _name(self, name: str) -> str:
        if not self.registrar.apex:
            return name
        return name.removesuffix(self.domain).rstrip(".") or self.registrar.apex


def _content(kind: Type, value: str) -> str:
    return quoted(value) if kind is Type.TXT else f"{value.rstrip('.')}."


def _plain(kind: Type, content: str) -> str:
    return unquoted(content) if kind is Type.TXT else content.rstrip(".")
