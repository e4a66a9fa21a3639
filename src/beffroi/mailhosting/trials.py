"""What services and queries both know of the trials of our mail: test letters, black lists."""

from datetime import timedelta

PATIENCE = timedelta(minutes=15)
"""Greylisting on the way makes letters wait five minutes or so; a quarter of an hour is a failure."""

STANDING = "mailhosting.standing"
"""Where the cache keeps what black lists said last."""

QUEUE = "mailhosting.queue"
"""Where the cache keeps what waits to leave, by domain."""
