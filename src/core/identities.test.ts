import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Identifiable, Identities } from "./identities.ts";
import { sliceOf } from "./slice.ts";

let lastId = 0;

function aCall(fields: Partial<Identifiable> & { input?: Record<string, unknown> } = {}): Identifiable {
  const { input = {}, ...rest } = fields;
  const began = ++lastId;
  return {
    id: `call-${began}`,
    began,
    service: "dynamodb",
    operation: "PutItem",
    account: "000000000000",
    region: "us-east-1",
    callerArn: "arn:aws:iam::000000000000:root",
    accessKeyId: "test",
    isInternal: false,
    slice: sliceOf(input),
    ...rest,
  };
}

const put = (id: string) => aCall({ input: { TableName: "orders", Item: { id: { S: id } } } });

function siteOf(identities: Identities, call: Identifiable): string {
  return identities.of(call).identity.site;
}

test("a call is named by its caller, its operation, its resource, what it says, and its ordinal", () => {
  const identities = new Identities();
  assert.match(siteOf(identities, put("1")), /^test > dynamodb\.PutItem@orders~[0-9a-f]{6}#1$/);
  assert.match(siteOf(identities, put("1")), /#2$/);
  assert.match(siteOf(identities, put("2")), /#1$/);
  assert.equal(siteOf(identities, aCall({ operation: "ListTables" })), "test > dynamodb.ListTables#1");
});

test("calls that say different things are the same whatever their order", () => {
  const of = (order: readonly string[]) => {
    const identities = new Identities();
    const known = order.map((id) => [id, identities.of(put(id)).identity.hash] as const);
    return Object.fromEntries(known.sort(([a], [b]) => a.localeCompare(b)));
  };
  assert.deepEqual(of(["a", "b", "c"]), of(["c", "a", "b"]));
});

test("the order of members does not count, that of a list does", () => {
  const digest = (input: Record<string, unknown>) => siteOf(new Identities(), aCall({ input }));
  assert.equal(digest({ a: 1, b: { c: "x", d: "y" } }), digest({ b: { d: "y", c: "x" }, a: 1 }));
  assert.notEqual(digest({ a: ["x", "y"] }), digest({ a: ["y", "x"] }));
  assert.notEqual(digest({ a: "x" }), digest({ b: "x" }));
});

test("what is made anew in each run does not count", () => {
  const varying = [
    ["4f8b0c0e-7c8b-4f5e-9a53-0f1d2c3b4a59", "00000000-1111-4222-8333-444444444444"],
    ["2026-11-28T12:00:00.123Z", "2026-11-29T08:30:00Z"],
    ["1764331200123", "1764417600999"],
    ["0.38475619384756", "0.9912837465"],
    ["01HGW2N7ZQ4V8X9Y0ABCDEFGHJ", "01HGW2N8AAPQRSTV1234567890"],
    ["V1StGXR8_Z5jdHi6B-myT", "a8kQ-0nLpWz3Rt7Yc_X2d"],
    [
      '{"id":"4f8b0c0e-7c8b-4f5e-9a53-0f1d2c3b4a59","n":1}',
      '{"id":"00000000-1111-4222-8333-444444444444","n":1}',
    ],
  ];
  for (const [one, other] of varying) {
    const site = (body: string) => siteOf(new Identities(), aCall({ input: { MessageBody: body } }));
    assert.equal(site(one!), site(other!), one);
  }
});

test("names and small numbers do count", () => {
  for (const [one, other] of [
    ["order-1", "order-2"],
    ["customer/eu-central-1/invoices", "customer/eu-central-1/receipts"],
    ["a-long-name-without-any-digits", "a-long-name-without-other-digits"],
    ["12345", "12346"],
  ] as const) {
    const site = (body: string) => siteOf(new Identities(), aCall({ input: { MessageBody: body } }));
    assert.notEqual(site(one), site(other), one);
  }
});

test("all attempts of an SDK's call are one call", () => {
  const identities = new Identities();
  const attempts = [1, 2, 3].map((attempt) =>
    identities.of(aCall({ invocationId: "one", attempt, input: { TableName: "orders" } })),
  );
  assert.deepEqual(
    attempts.map(({ attempt }) => attempt),
    [1, 2, 3],
  );
  assert.equal(new Set(attempts.map(({ identity }) => identity.hash)).size, 1);
  const next = identities.of(aCall({ invocationId: "two", attempt: 1, input: { TableName: "orders" } }));
  assert.match(next.identity.site, /#2$/);
});

test("a call that another made is below it, also when the other is named only by its id", () => {
  const identities = new Identities();
  const parent = aCall({ service: "lambda", operation: "Invoke", input: { FunctionName: "worker" } });
  identities.of(parent);
  const child = aCall({ parentId: parent.id, isInternal: true, input: { TableName: "stats", Key: {} } });
  assert.equal(siteOf(identities, child), "test > lambda.Invoke@worker#1 > dynamodb.PutItem@stats#1");
});

test("who acts without a call is named, and roles and users stand for their keys", () => {
  const root = (fields: Partial<Identifiable>) => siteOf(new Identities(), aCall(fields)).split(" > ")[0];
  assert.equal(
    root({ origin: "event-source(jobs > worker)".replace(" > ", " to ") }),
    "event-source(jobs to worker)",
  );
  assert.equal(root({ callerArn: "arn:aws:sts::1:assumed-role/worker/i-0abc" }), "role/worker");
  assert.equal(root({ callerArn: "arn:aws:iam::1:user/alice", accessKeyId: "AKIAX" }), "user/alice");
  assert.equal(root({ callerArn: "lambda.amazonaws.com", accessKeyId: "" }), "lambda");
  assert.equal(root({ accessKeyId: "" }), "anonymous");
  assert.equal(root({ parentId: "gone", accessKeyId: "AKIAY" }), "AKIAY");
});

const invoke = (fields: Partial<Identifiable> = {}) =>
  aCall({ service: "lambda", operation: "Invoke", input: { FunctionName: "worker" }, ...fields });

test("what is remembered of an operation is counted when somebody asks about it, in the order in which it began", () => {
  const identities = new Identities();
  const [before, parent] = [invoke(), invoke()];
  const child = aCall({ parentId: parent.id, input: { TableName: "stats" } });
  const [other, later] = [aCall({ input: { TableName: "stats" } }), invoke()];
  // As they ended.
  identities.remembered = () => [before, child, later];
  identities.underWay = () => [other, parent];
  assert.equal(siteOf(identities, other), "test > dynamodb.PutItem@stats#1");
  assert.equal(siteOf(identities, child), "test > lambda.Invoke@worker#2 > dynamodb.PutItem@stats#1");
  assert.match(siteOf(identities, before), /#1$/);
  assert.match(siteOf(identities, later), /#3$/);
});

test("an operation that nobody asks about, and that no parent is of, is not counted", () => {
  const identities = new Identities();
  const [lonely, parent] = [put("1"), invoke()];
  identities.remembered = () => [lonely, parent];
  identities.of(aCall({ service: "sqs", operation: "SendMessage", parentId: parent.id }));
  assert.ok(parent.identified);
  assert.equal(lonely.identified, undefined);
  const counted = (service: string, operation: string) => identities.counts(service, operation);
  assert.deepEqual([counted("sqs", "SendMessage"), counted("lambda", "Invoke")], [true, true]);
  assert.deepEqual([counted("dynamodb", "PutItem"), counted("sqs", "ListQueues")], [false, false]);
});

test("a call of an earlier run is no sibling, and a call that nobody remembers is no parent", () => {
  const identities = new Identities();
  const old = { ...put("1"), began: identities.begin() };
  identities.underWay = () => [old];
  identities.clear();
  assert.match(siteOf(identities, { ...put("1"), began: identities.begin() }), /#1$/);
  for (let i = 1; i <= 2; i++)
    assert.equal(siteOf(identities, invoke({ parentId: "gone" })), `test > lambda.Invoke@worker#${i}`);
});

/** Which calls made which, by their place: every one but the first begins after its parent. */
const chains = fc.array(
  fc.record({ parent: fc.nat(), of: fc.constantFrom("sqs", "lambda", "dynamodb"), said: fc.nat(2) }),
  { minLength: 1, maxLength: 40 },
);

test("whenever and in whatever order it is asked about them, calls have the identities of those counted as they began", () => {
  fc.assert(
    fc.property(chains, fc.infiniteStream(fc.nat()), (links, order) => {
      const make = () => {
        const calls: Identifiable[] = [];
        for (const { parent, of, said } of links) {
          const parentId = calls[parent % (calls.length + 1)]?.id;
          calls.push(aCall({ service: of, operation: "Do", input: { said }, parentId }));
        }
        return calls;
      };
      const asTheyBegan = new Identities();
      const expected = make().map((call) => siteOf(asTheyBegan, call));
      const late = new Identities();
      const calls = make();
      late.remembered = () => calls;
      const left = calls.map((_, place) => place);
      while (left.length > 0) {
        const [place] = left.splice(order.next().value! % left.length, 1);
        assert.equal(siteOf(late, calls[place!]!), expected[place!]);
      }
    }),
  );
});

test("a new run begins at one again", () => {
  const identities = new Identities();
  const first = siteOf(identities, put("1"));
  identities.clear();
  assert.equal(siteOf(identities, put("1")), first);
});

test("a chain without end has a path with one", () => {
  const identities = new Identities();
  let parentId: string | undefined;
  for (let i = 0; i < 200; i++) {
    const call = aCall({ parentId, isInternal: true, service: "lambda", operation: "Invoke" });
    assert.ok(identities.of(call).identity.steps().length <= 66);
    parentId = call.id;
  }
});
