-- Subscribers by how they joined: there at the start, there at the end, joined and left in between.
SELECT origin,
    count(*) FILTER (WHERE confirmed_at < %(since)s AND gone >= %(since)s),
    count(*) FILTER (WHERE confirmed_at < %(until)s AND gone >= %(until)s),
    count(*) FILTER (WHERE confirmed_at >= %(since)s AND confirmed_at < %(until)s),
    count(*) FILTER (WHERE gone >= %(since)s AND gone < %(until)s)
FROM (
    SELECT origin, confirmed_at, coalesce(least(left_at, erased_at), 'infinity') AS gone
    FROM audience_subscriber
    WHERE town_id = %(town)s AND confirmed_at IS NOT NULL
) s
GROUP BY origin
