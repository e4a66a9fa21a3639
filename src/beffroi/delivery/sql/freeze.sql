-- One row per recipient. Only readable contact points of the message's own town and channel get in.
INSERT INTO delivery_delivery (town_id, message_id, seq, contact_point_id, state, attempts, code)
SELECT %s, %s, row_number() OVER (ORDER BY cp.id) - 1, cp.id, 0, 0, 0
FROM delivery_contactpoint cp
WHERE cp.town_id = %s AND cp.channel = %s AND cp.sealed IS NOT NULL AND cp.id IN ({recipients})
