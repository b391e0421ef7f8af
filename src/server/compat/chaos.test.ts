import assert from "node:assert/strict";
import { test } from "node:test";
import { Bus } from "../../core/bus.ts";
import type { Call, Outcome } from "../../core/call.ts";
import { Clock } from "../../core/clock.ts";
import { Identities } from "../../core/identities.ts";
import { Random } from "../../core/random.ts";
import { FaultEngine } from "../../faults/engine.ts";
import { identifiable } from "../../faults/fixture.test.ts";
import { loadEffects } from "../../faults/registry.ts";
import { BadRequest, Router } from "../router.ts";
import { chaosRoutes } from "./chaos.ts";

const effects = await loadEffects();

async function door() {
  const clock = new Clock({ rate: 0 });
  const faults = new FaultEngine({
    clock,
    random: new Random("seed"),
    bus: new Bus(),
    effects,
    identities: new Identities(),
    identifiable,
    knows: {
      services: () => ["dynamodb", "kinesis", "lambda", "s3", "apigateway", "execute-api", "lambda-url"],
      operations: (service) => (service === "dynamodb" ? ["PutItem", "GetItem"] : ["PutRecord"]),
      points: () => ({}),
    },
  });
  const router = new Router();
  router.add(chaosRoutes(faults));
  const ask = async (method: string, path: string, body?: unknown) => {
    const request = {
      method,
      path: `/_localstack/${path}`,
      query: "",
      headers: {},
      body: Buffer.from(body === undefined ? "" : JSON.stringify(body)),
    };
    try {
      const found = router.find(request)!;
      const answer = "route" in found ? await found.route.handle(request, found.params) : found.refusal;
      return { status: answer.status, body: JSON.parse(String(answer.body)) };
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      return { status: error.status, body: error.message };
    }
  };
  /** How a call ends: `ok`, or the error's code, status and message. */
  const ending = async (service: string, operation: string, region = "us-east-1") => {
    const caller = { accessKeyId: "", account: "000000000000", arn: "", userId: "" };
    const call: Call = {
      id: "c",
      service,
      operation,
      region,
      caller,
      input: {},
      account: "000000000000",
      headers: {},
      signal: new AbortController().signal,
    };
    const ok: Outcome = { kind: "output", output: {} };
    const outcome = await faults.withFaults(call, async () => ok, []);
    return outcome.kind === "error"
      ? `${outcome.error.code} ${outcome.error.status} ${outcome.error.message}`
      : "ok";
  };
  return { ask, ending, faults, clock };
}

const DOWN = "ServiceUnavailable 503 Operation failed due to a simulated fault";

test("a posted rule is echoed as it came, and strikes with LocalStack's defaults", async () => {
  const { ask, ending } = await door();
  const rules = [{ service: "dynamodb", region: "us-east-1" }];
  assert.deepEqual(await ask("POST", "chaos/faults", rules), { status: 200, body: rules });
  assert.deepEqual(await ask("GET", "chaos/faults"), { status: 200, body: rules });
  assert.equal(await ending("dynamodb", "GetItem"), DOWN);
  assert.equal(await ending("dynamodb", "GetItem", "eu-west-1"), "ok");
  assert.equal(await ending("s3", "GetObject"), "ok");
});

test("an empty rule is everything, an empty list is nothing", async () => {
  const { ask, ending } = await door();
  await ask("POST", "chaos/faults", [{}]);
  assert.equal(await ending("s3", "GetObject"), DOWN);
  assert.deepEqual((await ask("POST", "chaos/faults", [])).body, []);
  assert.equal(await ending("s3", "GetObject"), "ok");
});

test("POST replaces, PATCH appends, and the first rule that fires decides", async () => {
  const { ask, ending } = await door();
  await ask("POST", "chaos/faults", [{ service: "s3" }]);
  const first = { service: "dynamodb", operation: "PutItem", error: { statusCode: 400, code: "Throttled" } };
  await ask("POST", "chaos/faults", [first]);
  assert.equal(await ending("s3", "GetObject"), "ok");
  const both = await ask("PATCH", "chaos/faults", [{ service: "dynamodb", description: "all of it" }]);
  assert.deepEqual(both.body, [first, { service: "dynamodb", description: "all of it" }]);
  assert.match(await ending("dynamodb", "PutItem"), /^Throttled 400/);
  assert.equal(await ending("dynamodb", "GetItem"), DOWN);
});

test("DELETE takes what is exactly equal, and everything when nothing is named", async () => {
  const { ask, ending } = await door();
  const rules = [{ service: "s3" }, { service: "dynamodb", probability: 1 }];
  await ask("POST", "chaos/faults", rules);
  assert.deepEqual((await ask("DELETE", "chaos/faults", [{ service: "dynamodb" }])).body, rules);
  assert.deepEqual((await ask("DELETE", "chaos/faults", [rules[1]])).body, [rules[0]]);
  assert.equal(await ending("dynamodb", "GetItem"), "ok");
  assert.deepEqual((await ask("DELETE", "chaos/faults", [])).body, []);
  assert.equal(await ending("s3", "GetObject"), "ok");
});

test("a probability is the share of calls that fail", async () => {
  const { ask, ending } = await door();
  const error = { statusCode: 400, code: "ProvisionedThroughputExceededException" };
  await ask("PATCH", "chaos/faults", [
    { service: "kinesis", operation: "PutRecord", probability: 0.3, error },
  ]);
  let failed = 0;
  for (let i = 0; i < 1000; i++) if ((await ending("kinesis", "PutRecord")) !== "ok") failed++;
  assert.ok(failed > 240 && failed < 360, `${failed} of 1000`);
});

test("a rule that is wrong is refused, and the ones that are there stay", async () => {
  const { ask } = await door();
  await ask("POST", "chaos/faults", [{ service: "s3" }]);
  for (const [rule, message] of [
    [{ probability: 1.1 }, /probability is a number from 0 to 1/],
    [{ error: { statusCode: 399 } }, /statusCode is a whole number from 400 to 599/],
    [{ error: { statusCode: 600 } }, /statusCode/],
    [{ error: { code: "No spaces" } }, /error\.code must match/],
    [{ operation: "Put*" }, /operation must match/],
    [{ service: "dynamo" }, /There is no service "dynamo"\. Did you mean "dynamodb"\?/],
    [{ service: "dynamodb", operation: "PutItm" }, /has no operation "PutItm"/],
  ] as const) {
    const refused = await ask("POST", "chaos/faults", [{ service: "lambda" }, rule]);
    assert.equal(refused.status, 400);
    assert.match(refused.body, message);
  }
  assert.equal((await ask("POST", "chaos/faults", { service: "s3" })).status, 400);
  assert.deepEqual((await ask("GET", "chaos/faults")).body, [{ service: "s3" }]);
});

test("an outage of API Gateway is one of its APIs, too", async () => {
  const { ask, ending } = await door();
  await ask("POST", "chaos/faults", [{ service: "apigateway" }]);
  assert.equal(await ending("apigateway", "GetRestApis"), DOWN);
  assert.equal(await ending("execute-api", "GET"), DOWN);
  assert.equal(await ending("lambda-url", "GET"), "ok");
});

test("latency is in milliseconds, for every call", async () => {
  const { ask, ending, clock } = await door();
  assert.deepEqual((await ask("GET", "chaos/effects")).body, { latency: 0 });
  assert.deepEqual((await ask("POST", "chaos/effects", { latency: 500 })).body, { latency: 500 });
  assert.deepEqual((await ask("GET", "chaos/effects")).body, { latency: 500 });
  let ended = false;
  const call = ending("s3", "GetObject").then(() => {
    ended = true;
  });
  await clock.advance(499);
  assert.equal(ended, false);
  await clock.advance(1);
  await call;
  assert.equal((await ask("POST", "chaos/effects", { latency: -1 })).status, 400);
  assert.deepEqual((await ask("POST", "chaos/effects", { latency: 0 })).body, { latency: 0 });
  assert.equal(await ending("s3", "GetObject"), "ok");
});

test("an outage says which service is out", async () => {
  const { ask, ending } = await door();
  await ask("POST", "outages", [{ service: "s3", region: "us-east-1" }]);
  assert.equal(
    await ending("s3", "GetObject"),
    "ServiceUnavailableException 503 Service 's3' not accessible due to an outage",
  );
  assert.deepEqual((await ask("DELETE", "outages")).body, []);
  assert.equal(await ending("s3", "GetObject"), "ok");
});
