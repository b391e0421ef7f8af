import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type EmulatorName, emulator, jarsOf } from "../test/emulators.ts";
import { freePort } from "../test/free-port.ts";
import { until } from "../test/until.ts";
import { CALLS } from "./calls.ts";
import { type CallFigures, compare, type Rounds, type Spread, spread } from "./comparison.ts";
import { bare, here, type Side } from "./side.ts";
import { residentMiB, serve } from "./tools.ts";

/** Another emulator, and which of the calls it knows. */
interface Peer {
  readonly name: string;
  readonly emulator: EmulatorName;
  /** What the names of its calls begin with. */
  readonly serves: readonly string[];
  isInstalled(): boolean;
}

const hasJars = (name: string) => () => existsSync(jarsOf(name)) && readdirSync(jarsOf(name)).length > 0;
const runs = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

export const PEERS: readonly Peer[] = [
  { name: "dynalite", emulator: "dynalite", serves: ["DynamoDB"], isInstalled: () => true },
  {
    ...{ name: "DynamoDB Local", emulator: "dynamodb-local", serves: ["DynamoDB"] },
    isInstalled: hasJars("dynamodb-local"),
  },
  { name: "ElasticMQ", emulator: "elasticmq", serves: ["SQS"], isInstalled: hasJars("elasticmq") },
  {
    ...{ name: "MiniStack", emulator: "ministack", serves: ["DynamoDB", "SQS"] },
    isInstalled: () => runs("sh", "-c", "command -v ministack"),
  },
  {
    ...{ name: "moto", emulator: "moto", serves: ["DynamoDB", "SQS"] },
    isInstalled: () => runs("python3", "-c", "import moto.server, flask"),
  },
];

const COMPARED = [
  "DynamoDB PutItem",
  "DynamoDB GetItem",
  "DynamoDB Query of one item",
  "DynamoDB UpdateItem with a condition",
  "SQS SendMessage",
];

/** From a process's start to its first answer, and its memory some seconds later. */
export interface Start {
  readonly readyMs: Spread;
  readonly idleMiB: Spread;
}

/** Squall beside other emulators: everything in turns, in one run. */
export interface PeerFigures {
  readonly calls: readonly CallFigures[];
  /** By the side's name; `now` is Squall. */
  readonly starts: Readonly<Record<string, Start>>;
  /** Peers that are not on this machine. */
  readonly missing: readonly string[];
}

/** @param only of calls whose name has it */
export async function besidePeers(rounds: Rounds, only = ""): Promise<PeerFigures> {
  const there = PEERS.filter((peer) => peer.isInstalled());
  const missing = PEERS.filter((peer) => !there.includes(peer)).map(({ name }) => name);
  for (const name of missing)
    console.error(`${name} is not here: docs/performance.md says how it gets here.`);
  await using own = here();
  const calls: CallFigures[] = [];
  for (const call of CALLS.filter(({ name }) => COMPARED.includes(name) && name.includes(only))) {
    console.error(`${call.name} …`);
    const peers = there.filter(({ serves }) => serves.some((service) => call.name.startsWith(service)));
    calls.push(await compare(call, [own, bare(call.bare!), ...peers.map(sideOf)], rounds));
  }
  console.error("starts …");
  const starts: Record<string, Start> = { now: await startOf(squall, rounds) };
  for (const { name, emulator } of there) starts[name] = await startOf(peerStart(emulator), rounds);
  return { calls, starts, missing };
}

const sideOf = ({ name, emulator }: Peer): Side => ({
  name,
  serve: () => serve("peer", emulator),
  [Symbol.asyncDispose]: async () => {},
});

interface Started {
  readonly process: ChildProcess;
  /** Since when it was being started. */
  readonly readyMs: number;
}

const IDLE_MS = 3000;

async function startOf(start: () => Promise<Started>, { rounds }: Rounds): Promise<Start> {
  const ready: number[] = [];
  const idle: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { process, readyMs } = await start();
    ready.push(readyMs);
    await pause(IDLE_MS);
    idle.push(residentMiB(process.pid!));
    process.kill("SIGKILL");
    await once(process, "exit");
  }
  return { readyMs: spread(ready), idleMiB: spread(idle) };
}

/** The built package's command, with all services. */
async function squall(): Promise<Started> {
  const command = fileURLToPath(new URL("../bin/squall.js", import.meta.url));
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [command, "start", "--port", String(port)], { stdio: "ignore" });
  await until(() =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    ),
  );
  return { process: child, readyMs: performance.now() - startedAt };
}

const peerStart = (name: EmulatorName) => async (): Promise<Started> => {
  const startedAt = performance.now();
  const { process } = await emulator(name);
  return { process, readyMs: performance.now() - startedAt };
};

/** Rows for a terminal, or for Markdown. */
export function peerRows({ calls, starts, missing }: PeerFigures): {
  readonly head: string[];
  readonly rows: string[][];
} {
  const names = PEERS.map(({ name }) => name);
  const cell = ({ sides, ratios }: CallFigures, name: string): string => {
    const side = sides[name];
    if (!side) return missing.includes(name) ? "not installed" : "–";
    const { median, least, most } = ratios[name]!.perSecond;
    return `${count(side.perSecond)}; ${places(median)} × (${places(least)}–${places(most)})`;
  };
  const start = (name: string) => {
    const it = starts[name];
    return it ? `${Math.round(it.readyMs.median)} ms; ${Math.round(it.idleMiB.median)} MB` : "not installed";
  };
  return {
    head: ["", "Squall", "p99 / p50", "bare", ...names],
    rows: [
      ...calls.map((call) => {
        const own = call.sides["now"]!;
        const tail = (own.p99Ms.median / own.p50Ms.median).toFixed(1);
        return [call.name, count(own.perSecond), tail, ...["bare", ...names].map((name) => cell(call, name))];
      }),
      ["ready; idle", start("now"), "", "", ...names.map(start)],
    ],
  };
}

const count = ({ median }: Spread) => Math.round(median).toLocaleString("en");
const places = (ratio: number) => ratio.toFixed(ratio < 10 ? 2 : 0);
