-- What a worker still held of a message that was cancelled meanwhile.
UPDATE delivery_delivery
SET state = 11, settled_at = %(now)s
WHERE message_id = %(message)s AND seq >= %(lo)s AND seq < %(hi)s AND state = 0
