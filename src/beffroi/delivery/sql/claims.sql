-- Every claim there is (a few per worker): the caller tells the living from the dead.
SELECT c.claim, c.id, c.message_id, c.town_id, c.lane, c.channel, c.lo, c.hi, c.reached, c.attempts,
    m.state, m.expires_at, c.worker, c.lease_until
FROM delivery_chunk c JOIN delivery_message m ON m.id = c.message_id
WHERE c.state = 2
ORDER BY c.lane, c.id
LIMIT 1000
