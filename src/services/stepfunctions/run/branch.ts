import { AwsError } from "../../../core/aws-error.ts";
import { sure } from "../../../core/sure.ts";
import { TRANSITION } from "../fault-points.ts";
import { type Flow, type State, stateIn } from "../language/definition.ts";
import { StateFailure } from "../language/failure.ts";
import { isTooLong, type Json } from "../language/json.ts";
import { Payload } from "../language/payload.ts";
import type { Frame, Work } from "./frame.ts";
import { catcherOf, nextAttempt } from "./retry.ts";
import { HistoryFull, type Run } from "./run.ts";
import { type Exit, Visit } from "./visit.ts";

/** A flow, and where it stands in the definition. */
export interface Placed {
  readonly flow: Flow;
  readonly place: string;
}

/** States one after the other: an execution's own, a Parallel's branch, what a Map does with an item. */
export class Branch {
  readonly run: Run;
  readonly flow: Flow;
  /** Where the flow stands in the definition. */
  readonly place: string;
  /** Its place: below which branches it stands. */
  readonly path: readonly number[];
  readonly parent: Branch | undefined;
  /** Ends what its state has under way, when a branch beside it fails. */
  readonly abort = new AbortController();
  #frame: Frame;
  #input: Payload;
  /** Resolves when a callback or a heartbeat has come for its task. */
  woken: (() => void) | undefined;

  constructor(
    run: Run,
    { flow, place }: Placed,
    path: readonly number[],
    frame: Frame,
    parent?: Branch,
    input?: Payload,
  ) {
    this.run = run;
    this.flow = flow;
    this.place = place;
    this.path = path;
    this.parent = parent;
    this.#frame = frame;
    this.#input = input ?? Payload.text(frame.input);
  }

  get frame(): Frame {
    return this.#frame;
  }

  /** What the state at hand has under way; asked only when something is. */
  get work(): Work {
    return sure(this.#frame.work);
  }

  /** The Map Run of the state at hand, which is a distributed Map that has begun. */
  get mapRun(): NonNullable<Work["mapRun"]> {
    return sure(this.work.mapRun);
  }

  get input(): Payload {
    return this.#input;
  }

  /** The item that it, or a branch around it, works on. */
  get item(): Frame["item"] {
    return this.#frame.item ?? this.parent?.item;
  }

  variable(name: string): Json | undefined {
    const { variables } = this.#frame;
    return variables && Object.hasOwn(variables, name) ? variables[name] : this.parent?.variable(name);
  }

  allVariables(): Readonly<Record<string, Json>> {
    return { ...this.parent?.allVariables(), ...this.#frame.variables };
  }

  /** Notes an event behind the branch's last one. @throws BranchAborted: of one that is aborted there is nothing more to tell */
  record(type: string, details?: Readonly<Record<string, unknown>>, previousId = this.#frame.lastId): number {
    if (this.signal.aborted) throw new BranchAborted();
    const id = this.run.record(type, previousId, details);
    this.#frame = { ...this.#frame, lastId: id };
    return id;
  }

  /** Keeps what has changed. */
  keep(changes: Partial<Frame> = {}): void {
    this.#frame = { ...this.#frame, ...changes };
    this.run.journal.keep(this.path, this.#frame);
  }

  keepWork(changes: Partial<Work>): void {
    this.keep({ work: { ...this.#frame.work, ...changes } });
  }

  /** True once the branch is to stop: itself, or all. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** Goes on from where it stands. @throws StateFailure; Interrupted */
  async go(): Promise<Payload> {
    if (this.#frame.done) return Payload.text(this.#frame.done.output);
    const { branches } = this.run;
    const key = this.path.join("/");
    branches.set(key, this);
    try {
      for (;;) {
        const state = sure(stateIn(this.flow, this.#frame.state)); // It was led to, by a flow that is checked.
        if (this.#frame.enteredId === undefined) {
          if (this.run.isStandard) await this.#transition();
          this.#enter(state);
        }
        const exit = await this.#perform(state);
        if (exit.next === undefined) {
          this.keep({ done: { output: exit.output.text } });
          return exit.output;
        }
        this.#frame = {
          state: exit.next,
          input: exit.output.text,
          variables: this.#frame.variables,
          lastId: this.#frame.lastId,
          item: this.#frame.item,
        };
        this.#input = exit.output;
        this.keep();
        await this.pause();
      }
    } finally {
      branches.delete(key);
    }
  }

  /** What rules have happen on the way into a state. */
  async #transition(): Promise<void> {
    const { host, execution } = this.run;
    const { stateMachineArn, account, region, parentId } = execution;
    const operation = this.#frame.state;
    const subject = { resource: stateMachineArn, operation, ...(parentId !== undefined && { parentId }) };
    try {
      await host.faultPoint(TRANSITION, subject, { account, region }, async (hits) => {
        if (hits.some(({ effect }) => effect === "history-full")) throw new HistoryFull();
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new StateFailure(error.code, error.message, "fail");
    }
    this.check();
  }

  #enter(state: State): void {
    const beforeId = this.#frame.lastId;
    const enteredId = this.record(`${state.Type}StateEntered`, {
      name: this.#frame.state,
      input: this.#input.text,
    });
    this.keep({ enteredId, beforeId, enteredMs: this.run.nowMs });
  }

  async #perform(state: State): Promise<Exit> {
    for (;;) {
      const visit = new Visit(this, this.#frame.state, state);
      await this.#untilRetry();
      try {
        const exit = await this.run.around.states[state.Type](visit);
        this.#leave(state, exit);
        return exit;
      } catch (error) {
        const exit = await this.#afterFailure(visit, visit.failureOf(error));
        if (exit) return exit;
      }
    }
  }

  async #untilRetry(): Promise<void> {
    const { retryAtMs } = this.#frame;
    if (retryAtMs === undefined) return;
    await this.sleepUntil(retryAtMs);
    this.keep({ retryAtMs: undefined });
  }

  /** Waits for a moment of the clock. */
  async sleepUntil(untilMs: number): Promise<void> {
    const delayMs = untilMs - this.run.nowMs;
    if (delayMs <= 0) return;
    const signal = AbortSignal.any([this.run.abort.signal, this.signal]);
    await this.run.waitFor(this.run.host.clock.sleep(delayMs, signal).catch(() => {}));
    this.check();
  }

  /** Between two transitions: everybody has a turn. @throws Interrupted; BranchAborted */
  async pause(steps = 1): Promise<void> {
    await this.run.pause(steps);
    this.check();
  }

  /** @throws Interrupted; BranchAborted */
  check(): void {
    this.run.check();
    if (this.signal.aborted) throw new BranchAborted();
  }

  /** Tried again: undefined. Caught: how the state is left. @throws StateFailure */
  async #afterFailure(visit: Visit, failure: StateFailure): Promise<Exit | undefined> {
    const { state } = visit;
    this.run.check();
    if (failure.kind === "query") this.#evaluationFailed(visit, failure);
    const retries = this.#frame.retries ?? [];
    const again = this.run.bench
      ? undefined
      : nextAttempt(state.Retry, retries, failure, () => this.run.host.random.next());
    if (again) {
      const counted = (state.Retry ?? []).map((_, at) => (retries[at] ?? 0) + (at === again.index ? 1 : 0));
      this.run.journal.forgetBelow(this.path);
      this.keep({ retries: counted, retryAtMs: this.run.nowMs + again.delayMs, work: undefined });
      return undefined;
    }
    if (isComposite(state) && (failure.kind === "branch" || failure.kind === "query"))
      this.record(`${state.Type}StateFailed`);
    const caught = catcherOf(state.Catch, failure);
    if (!caught) throw failure;
    this.run.journal.forgetBelow(this.path);
    let exit: Exit;
    try {
      exit = await visit.exitByCatch(failure, caught.catcher);
    } catch (error) {
      const second = visit.failureOf(error);
      if (second.kind === "query") this.#evaluationFailed(visit, second);
      throw second;
    }
    this.#leave(state, exit);
    return exit;
  }

  #evaluationFailed(visit: Visit, { error, reason, location }: StateFailure): void {
    // AWS has it follow what came before the state was entered, but for what a Wait comes to.
    const previousId = visit.type === "Wait" ? this.#frame.lastId : (this.#frame.beforeId ?? 0);
    this.record(
      "EvaluationFailed",
      { error, cause: reason, ...(location !== undefined && { location }), state: visit.name },
      this.#frame.lastId === this.#frame.enteredId ? previousId : this.#frame.lastId,
    );
  }

  #leave(state: State, { output, assigned, after }: Exit): void {
    const texts =
      assigned &&
      Object.fromEntries(Object.entries(assigned).map(([name, value]) => [name, JSON.stringify(value)]));
    if (texts && Object.values(texts).some(isTooLong))
      throw new StateFailure(
        "States.DataLimitExceeded",
        "The size of a variable exceeds the maximum.",
        "runtime",
      );
    this.record(
      `${state.Type}StateExited`,
      { name: this.#frame.state, output: output.text, ...(texts && { assignedVariables: texts }) },
      after,
    );
    if (assigned) this.#frame = { ...this.#frame, variables: { ...this.#frame.variables, ...assigned } };
    if (isComposite(state)) this.run.journal.forgetBelow(this.path);
  }
}

/** A branch beside this one has failed. */
export class BranchAborted extends Error {}

export const isComposite = ({ Type }: State): boolean => Type === "Map" || Type === "Parallel";
