import assert from "node:assert/strict";
import { test } from "node:test";
import { type GatewayState, gatewayState, newestVersion } from "./gateway-state.ts";
import { type AgedReport, LOST_MS } from "./port.ts";

const report = (said: Partial<AgedReport> = {}): AgedReport => ({
  gateway: "a",
  name: "front-1:4566",
  squall: "0.1.0",
  startedAtMs: 0,
  version: 5,
  calls: 0,
  ageMs: 0,
  ...said,
});
const refused = { version: 5, reason: "an effect that is not known here" };

const CASES: readonly (readonly [GatewayState, Partial<AgedReport>])[] = [
  ["up to date", {}],
  ["up to date", { version: 6 }],
  ["behind", { version: 4 }],
  ["refuses", { version: 4, refused }],
  ["up to date", { ageMs: 16_000 }],
  ["silent", { ageMs: 16_001 }],
  ["silent", { ageMs: LOST_MS, refused }],
  ["lost", { ageMs: LOST_MS + 1 }],
  ["stopped", { ageMs: LOST_MS + 1, isGone: true }],
];

for (const [state, said] of CASES)
  test(`a gateway that says ${JSON.stringify(said)} of version 5 is ${state}`, () => {
    assert.equal(gatewayState(report(said), 5), state);
  });

test("the newest version is what any gateway that is heard of knows, also one that cannot take it", () => {
  assert.equal(newestVersion(5, []), 5);
  assert.equal(newestVersion(5, [report({ version: 7 }), report({ version: 6 })]), 7);
  assert.equal(newestVersion(4, [report({ version: 4, refused })]), 5);
  assert.equal(newestVersion(5, [report({ version: 9, isGone: true })]), 5);
  assert.equal(newestVersion(5, [report({ version: 9, ageMs: LOST_MS + 1 })]), 5);
});
