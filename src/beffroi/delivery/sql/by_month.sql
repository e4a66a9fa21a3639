-- Per month and state: deliveries, and beside them the month's messages and the people who left from one.
WITH message AS (
    SELECT id, date_trunc('month', frozen_at AT TIME ZONE %(zone)s) AS month
    FROM delivery_message
    WHERE town_id = %(town)s AND frozen_at >= %(since)s AND frozen_at < %(until)s AND lane = ANY(%(lanes)s)
), per_month AS (
    SELECT m.month, count(*) AS messages, coalesce(sum((
        SELECT count(DISTINCT e.seq) FROM delivery_event e WHERE e.message_id = m.id AND e.kind = 6
    )), 0) AS unsubscribed
    FROM message m GROUP BY m.month
)
SELECT extract(year FROM m.month), extract(month FROM m.month), d.state, count(*), p.messages, p.unsubscribed
FROM message m
JOIN per_month p ON p.month = m.month
JOIN delivery_delivery d ON d.message_id = m.id
GROUP BY m.month, d.state, p.messages, p.unsubscribed
