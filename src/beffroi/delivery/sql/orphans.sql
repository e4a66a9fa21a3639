-- Claims to settle: those whose lease ran out, or all of one worker that has just come back.
SELECT c.id, c.claim, c.message_id, c.town_id, c.lane, c.lo, c.hi, c.reached, c.worker
FROM delivery_chunk c
WHERE c.state = 2 AND (c.lease_until < %(now)s OR c.worker = %(worker)s)
ORDER BY c.lane, c.id
LIMIT 100
FOR UPDATE SKIP LOCKED
