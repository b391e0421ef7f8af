import { defineCollection } from "../../core/storage.ts";
import type { Entity } from "./entity.ts";

export interface PolicyVersionRecord {
  /** `v1` */
  readonly id: string;
  readonly document: string;
  readonly createdAtMs: number;
}

/** A managed policy as it is kept, by its ARN. */
export interface PolicyRecord extends Entity {
  readonly description?: string;
  /** Oldest first. */
  readonly versions: readonly PolicyVersionRecord[];
  readonly defaultVersion: string;
  /** How many versions it has ever had. */
  readonly versionCount: number;
  readonly updatedAtMs: number;
}

/** By ARN. */
export const policyRecords = defineCollection<PolicyRecord>({ name: "policies" });
