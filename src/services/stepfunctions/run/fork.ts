import { StateFailure } from "../language/failure.ts";
import type { Payload } from "../language/payload.ts";
import { type Branch, BranchAborted } from "./branch.ts";
import type { Visit } from "./visit.ts";

export interface ForkParts {
  readonly count: number;
  readonly concurrency: number;
  /** The event with which the state started its branches. */
  readonly startedId: number;
  /** A branch, where it stands. */
  make(index: number): Branch;
  /** Notes that an iteration has begun, before its branch does anything. */
  begun?(branch: Branch, index: number, previousId: number): void;
  ended?(branch: Branch, index: number, how: "Succeeded" | "Failed" | "Aborted", previousId: number): void;
}

/** Branches side by side: all succeed, or the first failure ends the others. */
export class Fork {
  readonly #visit: Visit;
  readonly #parts: ForkParts;
  readonly #outputs: Payload[] = [];
  readonly #running = new Map<number, Branch>();
  /** The event of the branch that ended last. */
  lastId: number;
  #next = 0;
  #failure: StateFailure | undefined;

  constructor(visit: Visit, parts: ForkParts) {
    this.#visit = visit;
    this.#parts = parts;
    this.lastId = parts.startedId;
  }

  /** @returns the outputs in the branches' order. @throws StateFailure */
  async run(): Promise<Payload[]> {
    const { startedId } = this.#parts;
    const first: Branch[] = [];
    const atOnce = Math.min(this.#parts.count, this.#parts.concurrency);
    await this.#visit.branch.pause(atOnce);
    for (; this.#next < atOnce; this.#next++) first.push(this.#begin(this.#next, startedId));
    await this.#visit.run.waitFor(Promise.all(first.map((branch, index) => this.#work(branch, index))));
    if (this.#failure) this.#fail(this.#failure);
    return this.#outputs;
  }

  #begin(index: number, previousId: number): Branch {
    const branch = this.#parts.make(index);
    this.#running.set(index, branch);
    // One that an earlier process began has told of it.
    if (branch.frame.enteredId === undefined && branch.frame.done === undefined && branch.frame.lastId === 0)
      this.#parts.begun?.(branch, index, previousId);
    return branch;
  }

  /** Works on a branch, and on others behind it, as long as there are any. */
  async #work(first: Branch, firstIndex: number): Promise<void> {
    let branch = first;
    let index = firstIndex;
    for (;;) {
      const wasDone = branch.frame.done !== undefined;
      try {
        this.#outputs[index] = await branch.go();
      } catch (error) {
        if (error instanceof BranchAborted) return;
        if (!(error instanceof StateFailure)) throw error;
        this.#failed(branch, index, error);
        return;
      }
      // A callback may have come in between: nothing is noted behind a failure.
      if (this.#failure) return;
      const ownId = branch.frame.lastId;
      if (!wasDone) {
        this.#parts.ended?.(branch, index, "Succeeded", ownId);
        this.lastId = branch.frame.lastId;
      } else this.lastId = Math.max(this.lastId, branch.frame.lastId);
      this.#running.delete(index);
      if (this.#next >= this.#parts.count) return;
      await this.#visit.branch.pause();
      if (this.#next >= this.#parts.count) return;
      index = this.#next++;
      branch = this.#begin(index, ownId);
    }
  }

  #failed(failed: Branch, index: number, failure: StateFailure): void {
    if (this.#failure) return;
    this.#failure = failure;
    const previousId = failed.frame.lastId;
    this.#next = this.#parts.count;
    this.lastId = previousId;
    for (const [at, branch] of [...this.#running].sort(([a], [b]) => a - b)) {
      this.#parts.ended?.(branch, at, at === index ? "Failed" : "Aborted", previousId);
      const { state, done, enteredId } = branch.frame;
      const type = branch.flow.States[state]?.Type ?? "";
      const wasAtWork = at === index ? type === "Task" && failure.kind === "task" : ABORTABLE.has(type);
      if (wasAtWork && done === undefined && enteredId !== undefined)
        this.#visit.run.record(`${type}StateAborted`, previousId);
      if (at !== index) abortAll(branch);
    }
  }

  #fail({ error, reason, isHeartbeat }: StateFailure): never {
    this.#visit.branch.keep({ lastId: this.lastId });
    throw new StateFailure(error, reason, "branch", { isHeartbeat });
  }
}

const ABORTABLE = new Set(["Task", "Wait", "Map", "Parallel"]);

/** Ends a branch, and those that stand below it. */
function abortAll(branch: Branch): void {
  branch.abort.abort(new BranchAborted());
  for (const other of branch.run.branches.values()) {
    for (let up = other.parent; up; up = up.parent) if (up === branch) other.abort.abort(new BranchAborted());
  }
}
