-- Deliveries of one chunk that met the same end. Rises only: what a bounce has said already stays.
-- The bounds keep the planner, which knows nothing yet of a fresh message, from reading all of it.
UPDATE delivery_delivery
SET state = %(state)s, code = %(code)s, attempts = attempts + %(tried)s, settled_at = %(settled_at)s
WHERE message_id = %(message)s AND seq BETWEEN %(first)s AND %(last)s AND seq = ANY(%(seqs)s::int[])
    AND state IN (0, 20)
