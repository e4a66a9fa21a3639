"""Jobs of one line: what left without a charge is charged to its town."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from beffroi.money.services import charges


@app.periodic(cron="* * * * *", periodic_id="money.collect")
@app.task(name="money.collect", queueing_lock="money.collect", pass_context=False)
def collect(timestamp: int) -> None:
    """Every minute; running late or twice does no harm."""
    charges.collect_all(at=datetime.fromtimestamp(timestamp, tz=UTC))
