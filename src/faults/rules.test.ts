import assert from "node:assert/strict";
import { test } from "node:test";
import { checkRule } from "./checked-rule.ts";
import { effects, names, testEngine } from "./fixture.test.ts";
import { nearest } from "./nearest.ts";
import { normalizeRule } from "./rules.ts";

const normal = (given: unknown) => normalizeRule(given, effects);

function refused(given: unknown, message: string | RegExp, field?: string) {
  const { engine } = testEngine();
  assert.throws(() => engine.add(given as never), {
    name: "RuleError",
    status: 400,
    message,
    ...(field && { field }),
  });
  assert.deepEqual(engine.list(), []);
}

test("a rule in its full form stays as it is", () => {
  const rule = {
    id: "a",
    effect: "error",
    params: { kind: "throttle" },
    match: { service: "dynamodb", operation: "PutItem", resource: "arn:x", role: "arn:y" },
    times: 2,
  };
  assert.deepEqual(normal(rule), rule);
});

test("what is matched, the effect and its params may stand at the top", () => {
  assert.deepEqual(
    normal({ service: "sqs", operations: "SendMessage, Receive*", error: "Oops", status: "418" }),
    {
      effect: "error",
      params: { code: "Oops", status: "418" },
      match: { service: "sqs", operation: ["SendMessage", "Receive*"] },
    },
  );
  assert.deepEqual(normal({ error: "throttle", times: "2" }), {
    effect: "error",
    params: { kind: "throttle" },
    times: 2,
  });
  assert.deepEqual(normal({ latency: "200ms" }), { effect: "latency", params: { ms: "200ms" } });
  assert.deepEqual(normal({ latency: { p50: 20, p99: 400 } }), {
    effect: "latency",
    params: { p50: 20, p99: 400 },
  });
  assert.deepEqual(normal({ reset: true, percentage: "25%" }), { effect: "reset", percentage: 25 });
  assert.deepEqual(normal({ effect: "latency", ms: 5 }), { effect: "latency", params: { ms: 5 } });
  assert.deepEqual(
    normal({ reset: true, accessKey: "AKIA*", headers: { "x-a": "b" }, sequence: "fail, pass" }),
    {
      effect: "reset",
      match: { accessKeyId: "AKIA*", header: { "x-a": "b" } },
      sequence: ["fail", "pass"],
    },
  );
});

test("headers at the top of an error are headers of the response", () => {
  assert.deepEqual(normal({ error: "Oops", headers: { "retry-after": "3" } }).params, {
    code: "Oops",
    headers: { "retry-after": "3" },
  });
});

test("an account that YAML took for a number is one again", () => {
  assert.deepEqual(normal({ reset: true, account: 12345678901 }).match, { account: "012345678901" });
});

test("a rule in the table is complete, with defaults, and cannot be changed from outside", () => {
  const { engine, clock } = testEngine();
  const rule = engine.add({ effect: "latency", params: { ms: "1.5s" }, ttl: "PT1M" });
  assert.deepEqual(rule, {
    id: "rule-1",
    owner: "user",
    point: "api",
    match: {},
    effect: "latency",
    params: { ms: 1500, when: "before" },
    percentage: 100,
    expiresAt: clock.now() + 60_000,
  });
  assert.ok(Object.isFrozen(rule) && Object.isFrozen(rule.params) && Object.isFrozen(rule.match));
});

test("a service that there is not is refused with the nearest", () => {
  refused(
    { reset: true, service: "dynamo" },
    'There is no service "dynamo". Did you mean "dynamodb"?',
    "match.service",
  );
  refused(
    { reset: true, service: "eventbridge" },
    'There is no service "eventbridge". Did you mean "events"?',
  );
  refused(
    { reset: true, service: "quantum" },
    'There is no service "quantum". One that is newer than Squall\'s models is written "new:quantum".',
  );
  refused({ reset: true, service: "dino*" }, /^There is no service "dino\*"\./);
});

test("an operation that there is not is refused with the nearest", () => {
  refused(
    { reset: true, service: "dynamodb", operation: "PutItme" },
    'The service "dynamodb" has no operation "PutItme". Did you mean "PutItem"?',
    "match.operation",
  );
  refused({ reset: true, service: "sqs", operation: "sendMessage" }, /Did you mean "SendMessage"\?$/);
  refused(
    { reset: true, operation: "PutObjekt" },
    'No matching service has an operation "PutObjekt". Did you mean "PutObject"?',
  );
  refused(
    { reset: true, service: "sqs", operation: "Put*" },
    /^The service "sqs" has no operation "Put\*"\./,
  );
});

test("globs over services and operations that there are pass", () => {
  const { engine } = testEngine();
  engine.add({ effect: "reset", match: { service: ["s*", "dynamodb"], operation: ["Put*", "GetItem"] } });
  engine.add({ effect: "reset", match: { operation: "PutItem" } });
});

test("a service without a list of operations may have any, when the rule names it", () => {
  const { engine } = testEngine({
    knows: { ...names, services: () => [...names.services(), "execute-api"] },
  });
  engine.add({ effect: "reset", match: { service: "execute-api", operation: "GET" } });
  assert.throws(() => engine.add({ effect: "reset", match: { operation: "GET" } }), {
    message: 'No matching service has an operation "GET".',
  });
});

test("operations that take a moment to know are checked by check, and taken on trust by add", async () => {
  const slow = { ...names, operations: async (service: string) => names.operations(service) };
  const { engine } = testEngine({ knows: slow });
  engine.add({ effect: "reset", match: { service: "sqs", operation: "Nonsense" } });
  await assert.rejects(engine.check({ reset: true, service: "sqs", operation: "SendMesage" }), {
    message: 'The service "sqs" has no operation "SendMesage". Did you mean "SendMessage"?',
  });
  assert.deepEqual(await engine.check({ reset: true, service: "sqs", operation: "SendMessage" }), {
    effect: "reset",
    match: { service: "sqs", operation: "SendMessage" },
  });
});

test("a fault point that there is not is refused with the nearest", () => {
  refused(
    { reset: true, point: "sqs:delivery" },
    'There is no fault point "sqs:delivery". Did you mean "sqs:deliver"?',
    "point",
  );
});

test("an effect must be possible at its point", () => {
  refused(
    { effect: "duplicate" },
    'There is no effect "duplicate". It is one of the fault point "sqs:deliver". There is broken-chunk, clock-skew, corrupt, empty-response, error-in-200, error, event-stream, expired-token, garbage-then-close, hang, headers, latency, lost-reply, partial, partition, rate-limit, reset, slow-body, truncate, upload.',
  );
  refused(
    { effect: "reset", point: "sqs:deliver" },
    'There is no effect "reset" at the fault point "sqs:deliver". There is duplicate.',
  );
  refused(
    { effect: "truncate", point: "lambda:invoke" },
    /^There is no effect "truncate" at the fault point "lambda:invoke"\./,
  );
});

test("a point's own effect has params of its own", () => {
  refused(
    { effect: "duplicate", point: "sqs:deliver", params: { copies: 11 } },
    'The parameter "copies" of the effect "duplicate" must be from 1 to 10, not 11.',
  );
});

test("a service that does not declare the point can never match", () => {
  refused(
    { effect: "duplicate", point: "sqs:deliver", service: "s3" },
    'The fault point "sqs:deliver" is in the service "sqs".',
    "match.service",
  );
});

test("a rule needs one effect", () => {
  refused(
    { service: "sqs" },
    /^A rule needs an effect: one of broken-chunk, clock-skew, corrupt, /,
    "effect",
  );
  refused({ service: "sqs", eror: "throttle" }, 'A rule has no field "eror". Did you mean "error"?', "eror");
  refused({ servce: "sqs" }, 'A rule has no field "servce". Did you mean "service"?', "servce");
  refused({ reset: true, hang: true }, "A rule has one effect, this one has reset and hang.");
  refused({ effect: "reset", latency: 5 }, "A rule has one effect, this one has reset and latency.");
  refused({ effect: 5 }, "effect must be the name of an effect, not 5.");
  refused({ effect: "eror" }, /^There is no effect "eror"\. Did you mean "error"\?/);
  refused({ reset: "hard" }, 'reset is written as true or with its params, not as "hard".');
});

test("an unknown field is refused with the nearest", () => {
  refused({ reset: true, tims: 2 }, 'A rule has no field "tims". Did you mean "times"?', "tims");
  refused(
    { reset: true, match: { servce: "sqs" } },
    'A match has no field "servce". Did you mean "service"?',
    "match.servce",
  );
  refused({ error: "X", sttaus: 500 }, 'A rule has no field "sttaus". Did you mean "status"?');
  refused(
    { effect: "error", params: { code: "X", statsu: 500 } },
    /^The effect "error" has no parameter "statsu"\. Did you mean "status"\?/,
    "params.statsu",
  );
  refused(
    { reset: true, service: "sqs", match: { service: "sqs" } },
    "service stands in the rule and in its match.",
  );
});

test("percentage is from 0 to 100", () => {
  for (const percentage of [0, 0.5, 100])
    assert.equal(normal({ reset: true, percentage }).percentage, percentage);
  for (const percentage of [-1, 100.1, "many", Number.NaN]) {
    refused(
      { reset: true, percentage },
      /^percentage must be a number from 0 \(never\) to 100 \(always\), not /,
      "percentage",
    );
  }
});

test("times and every start at 1, skip at 0, and all are whole", () => {
  assert.equal(normal({ reset: true, skip: 0 }).skip, 0);
  refused({ reset: true, times: 0 }, "times must be a whole number from 1, not 0.", "times");
  refused({ reset: true, every: 0 }, "every must be a whole number from 1, not 0.");
  refused({ reset: true, skip: -1 }, "skip must be a whole number from 0, not -1.");
  refused({ reset: true, times: 1.5 }, "times must be a whole number from 1, not 1.5.");
  refused({ reset: true, times: "two" }, 'times must be a whole number from 1, not "two".');
});

test("a sequence is of fail and pass", () => {
  refused({ reset: true, sequence: [] }, /^sequence must be a list of 1 to 10000 entries/);
  refused(
    { reset: true, sequence: ["fail", "maybe"] },
    /^sequence must be a list of "fail" and "pass", not /,
  );
});

test("a ttl is a duration above 0", () => {
  for (const [ttl, ms] of [
    ["PT30S", 30_000],
    ["30s", 30_000],
    ["250", 250],
    [250, 250],
  ] as const) {
    assert.equal(normal({ reset: true, ttl }).ttl, ms);
  }
  for (const ttl of [0, -1, "soon", "PT"]) {
    refused(
      { reset: true, ttl },
      /^ttl must be a duration above 0 \(milliseconds, or text like 30s, PT5M\), not /,
      "ttl",
    );
  }
});

test("what is not an object is not a rule", () => {
  for (const given of [null, [], "reset", 5]) refused(given, /^A rule must be an object, not /);
});

test("ids can be sent in a header", () => {
  refused({ reset: true, id: "a b" }, /^id must be 1 to 256 letters, digits and \. : \/ - _, not "a b"\.$/);
  refused({ reset: true, id: "x".repeat(257) }, /^id must be/);
  assert.equal(normal({ reset: true, id: "x".repeat(256) }).id?.length, 256);
});

test("check refuses what add refuses", async () => {
  const world = { effects, knows: names, nowMs: 0 };
  await assert.rejects(checkRule({ latency: "soon" }, world), { name: "RuleError" });
  await assert.rejects(checkRule({ reset: true, input: "a ==" }, world), { name: "RuleError" });
});

test("the nearest name forgives swapped letters and case, and is not far-fetched", () => {
  assert.equal(nearest("getitem", ["PutItem", "GetItem"]), "GetItem");
  assert.equal(nearest("recieve", ["send", "receive"]), "receive");
  assert.equal(nearest("sqs", ["route53", "dynamodb"]), undefined);
});
