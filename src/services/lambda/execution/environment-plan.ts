import type { LogDestination } from "./environment-log.ts";
import type { Command } from "./process-events.ts";

/** All that it takes to start an environment. */
export interface EnvironmentPlan {
  readonly functionName: string;
  readonly version: string;
  readonly handler: string;
  readonly account: string;
  /** `nodejs24.x` */
  readonly runtime: string;
  readonly timeoutMs: number;
  /** For the init phase, apart from the function's timeout. */
  readonly initTimeoutMs: number;
  readonly memorySizeMB: number;
  /** Above this resident size the runtime is killed; undefined for no limit. */
  readonly memoryLimitMB?: number;
  readonly initializationType: "on-demand" | "provisioned-concurrency";
  readonly logFormat: "Text" | "JSON";
  readonly log: LogDestination;
  /** The runtime's process, given the address of its Runtime API. */
  command(runtimeApi: string): Command;
  /** The processes of external extensions. */
  extensions(runtimeApi: string): readonly Command[];
  /** The environment's own folder for temporary files: it goes with it. */
  readonly temporary?: string;
  /** Text that a function reports, with paths of this machine as AWS would have them. */
  toKnown?(text: string): string;
  /** A slow cold start, asked for by a fault: milliseconds before the init phase. */
  readonly initDelayMs?: number;
}

/** How an invocation is bent by faults. */
export interface Bend {
  /** Wait so long before the handler; the function pays for it. */
  readonly startDelayMs?: number;
  /** Kill the runtime after so many milliseconds; a response that comes before is lost with it. */
  readonly crashAfterMs?: number;
  /** Keep the response back until the function times out. */
  readonly holdResponse?: boolean;
}
