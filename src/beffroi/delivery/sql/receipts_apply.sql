-- What the parts of these deliveries say together. One part lost: lost, unless the same part arrived by another
-- try. All arrived: received; where not all parts are known to have left, all must have been heard of.
WITH touched AS (
    SELECT message_id, seq, max(code) AS code
    FROM unnest(%(messages)s::bigint[], %(seqs)s::int[], %(codes)s::int[]) AS v(message_id, seq, code)
    GROUP BY message_id, seq
), part AS (
    SELECT r.message_id, r.seq, r.part, bool_or(r.state = 1) AS arrived, bool_and(r.state = 2) AS lost
    FROM delivery_deliveryreference r JOIN touched USING (message_id, seq)
    GROUP BY r.message_id, r.seq, r.part
), whole AS (
    SELECT message_id, seq, bool_and(arrived) AS arrived, bool_or(lost) AS lost, count(*) AS parts
    FROM part GROUP BY message_id, seq
), verdict AS (
    SELECT d.message_id, d.seq, d.state AS was, t.code, CASE
        WHEN w.arrived AND (d.state >= 30 OR w.parts >= m.parts) THEN 40
        WHEN w.lost AND d.state >= 20 THEN 60 END AS state
    FROM whole w JOIN touched t USING (message_id, seq)
    JOIN delivery_message m ON m.id = w.message_id
    JOIN delivery_delivery d ON d.message_id = w.message_id AND d.seq = w.seq
), changed AS (
    UPDATE delivery_delivery d SET state = v.state, settled_at = %(at)s
    FROM verdict v
    WHERE d.message_id = v.message_id AND d.seq = v.seq AND d.state < v.state
    RETURNING d.town_id, d.message_id, d.seq, d.contact_point_id, d.state, v.was, v.code
), noted AS (
    INSERT INTO delivery_event (town_id, message_id, seq, kind, at, status)
    SELECT town_id, message_id, seq, CASE state WHEN 40 THEN 7 ELSE 8 END, %(at)s,
        CASE WHEN state = 60 AND code <> 0 THEN code::text ELSE '' END
    FROM changed
)
SELECT town_id, message_id, seq, contact_point_id, state, was FROM changed
