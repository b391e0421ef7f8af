import assert from "node:assert/strict";
import { Resolver } from "node:dns/promises";
import { request } from "node:http";
import { test } from "node:test";
import { APIGateway } from "@aws-sdk/client-api-gateway";
import { type CreateExperimentTemplateCommandInput, Fis } from "@aws-sdk/client-fis";
import { Route53 } from "@aws-sdk/client-route-53";
import { regionOutage } from "../../src/cli/scenarios/region-outage.ts";
import type { Cloud } from "../../src/index.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";
import { freePort } from "../free-port.ts";

const DOMAIN = "api.example.com";
const [PRIMARY, SECONDARY] = ["us-east-1", "eu-central-1"];
/** How often the client asks, and the health check: a check that fails three times in a row is unhealthy. */
const STEP_SECONDS = 5;
const INTERVAL_SECONDS = 10;
const THRESHOLD = 3;

/** An API that says which region it is in, under the domain name: as AWS has it there. */
async function regionalApi(options: ReturnType<typeof clientOptions>, region: string) {
  const apis = new APIGateway({ ...options, region });
  const says = {
    type: "mock",
    requestTemplates: { "application/json": '{"statusCode": 200}' },
    responses: { default: { statusCode: "200", responseTemplates: { "application/json": region } } },
  };
  const operation = { responses: { 200: {} }, "x-amazon-apigateway-integration": says };
  const definition = {
    swagger: "2.0",
    info: { title: "api", version: "1" },
    paths: { "/": { get: operation } },
  };
  const { id: restApiId } = await apis.importRestApi({ body: Buffer.from(JSON.stringify(definition)) });
  await apis.createDeployment({ restApiId, stageName: "prod" });
  const endpointConfiguration = { types: ["REGIONAL" as const] };
  const domain = await apis.createDomainName({ domainName: DOMAIN, endpointConfiguration });
  await apis.createBasePathMapping({ domainName: DOMAIN, restApiId, stage: "prod" });
  return { host: `${restApiId}.execute-api.${region}.amazonaws.com`, domain };
}

type Api = Awaited<ReturnType<typeof regionalApi>>;

async function healthCheckOf(route53: Route53, { host }: Api): Promise<string> {
  const { HealthCheck } = await route53.createHealthCheck({
    CallerReference: host,
    HealthCheckConfig: {
      Type: "HTTPS",
      FullyQualifiedDomainName: host,
      ResourcePath: "/prod/",
      RequestInterval: INTERVAL_SECONDS,
      FailureThreshold: THRESHOLD,
    },
  });
  return HealthCheck?.Id ?? "";
}

async function failover(route53: Route53, primary: Api, secondary: Api): Promise<string> {
  const { HostedZone } = await route53.createHostedZone({ Name: "example.com", CallerReference: "zone" });
  const HealthCheckId = await healthCheckOf(route53, primary);
  const record = (Failover: "PRIMARY" | "SECONDARY", { domain }: Api, more: object = {}) => ({
    Action: "CREATE" as const,
    ResourceRecordSet: {
      Name: DOMAIN,
      Type: "A" as const,
      SetIdentifier: Failover,
      Failover,
      AliasTarget: {
        DNSName: domain.regionalDomainName,
        HostedZoneId: domain.regionalHostedZoneId,
        EvaluateTargetHealth: false,
      },
      ...more,
    },
  });
  await route53.changeResourceRecordSets({
    HostedZoneId: HostedZone?.Id,
    ChangeBatch: { Changes: [record("PRIMARY", primary, { HealthCheckId }), record("SECONDARY", secondary)] },
  });
  return HealthCheckId;
}

/** A client that asks for the name's address each time, and for the page there. */
function client(cloud: Cloud, dnsPort: number) {
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${dnsPort}`]);
  const { port } = new URL(cloud.url);
  return async () => {
    const [host] = await resolver.resolve4(DOMAIN);
    return new Promise<{ status: number | undefined; region: string }>((resolve, reject) => {
      const asked = request({ host, port, path: "/", headers: { host: `${DOMAIN}:${port}` } }, (response) => {
        let region = "";
        response.on("data", (chunk) => {
          region += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode, region }));
      });
      asked.on("error", reject).end();
    });
  };
}

test("a region goes down, its health check fails, DNS moves, and a client's traffic recovers", async () => {
  const dnsPort = await freePort();
  await using cloud = await testCloud({ clockRate: 0, dns: { ports: [dnsPort] } });
  const options = clientOptions(cloud, newAccount());
  const route53 = new Route53(options);
  const apis = [await regionalApi(options, PRIMARY), await regionalApi(options, SECONDARY)] as const;
  const HealthCheckId = await failover(route53, ...apis);
  const visit = client(cloud, dnsPort);

  /** Seconds of the clock until a visit ends as wanted, and how many did not. */
  const until = async (wanted: (visit: { status: number | undefined; region: string }) => boolean) => {
    for (let failed = 0; failed < 100; failed++) {
      if (wanted(await visit())) return failed * STEP_SECONDS;
      await cloud.clock.advance(`${STEP_SECONDS}s`);
    }
    return Number.POSITIVE_INFINITY;
  };

  await cloud.clock.advance("1m");
  assert.deepEqual(await visit(), { status: 200, region: PRIMARY });

  const fis = new Fis({ ...options, region: PRIMARY });
  const role = "arn:aws:iam::000000000000:role/ExperimentRole";
  const choice = { role, region: PRIMARY, zone: "", otherRegion: "", launchRoles: [] };
  const { experimentTemplate } = await fis.createExperimentTemplate({
    ...(regionOutage.template(choice) as unknown as CreateExperimentTemplateCommandInput),
    clientToken: "outage",
  });
  const { experiment } = await fis.startExperiment({
    experimentTemplateId: experimentTemplate?.id,
    clientToken: "start",
  });
  await cloud.clock.advance("1s");
  assert.equal((await visit()).status, 503);

  const outage = await until(({ status }) => status === 200);
  assert.equal((await visit()).region, SECONDARY);
  assert.ok(outage > 0 && outage <= INTERVAL_SECONDS * THRESHOLD, `the outage lasts ${outage} s`);
  await fis.stopExperiment({ id: experiment?.id });
  assert.equal((await visit()).region, SECONDARY, "it is not back at once");
  // Route 53's own API is in the Region that was down; its name servers are everywhere.
  const { HealthCheckObservations: [seen] = [] } = await route53.getHealthCheckLastFailureReason({
    HealthCheckId,
  });
  assert.equal(
    seen?.StatusReport?.Status,
    "Failure: HTTP Status Code 503, Service Unavailable. Resolved IP: 127.0.0.1",
  );
  const back = await until(({ region }) => region === PRIMARY);
  assert.ok(back > 0 && back <= INTERVAL_SECONDS * THRESHOLD, `it is back after ${back} s`);
});
