# Squall in a container, for those who want one: not root, health-checked. Its variants: `docker build --target full` has what hooks
# and functions in other languages want (the AWS CLI, Python, Java, Ruby), `--target gateway` stands in front of something; without a
# target it is Squall alone.
FROM node:24-slim AS build
WORKDIR /build
# What compiles the Java bootstrap of functions; it stays in this stage.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends openjdk-17-jdk-headless \
 && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm pack --pack-destination /tmp

FROM node:24-slim AS slim
COPY --from=build /tmp/squall-*.tgz /tmp/squall.tgz
RUN npm install --global --no-audit --no-fund /tmp/squall.tgz \
 && rm -rf /tmp/squall.tgz /root/.npm \
 && install -d -o node -g node /var/lib/squall /etc/localstack/init
# node, by number: a host can tell that it is not root without asking the image.
USER 1000
ENV PERSISTENCE=0 SQUALL_DATA_DIR=/var/lib/squall
EXPOSE 4566
VOLUME /var/lib/squall
HEALTHCHECK --interval=5s --timeout=2s --start-period=5s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4566/_squall/health').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Inside a container loopback reaches nobody; what reaches it from outside is up to the published ports. The admin API
# wants a token then: SQUALL_ADMIN_TOKEN, or the one that the log says.
ENTRYPOINT ["squall", "start", "--host", "0.0.0.0"]

FROM slim AS full
USER 0
# Debian's: their versions are those of the base image's release.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
      awscli openjdk-17-jre-headless python3 python3-boto3 ruby ruby-aws-sdk-core \
 && rm -rf /var/lib/apt/lists/*
USER 1000

# Squall in front of something (docs/guide/deploy.md), with all that a gateway asks for when it is wanted.
FROM slim AS gateway
USER 0
RUN npm install --global --no-audit --no-fund \
      @aws-sdk/credential-provider-node@3.972.97 \
      @nats-io/jetstream@3.4.0 @nats-io/kv@3.4.0 @nats-io/transport-node@3.4.0 \
      @opentelemetry/api@1.10.0 @opentelemetry/exporter-trace-otlp-http@0.301.0 \
      @opentelemetry/resources@3.1.0 @opentelemetry/sdk-trace@3.1.0 \
      @peculiar/x509@2.2.0 pg@8.23.1 reflect-metadata@0.2.2 \
 && rm -rf /root/.npm
USER 1000
ENTRYPOINT ["squall", "gateway", "--host", "0.0.0.0"]

FROM slim
