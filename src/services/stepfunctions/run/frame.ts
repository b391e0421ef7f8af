import { defineCollection } from "../../../core/storage.ts";
import type { Json } from "../language/json.ts";

/** Where a branch of an execution stands, as it is kept: a process that is killed goes on from here. */
export interface Frame {
  /** The state at hand. */
  readonly state: string;
  /** Its input, as text. */
  readonly input: string;
  /** Variables that were assigned in this branch. */
  readonly variables?: Readonly<Record<string, Json>> | undefined;
  /** The branch's last event. */
  readonly lastId: number;
  /** The event with which the state was entered; absent before. */
  readonly enteredId?: number | undefined;
  readonly enteredMs?: number | undefined;
  /** The event before it. */
  readonly beforeId?: number | undefined;
  /** How often each retrier has had the state tried again. */
  readonly retries?: readonly number[] | undefined;
  /** When it is tried again. */
  readonly retryAtMs?: number | undefined;
  /** What the state keeps of what it has under way. */
  readonly work?: Work | undefined;
  /** The item that the branch works on, for the context object. */
  readonly item?:
    | { readonly index: number; readonly value: Json; readonly key?: string; readonly source?: string }
    | undefined;
  /** The branch has ended, and how. */
  readonly done?: { readonly output: string } | undefined;
}

/** What a state keeps while it is under way. */
export interface Work {
  /** Of a Task: how far it has come. */
  readonly phase?: "scheduled" | "started" | "submitted";
  readonly parameters?: string;
  readonly credentials?: string | undefined;
  readonly token?: string;
  readonly timeoutAtMs?: number | undefined;
  readonly heartbeatMs?: number | undefined;
  readonly heartbeatAtMs?: number | undefined;
  /** A callback that came. */
  readonly outcome?:
    | { readonly output: string }
    | { readonly error?: string; readonly cause?: string }
    | undefined;
  /** Of a job that is waited for: what it is known by. */
  readonly job?: Json;
  /** Of a Wait: when it is over. */
  readonly untilMs?: number;
  /** Of a Map or Parallel: the event of its start, and the inputs of its branches. */
  readonly startedId?: number;
  readonly items?: string;
  /** What a Map's fields came to when it started. */
  readonly limits?: { readonly concurrency: number };
  /** Of a distributed Map: its Map Run, which goes on from its items once they are kept. */
  readonly mapRun?: { readonly arn: string; readonly startedId: number; readonly hasItems?: true };
}

/** By machine, execution, and the places of branches within branches. */
export const frames = defineCollection<Frame>({ name: "frames" });
