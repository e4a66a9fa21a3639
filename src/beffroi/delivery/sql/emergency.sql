-- Is an emergency due or being sent: on this channel, or begun within the last minute on any other? After that, an
-- operator that is slow holds up nobody's letters.
SELECT EXISTS (
    SELECT FROM delivery_chunk c JOIN delivery_message m ON m.id = c.message_id
    WHERE c.channel = ANY(%(channels)s) AND c.lane = 0 AND c.state = 1 AND c.not_before <= %(now)s
        AND (c.channel = %(channel)s OR m.not_before > %(lately)s)
) OR EXISTS (
    SELECT FROM delivery_chunk c JOIN delivery_message m ON m.id = c.message_id
    WHERE c.lane = 0 AND c.state = 2 AND c.lease_until > %(now)s
        AND (c.channel = %(channel)s OR m.not_before > %(lately)s)
)
