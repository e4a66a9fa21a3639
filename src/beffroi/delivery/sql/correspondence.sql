-- The last SMS that each town sent to one number, newest first.
SELECT cp.town_id, cp.id, last.message_id, last.seq, last.sender
FROM delivery_contactpoint cp
CROSS JOIN LATERAL (
    SELECT d.message_id, d.seq, m.from_name AS sender, m.frozen_at
    FROM delivery_delivery d JOIN delivery_message m ON m.id = d.message_id
    WHERE d.contact_point_id = cp.id AND d.state >= 20
    ORDER BY d.message_id DESC
    LIMIT 1
) last
WHERE cp.channel = %(channel)s AND cp.fingerprint = ANY(%(fingerprints)s::bytea[])
ORDER BY last.frozen_at DESC, last.message_id DESC
