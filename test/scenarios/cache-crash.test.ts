import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { say, stay, type Where } from "../../src/services/elasticache/fixture.test.ts";
import { newAccount } from "../cloud.ts";
import { needs } from "../needs.ts";
import { type SquallProcess, squallProcess } from "../squall-process.ts";
import { until } from "../until.ts";

const ONLY_LINUX = process.platform === "linux" ? needs("valkey") : { skip: "Linux only" };

/** ElastiCache by its own protocol, at a squall that may be killed. */
function cachesOf({ url }: SquallProcess, account: string) {
  const call = async (Action: string, input: Record<string, string> = {}): Promise<string> => {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/elasticache/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: new URLSearchParams({ Action, Version: "2015-02-02", ...input }),
    });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return text;
  };
  const primary = async (): Promise<Where | undefined> => {
    const text = await call("DescribeReplicationGroups");
    const [, Address, Port] =
      /<PrimaryEndpoint><Address>([^<]+)<\/Address><Port>(\d+)</.exec(text.replaceAll(/\s+</g, "<")) ?? [];
    return Address === undefined || !text.includes("<Status>available</Status>")
      ? undefined
      : { Address, Port: Number(Port) };
  };
  return { call, primary };
}

/** The processes that have a file below a folder as what they were started with. */
const serversIn = (folder: string): string[] =>
  readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, "utf8").includes(folder);
    } catch {
      return false; // It has ended meanwhile.
    }
  });

test(
  "a group whose Squall is killed is there again, with all that was acknowledged",
  ONLY_LINUX,
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "squall-caches-"));
    const account = newAccount();
    let squall = await squallProcess({ dataDir });
    try {
      const caches = cachesOf(squall, account);
      await caches.call("CreateReplicationGroup", {
        ReplicationGroupId: "shop",
        ReplicationGroupDescription: "sessions",
        NumCacheClusters: "2",
        AutomaticFailoverEnabled: "true",
      });
      const where = await until(() => caches.primary());
      assert.ok(where);
      const pid = async () => /process_id:(\d+)/.exec(await say(where, "INFO server"))?.[1];
      const server = await pid();
      const acknowledged: number[] = [];
      let isOver = false;
      const writing = (async () => {
        for (let n = 0; !isOver; n++)
          if ((await say(where, `SADD orders ${n}`)) === ":1") acknowledged.push(n);
      })();
      await until(() => acknowledged.length > 20);
      squall.child.kill("SIGKILL");
      await once(squall.child, "exit");
      isOver = true;
      await writing;
      assert.equal(await say(where, "PING"), "ECONNREFUSED");
      await until(() => !existsSync(`/proc/${server}`));
      squall = await squallProcess({ dataDir });
      // It is loaded at start, although nobody calls.
      for (const n of acknowledged)
        await until(async () => (await say(where, `SISMEMBER orders ${n}`)) === ":1");
      assert.notEqual(await pid(), server);
      squall.child.kill("SIGKILL");
      await once(squall.child, "exit");
      await until(() => serversIn(dataDir).length === 0);
    } finally {
      squall.child.kill("SIGKILL");
      await until(() => {
        rmSync(dataDir, { recursive: true, force: true });
        return !existsSync(dataDir);
      });
    }
  },
);

test(
  "rules on connections that were there when Squall was killed do nothing to those that are made after it",
  ONLY_LINUX,
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "squall-caches-"));
    const account = newAccount();
    let squall = await squallProcess({ dataDir });
    try {
      const caches = cachesOf(squall, account);
      await caches.call("CreateReplicationGroup", {
        ReplicationGroupId: "shop",
        ReplicationGroupDescription: "sessions",
      });
      const where = await until(() => caches.primary());
      assert.ok(where);
      const session = await stay(where);
      const rules = `${squall.url}/_squall/faults`;
      for (const effect of ["blackhole", "refuse"]) {
        const rule = { point: "elasticache:connection", effect };
        const { status } = await fetch(rules, { method: "POST", body: JSON.stringify(rule) });
        assert.equal(status, 201);
      }
      assert.equal(await say(where, "PING"), "ECONNREFUSED");
      squall.child.kill("SIGKILL");
      await once(squall.child, "exit");
      assert.match(await session.ended, /ECONNRESET|closed/);
      squall = await squallProcess({ dataDir });
      await until(async () => (await say(where, "PING")) === "+PONG");
      const { rules: left } = (await (await fetch(`${squall.url}/_squall/faults`)).json()) as {
        rules: unknown;
      };
      assert.deepEqual(left, []);
      squall.child.kill("SIGKILL");
      await once(squall.child, "exit");
      await until(() => serversIn(dataDir).length === 0);
    } finally {
      squall.child.kill("SIGKILL");
      await until(() => {
        rmSync(dataDir, { recursive: true, force: true });
        return !existsSync(dataDir);
      });
    }
  },
);
