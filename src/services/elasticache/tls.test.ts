import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { cacheCloud, say, stay, type Where } from "./fixture.test.ts";

const onValkey = needs("valkey");
const folder = mkdtempSync(join(tmpdir(), "squall-ca-"));
after(() => rmSync(folder, { recursive: true }));
const AuthToken = "correct-horse-battery";
const secure = { TransitEncryptionEnabled: true, AuthToken };

/** A cloud with an authority, and a group whose clients may speak TLS. */
async function stage(more: object = {}) {
  const lab = await cacheCloud({ https: { folder } });
  const { primary, reader } = await lab.create("shop", { ...secure, ...more });
  const ca = readFileSync(join(folder, "ca.pem"), "utf8");
  const login = `AUTH ${AuthToken}`;
  return { ...lab, primary, trusting: { ...primary, ca }, reader: { ...reader, ca }, login };
}

/** Valkey's (or Redis') own client. */
const cli = async ({ Address, Port }: Where, ...args: readonly string[]): Promise<string> => {
  const own = 'exec "$(command -v valkey-cli || command -v redis-cli)" --no-auth-warning "$@"';
  const run = promisify(execFile);
  const { stdout, stderr } = await run("sh", ["-c", own, "sh", "-h", Address, "-p", String(Port), ...args]);
  return `${stdout}${stderr}`.trim();
};

test(
  "clients that trust Squall's authority speak TLS to a cache, others do not get far",
  onValkey,
  async () => {
    await using at = await stage();
    const trust = ["--tls", "--cacert", join(folder, "ca.pem")];
    assert.equal(await cli(at.primary, ...trust, "-a", AuthToken, "SET", "order", "17"), "OK");
    assert.match(await cli(at.primary, ...trust, "GET", "order"), /NOAUTH/);
    assert.match(await say(at.trusting, at.login, "GET order"), /\$2 17/);
    await until(async () => /\$2 17/.test(await say(at.reader, at.login, "GET order")));
    await assert.rejects(
      cli(at.primary, "--tls", "-a", AuthToken, "GET", "order"),
      /certificate verify failed/,
    );
    assert.match(
      await say({ ...at.primary, ca: at.trusting.ca.slice(0, 0) || "none" }, "PING"),
      /CERT|UNABLE|PEM/,
    );
    const long = "x".repeat(50_000);
    assert.match(await say(at.trusting, at.login, `SET long ${long}`, "STRLEN long"), /:50000/);
    assert.equal((await say(at.trusting, at.login, "GET long")).length, "+OK $50000 ".length + 50_000);
    // Preferred, as a group says that is not asked: who speaks plainly is let in as well.
    assert.equal((await at.group("shop"))["TransitEncryptionMode"], "preferred");
    assert.match(await say(at.primary, at.login, "GET order"), /\$2 17/);
  },
);

test("where TLS is required nobody speaks plainly, from when it is", onValkey, async () => {
  await using at = await stage({ TransitEncryptionMode: "required" });
  assert.match(await say(at.primary, "PING"), /^(?:ECONNRESET)?$/);
  assert.match(await say(at.trusting, at.login, "PING"), /\+PONG/);
  const change = { ReplicationGroupId: "shop", TransitEncryptionMode: "preferred" };
  await at.call("ModifyReplicationGroup", { ...change, ApplyImmediately: true });
  await at.isAvailable("shop");
  assert.match(await say(at.primary, at.login, "PING"), /\+PONG/);
});

test("rules act on connections whatever is spoken on them, and a failover ends them", onValkey, async () => {
  await using at = await stage();
  const { faults } = at.cloud;
  const point = "elasticache:connection";
  await say(at.trusting, at.login, `SET long ${"x".repeat(50_000)}`, "WAIT 1 1000");
  const cut = await faults.add({ point, effect: "cut", params: { bytes: 20_000 } });
  const got = await say(at.trusting, at.login, "GET long");
  assert.ok(got.length < 20_100, `${got.length} characters`);
  await faults.remove(cut.id);
  const refused = await faults.add({ point, effect: "refuse" });
  assert.equal(await say(at.trusting, "PING"), "ECONNREFUSED");
  await faults.remove(refused.id);
  const session = await stay(at.trusting);
  const reset = await faults.add({ point, effect: "reset" });
  assert.equal(await session.ended, "ECONNRESET");
  await faults.remove(reset.id);
  const later = await stay(at.trusting);
  await at.call("TestFailover", { ReplicationGroupId: "shop", NodeGroupId: "0001" });
  assert.match(await later.ended, /ECONNRESET|closed/);
  await until(async () => (await at.primaryOf("shop")) === "shop-002");
  await until(async () => /:50000/.test(await say(at.trusting, at.login, "STRLEN long")));
});

test("a Squall without an authority has no TLS, and says how it has", onValkey, async () => {
  await using lab = await cacheCloud();
  await assert.rejects(lab.create("strict", { ...secure, TransitEncryptionMode: "required" }), {
    code: "InvalidParameterValue",
    message: /--https/,
  });
  const { primary } = await lab.create("shop", secure);
  await assert.rejects(cli(primary, "--tls", "--insecure", "PING"), /SSL|closed|reset/);
  assert.match(await say(primary, `AUTH ${AuthToken}`, "PING"), /\+PONG/);
});

test("a mode of TLS is that of a cache with encryption in transit", onValkey, async () => {
  await using lab = await cacheCloud({ https: { folder } });
  await assert.rejects(lab.create("odd", { TransitEncryptionMode: "preferred" }), {
    code: "InvalidParameterCombination",
  });
});
