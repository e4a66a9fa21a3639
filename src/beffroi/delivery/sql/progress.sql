SELECT m.state, m.recipients, m.not_before, m.finished_at,
    coalesce(sum(c.accepted), 0), coalesce(sum(c.refused), 0), coalesce(sum(c.suppressed), 0),
    coalesce(sum(c.unknown), 0), coalesce(sum(c.expired), 0), coalesce(sum(c.cancelled), 0),
    coalesce(sum(c.deferred), 0)
FROM delivery_message m LEFT JOIN delivery_chunk c ON c.message_id = m.id
WHERE m.town_id = %(town)s AND m.id = %(message)s
GROUP BY m.id
