-- Deliveries of campaigns and alerts by month, channel and state. Exercises are left out: `drills` names them.
SELECT date_trunc('month', m.frozen_at AT TIME ZONE %(zone)s)::date AS month, m.channel, d.state, count(*)
FROM delivery_message m
JOIN delivery_delivery d ON d.message_id = m.id
WHERE m.town_id = %(town)s AND m.frozen_at >= %(since)s AND m.frozen_at < %(until)s
    AND (m.reference LIKE 'campaign:%%' OR m.reference LIKE 'alert:%%' AND m.reference <> ALL(%(drills)s))
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
