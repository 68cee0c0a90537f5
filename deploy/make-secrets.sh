#!/bin/sh
# Makes what docker-compose.yml expects in ./secrets, once: sh deploy/make-secrets.sh [host name]
# What is there already stays. Put a real certificate over tls.crt and tls.key, and back the folder up:
# without field_encryption_keys nobody can read the phone numbers again.
set -eu
host=${1:-localhost}
cd "$(dirname "$0")/.."
mkdir -p secrets
chmod 700 secrets
cd secrets
echo '*' >.gitignore

keep() { # keep NAME VALUE
    [ -s "$1" ] || printf %s "$2" >"$1"
}
keep postgres_password "$(openssl rand -hex 24)"
# The owner makes the tables; the application's own role (grant_application) works with their rows.
keep owner_database_url "postgres://liaison:$(cat postgres_password)@postgres:5432/liaison?connect_timeout=5"
# Until 0.4 the application worked as the owner.
if grep -qs '//liaison:' database_url; then rm -f database_url; fi
keep database_url "postgres://liaison_app:$(openssl rand -hex 24)@postgres:5432/liaison?connect_timeout=5"
keep secret_key "$(openssl rand -hex 40)"
keep field_encryption_keys "$(openssl rand -base64 32 | tr '+/' '-_')"
keep phone_index_key "$(openssl rand -hex 32)"
keep anchor_key "$(openssl rand -hex 32)"
# Encrypts the backups. They hold none of these keys: keep this folder in another place as well.
keep backup_key "$(openssl rand -hex 32)"
# The key of the text message gateway, if there is one: put it into this file.
keep sms_http_key ""
# The key with which the gateway signs what citizens send; none are taken until SMS_IN_STUDIO is set too.
keep sms_in_key ""
if [ ! -s tls.crt ]; then
    openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj "/CN=$host" -addext "subjectAltName=DNS:$host" \
        -keyout tls.key -out tls.crt 2>/dev/null
fi
# What compose must know of this installation, unless somebody has written it already.
if [ "$host" != localhost ] && [ ! -e ../.env ]; then
    printf 'ALLOWED_HOSTS=%s\nPUBLIC_URL=https://%s\n' "$host" "$host" >../.env
fi
# The processes in the containers are not root and must read them; other people stop at the folder.
chmod 444 -- *
ls
# Where compose writes the backups by default, for the user of its containers; better a disk of another machine.
[ -d ../backup ] || mkdir -m 700 ../backup
chown 10001:10001 ../backup 2>/dev/null || echo "run as root: chown 10001:10001 backup" >&2
