"""La commune > Tarifs et budgets."""

from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.doors import page
from beffroi.backoffice.money import budgets, overview, statement, tariffs
from beffroi.towns.permissions import Permission

READ, WRITE, OVERRIDE = Permission.MONEY_READ, Permission.MONEY_WRITE, Permission.BUDGET_OVERRIDE
FORM, POST = ("GET", "POST"), ("POST",)

PAGES: list[URLPattern] = [
    page("commune/tarifs/", overview.show_money, READ, name="money", tab=_("Tarifs et budgets")),
    page("commune/tarifs/nouveau/", tariffs.add, WRITE, name="tariff-new", methods=FORM),
    page("commune/tarifs/budget/", budgets.add, WRITE, name="budget-new", methods=FORM),
    page(
        "commune/tarifs/budget/<int:budget_id>/",
        budgets.change,
        WRITE,
        name="budget",
        methods=FORM,
    ),
    page(
        "commune/tarifs/budget/<int:budget_id>/retirer/",
        budgets.drop,
        WRITE,
        name="budget-drop",
        methods=POST,
    ),
    page(
        "commune/tarifs/budget/<int:budget_id>/depassement/",
        budgets.override,
        OVERRIDE,
        name="budget-override",
        methods=FORM,
    ),
    page("commune/tarifs/releve/", statement.show_statement, READ, name="statement"),
    page("commune/tarifs/releve/releve.csv", statement.as_csv, READ, name="statement-csv"),
]
