import { defineCollection } from "../../../core/storage.ts";

/** When a key was written that a regional cluster has not been told yet: by multi-Region cluster, from, to and key. */
export const unsentKeys = defineCollection<number>({ name: "unsent-keys" });
