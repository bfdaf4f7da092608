# The gateway with the dashboard and the SDK in it. Build from the root of the repository.
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY docker/ca /ca
ENV NODE_EXTRA_CA_CERTS=/ca/site.crt
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs --installed gateway dashboard sdk

FROM node:24-bookworm-slim AS run
WORKDIR /app
COPY docker/ca /ca
COPY package.json package-lock.json .npmrc ./
RUN NODE_EXTRA_CA_CERTS=/ca/site.crt npm ci --omit=dev --omit=optional --no-audit --no-fund && rm -rf /root/.npm
COPY --from=build /src/dist/libs dist/libs
COPY --from=build /src/dist/apps/gateway dist/apps/gateway
COPY --from=build /src/dist/dashboard dist/dashboard
COPY --from=build /src/dist/sdk dist/sdk
# A new volume takes over the owner of the folder that it is mounted on.
RUN mkdir /data && chown node:node /data
ENV HOST=0.0.0.0 NODE_ENV=production DATA_DIR=/data
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.PORT||3000)+'/health/ready').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=16", "dist/apps/gateway/src/main.js"]
