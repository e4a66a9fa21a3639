"""The demonstration's outside world: every mailbox there is, on one page, and what mailboxes answer.

Never used in production: it accepts mail for anybody and shows it to whoever opens the page.
"""
