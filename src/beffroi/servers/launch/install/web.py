"""nginx in front of the site, and in front of the three names under each town's domain."""

from pathlib import Path

from beffroi.servers.launch.install.asked import Asked

CONF = Path("/etc/nginx/conf.d/beffroi.conf")
CERTIFICATES = Path("/etc/beffroi/tls")
"""NAME.crt and NAME.key for each name."""
ACME = Path("/var/lib/beffroi-acme")
OF_MAIL = r"~^(autoconfig|autodiscover|mta-sts)\."


def conf(asked: Asked) -> str:
    names = " ".join(dict.fromkeys((asked.site, asked.host)))
    return f"""\
# Written by ./beffroi install.
server {{
    listen 80;
    listen [::]:80;
    server_name {names};
    location /.well-known/acme-challenge/ {{ root {ACME}; }}
    location / {{ return 301 https://{asked.site}$request_uri; }}
}}
server {{
    listen 443 ssl http2;
    listen [::]:443 ssl http2;
    server_name {asked.site};
    ssl_certificate {CERTIFICATES}/{asked.site}.crt;
    ssl_certificate_key {CERTIFICATES}/{asked.site}.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    client_max_body_size 60m;
    location / {{
{_passed_on(asked)}    }}
}}
# Under the towns' own domains: settings for mail programs, and the policy of encryption for mail hosts. The certificate is that of
# the name which was asked for; without one the connection ends there, and mail still works.
server {{
    listen 80;
    listen [::]:80;
    listen 443 ssl http2;
    listen [::]:443 ssl http2;
    server_name {OF_MAIL};
    ssl_certificate {CERTIFICATES}/$ssl_server_name.crt;
    ssl_certificate_key {CERTIFICATES}/$ssl_server_name.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    location /.well-known/acme-challenge/ {{ root {ACME}; }}
    location / {{
{_passed_on(asked)}    }}
}}
"""


def _passed_on(asked: Asked) -> str:
    return f"""\
        proxy_pass http://127.0.0.1:{asked.port};
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
"""
