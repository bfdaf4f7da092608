#!/bin/sh
# Makes the password file from the environment and starts the broker in this process' place.
set -eu
cd /mosquitto/config
cp /mosquitto/conf/mosquitto.conf /mosquitto/conf/acl .
touch passwords
chmod 600 passwords
mosquitto_passwd -b passwords gateway "$GATEWAY_PASSWORD"
mosquitto_passwd -b passwords simulator "$SIMULATOR_PASSWORD"
chown -R mosquitto /mosquitto/config /mosquitto/data
exec mosquitto -c /mosquitto/config/mosquitto.conf
