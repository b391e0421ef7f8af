import { defineCollection, type Store } from "../../core/storage.ts";
import type { TargetGroupRecord } from "./target-group.ts";

/** A target as it is kept, by its group, id and port. */
export interface TargetRecord {
  readonly group: string;
  readonly id: string;
  /** None for a function: 0. */
  readonly port: number;
  /** As it was given: `all` for an address outside of the VPC. */
  readonly zoneGiven?: string;
  /** The zone that it is in; undefined where nobody knows. */
  readonly zone?: string;
  /** Of an instance, or of an address in the VPC. */
  readonly subnetId?: string;
  /** Where it really is: an address of this machine for an instance, its own for an address. */
  readonly address: string;
  readonly registeredMs: number;
  /** When it is gone, since it was deregistered. */
  readonly gone?: { readonly atMs: number };
}

export const targets = defineCollection<TargetRecord>({ name: "targets" });

export type TargetKey = Pick<TargetRecord, "group" | "id" | "port">;

export const keyOfTarget = ({ group, id, port }: TargetKey): [string, string, number] => [group, id, port];

/** Forgets those of a group that have drained by a time. */
export function forgetDrained({ name }: Pick<TargetGroupRecord, "name">, store: Store, nowMs: number): void {
  const kept = store.collection(targets);
  for (const target of [...kept.values({ prefix: [name] })])
    if (target.gone && target.gone.atMs <= nowMs) kept.delete(keyOfTarget(target));
}

/** Those of a group that are registered or still drain, at a time. */
export const targetsOf = (
  { name }: Pick<TargetGroupRecord, "name">,
  store: Store,
  nowMs: number,
): TargetRecord[] =>
  [...store.collection(targets).values({ prefix: [name] })].filter(({ gone }) => !gone || gone.atMs > nowMs);
