import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { sure } from "../src/core/sure.ts";
import { TestNats } from "../test/nats.ts";
import { isThere } from "../test/needs.ts";
import { TestPostgres } from "../test/postgres.ts";
import { type Figure, serve } from "./tools.ts";

const SQUALL = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
const GATEWAYS = 20;
const RULES = 1000;
const CHANGES = 30;

/** Twenty gateways, a process each, with a thousand rules: how long until a change is in force on all of them. */
export default async function bench(): Promise<Figure[]> {
  const figures: Figure[] = [];
  if (isThere("postgres")) {
    await using server = await TestPostgres.start();
    figures.push(await propagation("PostgreSQL", server.url("bench")));
  }
  if (isThere("nats-server")) {
    await using server = await TestNats.start();
    figures.push(await propagation("NATS JetStream", server.url("bench")));
  }
  return figures;
}

async function propagation(store: string, fleet: string): Promise<Figure> {
  await using upstream = await serve("bare");
  const gateways: Gateway[] = [];
  try {
    for (let at = 0; at < GATEWAYS; at++) gateways.push(await Gateway.start(upstream.port, fleet));
    const first = sure(gateways[0]);
    const rules = Array.from({ length: RULES }, (_, at) => ({
      service: "dynamodb",
      operation: "GetItem",
      resource: `arn:aws:dynamodb:*:*:table/orders-${at}`,
      error: "throttle",
      percentage: 10,
    }));
    const all = gateways.map((gateway) => gateway.hears(`rule-${RULES}`));
    await first.add(rules);
    await Promise.all(all);
    const tookMs: number[] = [];
    for (let change = 0; change < CHANGES; change++) {
      const id = `change-${change}`;
      const heard = gateways.map((gateway) => gateway.hears(id));
      const from = performance.now();
      await Promise.all([
        sure(gateways[change % GATEWAYS]).add([{ id, service: "sqs", reset: true }]),
        ...heard.map(async (when) => tookMs.push((await when) - from)),
      ]);
    }
    tookMs.sort((a, b) => a - b);
    const at = (share: number) => sure(tookMs[Math.floor((tookMs.length - 1) * share)]);
    return {
      name: `${GATEWAYS} gateways, ${RULES} rules, ${store}: a change is in force on all`,
      value: `p50 ${at(0.5).toFixed(0)} ms, p99 ${at(0.99).toFixed(0)} ms, at most ${at(1).toFixed(0)} ms`,
      target: "p99 < 1000 ms",
      reached: at(0.99) < 1000,
    };
  } finally {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
  }
}

/** A gateway in a process of its own, and what it tells of its rules. */
class Gateway {
  readonly #child: ChildProcess;
  readonly #url: string;
  readonly #waiting = new Map<string, (atMs: number) => void>();
  readonly #leaves = new AbortController();

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
  }

  static async start(upstream: number, fleet: string): Promise<Gateway> {
    const args = [SQUALL, "gateway", "--to", `http://127.0.0.1:${upstream}`, "--port", "0", "--fleet", fleet];
    const child = spawn(process.execPath, [...process.execArgv, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: sure(child.stdout) }).on("line", (line) => {
        const [, found] = /listens on (http:\S+?),/.exec(line) ?? [];
        if (found !== undefined) resolve(found);
      });
      child.once("exit", () => reject(new Error("A gateway has ended.")));
    });
    const gateway = new Gateway(child, url);
    await gateway.#listen();
    return gateway;
  }

  /** Resolves with the time at which it says that a rule has come. */
  hears(id: string): Promise<number> {
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  async add(rules: readonly object[]): Promise<void> {
    const response = await fetch(`${this.#url}/_squall/faults`, {
      method: "POST",
      body: JSON.stringify(rules),
    });
    if (response.status !== 201) throw new Error(await response.text());
    await response.arrayBuffer();
  }

  async stop(): Promise<void> {
    this.#leaves.abort();
    const ended = once(this.#child, "exit");
    this.#child.kill();
    await ended;
  }

  async #listen(): Promise<void> {
    const { body } = await fetch(`${this.#url}/_squall/events`, { signal: this.#leaves.signal });
    void (async () => {
      let text = "";
      for await (const chunk of sure(body).pipeThrough(new TextDecoderStream())) {
        text += chunk;
        for (const [, id = ""] of text.matchAll(/"ruleId":"([^"]+)"/g)) {
          this.#waiting.get(id)?.(performance.now());
          this.#waiting.delete(id);
        }
        text = text.slice(-300);
      }
    })().catch(() => {});
  }
}
