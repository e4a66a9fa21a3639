-- What is still to send of a chunk, with the stop list asked again at this very moment.
SELECT d.seq, cp.id, cp.sealed, cp.key_id, cp.link_version, coalesce((
    SELECT max(s.reason) FROM delivery_stop s
    WHERE s.contact_point_id = cp.id AND s.reason <> ALL(%(deaf_to)s::smallint[])
        AND (s.until IS NULL OR s.until > %(now)s)
        AND (s.theme_id IS NULL OR (s.theme_id = ANY(%(themes)s::bigint[]) AND s.at >= %(frozen_at)s))
), 0)
FROM delivery_delivery d JOIN delivery_contactpoint cp ON cp.id = d.contact_point_id
WHERE d.message_id = %(message)s AND d.seq >= %(lo)s AND d.seq < %(hi)s AND d.state = 0
ORDER BY d.seq
