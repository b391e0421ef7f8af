import type { TestAPI } from "vitest";
import type { Scope } from "./scope.cjs";

export type { Calls, RetryReport, Scope } from "./scope.cjs";

declare module "vitest" {
  interface ProvidedContext {
    /** The Squall of `squall/vitest/global-setup`. */
    squall: { readonly url: string; readonly salt: string };
  }
  interface TaskMeta {
    /** What SDKs made of the failures that they met; empty where all went well at once. */
    squall?: string;
  }
}

/**
 * Vitest's `test`, each with an account of its own, to which the environment leads AWS clients as long as it runs:
 * `test("…", async ({ squall }) => { await squall.faults.add({ service: "sqs", error: "throttle", times: 2 }); … })`.
 * Concurrent tests hand `squall.client()` to their clients.
 */
export declare const test: TestAPI<{ squall: Scope }>;
export declare const it: TestAPI<{ squall: Scope }>;
