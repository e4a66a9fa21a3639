"""Jobs of one line: the clock of the campaigns."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from beffroi.campaigns.services import clock


@app.periodic(cron="* * * * *", periodic_id="campaigns.tick")
@app.task(name="campaigns.tick", queueing_lock="campaigns.tick", pass_context=False)
def tick(timestamp: int) -> None:
    """Every minute; what came due while nothing ran is sent at the first minute."""
    clock.tick(at=datetime.fromtimestamp(timestamp, tz=UTC))
