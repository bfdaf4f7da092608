#!/usr/bin/env bash
# Builds the base images under their usual names from Debian's packages and the npm registry, for networks where no image
# registry answers. Leaves alone what is there. Needs root, docker and debootstrap.
set -euo pipefail

suite=bookworm
node_version=24.21.0

have() { docker image inspect "$1" >/dev/null 2>&1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! have debian:bookworm-slim; then
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$work/root" >/dev/null
  rm -rf "$work"/root/var/cache/apt/archives/*.deb "$work"/root/var/lib/apt/lists/* "$work"/root/usr/share/{doc,man,locale}
  tar -C "$work/root" -c . | docker import --change 'CMD ["bash"]' - debian:bookworm-slim >/dev/null
  rm -rf "$work/root"
fi

if ! have node:24-bookworm-slim; then
  # The npm package is Node itself; npm comes from the registry too.
  (cd "$work" && npm pack --silent "node-linux-$(node -p process.arch)@$node_version" npm@11 >/dev/null)
  mkdir -p "$work/node/opt/node" "$work/node/usr/local/lib/node_modules/npm" "$work/node/usr/local/bin"
  tar -xzf "$work"/node-linux-*.tgz -C "$work/node/opt/node" --strip-components=1
  tar -xzf "$work"/npm-11*.tgz -C "$work/node/usr/local/lib/node_modules/npm" --strip-components=1
  mv "$work/node/opt/node/bin/node" "$work/node/usr/local/bin/node"
  rm -rf "$work/node/opt"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$work/node/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$work/node/usr/local/bin/npx"
  cat >"$work/node/Dockerfile" <<'DOCKERFILE'
FROM debian:bookworm-slim
COPY usr /usr
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node
CMD ["node"]
DOCKERFILE
  docker build -q -t node:24-bookworm-slim "$work/node" >/dev/null
fi

if ! have eclipse-mosquitto:2; then
  mkdir -p "$work/mosquitto"
  cat >"$work/mosquitto/Dockerfile" <<'DOCKERFILE'
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends mosquitto mosquitto-clients && rm -rf /var/lib/apt/lists/*
RUN mkdir -p /mosquitto/config /mosquitto/data && chown -R mosquitto /mosquitto
CMD ["/usr/sbin/mosquitto", "-c", "/mosquitto/config/mosquitto.conf"]
DOCKERFILE
  docker build -q --network host -t eclipse-mosquitto:2 "$work/mosquitto" >/dev/null
fi

if ! have nginx:1; then
  mkdir -p "$work/nginx"
  cat >"$work/nginx/Dockerfile" <<'DOCKERFILE'
FROM debian:bookworm-slim
RUN groupadd --system --gid 101 nginx && useradd --system --uid 101 --gid nginx --home /nonexistent --shell /bin/false nginx
RUN apt-get update && apt-get install -y --no-install-recommends nginx-light openssl ca-certificates curl && rm -rf /var/lib/apt/lists/*
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]
DOCKERFILE
  docker build -q --network host -t nginx:1 "$work/nginx" >/dev/null
fi
docker image ls --format '{{.Repository}}:{{.Tag}} {{.Size}}' | grep -E '^(debian|node|eclipse-mosquitto|nginx):'
