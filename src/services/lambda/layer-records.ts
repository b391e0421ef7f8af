import { parseArn } from "../../core/arn.ts";
import type { ServiceHost } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as Lambda from "../../models/generated/lambda.ts";
import type { StoredZip } from "./code-store.ts";
import type { Policy } from "./policy.ts";

export interface LayerVersionRecord {
  readonly zip: StoredZip;
  readonly version: Required<
    Pick<Lambda.GetLayerVersionResponse, "LayerArn" | "LayerVersionArn" | "CreatedDate" | "Version">
  > &
    Pick<
      Lambda.GetLayerVersionResponse,
      "Description" | "CompatibleRuntimes" | "LicenseInfo" | "CompatibleArchitectures"
    >;
  readonly policy?: Policy & { readonly revisionId: string };
  /** Deleted: no longer listed or given to new functions, but those that use it keep it. */
  readonly isDeleted?: boolean;
}

/** By [layer, version]. */
export const layerVersions = defineCollection<LayerVersionRecord>({ name: "layer-versions" });
/** The number of a layer's latest version, which is never used again. By [layer]. */
export const layerCounters = defineCollection<number>({ name: "layer-counters" });

export interface LayerVersionPlace {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly version: number;
}

/** Reads `arn:aws:lambda:<region>:<account>:layer:<name>:<version>`; undefined for anything else. */
export function layerVersionPlace(arn: string): LayerVersionPlace | undefined {
  const parsed = parseArn(arn);
  const [kind, name, version] = parsed?.resource.split(":") ?? [];
  if (!parsed || kind !== "layer" || !name || !/^\d+$/.test(version ?? "")) return undefined;
  return { account: parsed.account, region: parsed.region, name, version: Number(version) };
}

/** The layer version behind an ARN for a function to use; undefined when it is not here, or deleted. */
export function findLayerVersion(host: ServiceHost, arn: string): LayerVersionRecord | undefined {
  const record = keptLayerVersion(host, arn);
  return record?.isDeleted ? undefined : record;
}

/** The same for a function that uses it already: a deleted one, too. */
export function keptLayerVersion(host: ServiceHost, arn: string): LayerVersionRecord | undefined {
  const place = layerVersionPlace(arn);
  if (!place) return undefined;
  return host.store(place.account, place.region).collection(layerVersions).get([place.name, place.version]);
}
