import { roleSession } from "../../../core/role-session.ts";
import type { CallOptions, ServiceHost } from "../../../core/service.ts";
import { behindLast } from "../../../core/text.ts";
import type { ActivityQueue } from "../activity-queue.ts";
import type { ExecutionRecord } from "../execution.ts";
import { taskHeaderOf } from "../execution-trace.ts";
import { type EventRecord, MOST_EVENTS } from "../history-event.ts";
import type { Definition, Flow, StateType } from "../language/definition.ts";
import { Payload } from "../language/payload.ts";
import type { Branch } from "./branch.ts";
import type { Journal } from "./journal.ts";
import { Pace } from "./pace.ts";
import type { TestBench } from "./test-bench.ts";
import type { Exit, Visit } from "./visit.ts";

/** The history has no room for another event. */
export class HistoryFull extends Error {}

/** The execution is over for a reason outside of its states: stopped, timed out, a reset, the end of the process. */
export class Interrupted extends Error {}

/** The store could not keep something of the execution: it goes on from what is kept. */
export class Lost extends Interrupted {}

/** Events with which an execution ends. */
const LAST = /^Execution(?:Succeeded|Failed|Aborted|TimedOut)$/;

/** What the runs of a service share. */
export interface Surroundings {
  readonly host: ServiceHost;
  readonly activities: ActivityQueue;
  /** What each type of state does. */
  readonly states: Readonly<Record<StateType, (visit: Visit) => Exit | Promise<Exit>>>;
  /** Writes what a run goes on from, all or nothing, and sees that it is kept. @throws Lost */
  write(run: Run, work: () => void): void;
  /** Starts the execution of a Map's item; resolves when it has ended. */
  runChild(record: ExecutionRecord, signal: AbortSignal): Promise<ExecutionRecord>;
  /** Hears when somebody changes a map run, until what is returned is called. */
  onMapRunChange(arn: string, hear: () => void): () => void;
  /** Resolves when an execution of this Squall has ended. */
  ended(arn: string, signal: AbortSignal): Promise<void>;
  /** Hears of each event, for logs. */
  heard(execution: ExecutionRecord, event: EventRecord): void;
}

/** An execution under way. */
export class Run {
  readonly around: Surroundings;
  readonly execution: ExecutionRecord;
  readonly definition: Definition;
  /** The states that it runs: the definition's, or a Map's for a child. */
  readonly flow: Flow;
  readonly place: string;
  readonly journal: Journal;
  readonly input: Payload;
  readonly abort = new AbortController();
  /** Branches that have not ended, by their place: who brings a callback finds them here. */
  readonly branches = new Map<string, Branch>();
  /** What is looked at when a single state is tested. */
  readonly bench: TestBench | undefined;
  /** Somebody has stopped it, or its time is over. */
  isStopped = false;
  /** Something of it could not be kept: another run takes the execution up. */
  isLost = false;
  readonly #isVoid: () => boolean;
  #lastId: number;
  readonly #pace = new Pace();
  /** How many branches wait for time or a callback, and how many there are. */
  #waiting = 0;

  constructor(
    around: Surroundings,
    execution: ExecutionRecord,
    parts: {
      readonly definition: Definition;
      readonly flow: Flow;
      readonly place: string;
      readonly journal: Journal;
      readonly lastId?: number;
      readonly isVoid?: () => boolean;
      readonly bench?: TestBench;
    },
  ) {
    this.around = around;
    this.execution = execution;
    this.input = Payload.text(execution.input);
    this.definition = parts.definition;
    this.flow = parts.flow;
    this.place = parts.place;
    this.journal = parts.journal;
    this.bench = parts.bench;
    this.#lastId = parts.lastId ?? 0;
    this.#isVoid = parts.isVoid ?? (() => false);
  }

  get host(): ServiceHost {
    return this.around.host;
  }

  get isStandard(): boolean {
    return this.execution.type === "STANDARD";
  }

  get nowMs(): number {
    return this.host.clock.now();
  }

  /** Writes what it goes on from, all or nothing. @throws Lost when it cannot be kept */
  write(work: () => void): void {
    this.around.write(this, work);
  }

  /** @throws HistoryFull; there is always room for the event that ends the execution */
  record(type: string, previousEventId: number, details?: Readonly<Record<string, unknown>>): number {
    if (this.isStandard && this.#lastId >= MOST_EVENTS - 1 && !LAST.test(type)) throw new HistoryFull();
    const event: EventRecord = {
      id: ++this.#lastId,
      previousEventId,
      type,
      atMs: this.nowMs,
      ...(details && { details }),
    };
    this.journal.event(event);
    this.around.heard(this.execution, event);
    return event.id;
  }

  /** @throws Interrupted when the execution is not to go on */
  check(): void {
    if (this.abort.signal.aborted || this.#isVoid()) throw new Interrupted();
  }

  /** Between two transitions, or before branches begin: of a Standard execution what was written is committed, and everybody has a turn. */
  async pause(steps = 1): Promise<void> {
    this.check();
    const isEach = this.isStandard && !this.host.clock.isAdvancing;
    if (isEach || !this.#pace.take(steps)) {
      await this.#pace.next(steps);
      this.check();
    }
  }

  /** Is anything going on that waits neither for time nor for others? */
  get isBusy(): boolean {
    return this.#waiting < this.branches.size;
  }

  /** Waits for a moment of the clock, a callback or the like. */
  async waitFor<T>(waited: Promise<T>): Promise<T> {
    this.#waiting++;
    try {
      return await waited;
    } finally {
      this.#waiting--;
      this.check();
    }
  }

  /** How calls are made on the execution's behalf. */
  callOptions(role: string | undefined, signal: AbortSignal): CallOptions {
    const { account, region, roleArn, arn, parentId, machine } = this.execution;
    return {
      account,
      region,
      // A session of a task's own role, which the execution's role has taken, and not the service.
      as: role === undefined ? roleArn : roleSession(role, behindLast("/", roleArn), account),
      sourceArn: arn,
      origin: `execution(${machine})`,
      ...(parentId !== undefined && { parentId }),
      traceHeader: taskHeaderOf(this.execution),
      signal,
    };
  }
}
