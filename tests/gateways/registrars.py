"""Two registrars on loopback that speak OVH's and Gandi's API: signatures checked, one record or a whole set at a time."""

import hashlib
import itertools

from aiohttp import web

KEYS = {
    "auth_application_key": "app",
    "auth_application_secret": "app-secret",
    "auth_consumer_key": "consumer",
}
TOKEN = "a-personal-access-token-of-gandi"


class Ovh:
    """https://eu.api.ovh.com/console/: the calls on /domain/zone."""

    def __init__(self, domain, *records):
        self.domain, self.refreshed = domain, 0
        self.numbers = itertools.count(1)
        self.records = {next(self.numbers): dict(zip(FIELDS, one, strict=True)) for one in records}

    async def answer(self, request):
        path = request.path.removeprefix("/1.0")
        if path == "/auth/time":
            return web.json_response(1_800_000_000)
        if not await self._is_signed(request):
            return web.json_response({"message": "Invalid signature"}, status=400)
        zone = f"/domain/zone/{self.domain}"
        if path == "/domain/zone/":
            return web.json_response([self.domain])
        if path == f"{zone}/status":
            return web.json_response({"isDeployed": True})
        if path == f"{zone}/refresh":
            self.refreshed += 1
            return web.json_response(None)
        return await self._record(request, path.removeprefix(f"{zone}/record").strip("/"))

    async def _record(self, request, number):
        if request.method == "POST":
            self.records[made := next(self.numbers)] = await request.json()
            return web.json_response({"id": made})
        if request.method == "DELETE":
            del self.records[int(number)]
            return web.json_response(None)
        if number:
            return web.json_response({"ttl": 0, **self.records[int(number)], "id": int(number)})
        found = [
            key
            for key, one in self.records.items()
            if all(one[name] == value for name, value in request.query.items())
        ]
        return web.json_response(found)

    async def _is_signed(self, request):
        signed = "+".join(
            [
                KEYS["auth_application_secret"],
                request.headers["X-Ovh-Consumer"],
                request.method,
                str(request.url),
                await request.text(),
                request.headers["X-Ovh-Timestamp"],
            ]
        )
        return (
            request.headers["X-Ovh-Signature"] == "$1$" + hashlib.sha1(signed.encode()).hexdigest()
        )

    def values(self, kind, label):
        return [
            one["target"]
            for one in self.records.values()
            if (one["fieldType"], one["subDomain"]) == (kind, label)
        ]


FIELDS = ("fieldType", "subDomain", "target")


class Gandi:
    """https://api.gandi.net/docs/livedns/: sets of records."""

    def __init__(self, domain, sets):
        self.domain, self.sets = domain, dict(sets)

    async def answer(self, request):
        if request.headers["Authorization"] != f"Bearer {TOKEN}":
            return web.json_response({}, status=401)
        parts = request.path.removeprefix("/v5/livedns/domains/").split("/")
        if parts[0] != self.domain:
            return web.json_response({}, status=404)
        if len(parts) == 1:
            return web.json_response({"fqdn": self.domain})
        _, _, label, kind = parts
        if request.method == "PUT":
            self.sets[label, kind] = (await request.json())["rrset_values"]
            return web.json_response({}, status=201)
        if request.method == "DELETE":
            del self.sets[label, kind]
            return web.Response(status=204)
        if (label, kind) not in self.sets:
            return web.json_response({}, status=404)
        values = self.sets[label, kind]
        return web.json_response(
            {"rrset_name": label, "rrset_type": kind, "rrset_ttl": 300, "rrset_values": values}
        )
