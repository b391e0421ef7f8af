import assert from "node:assert/strict";
import { test } from "node:test";
import { TestEventPatternCommand } from "@aws-sdk/client-eventbridge";
import { eventsCloud } from "./fixture.test.ts";

/**
 * What AWS's documentation shows of patterns, each with an event that matches and one that does not.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
const SHOWN: readonly [what: string, pattern: object, matches: object, differs: object][] = [
  ["a value of a list", { state: ["on", "off"] }, { state: "off" }, { state: "broken" }],
  ["several fields at once", { a: ["x"], b: ["y"] }, { a: "x", b: "y" }, { a: "x", b: "z" }],
  ["null", { name: [null] }, { name: null }, { name: "" }],
  ["an empty text", { name: [""] }, { name: "" }, { name: null }],
  ["a number as itself", { n: [5] }, { n: 5 }, { n: 6 }],
  ["a number in another spelling", { n: [300] }, { n: 3.0e2 }, { n: "300" }],
  ["a boolean", { isNew: [true] }, { isNew: true }, { isNew: "true" }],
  ["a prefix", { zone: [{ prefix: "eu-" }] }, { zone: "eu-west" }, { zone: "us-west" }],
  [
    "a prefix, whatever the case",
    { zone: [{ prefix: { "equals-ignore-case": "EU-" } }] },
    { zone: "Eu-West" },
    { zone: "us-west" },
  ],
  ["a suffix", { file: [{ suffix: ".png" }] }, { file: "a.png" }, { file: "a.png.gz" }],
  [
    "a suffix, whatever the case",
    { file: [{ suffix: { "equals-ignore-case": ".PNG" } }] },
    { file: "a.Png" },
    { file: "a.jpg" },
  ],
  ["anything but a text", { state: [{ "anything-but": "idle" }] }, { state: "busy" }, { state: "idle" }],
  ["anything but a list", { n: [{ "anything-but": [100, 200] }] }, { n: 300 }, { n: 200 }],
  ["anything but a prefix", { s: [{ "anything-but": { prefix: "in" } }] }, { s: "out" }, { s: "inner" }],
  [
    "anything but several prefixes",
    { s: [{ "anything-but": { prefix: ["in", "un"] } }] },
    { s: "out" },
    { s: "under" },
  ],
  ["anything but a suffix", { f: [{ "anything-but": { suffix: ".txt" } }] }, { f: "a.png" }, { f: "a.txt" }],
  [
    "anything but a text, whatever the case",
    { s: [{ "anything-but": { "equals-ignore-case": ["Idle", "Gone"] } }] },
    { s: "busy" },
    { s: "GONE" },
  ],
  [
    "anything but wildcards",
    { p: [{ "anything-but": { wildcard: "*/lib/*" } }] },
    { p: "/usr/bin/x" },
    { p: "/usr/lib/x" },
  ],
  ["a range", { t: [{ numeric: [">", 0, "<=", 5] }] }, { t: 5 }, { t: 0 }],
  ["a number by its operator", { t: [{ numeric: ["=", 3.5] }] }, { t: 3.5 }, { t: 3 }],
  ["a network", { ip: [{ cidr: "10.0.0.0/24" }] }, { ip: "10.0.0.255" }, { ip: "10.0.1.0" }],
  ["a network of IPv6", { ip: [{ cidr: "2001:db8::/64" }] }, { ip: "2001:db8::1" }, { ip: "2001:db9::1" }],
  ["a field that is there", { a: [{ exists: true }] }, { a: null }, { b: 1 }],
  ["a field that is not there", { a: { b: [{ exists: false }] } }, { a: { c: 1 } }, { a: { b: 1 } }],
  ["a text, whatever the case", { u: [{ "equals-ignore-case": "alice" }] }, { u: "ALICE" }, { u: "bob" }],
  ["wildcards", { path: [{ wildcard: "dir/*/a*.png" }] }, { path: "dir/x/y/ab.png" }, { path: "dir/ab.png" }],
  ["a star that is meant", { s: [{ wildcard: "a\\*b" }] }, { s: "a*b" }, { s: "axb" }],
  [
    "one of several fields",
    { $or: [{ count: [{ numeric: [">", 9] }] }, { name: ["many"] }] },
    { count: 1, name: "many" },
    { count: 9, name: "few" },
  ],
  [
    "fields beside an $or",
    { kind: ["order"], $or: [{ a: [1] }, { b: [2], c: [{ exists: false }] }] },
    { kind: "order", b: 2 },
    { kind: "order", b: 2, c: 1 },
  ],
  ["an $or within", { item: { $or: [{ a: [1] }, { b: [2] }] } }, { item: { b: 2 } }, { item: { b: 3 } }],
  ["one of an event's list", { tags: ["red"] }, { tags: ["blue", "red"] }, { tags: ["blue"] }],
  ["several operators", { v: [{ prefix: "a" }, { exists: false }, 5] }, { w: 1 }, { v: "b" }],
];

test("patterns that AWS's documentation shows match what it says, and nothing else", async () => {
  await using world = await eventsCloud();
  const says = async (pattern: object, detail: object) => {
    const { Result } = await world.events.send(
      new TestEventPatternCommand({
        EventPattern: JSON.stringify({ detail: pattern }),
        Event: JSON.stringify({
          id: "1",
          source: "shop",
          "detail-type": "d",
          account: world.account,
          time: "2026-01-01T00:00:00Z",
          region: "us-east-1",
          resources: [],
          detail,
        }),
      }),
    );
    return Result;
  };
  for (const [what, pattern, matches, differs] of SHOWN) {
    assert.equal(await says(pattern, matches), true, `${what}: ${JSON.stringify(matches)}`);
    assert.equal(await says(pattern, differs), false, `${what}: ${JSON.stringify(differs)}`);
  }
});
