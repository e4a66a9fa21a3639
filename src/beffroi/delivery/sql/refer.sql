-- What the next hop calls the parts of these deliveries in its receipts.
INSERT INTO delivery_deliveryreference (town_id, message_id, provider, reference, seq, part, state)
SELECT %(town)s, %(message)s, v.provider, v.reference, v.seq, v.part, 0
FROM unnest(%(providers)s::text[], %(references)s::text[], %(seqs)s::int[], %(parts)s::smallint[])
    AS v(provider, reference, seq, part)
ON CONFLICT (provider, reference) DO UPDATE
SET town_id = excluded.town_id, message_id = excluded.message_id, seq = excluded.seq, part = excluded.part, state = 0
WHERE (delivery_deliveryreference.message_id, delivery_deliveryreference.seq) <> (excluded.message_id, excluded.seq)
