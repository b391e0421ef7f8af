import type { ServiceHost } from "../../core/service.ts";
import { accountConcurrencyReached, reservedConcurrencyReached } from "./errors.ts";
import type { Scope } from "./function-name.ts";
import { provisionedConfigs } from "./provisioned-records.ts";
import { functions } from "./records.ts";

/** Counts invocations under way against the limits: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html */
export class Concurrency {
  readonly #host: ServiceHost;
  readonly #running = new Map<string, number>();
  /** Of functions without a reservation, by account and region. */
  readonly #unreserved = new Map<string, number>();
  /** The sums of all reservations, by account and region, as of a revision of the functions there. */
  readonly #sums = new Map<string, { readonly revision: number; readonly sum: number }>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /**
   * Takes a place for one invocation; call the result to give it back.
   * @param reserved the function's reserved concurrency
   * @param isProvisioned for a version with environments of its own: other versions have what these leave of the reservation
   * @throws TooManyRequestsException
   */
  enter(scope: Scope, name: string, reserved: number | undefined, isProvisioned = false): () => void {
    if (reserved === undefined || isProvisioned) return this.#enter(scope, name, reserved);
    const room = reserved - this.provisioned(scope, name);
    if (room === reserved) return this.#enter(scope, name, reserved);
    const key = `${scope.account}/${scope.region}/${name}:unprovisioned`;
    const count = this.#running.get(key) ?? 0;
    if (count >= room) throw reservedConcurrencyReached();
    const leave = this.#enter(scope, name, reserved);
    this.#running.set(key, count + 1);
    return () => {
      leave();
      this.#leave(this.#running, key);
    };
  }

  #enter(scope: Scope, name: string, reserved: number | undefined): () => void {
    const account = `${scope.account}/${scope.region}`;
    const counts = reserved === undefined ? this.#unreserved : this.#running;
    const key = reserved === undefined ? account : `${account}/${name}`;
    const count = counts.get(key) ?? 0;
    if (reserved !== undefined && count >= reserved) throw reservedConcurrencyReached();
    if (reserved === undefined && count >= this.unreservedLimit(scope)) throw accountConcurrencyReached();
    counts.set(key, count + 1);
    return () => this.#leave(counts, key);
  }

  #leave(counts: Map<string, number>, key: string): void {
    const left = (counts.get(key) ?? 0) - 1;
    if (left > 0) counts.set(key, left);
    else counts.delete(key);
  }

  /** The provisioned concurrency of all versions of a function, one of them aside. */
  provisioned(scope: Scope, name: string, except?: string): number {
    let sum = 0;
    const store = this.#host.store(scope.account, scope.region);
    for (const { qualifier, requested } of store.collection(provisionedConfigs).values({ prefix: [name] }))
      if (qualifier !== except) sum += requested;
    return sum;
  }

  /** The account's limit. */
  get accountLimit(): number {
    return this.#host.setting<number>("limit-concurrent-executions");
  }

  /** What reservations leave to the other functions. */
  unreservedLimit(scope: Scope): number {
    const place = `${scope.account}/${scope.region}`;
    const { revision } = this.#functions(scope);
    let known = this.#sums.get(place);
    if (known?.revision !== revision) {
      known = { revision, sum: this.reserved(scope) };
      this.#sums.set(place, known);
    }
    return this.accountLimit - known.sum;
  }

  /** The sum of all reservations, that of one function aside. */
  reserved(scope: Scope, except?: string): number {
    let sum = 0;
    for (const { name, reservedConcurrency } of this.#functions(scope).values()) {
      if (name !== except) sum += reservedConcurrency ?? 0;
    }
    return sum;
  }

  #functions({ account, region }: Scope) {
    return this.#host.store(account, region).collection(functions);
  }
}
