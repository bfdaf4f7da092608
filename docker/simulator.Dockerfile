# The simulator. Build from the root of the repository.
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY docker/ca /ca
ENV NODE_EXTRA_CA_CERTS=/ca/site.crt
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs --installed simulator

FROM node:24-bookworm-slim AS run
WORKDIR /app
COPY docker/ca /ca
COPY package.json package-lock.json .npmrc ./
RUN NODE_EXTRA_CA_CERTS=/ca/site.crt npm ci --omit=dev --omit=optional --no-audit --no-fund && rm -rf /root/.npm
COPY --from=build /src/dist/libs dist/libs
COPY --from=build /src/dist/apps/simulator dist/apps/simulator
ENV NODE_ENV=production HEALTH_FILE=/tmp/healthy
USER node
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["sh", "-c", "find /tmp/healthy -mmin -0.25 | grep -q ."]
ENTRYPOINT ["node", "--enable-source-maps", "dist/apps/simulator/src/main.js"]
# Flags of the simulator: docker run telewire-simulator --beds 16
CMD []
