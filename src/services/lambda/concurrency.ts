import type { ServiceHost } from "../../core/service.ts";
import { accountConcurrencyReached, reservedConcurrencyReached } from "./errors.ts";
import type { Scope } from "./function-name.ts";
import { functions } from "./records.ts";

/** Counts invocations under way against the limits: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html */
export class Concurrency {
  readonly #host: ServiceHost;
  readonly #running = new Map<string, number>();
  /** Of functions without a reservation, by account and region. */
  readonly #unreserved = new Map<string, number>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /**
   * Takes a place for one invocation; call the result to give it back.
   * @param reserved the function's reserved concurrency
   * @throws TooManyRequestsException
   */
  enter(scope: Scope, name: string, reserved: number | undefined): () => void {
    const account = `${scope.account}/${scope.region}`;
    const counts = reserved === undefined ? this.#unreserved : this.#running;
    const key = reserved === undefined ? account : `${account}/${name}`;
    const count = counts.get(key) ?? 0;
    if (reserved !== undefined && count >= reserved) throw reservedConcurrencyReached();
    if (reserved === undefined && count >= this.unreservedLimit(scope)) throw accountConcurrencyReached();
    counts.set(key, count + 1);
    return () => {
      const left = counts.get(key)! - 1;
      if (left > 0) counts.set(key, left);
      else counts.delete(key);
    };
  }

  /** The account's limit. */
  get accountLimit(): number {
    return this.#host.setting<number>("limit-concurrent-executions");
  }

  /** What reservations leave to the other functions. */
  unreservedLimit(scope: Scope): number {
    return this.accountLimit - this.reserved(scope);
  }

  /** The sum of all reservations, that of one function aside. */
  reserved(scope: Scope, except?: string): number {
    let sum = 0;
    for (const { name, reservedConcurrency } of this.#reservations(scope)) {
      if (name !== except) sum += reservedConcurrency ?? 0;
    }
    return sum;
  }

  #reservations(scope: Scope): Iterable<{ name: string; reservedConcurrency?: number }> {
    return this.#host.store(scope.account, scope.region).collection(functions).values();
  }
}
