import { hasLeft, stateOf, type Transition } from "../../aws/lifecycle.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as Pipes from "../../models/generated/pipes.ts";
import { pipeNotFound } from "./errors.ts";
import { pipeLifecycle } from "./lifecycle.ts";

export interface Where {
  readonly account: string;
  readonly region: string;
}

/** A pipe as it is kept, by its name. */
export interface PipeRecord {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly desiredState: string;
  readonly source: string;
  readonly sourceParameters: Pipes.PipeSourceParameters;
  readonly enrichment?: string;
  readonly enrichmentParameters?: Pipes.PipeEnrichmentParameters;
  readonly target: string;
  readonly targetParameters: Pipes.PipeTargetParameters;
  readonly roleArn: string;
  readonly logConfiguration?: Pipes.PipeLogConfigurationParameters;
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly transition?: Transition<keyof (typeof pipeLifecycle)["stages"]> | undefined;
}

export const pipeRecords = defineCollection<PipeRecord>({ name: "pipes", codec: "structured" });

export const pipeArn = ({ account, region }: Where, name: string) =>
  makeArn("pipes", region, account, `pipe/${name}`);

/** @throws NotFoundException */
export function findPipe(name: string, ctx: Context): PipeRecord {
  const pipe = lookUpPipe(name, ctx);
  if (!pipe) throw pipeNotFound(name);
  return pipe;
}

/** Undefined also for one whose deletion is over. */
export function lookUpPipe(name: string, { store, host }: Context): PipeRecord | undefined {
  const pipes = store.collection(pipeRecords);
  const pipe = pipes.get([name]);
  if (!pipe || !hasLeft(pipe.transition, host)) return pipe;
  pipes.delete([name]);
  return undefined;
}

export const stateIn = ({ transition, desiredState }: PipeRecord, { host }: Pick<Context, "host">): string =>
  stateOf(pipeLifecycle, transition, desiredState, host);
