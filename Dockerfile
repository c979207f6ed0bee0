# syntax=docker/dockerfile:1
# The product as an image: worker, gateway and command line. `docker build --tag journey-metrics .`
# docs/operations.md#container-image says how to run it. Node and Debian are named by version: rebuild to get their fixes.

FROM node:22.20.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# The bill of materials is made of what is left: `--omit=dev` would leave out what development needs, too.
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && npm pkg delete devDependencies \
  && npm sbom --sbom-format=cyclonedx > sbom.cdx.json \
  && mkdir /image \
  && cp -R package.json catalogue.json schemas LICENSE dist node_modules sbom.cdx.json /image/

# Nothing but Node, our files and what they need: no npm, no yarn, no corepack.
FROM node:22.20.0-bookworm-slim
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-* \
  /usr/local/bin/yarn /usr/local/bin/yarnpkg \
  && mkdir /datasets && chown 65532:65532 /datasets
WORKDIR /app
COPY --from=build /image/ ./
ENV NODE_ENV=production \
  DATASET_URL=file:///datasets \
  HEALTH_ADDRESS=0.0.0.0:8081 \
  METRICS_ADDRESS=0.0.0.0:9464
# Rows, where they are not in a bucket. Everything else may be read-only.
VOLUME /datasets
USER 65532:65532
EXPOSE 8080 8081 9464
STOPSIGNAL SIGTERM
ENTRYPOINT ["node"]
CMD ["dist/src/worker.js"]
