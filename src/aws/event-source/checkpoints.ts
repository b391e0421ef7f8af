import { defineCollection } from "../../core/storage.ts";
import type { Mapping } from "./event-source.ts";

/** The last record of a shard that a mapping is done with, by [mapping, shard]: where it goes on after a restart. */
export const checkpoints = defineCollection<string>({ name: "stream-checkpoints" });

const storeOf = ({ host, scope }: Mapping) => host.store(scope.account, scope.region).collection(checkpoints);

export const checkpointOf = (mapping: Mapping, shardId: string): string | undefined =>
  storeOf(mapping).get([mapping.id, shardId]);

export function saveCheckpoint(mapping: Mapping, shardId: string, sequenceNumber: string): void {
  storeOf(mapping).put([mapping.id, shardId], sequenceNumber);
}
