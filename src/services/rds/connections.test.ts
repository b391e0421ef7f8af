import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { test } from "node:test";
import { Client } from "pg";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { databaseCloud, mariadb, psql, type Where } from "./fixture.test.ts";

const onPostgres = needs("postgres");
const point = "rds:connection";

type Lab = Awaited<ReturnType<typeof databaseCloud>>;

/** Someone who is connected with PostgreSQL's own protocol, and stays. */
async function session({ address, port }: Where) {
  const client = new Client({
    host: address,
    port,
    user: "app",
    password: "correct-horse",
    database: "shop",
  });
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  client.on("error", (error) => resolve((error as NodeJS.ErrnoException).code ?? error.message));
  client.on("end", () => resolve("end"));
  await client.connect();
  const ask = async (statement: string): Promise<string> => {
    const { rows } = await client.query<string[]>({ text: statement, rowMode: "array" });
    return rows.map((row) => row.join()).join("|");
  };
  // Whatever a rule does to its last words.
  const close = async () => {
    (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
  };
  return { ask, ended, [Symbol.asyncDispose]: close };
}

/** How long something takes by a clock that only moves here. */
async function lasts<T>({ cloud: { clock } }: Lab, work: Promise<T>, stepMs: number): Promise<number> {
  const fromMs = clock.now();
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  work.then(over, over);
  await until(async () => {
    if (!isOver) await clock.advance(stepMs);
    return isOver;
  });
  return clock.now() - fromMs;
}

/** One database, someone who is in it, and a clock that stands. */
async function stage(account?: string) {
  const lab = await databaseCloud({ ...(account !== undefined && { account }) });
  const shop = await lab.create("shop");
  const old = await session(shop);
  assert.equal(await old.ask("select 1"), "1");
  lab.cloud.clock.setRate(0);
  const end = async () => {
    await old[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  };
  return { lab, shop, old, faults: lab.cloud.faults, [Symbol.asyncDispose]: end };
}

test(
  "latency is met by who is connected and by who connects, and is gone with the rule",
  onPostgres,
  async () => {
    await using at = await stage();
    const rule = await at.faults.add({
      point,
      resource: "db:shop",
      effect: "latency",
      params: { ms: "30s" },
    });
    const answer = at.old.ask("select 2");
    assert.ok((await lasts(at.lab, answer, 5_000)) >= 30_000);
    assert.equal(await answer, "2");
    const connecting = session(at.shop);
    // Each answer of the handshake is late.
    assert.ok((await lasts(at.lab, connecting, 5_000)) >= 60_000);
    await using fresh = await connecting;
    const waiting = [at.old.ask("select 3"), fresh.ask("select 3")];
    await at.faults.remove(rule.id);
    assert.deepEqual(await Promise.all(waiting), ["3", "3"]);
    assert.equal(await psql(at.shop, "select 4"), "4");
  },
);

test(
  "what the client sends is late by a rule that says `up`, and the statement takes effect then",
  onPostgres,
  async () => {
    await using at = await stage();
    await using other = await session(at.shop);
    await at.old.ask("create table orders (id int)");
    const rule = await at.faults.add({
      point,
      resource: "db:shop",
      effect: "latency",
      params: { ms: "1h", direction: "up" },
      // Of those who are connected, the first.
      times: 1,
    });
    const answer = at.old.ask("insert into orders values (1) returning id");
    assert.equal(await other.ask("select count(*) from orders"), "0");
    assert.ok((await lasts(at.lab, answer, 600_000)) >= 3_600_000);
    assert.equal(await other.ask("select count(*) from orders"), "1");
    assert.deepEqual(at.faults.counts(rule.id), { matched: 2, fired: 1 });
  },
);

test("in a blackhole the answer does not come, and it comes with the rule's end", onPostgres, async () => {
  await using at = await stage();
  await using other = await session(at.shop);
  await at.old.ask("create table orders (id int)");
  await at.faults.add({
    point,
    resource: "db:shop",
    effect: "blackhole",
    params: { direction: "down" },
    times: 1,
    ttl: "PT1H",
  });
  const answer = at.old.ask("insert into orders values (1) returning id");
  // The write has happened, and nobody hears of it.
  await until(async () => (await other.ask("select count(*) from orders")) === "1");
  assert.ok((await lasts(at.lab, answer, 60_000)) >= 3_600_000);
  assert.equal(await answer, "1");
});

test("a blackhole that closes leaves no one hanging", onPostgres, async () => {
  await using at = await stage();
  const rule = await at.faults.add({ point, effect: "blackhole", params: { closeAfter: "20s" } });
  const asked = assert.rejects(at.old.ask("select 1"), /Connection terminated unexpectedly/);
  assert.ok((await lasts(at.lab, at.old.ended, 1_000)) >= 20_000);
  await asked;
  const connecting = assert.rejects(session(at.shop), /Connection terminated unexpectedly/);
  assert.ok((await lasts(at.lab, connecting, 1_000)) >= 20_000);
  await connecting;
  await at.faults.remove(rule.id);
  assert.equal(await psql(at.shop, "select 1"), "1");
});

test("an answer comes at a rate", onPostgres, async () => {
  await using at = await stage();
  const rule = await at.faults.add({ point, effect: "bandwidth", params: { bytesPerSecond: 1_000 } });
  const answer = at.old.ask("select repeat('x', 100000)");
  const ms = await lasts(at.lab, answer, 500);
  assert.ok(ms >= 100_000 && ms < 200_000, `${ms} ms`);
  assert.equal((await answer).length, 100_000);
  const rest = at.old.ask("select repeat('y', 1000000)");
  await at.faults.remove(rule.id);
  // What is left comes at once, and all of it.
  assert.equal(await rest, "y".repeat(1_000_000));
});

test("an answer comes in slices, whole", onPostgres, async () => {
  await using at = await stage();
  await at.faults.add({ point, effect: "slice", params: { bytes: 100, delay: 10 } });
  const answer = at.old.ask("select repeat('x', 10000)");
  const ms = await lasts(at.lab, answer, 100);
  assert.ok(ms >= 1_000, `${ms} ms`);
  assert.equal(await answer, "x".repeat(10_000));
});

test(
  "a connection is cut after so many bytes, the next one after as many of its own",
  onPostgres,
  async () => {
    await using at = await stage();
    const rule = await at.faults.add({ point, effect: "cut", params: { bytes: 5_000 } });
    assert.equal(await at.old.ask("select 1"), "1");
    await assert.rejects(at.old.ask("select repeat('x', 10000)"), /Connection terminated unexpectedly/);
    assert.equal(await psql(at.shop, "select 1"), "1");
    assert.match(
      await psql(at.shop, "select repeat('x', 10000)"),
      /server closed the connection unexpectedly/,
    );
    await at.faults.remove(rule.id);
    assert.equal((await psql(at.shop, "select repeat('x', 10000)")).length, 10_000);
  },
);

test(
  "connections are reset, those that are there and those that are made, until the rule is gone",
  onPostgres,
  async () => {
    await using at = await stage();
    const rule = await at.faults.add({ point, resource: "db:shop", effect: "reset" });
    assert.equal(await at.old.ended, "ECONNRESET");
    await assert.rejects(session(at.shop), /ECONNRESET|Connection terminated unexpectedly/);
    await at.faults.remove(rule.id);
    assert.equal(await psql(at.shop, "select 1"), "1");
  },
);

test("a database refuses new connections, and keeps those that it has", onPostgres, async () => {
  await using at = await stage();
  const rule = await at.faults.add({ point, resource: "db:shop", effect: "refuse" });
  assert.match(await psql(at.shop, "select 1"), /Connection refused/);
  await assert.rejects(session(at.shop), { code: "ECONNREFUSED" });
  assert.equal(await at.old.ask("select 2"), "2");
  await at.faults.remove(rule.id);
  await until(async () => (await psql(at.shop, "select 3")) === "3");
  assert.equal((await at.lab.instance("shop"))["Endpoint"].Port, at.shop.port);
});

test("a share of new connections is refused, the same with the same seed", onPostgres, async () => {
  // What is drawn depends on it.
  const account = "210987654321";
  const run = async (): Promise<string[]> => {
    await using at = await stage(account);
    await at.faults.add({ point, resource: "db:shop", effect: "refuse", percentage: 50 });
    const answers: string[] = [];
    for (let n = 0; n < 8; n++) answers.push((await psql(at.shop, "select 1")) === "1" ? "in" : "refused");
    assert.equal(await at.old.ask("select 2"), "2");
    return answers;
  };
  const first = await run();
  assert.deepEqual(await run(), first);
  assert.deepEqual([...new Set(first)].sort(), ["in", "refused"]);
});

test("a rule that comes later does not have another decide again", onPostgres, async () => {
  await using at = await stage();
  const twice = await at.faults.add({ point, effect: "slow-close", params: { ms: 1 }, times: 2 });
  await at.faults.add({ point, effect: "slow-close", params: { ms: 2 } });
  assert.equal(at.faults.counts(twice.id)?.fired, 1);
  await using _fresh = await session(at.shop);
  assert.equal(at.faults.counts(twice.id)?.fired, 2);
});

test("a rule that is changed acts as it says now", onPostgres, async () => {
  await using at = await stage();
  const { id } = await at.faults.add({ point, effect: "latency", params: { ms: "1h" } });
  const answer = at.old.ask("select 2");
  const response = await fetch(`${at.lab.cloud.url}/_squall/faults/${id}`, {
    method: "PATCH",
    body: JSON.stringify({ params: { ms: "10s" } }),
  });
  assert.equal(response.status, 200);
  // What waits for the former rule meets the new one.
  const ms = await lasts(at.lab, answer, 1_000);
  assert.ok(ms >= 10_000 && ms < 3_600_000, `${ms} ms`);
});

test("a rule that begins later acts from then on, also on who was there", onPostgres, async () => {
  await using at = await stage();
  await at.faults.add({ point, effect: "reset", from: "10m", ttl: "1m" });
  assert.equal(await at.old.ask("select 2"), "2");
  await at.lab.cloud.clock.advance(599_000);
  assert.equal(await at.old.ask("select 3"), "3");
  await at.lab.cloud.clock.advance(1_000);
  assert.equal(await at.old.ended, "ECONNRESET");
  await at.lab.cloud.clock.advance(60_000);
  assert.equal(await psql(at.shop, "select 4"), "4");
});

test("a rule that is there before its database acts from the beginning", onPostgres, async () => {
  await using lab = await databaseCloud();
  const rule = await lab.cloud.faults.add({ point, resource: "db:shop", effect: "refuse" });
  const shop = await lab.create("shop");
  assert.match(await psql(shop, "select 1"), /Connection refused/);
  await lab.call("RebootDBInstance", { DBInstanceIdentifier: "shop" });
  await lab.is("shop", "available");
  assert.match(await psql(shop, "select 1"), /Connection refused/);
  await lab.cloud.faults.remove(rule.id);
  await until(async () => (await psql(shop, "select 1")) === "1");
});

for (const { engine, tool, ask } of [
  { engine: "aurora-postgresql", tool: "postgres", ask: psql },
  { engine: "aurora-mysql", tool: "mariadb", ask: mariadb },
] as const)
  test(
    `of a cluster of ${engine}, the reader's endpoint or one of its instances can be struck alone`,
    needs(tool),
    async () => {
      await using lab = await databaseCloud();
      const { writer, reader } = await lab.createCluster("main", ["one", "two"], engine);
      const two = (await lab.instance("two"))["Endpoint"];
      const direct: Where = { address: two.Address, port: two.Port };
      const { faults } = lab.cloud;
      // MariaDB's client does not always tell them apart.
      const [REFUSED, RESET] = tool === "mariadb" ? ["struck", "struck"] : ["refused", "reset"];
      const all = async () =>
        [
          await ask(writer, "select 'writer'"),
          await ask(reader, "select 'reader'"),
          await ask(direct, "select 'two'"),
        ].map((answer) => (answer.length < 10 ? answer : /refused/.test(answer) ? REFUSED : RESET));
      assert.deepEqual(await all(), ["writer", "reader", "two"]);
      const onReader = await faults.add({
        point,
        resource: "cluster:main",
        input: "Endpoint == 'reader'",
        effect: "refuse",
      });
      assert.deepEqual(await all(), ["writer", REFUSED, "two"]);
      await faults.remove(onReader.id);
      const onInstance = await faults.add({ point, resource: "db:two", effect: "refuse" });
      assert.deepEqual(await all(), ["writer", REFUSED, REFUSED]);
      await faults.remove(onInstance.id);
      const onCluster = await faults.add({ point, resource: "cluster:main", effect: "reset" });
      assert.deepEqual(await all(), [RESET, RESET, RESET]);
      await faults.remove(onCluster.id);
      assert.deepEqual(await all(), ["writer", "reader", "two"]);
    },
  );

test("what has no meaning on a connection is refused with what there is", onPostgres, async () => {
  await using lab = await databaseCloud();
  const add = (rule: object) => lab.cloud.faults.add({ point, ...rule } as never);
  const there = "There is latency, bandwidth, slice, blackhole, cut, reset, refuse, slow-close.";
  await assert.rejects(add({ effect: "error" }), {
    message: `There is no effect "error" at the fault point "rds:connection". ${there}`,
  });
  await assert.rejects(add({ effect: "bandwidth" }), /needs the parameter "bytesPerSecond"/);
  await assert.rejects(add({ effect: "cut", params: { bytes: -1 } }), /bytes/);
  await assert.rejects(add({ effect: "latency", params: { ms: 1, direction: "sideways" } }), /direction/);
  await assert.rejects(add({ effect: "reset", match: { service: "s3" } }), /is in the service "rds"/);
});
