import type { ServiceHost } from "../../core/service.ts";
import type { AsyncQueue } from "./async-queue.ts";
import type { CodeStore } from "./code-store.ts";
import type { Concurrency } from "./concurrency.ts";
import type { Deployments } from "./execution/deployment.ts";
import type { Fleet } from "./execution/fleet.ts";
import type { Invoker } from "./invoker.ts";
import type { Readiness } from "./readiness.ts";

/** What the operations of Lambda work with, beside the store. */
export interface Lambda {
  readonly host: ServiceHost;
  readonly code: CodeStore;
  readonly deployments: Deployments;
  readonly fleet: Fleet;
  readonly concurrency: Concurrency;
  readonly readiness: Readiness;
  readonly invoker: Invoker;
  readonly queue: AsyncQueue;
}
