-- Outcomes of one chunk. Rises only: what a bounce has said already stays.
UPDATE delivery_delivery d
SET state = v.state, code = v.code, attempts = d.attempts + v.tried,
    settled_at = CASE WHEN v.state = 0 THEN NULL ELSE %(now)s END
FROM unnest(%(seqs)s::int[], %(states)s::smallint[], %(codes)s::smallint[], %(tried)s::smallint[])
    AS v(seq, state, code, tried)
WHERE d.message_id = %(message)s AND d.seq = v.seq AND d.state IN (0, 20)
