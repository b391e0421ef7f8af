import { AWS_NAME, OWN_NAME } from "../../core/machine-names.ts";
import type { Store } from "../../core/storage.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import { type ZoneRecord, zoneIdOf, zoneRecords } from "./hosted-zone.ts";
import { liesIn, normalName, reversedName } from "./names.ts";
import { recordSets } from "./record-set.ts";

/** AWS's names that are in no service's endpoint. */
const OTHER_AWS_NAME =
  /(?:^|\.)(?:cloudfront\.net|elasticbeanstalk\.com|awsglobalaccelerator\.com|awsapprunner\.com|on\.aws)$/i;

/** Is a name one of AWS's resources, or of this machine's? What is asked of it is asked of Squall. */
export function isMachineName(name: string): boolean {
  const bare = name.replace(/\.$/, "");
  return OWN_NAME.test(bare) || AWS_NAME.test(bare) || OTHER_AWS_NAME.test(bare);
}

export const normalAlias = ({ HostedZoneId, DNSName, EvaluateTargetHealth }: Route53.AliasTarget) => ({
  HostedZoneId: zoneIdOf(HostedZoneId),
  DNSName: normalName(DNSName),
  EvaluateTargetHealth,
});

/**
 * What is wrong with an alias, in AWS's words. Zones that are not here are AWS's own, of its load balancers, APIs and buckets:
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias.html
 */
export function aliasComplaints(
  { HostedZoneId, DNSName }: Route53.AliasTarget,
  type: string,
  zone: ZoneRecord,
  store: Store,
): string[] {
  const target = store.collection(zoneRecords).get([HostedZoneId]);
  const tried = `Tried to create an alias that targets ${DNSName}, type ${type} in zone ${HostedZoneId}`;
  const outside = `${tried}, but the alias target name does not lie within the target zone`;
  const missing = `${tried}, but that target was not found`;
  if (!target) return isMachineName(DNSName) ? [] : [outside];
  // Another zone's records are no target, but names of the zone itself.
  if (target.id !== zone.id || !liesIn(DNSName, target.name)) return [outside, missing];
  const there = store.collection(recordSets).count({ prefix: [target.id, reversedName(DNSName), type] });
  return there > 0 ? [] : [missing];
}
