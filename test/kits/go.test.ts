import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { needs } from "../needs.ts";
import { copyOf, takesOneThatRuns, tool, withFaultyConfig } from "./kit.ts";

test(
  "Go: the kit needs the standard library alone, and its code is as gofmt and go vet want it",
  needs("go"),
  async (t) => {
    const kit = copyOf("kits/go", t);
    assert.equal(await tool(kit, ["gofmt", "-l", "."]), "");
    await tool(kit, ["go", "vet", "./..."]);
    assert.equal(await tool(kit, ["go", "list", "-m", "all"]), "squall/kits/go\n");
    assert.match(await tool(kit, ["go", "test", "-count=1", "./..."]), /^ok/);
  },
);

test("Go: the AWS SDK meets faults, and a squall ends with its tests", needs("go"), async (t) => {
  const kit = copyOf("kits/go", t);
  withFaultyConfig(join(kit, "sdktest"));
  const said = await tool(join(kit, "sdktest"), ["go", "test", "-count=1", "-v", "./..."]);
  assert.match(said, /squall: dynamodb\.PutItem@orders \[400 400 200\], waits of \[\d+ \d+\] ms: succeeded/);
  assert.match(said, /^ok/m);
  const once = ["go", "test", "-count=1", "-run", "^TestTheSDKRetries", "."];
  await takesOneThatRuns((SQUALL_URL) => tool(join(kit, "sdktest"), once, { SQUALL_URL }));
});
