-- Chunks whose deliveries were in doubt, or still to send, until a receipt settled them.
UPDATE delivery_chunk c
SET accepted = t.accepted, unknown = t.unknown, deferred = t.deferred
FROM (
    SELECT c.id, count(*) FILTER (WHERE d.state IN (30, 40, 60, 70)) AS accepted,
        count(*) FILTER (WHERE d.state = 20) AS unknown,
        count(*) FILTER (WHERE d.state = 0 AND d.attempts > 0) AS deferred
    FROM (
        SELECT DISTINCT c.id, c.message_id, c.lo, c.hi
        FROM unnest(%(messages)s::bigint[], %(seqs)s::int[]) AS v(message_id, seq)
        JOIN delivery_chunk c ON c.message_id = v.message_id AND c.lo <= v.seq AND v.seq < c.hi
    ) c
    JOIN delivery_delivery d ON d.message_id = c.message_id AND d.seq >= c.lo AND d.seq < c.hi
    GROUP BY c.id
) t
WHERE c.id = t.id
