"""Several towns may claim one name. The first whose DNS proves it holds it, and the mail servers know no name but a held one."""

from django.db import migrations, models

IS_HELD = """
CREATE FUNCTION mailhosting_is_held_elsewhere(wanted text, by_town bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM mailhosting_domain
        WHERE name = wanted AND town_id <> by_town AND state IN ('published', 'working'))
$$;
REVOKE ALL ON FUNCTION mailhosting_is_held_elsewhere(text, bigint) FROM public;
GRANT EXECUTE ON FUNCTION mailhosting_is_held_elsewhere(text, bigint) TO beffroi_web, beffroi_engine;
"""
"""A town sees no row of another. That a name's mail is received here is no secret; by whom stays one."""

NAMES = """
CREATE OR REPLACE VIEW mailserver.base_names AS
SELECT a.id, a.email, d.state IN ('published', 'working') AS live
FROM mailhosting_address a
JOIN mailhosting_domain d ON d.id = a.domain_id
JOIN towns_town t ON t.id = d.town_id
WHERE {which} AND t.closed_at IS NULL;
"""
USERS = """
CREATE OR REPLACE VIEW mailserver.users AS
SELECT b.email AS username, b.id AS mailbox, b.acts AND b.password_hash IS NOT NULL AS has_password,
    b.acts, b.password_hash AS password, '*:bytes=' || b.quota_mib::bigint * 1048576 AS quota_rule,
    (SELECT string_agg(g.name, ',') FROM mailserver.base_groups g WHERE g.mailbox_id = b.id AND b.acts)
        AS acl_groups
FROM mailserver.base_boxes b
UNION ALL
SELECT 'box-' || m.id::text || '@sent.beffroi.internal', m.id, false, false, NULL, {room}, NULL
FROM mailhosting_mailbox m;
"""
ROOM = """CASE
    WHEN EXISTS (SELECT FROM mailserver.base_boxes b WHERE b.id = m.id) THEN '*:bytes=0'
    ELSE '*:bytes=' || m.quota_mib::bigint * 1048576 END"""
"""The copy of what was sent is never refused. A box that waits for its name is filled by its number, as far as it may."""


class Migration(migrations.Migration):
    dependencies = [("mailhosting", "0006_disposals")]

    operations = [
        migrations.RemoveConstraint("Domain", "one_domain"),
        migrations.AddConstraint(
            "Domain",
            models.UniqueConstraint(
                fields=["town", "name"],
                name="one_claim",
                condition=~models.Q(state="closed"),
            ),
        ),
        migrations.AddConstraint(
            "Domain",
            models.UniqueConstraint(
                fields=["name"],
                name="one_holder",
                condition=models.Q(state__in=["published", "working"]),
            ),
        ),
        migrations.RunSQL(IS_HELD, "DROP FUNCTION mailhosting_is_held_elsewhere(text, bigint)"),
        migrations.RunSQL(
            NAMES.format(which="d.state IN ('published', 'working')") + USERS.format(room=ROOM),
            USERS.format(room="'*:bytes=0'") + NAMES.format(which="d.state <> 'closed'"),
        ),
    ]
