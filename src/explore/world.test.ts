import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { DigestEntry, ResourceDigest } from "../aws/digest.ts";
import { type Difference, FaultFreeWorld, isEffect } from "./world.ts";

const ORDERS = "arn:aws:dynamodb:us-east-1:000000000000:table/orders";

/** An item with a name, or a message without one. */
const item = (id: string | undefined, value: unknown): DigestEntry => ({
  ...(id !== undefined && { id }),
  text: JSON.stringify(value),
});

function table(contents: readonly DigestEntry[], arn = ORDERS, record: unknown = {}): ResourceDigest {
  return { arn, service: "dynamodb", type: "table", text: JSON.stringify(record), contents };
}

const kinds = (differences: readonly Difference[]) =>
  differences.map(({ kind, id }) => [kind, ...(id === undefined ? [] : [id])]);

test("a world differs in what is missing, more and changed", () => {
  const world = new FaultFreeWorld([
    [table([item("a", 1), item("b", 2)])],
    [table([item("a", 1), item("b", 2)])],
  ]);
  const run = [table([item("b", 3), item("c", 4)]), table([], `${ORDERS}-2`)];
  assert.deepEqual(kinds(world.differences(run)), [
    ["missing", "a"],
    ["changed", "b"],
    ["more", "c"],
    ["resource-more"],
  ]);
  assert.deepEqual(kinds(world.differences([])), [["resource-missing"]]);
});

test("of things whose names are drawn, those that are as they were are no difference", () => {
  const world = new FaultFreeWorld([
    [table([item("*", 1), item("*", 2)])],
    [table([item("*", 1), item("*", 2)])],
  ]);
  const run = (...values: number[]) =>
    kinds(world.differences([table(values.map((value) => item("*", value)))]));
  assert.deepEqual(run(1, 1, 2, 2), [
    ["more", "*"],
    ["more", "*"],
  ]);
  assert.deepEqual(run(1), [["missing", "*"]]);
  assert.deepEqual(run(2, 3), [["changed", "*"]]);
});

test("what varies between two fault-free runs is no difference, all else is", () => {
  const order = (at: string, total: number) => table([item("a", { at, total, lines: [{ id: at, n: 1 }] })]);
  const world = new FaultFreeWorld([[order("monday", 5)], [order("tuesday", 5)]]);
  assert.deepEqual(world.differences([order("friday", 5)]), []);
  const [changed] = world.differences([order("friday", 6)]);
  assert.equal(changed!.kind, "changed");
  assert.match(changed!.is!, /"total":6/);
});

test("a drawn name that does not look like one is the same name in each run, wherever it stands", () => {
  const MAIL = "arn:aws:sqs:us-east-1:000000000000:mail";
  const run = (name: string, total = 5, mails = 1): ResourceDigest[] => [
    table([item(name, { id: name, total }), item("settings", { id: "settings", total: 1 })]),
    table(
      Array.from({ length: mails }, () => item(undefined, { body: `thanks for ${name}` })),
      MAIL,
    ),
  ];
  const world = new FaultFreeWorld([run("brave-otter"), run("calm-heron")]);
  assert.deepEqual([...world.unstable], []);
  assert.deepEqual(world.differences(run("shy-lynx-cub")), []);
  assert.deepEqual(kinds(world.differences(run("shy-lynx-cub", 6))), [["changed", "*"]]);
  assert.deepEqual(kinds(world.differences(run("shy-lynx-cub", 5, 2))), [["more"]]);
  const more = run("shy-lynx-cub");
  const two = [
    { ...more[0]!, contents: [...more[0]!.contents, item("red-fox", { id: "red-fox", total: 5 })] },
    more[1]!,
  ];
  assert.deepEqual(kinds(world.differences(two)), [["more", "*"]]);
});

test("what differs in number between two fault-free runs is left out, and said", () => {
  const world = new FaultFreeWorld([[table([item("a", 1)])], [table([])]]);
  assert.deepEqual([...world.unstable], [ORDERS]);
  assert.deepEqual(world.differences([table([item("x", 1), item("y", 1)])]), []);
});

test("resources whose names are drawn are told apart by their number", () => {
  const apis = (...ids: string[]) => ids.map((id) => table([], `arn:aws:apigateway:us-east-1::/apis/${id}`));
  const world = new FaultFreeWorld([apis("k3jd8s"), apis("p0w2ma")]);
  assert.deepEqual(world.differences(apis("zz91xk")), []);
  assert.deepEqual(kinds(world.differences(apis("zz91xk", "b7c6d5"))), [["resource-more"]]);
});

test("of resources whose names are drawn the order does not count", () => {
  const zones = (...all: string[]) => all.map((zone) => table([], "arn:aws:ecs:::instance/*", { zone }));
  const world = new FaultFreeWorld([zones("a", "b"), zones("b", "a")]);
  assert.deepEqual(world.differences(zones("b", "a")), []);
  assert.deepEqual(kinds(world.differences(zones("b", "c"))).length, 2);
});

test("messages have no names: the same text twice is one more", () => {
  const world = new FaultFreeWorld([[table([item(undefined, "hi")])], [table([item(undefined, "hi")])]]);
  const twice = world.differences([table([item(undefined, "hi"), item(undefined, "hi")])]);
  assert.deepEqual(
    twice.map(({ kind, is }) => [kind, is]),
    [["more", '"hi"']],
  );
});

test("what functions, logs and experiments keep of themselves is no effect", () => {
  const of = (service: string, kind: Difference["kind"]): Difference => ({ arn: "", service, kind });
  assert.ok(!isEffect(of("logs", "more")));
  assert.ok(!isEffect(of("lambda", "resource-changed")));
  assert.ok(isEffect(of("sqs", "more")));
  assert.ok(isEffect(of("secretsmanager", "resource-changed")));
});

test("a world does not differ from itself, and each change of it is found", () => {
  const contents = fc.uniqueArray(fc.tuple(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 2 })), {
    maxLength: 8,
    selector: ([id]) => id,
  });
  fc.assert(
    fc.property(contents, fc.string({ minLength: 4, maxLength: 5 }), (entries, other) => {
      const run = [table(entries.map(([id, value]) => item(id, value)))];
      const world = new FaultFreeWorld([run, run]);
      assert.deepEqual(world.differences(run), []);
      const more = [table([...run[0]!.contents, item(other, 1)])];
      assert.deepEqual(kinds(world.differences(more)), [["more", other]]);
      if (entries.length === 0) return;
      assert.deepEqual(kinds(world.differences([table(run[0]!.contents.slice(1))])), [
        ["missing", entries[0]![0]],
      ]);
    }),
  );
});
