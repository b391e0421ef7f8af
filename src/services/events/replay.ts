import type { Transition } from "../../aws/lifecycle.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection } from "../../core/storage.ts";
import type { Where } from "./event-bus.ts";

/** A replay as it is kept, by its name. */
export interface ReplayRecord {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly archiveArn: string;
  readonly destination: { readonly Arn: string; readonly FilterArns?: string[] };
  /** Epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
  readonly lastEventAtMs?: number;
  readonly isCancelled?: boolean;
  readonly transition?: Transition<"STARTING"> | undefined;
}

export const replayRecords = defineCollection<ReplayRecord>({ name: "replays" });

export const replayArn = ({ account, region }: Where, name: string) =>
  makeArn("events", region, account, `replay/${name}`);
