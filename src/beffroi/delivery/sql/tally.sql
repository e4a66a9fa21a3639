-- Counts a chunk's rows anew; with `release`, gives it back: done, waiting for another try, or held by a pause.
UPDATE delivery_chunk c
SET accepted = t.accepted, refused = t.refused, suppressed = t.suppressed, unknown = t.unknown,
    expired = t.expired, cancelled = t.cancelled, deferred = t.deferred,
    state = CASE
        WHEN NOT %(release)s THEN c.state
        WHEN t.planned = 0 THEN 4
        WHEN m.state = 2 THEN 3
        ELSE 1 END,
    claim = CASE WHEN %(release)s THEN NULL ELSE c.claim END,
    worker = CASE WHEN %(release)s THEN '' ELSE c.worker END,
    lease_until = CASE WHEN %(release)s THEN NULL ELSE c.lease_until END,
    attempts = c.attempts + %(tries)s,
    sent_again = c.sent_again + %(sent_again)s,
    not_before = CASE WHEN %(release)s THEN %(not_before)s ELSE c.not_before END
FROM (
    SELECT count(*) FILTER (WHERE state = 0) AS planned,
        count(*) FILTER (WHERE state = 0 AND attempts > 0) AS deferred,
        count(*) FILTER (WHERE state = 10) AS suppressed,
        count(*) FILTER (WHERE state = 11) AS cancelled,
        count(*) FILTER (WHERE state = 12) AS expired,
        count(*) FILTER (WHERE state = 20) AS unknown,
        count(*) FILTER (WHERE state IN (30, 40, 60, 70)) AS accepted,
        count(*) FILTER (WHERE state = 50) AS refused
    FROM delivery_delivery
    WHERE message_id = %(message)s AND seq >= %(lo)s AND seq < %(hi)s
) t, delivery_message m
WHERE c.id = %(chunk)s AND c.claim = %(claim)s AND m.id = c.message_id
RETURNING c.state
