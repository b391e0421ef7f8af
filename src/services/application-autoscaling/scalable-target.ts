import type { Tags } from "../../aws/tags.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as Scaling from "../../models/generated/application-autoscaling.ts";
import { type Named, targetNotFound } from "./errors.ts";

/** What a target, its policies and its scheduled actions are known by. */
export interface TargetKey {
  readonly service: string;
  readonly resourceId: string;
  readonly dimension: string;
}

/** A resource that is scaled, in one dimension, as it is kept. */
export interface TargetRecord extends TargetKey {
  readonly arn: string;
  readonly min: number;
  readonly max: number;
  readonly roleArn: string;
  readonly suspended: Required<Scaling.SuspendedState>;
  readonly createdMs: number;
  readonly tags: Tags;
  /** When it was last scaled by a policy. */
  readonly scaledMs?: number;
}

export const targetRecords = defineCollection<TargetRecord>({ name: "targets" });

/** What a target is kept under, and what the keys of all that belongs to it begin with. */
export const keyOf = ({ service, resourceId, dimension }: TargetKey) =>
  [service, resourceId, dimension] as const;

export const targetKey = ({
  ServiceNamespace = "",
  ResourceId = "",
  ScalableDimension = "",
}: Named): TargetKey => ({ service: ServiceNamespace, resourceId: ResourceId, dimension: ScalableDimension });

/** @throws ObjectNotFoundException */
export function findTarget(input: Named, { store }: { readonly store: Store }): TargetRecord {
  const target = store.collection(targetRecords).get(keyOf(targetKey(input)));
  if (!target) throw targetNotFound(input);
  return target;
}

export const saveTarget = (target: TargetRecord, { store }: { readonly store: Store }): void =>
  store.collection(targetRecords).put(keyOf(target), target);

/** The members of an answer that say whose it is. */
export const nameOf = ({ service, resourceId, dimension }: TargetKey) => ({
  ServiceNamespace: service,
  ResourceId: resourceId,
  ScalableDimension: dimension,
});

export const describeTarget = (target: TargetRecord): Scaling.ScalableTarget => ({
  ScalableTargetARN: target.arn,
  ...nameOf(target),
  MinCapacity: target.min,
  MaxCapacity: target.max,
  RoleARN: target.roleArn,
  CreationTime: new Date(target.createdMs),
  SuspendedState: target.suspended,
});

/** Does it pass what a list was asked for? */
export const isAsked = (
  { service, resourceId, dimension }: TargetKey,
  asked: {
    readonly ServiceNamespace: string;
    readonly ResourceId?: string;
    readonly ResourceIds?: readonly string[];
    readonly ScalableDimension?: string;
  },
): boolean =>
  service === asked.ServiceNamespace &&
  (asked.ResourceId === undefined || resourceId === asked.ResourceId) &&
  (!asked.ResourceIds?.length || asked.ResourceIds.includes(resourceId)) &&
  (asked.ScalableDimension === undefined || dimension === asked.ScalableDimension);
