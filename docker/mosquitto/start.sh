#!/bin/sh
# Makes the password file from the environment and starts the broker in this process' place.
set -eu
cd /mosquitto/config
cp /mosquitto/conf/mosquitto.conf /mosquitto/conf/acl .
touch passwords
chmod 600 passwords
mosquitto_passwd -b passwords gateway "$GATEWAY_PASSWORD"
mosquitto_passwd -b passwords simulator "$SIMULATOR_PASSWORD"
# Options of the health check's mosquitto_sub, so that no password shows in the list of processes.
(umask 077 && printf '%s\n' '-u gateway' "-P $GATEWAY_PASSWORD" >mosquitto_sub)
# The volume may come from an image in which the broker has another number.
chown -R mosquitto /mosquitto/config /mosquitto/data
exec mosquitto -c /mosquitto/config/mosquitto.conf
