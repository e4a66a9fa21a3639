"""kill -9 while mail flows in: what was accepted is in the box, whoever died."""

import imaplib
import smtplib
import threading
import time
from collections import Counter

import pytest

from tests.mail.clients import eventually, letter

pytestmark = [pytest.mark.mail, pytest.mark.slow]
BEFORE, AFTER = 5, 10
"""Letters accepted before the kill, and after it."""


class Flow(threading.Thread):
    """Another mail host that brings one letter after the other, and notes which were accepted."""

    def __init__(self, stack, box) -> None:
        super().__init__(daemon=True)
        self._stack, self._to = stack, box.address.email
        self.accepted: list[str] = []
        self.answers: Counter[str] = Counter()
        self._ended = threading.Event()

    def run(self) -> None:
        number = 0
        while not self._ended.is_set():
            number += 1
            subject = f"Lettre {number}"
            try:
                self._stack.bring(letter(subject), to=self._to)
            except (OSError, smtplib.SMTPException) as refused:
                self.answers[type(refused).__name__] += 1
                time.sleep(0.1)
            else:
                self.accepted.append(subject)

    def wait_for(self, count: int) -> None:
        wanted = len(self.accepted) + count
        """Postfix looks at a database that came back after a minute (dict_pgsql, RETRY_INTERVAL)."""
        assert eventually(lambda: len(self.accepted) >= wanted, within_s=240), self.answers

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join(timeout=60)


@pytest.mark.parametrize("name", ["postfix", "dovecot", "rspamd", "postgres"])
def test_nothing_that_was_accepted_is_lost(stack, arcachon, name):
    box = stack.box(arcachon)
    with Flow(stack, box) as flow:
        flow.wait_for(BEFORE)
        stack.kill(name)
        stack.start(name)
        stack.wait_up()
        flow.wait_for(AFTER)
    accepted = flow.accepted

    with eventually(lambda: _signed_in(stack, box), within_s=240) as inbox:
        assert eventually(lambda: set(accepted) <= set(inbox.subjects()), within_s=240), (
            set(accepted) - set(inbox.subjects()),
            flow.answers,
            stack.logs(),
        )


def test_without_the_database_letters_are_put_off_and_come_in_later(stack, arcachon):
    box = stack.box(arcachon)
    with stack.inbox(box) as inbox:
        assert inbox.subjects() == []
    stack.kill("postgres")
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        stack.bring(letter("Trop tôt"), to=box)
    assert [code // 100 for code, _ in refused.value.recipients.values()] == [4]

    stack.start("postgres")

    assert eventually(lambda: _brought(stack, box), within_s=90, every_s=0.5)
    back = eventually(lambda: _signed_in(stack, box), within_s=90)
    assert back, stack.logs()
    with back as inbox:
        assert inbox.holds("Plus tard")


def _signed_in(stack, box):
    """As a mail program does, which tries again."""
    try:
        return stack.inbox(box)
    except imaplib.IMAP4.error:
        return None


def _brought(stack, box) -> bool:
    """As another mail host does, which tries again."""
    try:
        stack.bring(letter("Plus tard"), to=box)
    except smtplib.SMTPRecipientsRefused:
        return False
    return True
