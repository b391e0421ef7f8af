import type { CallRecord, FaultRule, FaultRuleInput } from "squall/testing" with {
  "resolution-mode": "import",
};

/** Calls in the order in which they were made. */
export interface Calls extends ReadonlyArray<CallRecord> {
  /** Those of a service and, if given, an operation; both may have `*` in them. */
  of(service: string, operation?: string): Calls;
  /** `[400, 400, 200]`: throttled twice, and then well. */
  readonly statuses: readonly number[];
}

/** What SDKs made of the failures that they met, as `GET /_squall/retries` gives it. */
export interface RetryReport {
  readonly calls: number;
  readonly attempts: number;
  readonly amplification: number;
  readonly retried: readonly {
    readonly call: string;
    readonly attempts: readonly (number | string)[];
    readonly waitsMs: readonly number[];
    readonly tokens: number;
    readonly outcome: "succeeded" | "failed";
  }[];
}

/** What one test has of a Squall: an account of its own, with its own resources, rules and calls. */
export interface Scope {
  readonly url: string;
  /** Twelve digits; as an access key they are the account. */
  readonly account: string;
  readonly region: string;
  readonly faults: {
    /** Rules for this account's calls, unless they name an account themselves: all of them, or none. Gives their ids. */
    add(...rules: FaultRuleInput[]): Promise<string[]>;
    list(): Promise<(FaultRule & { readonly matched: number; readonly fired: number })[]>;
    remove(id: string): Promise<void>;
    clear(): Promise<void>;
  };
  /** What this account's clients called until now, and what came of it. */
  calls(): Promise<Calls>;
  /**
   * What SDKs made of the failures that they met.
   * @param assertion `attempts<=4, no-retry-on=4xx, wait>=10ms, amplification<=3, retry-after=obeyed`
   * @throws Error that says what does not hold
   */
  retries(assertion?: string): Promise<RetryReport>;
  /** Lets time pass at once, for all tests on this Squall: `PT5M`, `30s`, milliseconds. */
  advance(duration: string | number): Promise<void>;
  /** Options for any AWS SDK v3 client: `new DynamoDBClient(squall.client())`. */
  client(): {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };
  /** Environment variables with which any AWS client in a child process finds this account. */
  environment(): Record<string, string>;
}
