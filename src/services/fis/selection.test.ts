import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSelectionMode, select } from "./selection-mode.ts";
import { passesFilters } from "./target-filter.ts";

const FIVE = ["a", "b", "c", "d", "e"];
const draws = [0.9, 0.1, 0.8, 0.2, 0.5];
const draw = (at: number) => draws[at]!;
const chosen = (mode: string, items: readonly string[] = FIVE) =>
  select(items, parseSelectionMode(mode)!, draw).join("");

test("ALL takes all, COUNT as many as it says and as there are, PERCENT rounds down", () => {
  assert.equal(chosen("ALL"), "abcde");
  assert.equal(chosen("COUNT(2)"), "bd");
  assert.equal(chosen("COUNT(9)"), "abcde");
  assert.equal(chosen("PERCENT(50)"), "bd");
  assert.equal(chosen("PERCENT(60)"), "bde");
  assert.equal(chosen("PERCENT(50)", ["a"]), "");
});

test("filters look through lists, take any member that fits, and all must pass", () => {
  const instance = {
    State: { Name: "running" },
    NetworkInterfaces: [{ Groups: [{ GroupId: "sg-1" }, { GroupId: "sg-2" }] }],
    Attachments: [{ DeleteOnTermination: false }],
    availabilityZone: "us-east-1a",
  };
  const passes = (...filters: [string, ...string[]][]) =>
    passesFilters(
      instance,
      filters.map(([path, ...values]) => ({ path, values })),
    );
  assert.ok(passes(["State.Name", "stopped", "running"]));
  assert.ok(!passes(["State.Name", "Running"]));
  assert.ok(
    passes(["NetworkInterfaces.Groups.GroupId", "sg-1"], ["NetworkInterfaces.Groups.GroupId", "sg-2"]),
  );
  assert.ok(!passes(["NetworkInterfaces.Groups.GroupId", "sg-1"], ["State.Name", "stopped"]));
  assert.ok(passes(["Attachments.DeleteOnTermination", "false"]));
  assert.ok(passes(["AvailabilityZone", "us-east-1a"]));
  assert.ok(!passes(["State.Code", "16"]));
});
