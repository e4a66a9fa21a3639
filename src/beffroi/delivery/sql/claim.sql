-- The next chunk of this channel that is due, in the most urgent lane; within a lane the messages take turns.
UPDATE delivery_chunk c
SET state = 2, worker = %(worker)s, claim = %(claim)s, reached = c.lo + %(window)s,
    lease_until = %(now)s + make_interval(secs => (%(leases)s::int[])[c.lane + 1])
FROM delivery_message m
WHERE c.id = (
    SELECT id FROM delivery_chunk
    WHERE channel = %(channel)s AND state = 1 AND not_before <= %(now)s AND lane < %(lanes_below)s
    ORDER BY lane, n, message_id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
) AND m.id = c.message_id
RETURNING c.id, c.message_id, c.town_id, c.lane, c.channel, c.lo, c.hi, c.reached, c.attempts, m.state,
    m.expires_at
