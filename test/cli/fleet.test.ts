import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";
import { TestPostgres } from "../postgres.ts";
import { until } from "../until.ts";
import { Squall } from "./squall-command.ts";

/** A gateway as a process, when it is ready; it ends with the test. */
async function gateway(t: TestContext, squall: Squall, ...args: string[]): Promise<string> {
  const child = squall.spawn("gateway", "--port", "0", ...args);
  t.after(() => void child.kill("SIGKILL"));
  const said: string[] = [];
  let url: string | undefined;
  for await (const line of createInterface({ input: child.stdout! })) {
    said.push(line);
    url ??= /listens on (http:\S+?),/.exec(line)?.[1];
    if (line === "Ready.") break;
  }
  assert.ok(url, said.join("\n"));
  child.stdout?.resume();
  return url;
}

test(
  "squall fleet looks at gateways that are processes, through any of them",
  needs("postgres"),
  async (t) => {
    await using server = await TestPostgres.start();
    await using upstream = await testCloud();
    const squall = new Squall(t);
    const fleet = server.url("shop");
    const migrated = await squall.run("fleet", "migrate", fleet);
    assert.equal(migrated.output, "The schema is up to date.\n");

    const to = ["--to", upstream.url, "--fleet", fleet, "--max-ttl", "10m"];
    const first = await gateway(t, squall, ...to, "--fleet-name", "front-1", "--seed", "of the fleet");
    const second = await gateway(t, squall, ...to, "--fleet-name", "front-2");
    const added = await squall.run("faults", "add", "reset", "--service", "sqs", "--url", first);
    assert.equal(added.code, 0, added.output);

    // What the first was told comes to the second a little later.
    const status = await until(
      () => squall.run("fleet", "status", "--url", second),
      ({ stdout }) => /^Version 2: 1 rule, seed of the fleet\.\n/.test(stdout),
    );
    assert.match(status.stdout, /front-1 +│ up to date|front-1 +│ behind/);
    assert.match(status.stdout, /front-2/);
    const rules = await squall.run("fleet", "rules", "--url", second, "--json");
    assert.deepEqual(
      JSON.parse(rules.stdout).map(({ id, matched, fired }: Record<string, unknown>) => ({
        id,
        matched,
        fired,
      })),
      [{ id: "rule-1", matched: 0, fired: 0 }],
    );
    const top = await squall.run("fleet", "top", "--times", "1", "--url", second);
    assert.match(top.stdout, /Version 2, 1 rule\n[\s\S]*front-1[\s\S]*rule-1/);
    assert.match((await squall.run("fleet", "experiments", "--url", second)).stdout, /no experiments/);

    const ada = (
      await squall.run("fleet", "token", "add", "ada", "--role", "operator", "--url", second)
    ).stdout.trim();
    const refused = await squall.run("fleet", "--url", second);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /wants the token/);
    squall.environment["SQUALL_ADMIN_TOKEN"] = ada;
    assert.equal((await squall.run("fleet", "token", "--url", second)).stdout, "ada operator\n");
    assert.equal((await squall.run("stop-all", "--url", second)).code, 0);
    const journal = await squall.run("fleet", "journal", "--url", second);
    assert.match(
      journal.stdout,
      /^\S+ ada at front-2: stopped everything: [\s\S]*admin at front-2: added the token ada \(operator\)[\s\S]*admin at front-1: added rule-1/,
    );

    const other = await squall.run("gateway", "--port", "0", ...to, "--seed", "another");
    assert.equal(other.code, 1);
    assert.match(other.stderr, /The fleet has the seed of the fleet/);
  },
);

test("a fleet's URL that cannot be is refused in a line, and its password is not said", async (t) => {
  const squall = new Squall(t);
  const to = ["gateway", "--port", "0", "--to", "http://127.0.0.1:1", "--fleet"];
  const wrong = await squall.run(...to, "redis://squall:secret@127.0.0.1/0");
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /postgres:\/\/… or nats:\/\/…, not at "redis:\/\/127\.0\.0\.1\/0"/);
  const gone = await squall.run(...to, "postgres://squall:secret@127.0.0.1:1/squall");
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /^squall: .*ECONNREFUSED/);
  assert.doesNotMatch(gone.output, /secret/);
  const down = await squall.run(...to, "nats://squall:secret@127.0.0.1:1,127.0.0.1:2");
  assert.equal(down.code, 1);
  assert.match(down.stderr, /^squall: NATS at 127\.0\.0\.1:1, 127\.0\.0\.1:2: connection refused/);
  assert.doesNotMatch(down.output, /secret/);
});
