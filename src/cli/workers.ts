import cluster, { type Worker } from "node:cluster";
import { hostname } from "node:os";
import { Log } from "../core/log.ts";
import type { FaultLimits } from "../faults/limits.ts";
import { joined } from "../fleet/join.ts";
import { type Channel, ChannelEnd } from "../fleet/workers/channel.ts";
import { ChannelStore } from "../fleet/workers/channel-store.ts";
import type { Page, Together } from "../fleet/workers/together.ts";
import { WorkerFleet } from "../fleet/workers/worker-fleet.ts";
import { createCloud } from "../index.ts";
import type { CloudOptions } from "../options.ts";
import { makeAdminToken } from "../server/admin-token.ts";
import { isLoopback } from "../server/hosts.ts";
import { CliError } from "./cli-error.ts";
import { isBelowNpm } from "./running/below-npm.ts";
import { endWithNpm } from "./running/npm-above.ts";
import { writeLine } from "./standard-output.ts";

/** Says to a process which worker it is: `2/4`, and `2/4 again` for one that has taken another's place. */
const WORKER = "SQUALL_WORKER";

/** Is this process one of the workers? */
export const isLed = (): boolean => cluster.isWorker;

/** Where the workers listen. */
interface Place {
  readonly host: string;
  readonly port: number;
  readonly seed: string;
}

/**
 * Starts a gateway as several processes that share its port: this one leads them, and answers no call itself. It ends as
 * `launch` does, and they with it.
 * @throws CliError for options that want one process
 */
export async function launchWorkers(options: CloudOptions, count: number, name: string): Promise<void> {
  if (isLed()) return await work(options, count);
  refuseState(options);
  const log = new Log(
    { level: options.logLevel ?? "INFO", write: options.log ?? (() => {}), nowMs: () => Date.now() },
    "squall",
  );
  if (options.https) {
    // Made once, before several would make it.
    const { Authority } = await import("../server/https/authority.ts");
    await Authority.open(options.https.folder, log).catch((error: Error) => {
      throw new CliError(error.message);
    });
  }
  const token = isLoopback(options.host ?? "127.0.0.1")
    ? undefined
    : (options.adminToken ?? makeAdminToken());
  if (token !== undefined && options.adminToken === undefined)
    log.warn(`The admin API (/_squall, /_localstack, /_aws) wants a token: ${token}, made for this start.`);
  const leader = new Leader(count, { log, token, drainMs: options.drainMs ?? 0 });
  const place = await leader.start();
  const host = place.host.includes(":") ? `[${place.host}]` : place.host;
  log.info(`${name} listens on http://${host}:${place.port}, seed ${place.seed}, with ${count} workers`);
  writeLine("Ready.");
}

/** What a gateway would keep in one process cannot be in several. */
function refuseState({ services, cassette, verifySignatures, rootKeys }: CloudOptions): void {
  const refuse = (what: string) => {
    throw new CliError(`${what}: --workers is for gateways that keep nothing.`);
  };
  if (services !== undefined && services.length > 0) refuse("--own has Squall serve something itself");
  if (cassette) refuse("A cassette is recorded and played by one process");
  if (verifySignatures && !rootKeys) refuse("Without --root-key each worker would make keys of its own");
}

/** A worker has so long to end once its last calls are over. */
const STOP_MS = 5000;

/** The process that leads the workers: keeps what they share, puts another in the place of one that ends, and ends them all. */
class Leader {
  readonly #count: number;
  readonly #log: Log;
  readonly #token: string | undefined;
  readonly #drainMs: number;
  readonly #fleet = new WorkerFleet(() => performance.now());
  #ends = false;

  constructor(
    count: number,
    { log, token, drainMs }: { log: Log; token: string | undefined; drainMs: number },
  ) {
    this.#count = count;
    this.#log = log;
    this.#token = token;
    this.#drainMs = drainMs;
  }

  /** Resolves when all of them listen. */
  async start(): Promise<Place> {
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => void this.#end(`Stopping: ${signal}.`));
    if (isBelowNpm()) endWithNpm((sentence) => void this.#end(sentence));
    // The first one sees whether there is a port to be had.
    const place = await this.#fork(1);
    const others = Array.from({ length: this.#count - 1 }, (_, i) => this.#fork(i + 2));
    await Promise.all(others);
    return place;
  }

  #fork(number: number, isAgain = false): Promise<Place> {
    const worker = cluster.fork({
      [WORKER]: `${number}/${this.#count}${isAgain ? " again" : ""}`,
      ...(this.#token !== undefined && { SQUALL_ADMIN_TOKEN: this.#token }),
    });
    return new Promise((resolve) => {
      let isReady = false;
      const end: ChannelEnd = this.#fleet.join(worker as Channel, {
        ready: (place: Place) => {
          isReady = true;
          resolve(place);
        },
        others: (page: Page) => this.#fleet.ask<string>("page", page, { but: end }),
        shutdown: () => void this.#end("Stopping: somebody said so."),
      });
      worker.once("exit", (code, signal) => {
        this.#fleet.leave(end);
        if (this.#ends) return;
        // It has said why itself.
        if (!isReady) process.exit(code || 1);
        this.#log.warn(`Worker ${number} has ended (${signal ?? code}): another takes its place.`);
        void this.#fork(number, true);
      });
    });
  }

  async #end(sentence: string): Promise<void> {
    if (this.#ends) return;
    this.#ends = true;
    this.#log.info(sentence);
    await this.#fleet.ask("stop", undefined, { patienceMs: this.#drainMs + STOP_MS });
    for (const worker of Object.values(cluster.workers ?? {}) as Worker[]) worker.process.kill("SIGKILL");
    process.exit(0);
  }
}

/** One of the workers: a gateway of the fleet that they are. */
async function work(options: CloudOptions, count: number): Promise<void> {
  const [which = "1", again] = (process.env[WORKER] ?? "").split(" ");
  const number = Number.parseInt(which, 10);
  let stop = async (): Promise<void> => process.exit(0);
  let answer: Parameters<Together["answering"]>[0] = async () => "";
  const store: ChannelStore = new ChannelStore((what, given) => end.ask(what, given));
  const end = new ChannelEnd(process as Channel, {
    ...store.answers,
    page: (page: Page) => answer(page),
    stop: () => stop(),
  });
  // It ends when who leads it says so, or is gone.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
  process.once("disconnect", () => process.exit(0));
  const together: Together = {
    others: (page) => end.ask("others", page),
    answering: (answers) => {
      answer = answers;
    },
  };
  const { fleet, limits, dns, ...others } = options;
  const snapshot = fleet?.snapshot ?? (await joined(store, Date.now(), options.seed));
  const cloud = await createCloud({
    ...others,
    seed: snapshot.seed,
    fleet: {
      store: fleet?.store ?? store,
      snapshot,
      name: `${fleet?.name ?? hostname()}/${number}`,
      together,
    },
    ...(limits && { limits: partOf(limits, number, count, again !== undefined) }),
    // The names are answered for once.
    ...(dns && number === 1 && { dns }),
    shutdown: () => void end.ask("shutdown"),
  }).catch((error: NodeJS.ErrnoException) => {
    const isTaken = error.code === "EADDRINUSE";
    const why = isTaken
      ? `Port ${options.port ?? 4566} is taken. Choose another with --port.`
      : error.message;
    console.error(`squall: ${why}`);
    // The channel would keep it.
    process.exit(1);
  });
  stop = () => cloud.stop();
  const log = cloud.log.named("squall");
  process.on("unhandledRejection", (error) => log.error("Something failed in the background.", error));
  process.on("uncaughtException", (error) => log.error("Something failed in the background.", error));
  await end.ask("ready", { host: cloud.host, port: cloud.port, seed: cloud.seed });
}

/** So many faults are all workers' together: each may strike its part of them, and one in another's place none, since nobody knows how many that one has struck. */
export function partOf(
  { most, ...limits }: FaultLimits,
  number: number,
  count: number,
  isAgain: boolean,
): FaultLimits {
  if (most === undefined) return limits;
  const part = Math.floor(most / count) + (number <= most % count ? 1 : 0);
  return { ...limits, most: isAgain ? 0 : part };
}
