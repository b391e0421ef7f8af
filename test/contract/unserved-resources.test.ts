import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Catalog } from "../../src/aws/catalog.ts";
import { UNSERVED } from "../../src/aws/unserved.ts";
import type { Cloud } from "../../src/index.ts";
import { wireIndex } from "../../src/models/model.ts";
import { loadDeclarations, serviceSources } from "../../src/service-folders.ts";
import { testCloud } from "../cloud.ts";

/** Rules in front of an upstream, for services that Squall knows by name only: what their requests say on the wire is enough. */

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const json = (service: string, operation: string, input: object): Sent => ({
  headers: {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": `${wireIndex().get(service)!.targetPrefix}.${operation}`,
  },
  body: JSON.stringify(input),
});
const query = (operation: string, input: Record<string, string>): Sent => ({
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: String(new URLSearchParams({ Action: operation, ...input })),
});
const get = (path: string): Sent => ({ method: "GET", path });
const post = (path: string, input: object): Sent => ({
  path,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(input),
});

/** A request, and the end of the ARN of a resource that it names. */
const NAMED: readonly [service: string, request: Sent, resource: string][] = [
  [
    "acm",
    json("acm", "DescribeCertificate", {
      CertificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/c1",
    }),
    "certificate/c1",
  ],
  ["appsync", get("/v1/apis/a1"), "apis/a1"],
  ["athena", json("athena", "GetWorkGroup", { WorkGroup: "w" }), "workgroup/w"],
  ["batch", post("/v1/submitjob", { jobQueue: "q", jobName: "j", jobDefinition: "d" }), "job-queue/q"],
  ["cloudformation", query("DescribeStacks", { StackName: "s" }), "stack/s/*"],
  [
    "cognito-identity",
    json("cognito-identity", "DescribeIdentityPool", { IdentityPoolId: "us-east-1:p" }),
    "identitypool/us-east-1:p",
  ],
  ["cognito-idp", json("cognito-idp", "DescribeUserPool", { UserPoolId: "p" }), "userpool/p"],
  ["ecr", json("ecr", "PutImage", { repositoryName: "team/r", imageManifest: "m" }), "repository/team/r"],
  ["ecs", json("ecs", "DescribeClusters", { clusters: ["x", "c"] }), "cluster/c"],
  ["ecs", json("ecs", "UpdateService", { cluster: "c", service: "s" }), "service/c/s"],
  ["ecs", json("ecs", "StopTask", { cluster: "c", task: "t" }), "task/c/t"],
  ["eks", get("/clusters/c1/node-groups"), "cluster/c1"],
  ["events", json("events", "PutEvents", { Entries: [{}, { EventBusName: "b" }] }), "event-bus/b"],
  ["events", json("events", "PutRule", { Name: "r" }), "rule/r"],
  ["firehose", json("firehose", "PutRecord", { DeliveryStreamName: "d", Record: {} }), "deliverystream/d"],
  ["glue", json("glue", "GetDatabase", { DatabaseName: "d" }), "database/d"],
  ["glue", json("glue", "GetPartitions", { DatabaseName: "d", TableName: "t" }), "table/d/t"],
  ["glue", json("glue", "GetJob", { JobName: "j" }), "job/j"],
  ["kms", json("kms", "Decrypt", { KeyId: "k1" }), "key/k1"],
  ["kms", json("kms", "Decrypt", { KeyId: "alias/main" }), "alias/main"],
  ["opensearch", get("/2021-01-01/opensearch/domain/d1"), "domain/d1"],
  ["pipes", get("/v1/pipes/p1"), "pipe/p1"],
  [
    "rds-data",
    post("/Execute", { resourceArn: "arn:aws:rds:us-east-1:000000000000:cluster:c", sql: "select 1" }),
    "cluster:c",
  ],
  ["redshift", query("DescribeClusters", { ClusterIdentifier: "c" }), "cluster:c"],
  ["route53", get("/2013-04-01/hostedzone/Z1"), "hostedzone/Z1"],
  ["scheduler", get("/schedules/s1?groupName=g1"), "schedule/g1/s1"],
  ["secretsmanager", json("secretsmanager", "GetSecretValue", { SecretId: "prod/db" }), "secret:prod/db"],
  ["sesv2", get("/v2/email/identities/example.com"), "identity/example.com"],
  [
    "stepfunctions",
    json("stepfunctions", "StartExecution", {
      stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:m",
    }),
    "stateMachine:m",
  ],
  [
    "stepfunctions",
    json("stepfunctions", "GetActivityTask", {
      activityArn: "arn:aws:states:us-east-1:000000000000:activity:a",
    }),
    "activity:a",
  ],
];

const served = new Set(serviceSources(undefined).map(({ name }) => name));
const unserved = NAMED.filter(([service]) => !served.has(service));

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud[Symbol.asyncDispose]());

async function send(to: Cloud, service: string, { method = "POST", path = "/", headers, body }: Sent) {
  const { signingName } = wireIndex().get(service)!;
  const authorization = `AWS4-HMAC-SHA256 Credential=000000000000/20261123/us-east-1/${signingName}/aws4_request, SignedHeaders=host, Signature=0`;
  const response = await fetch(`${to.url}${path}`, {
    method,
    headers: { ...headers, authorization },
    ...(body !== undefined && { body }),
  });
  return { fault: response.headers.get("x-squall-fault"), text: await response.text() };
}

for (const [service, request, resource] of unserved) {
  test(`a rule on ${service}'s ${resource} strikes the request that names it, and no other does`, async () => {
    const match = { service, resource: `arn:aws:*:${resource}` };
    for (const [id, one] of [
      ["other", { service, resource: `${match.resource}-other` }],
      ["named", match],
    ] as const) {
      await cloud.faults.add({ id, effect: "error", params: { code: "Struck" }, match: one });
      const { fault } = await send(cloud, service, request);
      assert.equal(fault, id === "named" ? "named" : null, id);
      cloud.faults.remove(id);
    }
  });
}

test("in front of an upstream, too, which gets the request as it was", async () => {
  await using upstream = await testCloud();
  const url = upstream.url;
  const upstreams = { eks: { url }, batch: { url }, secretsmanager: { url } };
  await using front = await testCloud({ upstreams });
  for (const [service, request, resource] of NAMED.filter(([name]) => name in upstreams)) {
    await upstream.faults.add({
      id: "beyond",
      effect: "error",
      params: { code: "Beyond" },
      match: { service },
    });
    const { fault, text } = await send(front, service, request);
    assert.equal(fault, "beyond", service);
    assert.match(text, /fault rule beyond/);
    await front.faults.add({
      id: "here",
      effect: "error",
      params: { code: "Struck" },
      match: { service, resource: `arn:aws:*:${resource}` },
    });
    const struck = await send(front, service, request);
    assert.equal(struck.fault, "here", service);
    upstream.faults.remove("beyond");
    front.faults.remove("here");
  }
});

test("every type that is declared of a service that is not served is named above", async () => {
  const catalog = new Catalog(await loadDeclarations());
  const missing = UNSERVED.filter(({ name }) => !served.has(name))
    .flatMap(({ name }) => catalog.types(name))
    .filter(
      (type) =>
        !unserved.some(
          ([service, , named]) => service === type.service && type.arn.text.includes(`:${kind(named)}`),
        ),
    )
    .map(({ service, name }) => `${service} ${name}`);
  assert.deepEqual(missing, []);

  // `cluster:c` is of the form `…:cluster:{ClusterIdentifier}`.
  function kind(resource: string): string {
    return resource.split(/[/:]/, 1)[0]!;
  }
});
