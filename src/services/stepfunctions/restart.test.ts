import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Bed } from "./bed.fixture.ts";

const WAITING = (seconds: number, more: object = { End: true }) => ({
  Type: "Wait",
  Seconds: seconds,
  ...more,
});

test("what was under way when the process ended goes on where it stood, each transition once", async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-states-"));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const account = "123456789012";
  let executionArn = "";
  {
    await using bed = await Bed.start({ dataDir }, account);
    const machine = await bed.create("goes-on", {
      StartAt: "Before",
      States: {
        Before: { Type: "Pass", Assign: { kept: 7 }, Next: "Both" },
        Both: {
          Type: "Parallel",
          Branches: [
            { StartAt: "Quick", States: { Quick: { Type: "Pass", End: true } } },
            { StartAt: "Slow", States: { Slow: WAITING(3600) } },
          ],
          Next: "Each",
        },
        Each: {
          Type: "Map",
          MaxConcurrency: 1,
          ItemProcessor: { StartAt: "Item", States: { Item: WAITING(60) } },
          Next: "After",
        },
        After: { Type: "Pass", Parameters: { "kept.$": "$kept" }, End: true },
      },
    });
    executionArn = await bed.start(machine, { a: 1 });
    await bed.untilTold(executionArn, "WaitStateEntered");
  }
  {
    await using bed = await Bed.start({ dataDir }, account);
    await bed.cloud.clock.advance(3_600_000);
    await bed.untilTold(executionArn, "MapIterationStarted");
  }
  {
    await using bed = await Bed.start({ dataDir }, account);
    await bed.cloud.clock.advance(120_000);
    const { status, output } = await bed.ended(executionArn);
    assert.deepEqual([status, output], ["SUCCEEDED", '{"kept":7}']);
    const told = await bed.told(executionArn);
    assert.deepEqual(
      told.map((line) => line.split(" ")[0]),
      told.map((_, at) => String(at + 1)),
    );
    const types = told.map((line) => line.split(" ")[2]);
    const count = (type: string) => types.filter((other) => other === type).length;
    assert.deepEqual(
      [
        "ParallelStateStarted",
        "MapStateStarted",
        "MapIterationStarted",
        "WaitStateEntered",
        "WaitStateExited",
      ].map(count),
      [1, 1, 2, 3, 3],
    );
  }
});
