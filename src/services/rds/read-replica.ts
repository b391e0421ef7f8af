import type { Place } from "../../aws/arn-template.ts";
import type { ServiceHost } from "../../core/service.ts";
import { instanceArn, instanceRecords } from "./db-instance.ts";
import { backsReplicas } from "./errors.ts";

/** The ARNs of the read replicas of an account's instances, in all Regions, by those of their sources. */
export function replicasBySource(host: ServiceHost, account: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const place of host.scopes()) {
    if (place.account !== account) continue;
    for (const { id, source } of host.store(account, place.region).collection(instanceRecords).values())
      if (source !== undefined) found.set(source, [...(found.get(source) ?? []), instanceArn(id, place)]);
  }
  return found;
}

/** @param days for which its backups are to be kept @throws InvalidDBInstanceState for a source without backups */
export function checkBackups(id: string, days: number | undefined, place: Place, host: ServiceHost): void {
  if (days === 0 && replicasOf(id, place, host).length > 0) throw backsReplicas();
}

/** The ARNs of the read replicas of an instance. */
export const replicasOf = (id: string, place: Place, host: ServiceHost): readonly string[] =>
  replicasBySource(host, place.account).get(instanceArn(id, place)) ?? [];
