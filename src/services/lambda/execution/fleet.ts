import type { Clock } from "../../../core/clock.ts";
import { Environment } from "./environment.ts";
import type { Bend, EnvironmentPlan } from "./environment-plan.ts";
import type { Invocation, InvocationResult } from "./invocation.ts";

/** A version of a function, as far as its environments are concerned. */
export interface Deployment {
  /** The function version that it belongs to. */
  readonly key: string;
  /** Changes with the code and the configuration: environments of an older revision take no more invocations. */
  readonly revision: string;
  /** Prepares everything for one more environment: unpacks code, finds the runtime. */
  plan(initializationType: EnvironmentPlan["initializationType"]): Promise<EnvironmentPlan>;
}

export interface FleetLimits {
  /** How many environments there may be on this machine before an invocation waits for one. */
  readonly maxEnvironments: number;
  /** How long an idle environment is kept, by the clock. */
  readonly keepAliveMs: number;
}

/**
 * When the machine is full and for so long no invocation has ended, the longest-waiting one gets an environment all the
 * same: those that are busy may be waiting for it.
 */
const PATIENCE_MS = 1000;
/** How long an invocation waits for an environment that has answered and is about to be free, rather than start another. */
const FINISHING_MS = 50;

interface Pool {
  readonly key: string;
  readonly revision: string;
  readonly idle: Environment[];
  readonly environments: Set<Environment>;
  /** Environments that are kept ready (provisioned concurrency). */
  provisioned: number;
  /** Of those, how many are still on their way. */
  provisioning: number;
}

interface Waiter {
  readonly pool: Pool;
  readonly take: (environment: Environment | undefined) => void;
}

/** All environments of a cloud: warm ones are used again, further ones are started, idle ones are stopped. */
export class Fleet {
  readonly #clock: Clock;
  readonly #limits: FleetLimits;
  readonly #pools = new Map<string, Pool>();
  readonly #poolOf = new Map<Environment, Pool>();
  readonly #waiters: Waiter[] = [];
  /** Environments that are there or being made. */
  #count = 0;
  /** When an environment last became free, in real milliseconds. */
  #progressAt = 0;
  #sweep: { cancel(): void } | undefined;
  #isStopped = false;

  constructor(clock: Clock, limits: FleetLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Runs an invocation in a warm environment, or in a new one. Rejects when no environment can be made (RuntimeMissing, ZipError). */
  async invoke(deployment: Deployment, invocation: Invocation, bend: Bend = {}): Promise<InvocationResult> {
    const environment = await this.#acquire(deployment);
    return environment.invoke(invocation, bend);
  }

  /** Makes sure that `count` environments of a version are initialized ahead. */
  async provision(deployment: Deployment, count: number): Promise<boolean> {
    const pool = this.#pool(deployment);
    pool.provisioned = count;
    const missing = Math.max(0, count - pool.environments.size);
    pool.provisioning += missing;
    const isReady = await Promise.all(
      Array.from({ length: missing }, async () => {
        try {
          const environment = await this.#make(deployment, pool, "provisioned-concurrency");
          const outcome = await environment.initialize();
          if (outcome.kind === "ready") this.#idle(environment);
          else await environment.stop("failure");
          return outcome.kind === "ready";
        } finally {
          pool.provisioning--;
        }
      }),
    );
    return isReady.every(Boolean);
  }

  /** Ends the environments of a function version: idle ones now, busy ones when they are done. */
  retire(key: string): void {
    const pool = this.#pools.get(key);
    if (!pool) return;
    this.#pools.delete(key);
    for (const environment of pool.idle.splice(0)) void environment.stop();
  }

  /** True while environments that were asked for ahead are on their way. */
  isProvisioning(key: string): boolean {
    return (this.#pools.get(key)?.provisioning ?? 0) > 0;
  }

  /** True while an environment has answered and is not free yet. */
  get isFinishing(): boolean {
    for (const environment of this.#poolOf.keys()) if (environment.isFinishing) return true;
    return false;
  }

  /** Ends all environments. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#sweep?.cancel();
    await Promise.all([...this.#poolOf.keys()].map((environment) => environment.stop()));
    this.#pools.clear();
  }

  #pool(deployment: Deployment): Pool {
    const known = this.#pools.get(deployment.key);
    if (known?.revision === deployment.revision) return known;
    const provisioned = known?.provisioned ?? 0;
    this.retire(deployment.key);
    const pool: Pool = {
      key: deployment.key,
      revision: deployment.revision,
      idle: [],
      environments: new Set(),
      provisioned,
      provisioning: 0,
    };
    this.#pools.set(deployment.key, pool);
    return pool;
  }

  async #acquire(deployment: Deployment): Promise<Environment> {
    const pool = this.#pool(deployment);
    for (let idle = pool.idle.pop(); idle; idle = pool.idle.pop()) if (!idle.isStopped) return idle;
    if (this.#isAboutToBeFree(pool)) {
      const environment = await this.#wait(pool, FINISHING_MS);
      if (environment && !environment.isStopped) return environment;
    }
    if (this.#count >= this.#limits.maxEnvironments && !this.#evict()) {
      const environment = await this.#wait(pool);
      if (environment && !environment.isStopped) return environment;
    }
    return this.#make(deployment, pool, "on-demand");
  }

  #isAboutToBeFree(pool: Pool): boolean {
    let finishing = 0;
    for (const environment of pool.environments) if (environment.isFinishing) finishing++;
    if (finishing === 0) return false;
    return finishing > this.#waiters.filter((waiter) => waiter.pool === pool).length;
  }

  /** Stops the environment that has been idle for longest; false when all are busy. */
  #evict(): boolean {
    let longest: { idle: Environment[]; first: Environment } | undefined;
    for (const { idle } of this.#pools.values()) {
      const [first] = idle;
      if (first && (!longest || first.lastUsedMs < longest.first.lastUsedMs)) longest = { idle, first };
    }
    if (!longest) return false;
    longest.idle.shift();
    void longest.first.stop();
    return true;
  }

  /** @param limitMs gives up after so long; without it, when nothing has moved for the length of our patience */
  #wait(pool: Pool, limitMs?: number): Promise<Environment | undefined> {
    return new Promise((resolve) => {
      let patience: NodeJS.Timeout;
      const waiter: Waiter = {
        pool,
        take: (environment) => {
          clearTimeout(patience);
          this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
          this.#progressAt = performance.now();
          resolve(environment);
        },
      };
      const look = () => {
        const restMs = this.#progressAt + PATIENCE_MS - performance.now();
        if (limitMs !== undefined || (restMs <= 0 && this.#waiters[0] === waiter)) waiter.take(undefined);
        else patience = setTimeout(look, Math.max(restMs, PATIENCE_MS / 4)).unref();
      };
      patience = setTimeout(look, limitMs ?? PATIENCE_MS).unref();
      this.#waiters.push(waiter);
    });
  }

  async #make(
    deployment: Deployment,
    pool: Pool,
    type: EnvironmentPlan["initializationType"],
  ): Promise<Environment> {
    this.#count++;
    try {
      const plan = await deployment.plan(type);
      const environment = new Environment(plan, this.#clock, {
        idle: (idle) => this.#idle(idle),
        stopped: (stopped) => this.#forget(stopped),
      });
      pool.environments.add(environment);
      this.#poolOf.set(environment, pool);
      return environment;
    } catch (error) {
      this.#count--;
      throw error;
    }
  }

  #idle(environment: Environment): void {
    const pool = this.#poolOf.get(environment);
    if (!pool || environment.isStopped) return;
    this.#progressAt = performance.now();
    const isCurrent = !this.#isStopped && this.#pools.get(pool.key) === pool;
    const own = this.#waiters.find((waiter) => waiter.pool === pool);
    if (own) {
      own.take(environment);
      return;
    }
    const other = this.#waiters[0];
    if (!isCurrent || other) {
      void environment.stop();
      return;
    }
    pool.idle.push(environment);
    this.#sweepLater();
  }

  #forget(environment: Environment): void {
    const pool = this.#poolOf.get(environment);
    if (!pool) return;
    this.#poolOf.delete(environment);
    this.#count--;
    pool.environments.delete(environment);
    const at = pool.idle.indexOf(environment);
    if (at >= 0) pool.idle.splice(at, 1);
    this.#waiters[0]?.take(undefined);
  }

  /** Stops what has been idle for too long, at the moment when the next environment comes to be so. */
  #sweepLater(): void {
    if (this.#sweep || this.#isStopped) return;
    const lastUsed = [...this.#pools.values()].flatMap((pool) =>
      spareOf(pool).map((spare) => spare.lastUsedMs),
    );
    if (lastUsed.length === 0) return;
    const dueMs = Math.min(...lastUsed) + this.#limits.keepAliveMs;
    this.#sweep = this.#clock.setTimer(dueMs - this.#clock.now(), () => {
      this.#sweep = undefined;
      const before = this.#clock.now() - this.#limits.keepAliveMs;
      for (const pool of this.#pools.values()) {
        for (const environment of spareOf(pool).filter((spare) => spare.lastUsedMs <= before)) {
          pool.idle.splice(pool.idle.indexOf(environment), 1);
          void environment.stop();
        }
      }
      this.#sweepLater();
    });
  }
}

/** Idle environments that may go, longest idle first: provisioned ones stay. */
function spareOf({ idle, environments, provisioned }: Pool): Environment[] {
  return idle.slice(0, Math.max(0, environments.size - provisioned));
}
