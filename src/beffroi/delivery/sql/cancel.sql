-- Rows that no worker holds are cancelled here; a worker that holds some cancels them itself when it lets go.
WITH free AS (
    UPDATE delivery_chunk c
    SET state = 4, cancelled = c.cancelled + (c.hi - c.lo) - c.accepted - c.refused - c.suppressed - c.unknown
        - c.expired - c.cancelled, deferred = 0
    WHERE c.message_id = %(message)s AND c.state IN (1, 3)
    RETURNING c.lo, c.hi
)
UPDATE delivery_delivery d
SET state = 11, settled_at = %(now)s
FROM free
WHERE d.message_id = %(message)s AND d.seq >= free.lo AND d.seq < free.hi AND d.state = 0
