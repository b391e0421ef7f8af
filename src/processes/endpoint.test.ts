import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { until } from "../../test/until.ts";
import { Clock } from "../core/clock.ts";
import type { ConnectionFaults } from "../core/connection-faults.ts";
import type { Hit } from "../core/fault.ts";
import { Log } from "../core/log.ts";
import { Random } from "../core/random.ts";
import { Endpoint } from "./endpoint.ts";

/** Rules that strike every connection, and a clock that only moves here. */
class Faults implements ConnectionFaults {
  readonly clock = new Clock({ rate: 0 });
  readonly log = new Log({ level: "ERROR", write: () => {}, nowMs: () => 0 });
  #hits: readonly Hit[] = [];
  readonly #watching = new Set<() => void>();
  readonly #random = new Random("test");

  readonly gate = () => ({ isClosed: () => this.#hits.some(({ effect }) => effect === "refuse") });
  readonly connection = () => ({ look: () => this.#hits });

  watch(look: () => void): () => void {
    this.#watching.add(look);
    return () => this.#watching.delete(look);
  }

  add(effect: string, params: Record<string, unknown>): Hit {
    let draws = 0;
    const hit = { effect, params, rule: {} as Hit["rule"], draw: () => this.#random.draw(effect, draws++) };
    this.#are([...this.#hits, hit]);
    return hit;
  }

  remove(hit: Hit): void {
    this.#are(this.#hits.filter((other) => other !== hit));
  }

  clear(): void {
    this.#are([]);
  }

  #are(hits: readonly Hit[]): void {
    this.#hits = hits;
    for (const look of this.#watching) look();
  }
}

/** A server behind an endpoint. */
async function stage(serve: (socket: Socket) => void) {
  const folder = mkdtempSync(join(tmpdir(), "squall-endpoint-"));
  const path = join(folder, "s");
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const faults = new Faults();
  const endpoint = new Endpoint("127.0.0.1", 0, faults);
  await endpoint.open(path);
  const client = () => {
    const socket = connect(endpoint.port, endpoint.address);
    const got: Buffer[] = [];
    socket.on("data", (chunk) => got.push(chunk));
    const { promise: ended, resolve } = Promise.withResolvers<string>();
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on("close", () => resolve("closed"));
    return { socket, ended, got: () => Buffer.concat(got) };
  };
  const end = () => {
    endpoint.close();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { faults, endpoint, client, [Symbol.dispose]: end };
}

const echo = (socket: Socket): void => void socket.pipe(socket);

const direction = fc.constantFrom("up", "down", "both");
const aRule = fc.oneof(
  fc.tuple(fc.constant("latency"), fc.record({ ms: fc.nat(500), jitter: fc.nat(500), direction })),
  fc.tuple(
    fc.constant("bandwidth"),
    fc.record({ bytesPerSecond: fc.integer({ min: 1, max: 1e6 }), direction }),
  ),
  fc.tuple(
    fc.constant("slice"),
    fc.record({ bytes: fc.integer({ min: 1, max: 5_000 }), delay: fc.nat(10), direction }),
  ),
  fc.tuple(fc.constant("blackhole"), fc.record({ direction })),
  fc.tuple(fc.constant("slow-close"), fc.record({ ms: fc.nat(500), direction })),
);
const aStep = fc.oneof(
  fc.record({ kind: fc.constant("rule" as const), rule: aRule }),
  fc.record({ kind: fc.constant("end" as const), which: fc.nat(3) }),
  fc.record({ kind: fc.constant("send" as const), bytes: fc.integer({ min: 1, max: 100_000 }) }),
  fc.record({ kind: fc.constant("time" as const), ms: fc.integer({ min: 1, max: 5_000 }) }),
);

test("whatever rules come and go, what is sent comes whole and in order, and then the end", async () => {
  const runs = Number(process.env["SQUALL_TEST_SCALE"] ?? 1) * 30;
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { minLength: 1, maxLength: 12 }), async (steps) => {
      using at = await stage(echo);
      const { socket, got, ended } = at.client();
      const sent: Buffer[] = [];
      const rules: Hit[] = [];
      for (const step of steps) {
        if (step.kind === "rule") rules.push(at.faults.add(step.rule[0], step.rule[1]));
        else if (step.kind === "end") for (const rule of rules.splice(step.which, 1)) at.faults.remove(rule);
        else if (step.kind === "time") await at.faults.clock.advance(step.ms);
        else {
          const bytes = Buffer.alloc(step.bytes, sent.length + 1);
          sent.push(bytes);
          socket.write(bytes);
        }
        await new Promise(setImmediate);
      }
      socket.end();
      // The end is behind all that is on its way.
      for (let turn = 0; turn < 5; turn++) {
        await new Promise(setImmediate);
        await at.faults.clock.advance(100);
      }
      at.faults.clear();
      assert.equal(await ended, "closed");
      assert.ok(got().equals(Buffer.concat(sent)));
    }),
    { numRuns: runs, seed: 1 },
  );
});

test("a connection is cut after exactly so many bytes of a direction, at both sides of a piece", async () => {
  for (const [bytes, way] of [
    [0, "down"],
    [1, "down"],
    [1_000, "down"],
    [99_999, "down"],
    [100_000, "down"],
    [0, "up"],
    [70_000, "up"],
  ] as const) {
    using at = await stage(echo);
    at.faults.add("cut", { bytes, direction: way });
    const { socket, got, ended } = at.client();
    socket.write(Buffer.alloc(100_000, 1));
    assert.match(await ended, /closed|ECONNRESET|EPIPE/);
    if (way === "down") assert.equal(got().length, bytes);
    else assert.ok(got().length <= bytes);
  }
});

test("less than a cut allows gets through, and the connection stays", async () => {
  using at = await stage(echo);
  at.faults.add("cut", { bytes: 100, direction: "both" });
  const { socket, got, ended } = at.client();
  socket.write(Buffer.alloc(99, 1));
  await until(() => got().length === 99);
  socket.write(Buffer.alloc(1, 1));
  assert.match(await ended, /closed|ECONNRESET/);
});

test("the end that one side makes comes late to the other", async () => {
  using at = await stage((socket) => void socket.end("bye"));
  at.faults.add("slow-close", { ms: 60_000, direction: "down" });
  const { socket, got } = at.client();
  let hasEnded = false;
  socket.on("end", () => {
    hasEnded = true;
  });
  await until(() => got().toString() === "bye");
  const fromMs = at.faults.clock.now();
  await until(async () => {
    if (!hasEnded) await at.faults.clock.advance(10_000);
    return hasEnded;
  });
  assert.ok(at.faults.clock.now() - fromMs >= 60_000);
});

test("a server that says much into a blackhole is not read without end", async () => {
  let written = 0;
  const chunk = Buffer.alloc(64 * 1024);
  using at = await stage((socket) => {
    const say = (): void => {
      while (!socket.destroyed) {
        written += chunk.length;
        if (!socket.write(chunk)) break;
      }
    };
    socket.on("drain", say);
    say();
  });
  const blackhole = at.faults.add("blackhole", { direction: "down" });
  const { socket, got } = at.client();
  let before = -1;
  // Nobody takes any more when it stays as it is.
  await until(async () => {
    const same = written === before && written > 0;
    before = written;
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    return same;
  });
  assert.ok(written < 8 * 1024 * 1024, `${written} bytes`);
  assert.equal(got().length, 0);
  at.faults.remove(blackhole);
  await until(() => got().length > 8 * 1024 * 1024);
  socket.destroy();
});

test("an endpoint that refuses has its address to itself again when it does not", async () => {
  using at = await stage(echo);
  const { port } = at.endpoint;
  const old = at.client();
  old.socket.write("a");
  await until(() => old.got().toString() === "a");
  for (let turn = 0; turn < 3; turn++) {
    const refusal = at.faults.add("refuse", {});
    assert.equal(await at.client().ended, "ECONNREFUSED");
    at.faults.remove(refusal);
    // There and gone before anything has come of it.
    at.faults.remove(at.faults.add("refuse", {}));
    const { socket, got } = at.client();
    socket.write("b");
    await until(() => got().toString() === "b");
    assert.equal(at.endpoint.port, port);
    socket.destroy();
  }
  old.socket.write("c");
  await until(() => old.got().toString() === "ac");
  at.endpoint.close();
  assert.equal(await old.ended, "ECONNRESET");
});
