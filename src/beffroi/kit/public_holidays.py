"""The public holidays of France (code du travail, L3133-1), with those of one department only."""

from datetime import date

from dateutil.easter import easter

FIXED = frozenset({(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)})
AFTER_EASTER = frozenset({1, 39, 50})
"""Days after Easter Sunday: Easter Monday, Ascension, Whit Monday."""
BY_LOCAL_LAW = frozenset({"57", "67", "68"})
"""Moselle, Bas-Rhin and Haut-Rhin keep Good Friday and 26 December as well (L3134-13)."""
ABOLITION = {
    "971": frozenset({(5, 27)}),
    "972": frozenset({(5, 22)}),
    "973": frozenset({(6, 10)}),
    "974": frozenset({(12, 20)}),
    "976": frozenset({(4, 27)}),
    "977": frozenset({(10, 9)}),
    "978": frozenset({(5, 27), (5, 28)}),
}
"""When slavery was abolished there (L3422-2; decree 83-1003). Saint-Martin keeps the 28th, its decree says the 27th."""
BY_OWN_LAW = {
    "986": frozenset({(4, 28), (6, 29), (7, 29)}),
    "987": frozenset({(3, 5), (11, 20)}),
    "988": frozenset({(9, 24)}),
}
"""In the Pacific, beside those of everybody: Saint Peter Chanel, Saints Peter and Paul and the day of the territory on Wallis
and Futuna; the arrival of the Gospel and Matari'i (since 2025, in place of 29 June) in Polynesia, which keeps Good Friday too;
citizenship in New Caledonia. Source: the `holidays` package 0.109, whose entries name the laws."""
GOOD_FRIDAY = BY_LOCAL_LAW | {"987"}


def is_public_holiday(day: date, department_code: str) -> bool:
    """Of the department that its INSEE code names: 33, 2A, 971."""
    since_easter = (day - easter(day.year)).days
    at_date = (day.month, day.day)
    if at_date in FIXED or since_easter in AFTER_EASTER:
        return True
    if since_easter == -2 and department_code in GOOD_FRIDAY:
        return True
    if at_date == (12, 26) and department_code in BY_LOCAL_LAW:
        return True
    return any(at_date in days.get(department_code, ()) for days in (ABOLITION, BY_OWN_LAW))
