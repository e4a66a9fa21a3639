"""The first net between towns: what reads or writes a town's rows says of which town, first."""

import ast

import pytest
from django.apps import apps

from beffroi.towns.models import TownOwned
from tests.house import source

TENANT_ROOMS = (
    "towns",
    "delivery",
    "audience",
    "money",
    "campaigns",
    "content",
    "alerts",
    "bilan",
    "mailhosting",
)
ROWS = {model.__name__ for model in apps.get_models() if issubclass(model, TownOwned)}
"""A row already belongs to its town: a function that is handed one cannot reach another town's."""

WITHOUT_TOWN = {
    # whose worker died, in whatever town
    "content/services/uploads.py": {"resume_all"},
    # sign-in and the operator: no town is entered yet
    "towns/services.py": {"create_town", "create_body", "create_agent"},
    "towns/queries.py": {
        "town_by_slug",
        "town_by_host",
        "public_bodies",
        "open_towns",
        "every_town",
        "agent_by_email",
        "agent",
        "towns_of",
        "house_journal",
    },
    # what came back and belongs to no town
    "delivery/services/keeping.py": {"read_stray", "delete_stray", "purge"},
    "delivery/queries/strays.py": {"strays"},
    # the operator's eye on the queue: one figure, no town's rows
    "delivery/queries/health.py": {"oldest_due_s"},
    # what comes back names its town in its signed return path
    "delivery/services/returns.py": {"receive", "raw_report"},
    # a receipt names its delivery, a reply its number and the sender that it answers
    "delivery/services/reports.py": {
        "keep",
        "take_in",
        "apply_waiting",
        "forget_nobodys",
    },
    "delivery/services/replies.py": {"keep", "take_in", "keep_waiting", "asks_to_stop"},
    # the door of SMS providers, who know of no town
    "delivery/services/callbacks.py": {"doors", "receive"},
    # a report names its domain in a signed address
    "mailhosting/services/mail_reports.py": {"receive"},
    "mailhosting/services/loops.py": {"receive"},
    "mailhosting/services/standing.py": {"refresh", "count_queue"},
    # plain function of what was seen
    "mailhosting/services/checking.py": {"is_shown_to_be_ours"},
    # keys are rotated for the whole house
    "delivery/services/rotation.py": {"rotate"},
    # nightly work and the clock serve every town in turn
    "audience/services/digests.py": {"send_all"},
    "audience/services/nightly.py": {"tidy_all"},
    "audience/services/importing.py": {"resume_all"},
    "campaigns/services/clock.py": {"tick"},
    "money/services/charges.py": {"collect_all"},
    "alerts/services/watchdog.py": {"look"},
    "mailhosting/services/nightly.py": {"tidy_all"},
    # the servers know logins, not towns
    "mailhosting/services/measuring.py": {"dovecot", "contents", "size_bytes", "erase"},
    # a line of an inventory, whichever, belongs to its town already
    "mailhosting/services/inventories.py": {"fill"},
    "mailhosting/services/old_addresses.py": {"servers"},
    "mailhosting/services/exports.py": {"servers", "archive", "may_be_exported"},
    # plain functions of their arguments: no rows at all
    "campaigns/queries/wording.py": {"spam_words"},
    "audience/services/proofs.py": {"coarse"},
    "alerts/services/drafting.py": {"facts"},
    "alerts/services/drills.py": {"steps"},
    "money/queries/pending.py": {"line_of"},
    "money/queries/statements.py": {"total"},
    "money/queries/spending.py": {"sums_of", "month_of"},
}


def _files():
    for room in TENANT_ROOMS:
        for kind in ("services", "queries"):
            for path in source.code(under=source.CODE / room):
                if path.stem == kind or kind in path.relative_to(source.CODE / room).parts:
                    yield path


def _knows_its_town(function: ast.FunctionDef) -> bool:
    if not function.args.args:
        return False
    first = function.args.args[0]
    written = ast.unparse(first.annotation).strip("'\"") if first.annotation else ""
    return first.arg == "town" or written in ROWS


@pytest.mark.parametrize("path", list(_files()), ids=source.name)
def test_the_town_comes_first(path):
    excused = WITHOUT_TOWN.get(source.name(path), set())
    forgetful = [
        function.name
        for function in source.public_functions(path)
        if function.name not in excused and not _knows_its_town(function)
    ]

    assert forgetful == []


def test_the_list_of_exceptions_holds_nothing_else():
    for name, excused in WITHOUT_TOWN.items():
        found = {function.name for function in source.public_functions(source.CODE / name)}
        assert excused <= found, name
