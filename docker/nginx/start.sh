#!/bin/sh
# Takes the site's certificate, or makes one for trying, and starts nginx in this process' place.
set -eu
umask 077
mkdir -p /tmp/tls
if [ -n "${TLS_DIR:-}" ] || [ -e /tls/tls.crt ] || [ -e /tls/tls.key ]; then
  for file in tls.crt tls.key; do
    if [ ! -f "/tls/$file" ] || [ ! -r "/tls/$file" ]; then
      echo "${TLS_DIR:-docker/nginx/tls}: $file is missing there, or user $(id -u) may not read it." >&2
      exit 1
    fi
  done
  ln -sf /tls/tls.crt /tls/tls.key /tmp/tls/
else
  echo 'TLS_DIR is not set: a certificate for localhost is made, which no browser trusts.'
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj /CN=localhost \
    -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1' \
    -keyout /tmp/tls/tls.key -out /tmp/tls/tls.crt 2>/dev/null
fi
exec nginx -e stderr -c /etc/nginx/nginx.conf
