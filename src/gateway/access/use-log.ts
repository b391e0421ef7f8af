import type { ApiCall } from "../api-call.ts";

/** What a principal did, or wanted to do. */
export interface Use {
  readonly action: string;
  readonly resource: string;
  /** The calls that it came from: `sqs.SendMessage`. */
  readonly operations: string[];
  count: number;
  /** The newest call's id. */
  lastCallId: string;
  /** Why its policies do not let it, as AWS says it. */
  refused?: string;
}

/** More than any one role needs; what comes after is counted and no more. */
const MOST_USES = 5000;
const MOST_PRINCIPALS = 1000;

/** Which actions on which resources users and roles have used, since the start or the last reset. */
export class UseLog {
  readonly #uses = new Map<string, Map<string, Use>>();
  /** Uses that found no room. */
  forgotten = 0;

  add(
    principal: string,
    {
      call,
      action,
      resource,
      refused,
    }: { call: ApiCall; action: string; resource: string; refused: string | undefined },
  ): void {
    const uses = this.#of(principal);
    const key = `${action} ${resource}`;
    let use = uses?.get(key);
    if (!use) {
      if (!uses || uses.size >= MOST_USES) {
        this.forgotten++;
        return;
      }
      use = { action, resource, operations: [], count: 0, lastCallId: call.id };
      uses.set(key, use);
    }
    const operation = `${call.service}.${call.operation}`;
    if (!use.operations.includes(operation)) use.operations.push(operation);
    use.count++;
    use.lastCallId = call.id;
    if (refused === undefined) delete use.refused;
    else use.refused = refused;
  }

  principals(): string[] {
    return [...this.#uses.keys()].sort();
  }

  usesOf(principal: string): Use[] {
    const uses = [...(this.#uses.get(principal)?.values() ?? [])];
    return uses.sort((a, b) => (`${a.action} ${a.resource}` < `${b.action} ${b.resource}` ? -1 : 1));
  }

  clear(): void {
    this.#uses.clear();
    this.forgotten = 0;
  }

  #of(principal: string): Map<string, Use> | undefined {
    let uses = this.#uses.get(principal);
    if (!uses && this.#uses.size < MOST_PRINCIPALS) {
      uses = new Map();
      this.#uses.set(principal, uses);
    }
    return uses;
  }
}
