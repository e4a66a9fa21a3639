-- Receipts as they came. The same one said again, or an older one, changes nothing: what is known only rises.
INSERT INTO delivery_waitingreceipt (provider, reference, state, code, at)
SELECT v.provider, v.reference, max(v.state), max(v.code), %(at)s
FROM unnest(%(providers)s::text[], %(references)s::text[], %(states)s::smallint[], %(codes)s::int[])
    AS v(provider, reference, state, code)
GROUP BY v.provider, v.reference
ON CONFLICT (provider, reference) DO UPDATE SET state = excluded.state, code = excluded.code
WHERE delivery_waitingreceipt.state < excluded.state
