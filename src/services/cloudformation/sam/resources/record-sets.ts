import { Draft } from "../draft.ts";
import { invalidResource } from "../errors.ts";
import { aBoolean, aMap, inResource } from "../expect.ts";
import { hashedId } from "../logical-id.ts";
import type { Translation } from "../translation.ts";
import { given, isFilled, own, type Value, type Values } from "../value.ts";

/** `Domain.Route53`: the records of a custom domain, in a group for each hosted zone. */
export function recordSetGroup(
  id: string,
  domain: Values,
  alias: (route53: Values) => Values,
  attributes: Values,
  groups: Translation["recordSetGroups"],
): Draft | undefined {
  if (own(domain, "Route53") === undefined) return undefined;
  const route53 = aMap(domain["Route53"], inResource(id, "Domain.Route53"));
  const zone = own(route53, "HostedZoneId");
  const name = own(route53, "HostedZoneName");
  if (zone === undefined && name === undefined) {
    throw invalidResource(
      id,
      "HostedZoneId or HostedZoneName is required to enable Route53 support on Custom Domains.",
    );
  }
  const either: Value = isFilled(zone) ? zone : (name ?? null);
  const separate = own(route53, "SeparateRecordSetGroup");
  if (isFilled(separate)) {
    aBoolean(separate, inResource(id, "Domain.Route53.SeparateRecordSetGroup"));
    const groupId = hashedId("RecordSetGroup", [either, domain["DomainName"] as Value]);
    return group(groupId, route53, records(domain, route53, alias), attributes);
  }
  const groupId = hashedId("RecordSetGroup", either);
  let shared = groups.get(groupId);
  if (!shared) {
    shared = group(groupId, route53, [], attributes);
    groups.set(groupId, shared);
  }
  (shared.properties["RecordSets"] as Value[]).push(...records(domain, route53, alias));
  return shared;
}

function group(id: string, route53: Values, sets: Value[], attributes: Values): Draft {
  const { HostedZoneId, HostedZoneName } = route53;
  return new Draft(
    "AWS::Route53::RecordSetGroup",
    id,
    { HostedZoneId, HostedZoneName, RecordSets: sets },
    attributes,
  );
}

function records(domain: Values, route53: Values, alias: (route53: Values) => Values): Value[] {
  const record = (type: string) =>
    given({
      Name: domain["DomainName"],
      Type: type,
      AliasTarget: alias(route53),
      Region: route53["Region"],
      SetIdentifier: route53["SetIdentifier"],
    });
  return route53["IpV6"] === true ? [record("A"), record("AAAA")] : [record("A")];
}
