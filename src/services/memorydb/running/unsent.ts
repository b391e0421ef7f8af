import { defineCollection } from "../../../core/storage.ts";

/** When a key was written that a regional cluster has not been told yet: by multi-Region cluster, from, to and key. */
export const unsentKeys = defineCollection<number>({ name: "unsent-keys" });

/** Regional clusters that have not been told yet what the others hold: by multi-Region cluster and ARN. */
export const joiningClusters = defineCollection<true>({ name: "joining-clusters" });
