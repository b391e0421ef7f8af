import assert from "node:assert/strict";
import { test } from "node:test";
import { rawJson } from "../core/raw-json.ts";
import { sdkOutput } from "./sdk-shapes.ts";

test("a long that no number of JavaScript's holds is the nearest that one does", async () => {
  const records = [[{ longValue: rawJson("9223372036854775807") }, { longValue: 1 }]];
  assert.deepEqual(await sdkOutput("rds-data", "ExecuteStatement", { records }), {
    Records: [[{ LongValue: 2 ** 63 }, { LongValue: 1 }]],
  });
});
