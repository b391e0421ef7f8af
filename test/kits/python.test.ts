import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { needs } from "../needs.ts";
import { copyOf, takesOneThatRuns, tool } from "./kit.ts";

test(
  "Python: boto3 meets faults under pytest and unittest, by the package as it is installed",
  needs("pytest", "boto3", "pip"),
  async (t) => {
    const kit = copyOf("kits/python", t);
    const site = join(kit, "site");
    await tool(kit, ["python3", "-m", "pip", "install", "-q", "--no-deps", "--target", site, "."]);
    const said = await tool(kit, ["python3", "-m", "pytest", "-q", "tests"], { PYTHONPATH: site });
    assert.match(said, /\d+ passed/);
    assert.doesNotMatch(said, /skipped/);
    const once = ["python3", "-m", "pytest", "-q", "tests/test_scope.py", "-k", "the_sdk_retries"];
    await takesOneThatRuns((SQUALL_URL) => tool(kit, once, { PYTHONPATH: site, SQUALL_URL }));
  },
);
