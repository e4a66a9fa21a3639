"""The roles of the mail servers in the database: each sees its views of the schema `mailserver`, and nothing else."""

SCHEMA = "mailserver"
POSTFIX, DOVECOT = "beffroi_postfix", "beffroi_dovecot"

CREATE_ROLES = "".join(
    f"""
    DO $$ BEGIN CREATE ROLE {role} LOGIN CONNECTION LIMIT 40;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
    """
    for role in (POSTFIX, DOVECOT)
)
