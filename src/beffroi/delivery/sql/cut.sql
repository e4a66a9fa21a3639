-- Cuts a frozen message into chunks: a small first one, so that the sending starts at once.
INSERT INTO delivery_chunk (town_id, message_id, n, lane, channel, lo, hi, state, not_before, attempts, worker, reached,
    accepted, refused, suppressed, unknown, expired, cancelled, deferred)
SELECT %(town)s, %(message)s, n, %(lane)s, %(channel)s, lo, least(hi, %(total)s), 1, %(not_before)s, 0, '', 0,
    0, 0, 0, 0, 0, 0, 0
FROM (
    SELECT n,
        CASE WHEN n = 0 THEN 0 ELSE %(first)s + (n - 1) * %(size)s END AS lo,
        %(first)s + n * %(size)s AS hi
    FROM generate_series(0, (greatest(%(total)s - %(first)s, 0) + %(size)s - 1) / %(size)s) n
) cut
WHERE lo < %(total)s
