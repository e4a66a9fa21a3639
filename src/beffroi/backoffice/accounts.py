"""How agents sign in: nobody signs up, an agent is invited by their town."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AgentAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
