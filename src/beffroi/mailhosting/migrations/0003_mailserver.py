"""What the mail servers read: one view per question, and two roles that see nothing else.

Views run with their owner's rights: their readers need none on the tables. Those below BASE are bricks of the
others and are granted to nobody.
"""

from django.db import migrations

from beffroi.mailhosting.roles import CREATE_ROLES

SENT_DOMAIN = "sent.beffroi.internal"
"""Where Postfix sends the copy of what leaves as a shared box; no port accepts it from anybody."""

BASE = """
CREATE SCHEMA mailserver;

CREATE VIEW mailserver.base_names AS
SELECT a.id, a.email, d.state IN ('published', 'working') AS live
FROM mailhosting_address a
JOIN mailhosting_domain d ON d.id = a.domain_id
JOIN towns_town t ON t.id = d.town_id
WHERE d.state <> 'closed' AND t.closed_at IS NULL;

CREATE VIEW mailserver.base_departures AS
SELECT mailbox_id, subject, text, successor_id, keep_copy, custodian_id
FROM mailhosting_departure WHERE cancelled_at IS NULL AND leaves_at <= now();

CREATE VIEW mailserver.base_boxes AS
SELECT m.id, n.email, n.live, m.kind, m.state, m.quota_mib, m.password_hash,
    m.state = 'active' AND NOT EXISTS (
        SELECT FROM mailserver.base_departures left_ WHERE left_.mailbox_id = m.id) AS acts
FROM mailhosting_mailbox m JOIN mailserver.base_names n ON n.id = m.address_id;

CREATE VIEW mailserver.base_roster AS
SELECT shared_id, person_id, may_send_as FROM mailhosting_member
WHERE since <= now() AND (until IS NULL OR until > now());

CREATE VIEW mailserver.base_senders AS
SELECT id AS mailbox_id, email AS login FROM mailserver.base_boxes WHERE acts AND live
UNION ALL
SELECT r.shared_id, person.email
FROM mailserver.base_roster r
JOIN mailserver.base_boxes person ON person.id = r.person_id AND person.acts AND person.live
JOIN mailserver.base_boxes shared ON shared.id = r.shared_id AND shared.state = 'active'
WHERE r.may_send_as;

CREATE VIEW mailserver.base_identities AS
SELECT email AS address, id AS mailbox_id FROM mailserver.base_boxes WHERE live
UNION ALL
SELECT n.email, min(t.mailbox_id)
FROM mailserver.base_names n JOIN mailhosting_aliastarget t ON t.address_id = n.id
WHERE n.live GROUP BY n.email HAVING count(*) = 1 AND min(t.mailbox_id) IS NOT NULL;
"""

POSTFIX = """
CREATE VIEW mailserver.domains AS
SELECT d.name FROM mailhosting_domain d JOIN towns_town t ON t.id = d.town_id
WHERE d.state IN ('published', 'working') AND t.closed_at IS NULL;

CREATE VIEW mailserver.mailboxes AS
SELECT email AS address, id AS mailbox FROM mailserver.base_boxes WHERE live AND state <> 'archived';

CREATE VIEW mailserver.aliases AS
SELECT n.email AS address, coalesce(box.email, nullif(t.outside, '')) AS target
FROM mailserver.base_names n
JOIN mailhosting_aliastarget t ON t.address_id = n.id
LEFT JOIN mailserver.base_boxes box ON box.id = t.mailbox_id AND box.live AND box.state <> 'archived'
WHERE n.live AND (t.mailbox_id IS NULL OR box.id IS NOT NULL);

CREATE VIEW mailserver.senders AS
SELECT i.address, s.login
FROM mailserver.base_identities i JOIN mailserver.base_senders s USING (mailbox_id);

CREATE VIEW mailserver.sent_copies AS
SELECT i.address, 'box-' || box.id || '@{sent}' AS copy
FROM mailserver.base_identities i JOIN mailserver.base_boxes box ON box.id = i.mailbox_id
WHERE box.kind <> 'person' AND box.state = 'active';
""".replace("{sent}", SENT_DOMAIN)

DOVECOT = r"""
CREATE INDEX mailbox_by_sent_copy ON mailhosting_mailbox (('box-' || id::text || '@{sent}'));

CREATE VIEW mailserver.base_groups AS
SELECT r.person_id AS mailbox_id, 'mbx-' || shared.id AS name, shared.id AS of_id
FROM mailserver.base_roster r JOIN mailserver.base_boxes shared
    ON shared.id = r.shared_id AND shared.state IN ('active', 'suspended')
UNION ALL
SELECT r.person_id, 'see-' || shared.id, shared.id
FROM mailserver.base_roster r JOIN mailserver.base_boxes shared
    ON shared.id = r.shared_id AND shared.state = 'frozen'
UNION ALL
SELECT DISTINCT c.reader_id, 'see-' || d.mailbox_id, d.mailbox_id
FROM mailhosting_consultation c JOIN mailhosting_departure d ON d.id = c.departure_id
WHERE c.since <= now() AND c.until > now();

CREATE VIEW mailserver.users AS
SELECT b.email AS username, b.id AS mailbox, b.acts AND b.password_hash IS NOT NULL AS has_password,
    b.acts, b.password_hash AS password, '*:bytes=' || b.quota_mib::bigint * 1048576 AS quota_rule,
    (SELECT string_agg(g.name, ',') FROM mailserver.base_groups g WHERE g.mailbox_id = b.id AND b.acts)
        AS acl_groups
FROM mailserver.base_boxes b
UNION ALL
SELECT 'box-' || m.id::text || '@{sent}', m.id, false, false, NULL, '*:bytes=0', NULL
FROM mailhosting_mailbox m;

CREATE VIEW mailserver.app_passwords AS
SELECT b.email AS username, p.digest
FROM mailserver.base_boxes b JOIN mailhosting_apppassword p ON p.mailbox_id = b.id
WHERE b.acts AND p.revoked_at IS NULL;

CREATE VIEW mailserver.shares AS
SELECT person.email AS to_user, shared.email AS from_user, '1'::text AS dummy
FROM mailserver.base_groups g
JOIN mailserver.base_boxes person ON person.id = g.mailbox_id AND person.acts
JOIN mailserver.base_boxes shared ON shared.id = g.of_id;

CREATE VIEW mailserver.no_shares AS
SELECT ''::text AS to_user, ''::text AS from_user, ''::text AS dummy WHERE false;
CREATE RULE nothing_to_add AS ON INSERT TO mailserver.no_shares DO INSTEAD NOTHING;
CREATE RULE nothing_to_remove AS ON DELETE TO mailserver.no_shares DO INSTEAD NOTHING;

CREATE VIEW mailserver.base_scripts AS
SELECT b.email AS username,
    E'require ["fileinto", "mailbox", "vacation", "copy"];\n'
    || E'if header :is "X-Spam" "Yes" { fileinto :create "Junk"; stop; }\n'
    || coalesce(
        CASE WHEN rule.subject IS NOT NULL THEN
            'vacation :days 7 :from ' || mine.quoted || ' :addresses [' || mine.all_quoted || '] :subject "'
            || replace(replace(rule.subject, '\', '\\'), '"', '\"') || '" "'
            || replace(replace(rule.text, '\', '\\'), '"', '\"') || E'";\n'
        END, '')
    || coalesce(onward.lines, '') AS script
FROM mailserver.base_boxes b
CROSS JOIN LATERAL (
    SELECT '"' || b.email || '"' AS quoted,
        '"' || b.email || '"' || coalesce(string_agg(', "' || n.email || '"', ''), '') AS all_quoted
    FROM mailhosting_aliastarget t JOIN mailserver.base_names n ON n.id = t.address_id
    WHERE t.mailbox_id = b.id
) mine
LEFT JOIN mailserver.base_departures left_ ON left_.mailbox_id = b.id
LEFT JOIN LATERAL (
    SELECT left_.subject, left_.text WHERE left_.text <> ''
    UNION ALL
    (SELECT a.subject, a.text FROM mailhosting_absence a
    WHERE left_.mailbox_id IS NULL AND a.mailbox_id = b.id AND a.cancelled_at IS NULL
        AND a.since <= now() AND (a.until IS NULL OR a.until > now())
    ORDER BY a.since DESC, a.id DESC LIMIT 1)
) rule ON true
LEFT JOIN LATERAL (
    SELECT string_agg('redirect ' || CASE WHEN keep_copy THEN ':copy ' ELSE '' END || '"' || address || '";',
        E'\n') || E'\n' AS lines
    FROM (
        SELECT s.email AS address, left_.keep_copy FROM mailserver.base_boxes s WHERE s.id = left_.successor_id
        UNION
        SELECT r.to, r.keep_copy FROM mailhosting_redirect r
        WHERE left_.mailbox_id IS NULL AND r.mailbox_id = b.id AND r.cancelled_at IS NULL
            AND r.since <= now() AND (r.until IS NULL OR r.until > now())
    ) ways
) onward ON true
UNION ALL
SELECT 'box-' || m.id::text || '@{sent}',
    E'require ["fileinto", "mailbox", "imap4flags"];\nfileinto :create :flags "\\\\Seen" "Sent"; stop;\n'
FROM mailhosting_mailbox m;

CREATE VIEW mailserver.scripts AS
SELECT username, 'rules'::text AS name, md5(script) AS id, script FROM mailserver.base_scripts;
""".replace("{sent}", SENT_DOMAIN)

GRANTS = """
DO $$ BEGIN
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO beffroi_postfix, beffroi_dovecot', current_database());
END $$;
GRANT USAGE ON SCHEMA mailserver TO beffroi_postfix, beffroi_dovecot;
GRANT SELECT ON mailserver.domains, mailserver.mailboxes, mailserver.aliases, mailserver.senders,
    mailserver.sent_copies TO beffroi_postfix;
GRANT SELECT ON mailserver.users, mailserver.app_passwords, mailserver.shares, mailserver.no_shares,
    mailserver.scripts TO beffroi_dovecot;
GRANT INSERT, DELETE ON mailserver.no_shares TO beffroi_dovecot;  -- it insists on telling what it shares
"""


class Migration(migrations.Migration):
    dependencies = [("mailhosting", "0002_walls")]

    operations = [
        migrations.RunSQL(CREATE_ROLES, migrations.RunSQL.noop),
        migrations.RunSQL(
            BASE + POSTFIX + DOVECOT + GRANTS,
            "DROP SCHEMA mailserver CASCADE; DROP INDEX mailbox_by_sent_copy",
        ),
    ]
