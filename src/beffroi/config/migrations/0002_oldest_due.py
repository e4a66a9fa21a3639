"""How long the queue has kept its oldest chunk waiting, for /sante: the web role sees no town's rows, and needs
none of them to know this one figure."""

from django.db import migrations

CREATE = """
CREATE FUNCTION beffroi_oldest_due(moment timestamptz) RETURNS double precision
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT extract(epoch FROM moment - min(not_before))::double precision
    FROM delivery_chunk WHERE state = 1 AND not_before <= moment
$$;
REVOKE ALL ON FUNCTION beffroi_oldest_due(timestamptz) FROM public;
GRANT EXECUTE ON FUNCTION beffroi_oldest_due(timestamptz) TO beffroi_web, beffroi_engine;
"""


class Migration(migrations.Migration):
    dependencies = [("config", "0001_cache_table"), ("delivery", "0002_walls_and_storage")]

    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION beffroi_oldest_due(timestamptz)"),
    ]
