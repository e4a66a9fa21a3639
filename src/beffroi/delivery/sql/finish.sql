-- Messages whose last chunk is done.
UPDATE delivery_message m
SET state = 4, finished_at = %(now)s
WHERE m.state = 1 AND (%(message)s::bigint IS NULL OR m.id = %(message)s)
    AND NOT EXISTS (SELECT FROM delivery_chunk c WHERE c.message_id = m.id AND c.state <> 4)
RETURNING m.id
