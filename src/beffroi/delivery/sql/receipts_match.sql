-- Receipts whose delivery is known by now leave the waiting room and mark their part of it.
WITH due AS (
    DELETE FROM delivery_waitingreceipt w USING delivery_deliveryreference r
    WHERE r.provider = w.provider AND r.reference = w.reference
    RETURNING w.provider, w.reference, w.state, w.code
)
UPDATE delivery_deliveryreference r SET state = due.state
FROM due
WHERE r.provider = due.provider AND r.reference = due.reference AND r.state < due.state
RETURNING r.message_id, r.seq, due.code
