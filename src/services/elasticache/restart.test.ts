import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { newAccount } from "../../../test/cloud.ts";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { cacheCloud, say } from "./fixture.test.ts";

const onValkey = needs("valkey");

test(
  "with a data directory everything is there again, and the primary is whom it was",
  onValkey,
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "squall-caches-"));
    const account = newAccount();
    try {
      {
        await using lab = await cacheCloud({ dataDir, account });
        const { primary } = await lab.create("shop");
        await say(primary, "SET order 17", "WAIT 1 1000");
        await lab.call("TestFailover", { ReplicationGroupId: "shop", NodeGroupId: "0001" });
        await until(async () => (await lab.primaryOf("shop")) === "shop-002");
        await lab.isAvailable("shop");
        await until(async () => (await say(primary, "SET order 18")) === "+OK");
      }
      await using lab = await cacheCloud({ dataDir, account });
      const { PrimaryEndpoint, ReaderEndpoint } = await lab.shard("shop");
      await until(async () => (await say(PrimaryEndpoint, "GET order")) === "$2 18");
      assert.equal(await lab.primaryOf("shop"), "shop-002");
      await until(async () => (await say(ReaderEndpoint, "GET order")) === "$2 18");
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  },
);
