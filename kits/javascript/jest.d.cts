import type { Scope } from "./scope.cjs";

export type { Calls, RetryReport, Scope } from "./scope.cjs";

/**
 * The account of the test that runs, to which the environment leads AWS clients as long as it does:
 * `await squall().faults.add({ service: "sqs", error: "throttle", times: 2 })`. Wants `preset: "squall/jest"`.
 */
export declare function squall(): Scope;
