-- Is an emergency due on this channel, or in the hands of a worker that lives?
SELECT EXISTS (
    SELECT FROM delivery_chunk WHERE channel = %(channel)s AND lane = 0 AND state = 1 AND not_before <= %(now)s
) OR EXISTS (
    SELECT FROM delivery_chunk WHERE channel = %(channel)s AND lane = 0 AND state = 2 AND lease_until > %(now)s
)
