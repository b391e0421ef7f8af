import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Call } from "../core/call.ts";
import type { FaultDecision, FaultMatch, FaultRuleInput, Hit } from "../core/fault.ts";
import { Candidates } from "./candidates.ts";
import { FaultEngine, type FaultEngineOptions } from "./engine.ts";
import { aCall, effects, ending, succeed, testEngine } from "./fixture.test.ts";
import { handlesOf } from "./handles.ts";
import type { Facts } from "./match.ts";
import { compileRule } from "./rule-table.ts";

/** Asks every rule of an operation at every call, as the engine did before it had candidates. */
class LinearEngine extends FaultEngine {
  constructor(options: FaultEngineOptions) {
    super(options);
    const candidates = this.table.candidates.bind(this.table);
    this.table.candidates = (point, service, operation) => {
      const found = candidates(point, service, operation);
      return found && Object.assign(found, { for: () => found.rules });
    };
  }
}

const KEYS = ["AKIAONE", "AKIATWO", ""];
const ACCOUNTS = ["000000000000", "111122223333"];
const REGIONS = ["us-east-1", "eu-west-1"];
const SUBNETS = ["subnet-1", "subnet-2"];
const ROLES = ["arn:aws:iam::000000000000:role/worker", "arn:aws:iam::000000000000:role/team/reader"];
const ARNS = [
  "arn:aws:dynamodb:us-east-1:000000000000:table/orders",
  "arn:aws:dynamodb:us-east-1:000000000000:table/orders/index/by-day",
  "arn:aws:sqs:us-east-1:000000000000:orders",
  "arn:aws:sqs:eu-west-1:111122223333:orders.fifo",
  "arn:aws:s3:::pictures/2026/orders",
  "arn:aws:s3:::pictures",
  "orders",
  "a:b/",
];
const HEADERS = ["x-team", "x-trace", "constructor"];
const WORDS = ["blue", "green", "red"];

/** Texts with some of their characters given up, or some taken for an exception. */
const patternOf = (texts: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...texts), fc.nat(), fc.nat(), fc.constantFrom("", "", "*", "?", "*/", "!"))
    .map(([text, from, length, instead]) => {
      if (instead === "" || instead === "!") return instead + (text || "*");
      const at = from % (text.length + 1);
      return text.slice(0, at) + instead + text.slice(at + (length % 12));
    });
const patternsOf = (texts: readonly string[]) => {
  const pattern = patternOf(texts);
  return fc.oneof(pattern, fc.array(pattern, { minLength: 1, maxLength: 3 }));
};
/** As users write them: by the last name, the resource part, or the whole. */
const resource = patternsOf([...ARNS, "table/orders", "pictures/2026/orders", "orders.fifo", "index/by-day"]);

const match: fc.Arbitrary<FaultMatch> = fc.record(
  {
    accessKeyId: patternsOf(KEYS),
    account: patternsOf(ACCOUNTS),
    region: patternsOf(REGIONS),
    subnet: patternsOf(SUBNETS),
    role: patternsOf([...ROLES, "worker", "role/team/reader"]),
    caller: patternsOf(ROLES),
    resource,
    header: fc.dictionary(fc.constantFrom("X-Team", "x-trace", "constructor"), patternOf(WORDS), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
    input: fc.constantFrom("size > `3`", "size"),
    operation: fc.constantFrom("SendMessage", "*"),
  },
  { requiredKeys: [] },
);

const rule: fc.Arbitrary<FaultRuleInput> = fc
  .record({
    match,
    percentage: fc.constantFrom(100, 100, 40, 0),
    times: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    skip: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
    per: fc.constantFrom("attempt" as const, "call" as const, "caller" as const, "resource" as const),
    from: fc.option(fc.constant("1s"), { nil: undefined }),
    ttl: fc.option(fc.constant("3s"), { nil: undefined }),
    // One after which nothing happens any more, one that lets the call go on, one that a service carries out.
    kind: fc.constantFrom("error", "latency", "duplicate"),
  })
  .map(({ kind, from, ttl, times, skip, ...rest }) => {
    const given = Object.entries({ times, skip, from, ttl }).filter(([, value]) => value !== undefined);
    const common = { ...rest, ...Object.fromEntries(given) };
    if (kind === "duplicate") return { ...common, point: "sqs:deliver", effect: "duplicate" };
    if (kind === "latency") return { ...common, effect: "latency", params: { ms: 0 } };
    return { ...common, effect: "error", params: { code: "Oops" } };
  });

interface Happening {
  readonly call: Call;
  readonly arns: readonly string[];
  readonly passMs: number;
}

const happening: fc.Arbitrary<Happening> = fc
  .record({
    key: fc.constantFrom(...KEYS),
    account: fc.constantFrom(...ACCOUNTS),
    region: fc.constantFrom(...REGIONS),
    subnetId: fc.option(fc.constantFrom(...SUBNETS), { nil: undefined }),
    roleArn: fc.option(fc.constantFrom(...ROLES), { nil: undefined }),
    headers: fc.dictionary(fc.constantFrom(...HEADERS), fc.constantFrom(...WORDS), { noNullPrototype: true }),
    size: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
    arns: fc.uniqueArray(fc.constantFrom(...ARNS), { maxLength: 3 }),
    passMs: fc.constantFrom(0, 0, 700),
  })
  .map(({ key, account, region, subnetId, roleArn, headers, size, arns, passMs }) => {
    const caller = {
      ...{ accessKeyId: key, account, arn: roleArn ?? "arn:aws:iam::000000000000:root", userId: "x" },
      ...(roleArn !== undefined && { roleArn }),
      ...(subnetId !== undefined && { network: { subnetId, vpcId: "vpc-1" } }),
    };
    return { call: aCall({ account, region, caller, headers, input: { size } }), arns, passMs };
  });

const rules = fc.array(rule, { minLength: 1, maxLength: 40 });
const happenings = fc.array(happening, { minLength: 1, maxLength: 20 });

test("every rule whose match holds is among a call's candidates, once and in table order", () => {
  fc.assert(
    fc.property(rules, happenings, (rules, happenings) => {
      const compiled = rules.map(({ effect, match = {} }, i) =>
        compileRule(
          { id: `rule-${i}`, owner: "user", point: "api", effect, params: {}, percentage: 100, match },
          effects.get(effect),
        ),
      );
      const candidates = new Candidates(compiled);
      for (const { call, arns } of happenings) {
        const facts: Facts = { ...call, arns: () => arns, identified: () => assert.fail("nobody asks") };
        const held = compiled.filter(({ matches }) => matches(facts));
        const found = candidates.for(facts);
        assert.deepEqual(
          found.filter(({ matches }) => matches(facts)).map(({ rule }) => rule.id),
          held.map(({ rule }) => rule.id),
        );
        assert.deepEqual(
          found.map((one) => compiled.indexOf(one)),
          [...new Set(found.map((one) => compiled.indexOf(one)))].sort((a, b) => a - b),
        );
      }
    }),
    { endOnFailure: true },
  );
});

/** What becomes of each call, of what comes to a point in it, and how often every rule has matched and struck. */
async function traffic(engine: FaultEngine, pass: (ms: number) => Promise<void>, all: readonly Happening[]) {
  const ended: unknown[] = [];
  for (const { call, arns, passMs } of all) {
    await pass(passMs);
    const decisions: FaultDecision[] = [];
    // Latency waits for a clock that stands still, even when it is none.
    const [outcome] = await Promise.all([engine.withFaults(call, succeed, decisions, () => arns), pass(0)]);
    const { account, region } = call;
    const place = { account, region, call, decisions };
    const hits: readonly Hit[] = engine.hits("sqs:deliver", { resource: arns }, place);
    ended.push({ ending: ending(outcome), decisions, hits: hits.map(({ rule }) => rule.id) });
  }
  return { ended, counts: engine.list().map(({ id }) => [id, engine.counts(id)]) };
}

test("calls meet the same faults, and rules count the same, as if every rule were asked at every call", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), rules, happenings, async (seed, rules, happenings) => {
      const [found, asked] = await Promise.all(
        [FaultEngine, LinearEngine].map((Engine) => {
          const { engine, clock } = testEngine({ seed, Engine });
          for (const rule of rules) engine.add(rule);
          return traffic(engine, (ms) => clock.advance(ms), happenings).finally(() => engine.stop());
        }),
      );
      assert.deepEqual(found, asked);
    }),
    { numRuns: 150, endOnFailure: true },
  );
});

test("of a thousand rules that each want another table, a call is asked of those for its own and of those for all", () => {
  const ruleOf = (match: FaultMatch, i: number) =>
    compileRule(
      { id: `rule-${i}`, owner: "user", point: "api", effect: "reset", params: {}, percentage: 100, match },
      effects.get("reset"),
    );
  const wanted = [
    (i: number) => `table-${i}`,
    (i: number) => `arn:aws:dynamodb:*:*:table/table-${i}`,
    (i: number) => `arn:aws:dynamodb:us-east-1:000000000000:table/table-${i}`,
    (i: number) => `table/table-${i}-*`,
    (i: number) => `arn:aws:dynamodb:us-east-1:000000000000:table/table-${i}/*`,
  ];
  const matches = Array.from({ length: 1000 }, (_, i): FaultMatch => {
    if (i === 500) return {};
    return { account: "000000000000", resource: wanted[i % wanted.length]?.(i) ?? "" };
  });
  const candidates = new Candidates(matches.map(ruleOf));
  const idsFor = (table: string) => {
    const arn = `arn:aws:dynamodb:us-east-1:000000000000:table/${table}`;
    const facts = { ...aCall(), arns: () => [arn], identified: () => assert.fail("nobody asks") };
    return candidates.for(facts).map(({ rule }) => rule.id);
  };
  assert.deepEqual(idsFor("orders"), ["rule-500"]);
  assert.deepEqual(idsFor("table-10"), ["rule-10", "rule-500"]);
  assert.deepEqual(idsFor("table-903-archive"), ["rule-500", "rule-903"]);
  assert.deepEqual(idsFor("table-4/index/by-day"), ["rule-4", "rule-500"]);
});

test("a match that nothing exact must hold for has no handle", () => {
  for (const match of [
    {},
    { resource: "*" },
    { resource: "*orders" },
    { resource: ["orders", "*"] },
    { region: "eu-*" },
    { account: ["!111122223333"] },
    { userAgent: "boto3" },
    { input: "size" },
    { site: "sqs.SendMessage@jobs" },
  ])
    assert.deepEqual(handlesOf(match), [], JSON.stringify(match));
});
