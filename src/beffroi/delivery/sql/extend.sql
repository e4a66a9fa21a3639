-- The worker may go on up to `reached`, and its lease with it; says whether the message still wants to be sent.
UPDATE delivery_chunk c
SET reached = %(reached)s,
    lease_until = %(now)s + make_interval(secs => (%(leases)s::int[])[c.lane + 1])
FROM delivery_message m
WHERE c.id = %(chunk)s AND c.claim = %(claim)s AND c.state = 2 AND m.id = c.message_id
RETURNING m.state
