import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { defineContents, defineResource, type TagDeclaration } from "../../aws/resource.ts";
import { type Tags, tagList } from "../../aws/tags.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import { type DelegationSetRecord, delegationSetRecords } from "./delegation-set.ts";
import { PROBE, probePoint } from "./fault-points.ts";
import { type HealthCheckRecord, healthCheckRecords } from "./health-check.ts";
import { type ZoneRecord, zoneIdOf, zoneRecords } from "./hosted-zone.ts";
import { changeLifecycle } from "./lifecycle.ts";
import { normalName } from "./names.ts";
import { type RecordSet, recordSets } from "./record-set.ts";

const tagged = <V extends { readonly tags: Tags }>(
  ResourceType: "hostedzone" | "healthcheck",
): TagDeclaration<V> => {
  const named = (arn: string) => ({ ResourceType, ResourceId: arn.slice(arn.lastIndexOf("/") + 1) });
  return {
    of: ({ tags }) => tags,
    add: {
      operation: "ChangeTagsForResource",
      input: (arn, given) => ({ ...named(arn), AddTags: tagList(given) }),
    },
    remove: {
      operation: "ChangeTagsForResource",
      input: (arn, keys) => ({ ...named(arn), RemoveTagKeys: [...keys] }),
    },
  };
};

/** `ResourceId` and `ResourceIds` are of the type that stands beside them. */
const ofType =
  (type: "hostedzone" | "healthcheck") =>
  (text: string, _place: unknown, { ResourceType }: Readonly<Record<string, unknown>>) =>
    ResourceType === type ? zoneIdOf(text) : undefined;

const valuesOf = ({ ResourceRecords = [] }: RecordSet): string =>
  ResourceRecords.map(({ Value }) => Value).join(" ");

const nameOf = ({ Name, Type, SetIdentifier }: RecordSet): string =>
  [Name, Type, ...(SetIdentifier === undefined ? [] : [SetIdentifier])].join(" ");

/** In lower case, without a dot at the end and with escapes. */
function normalizedNames({ ChangeBatch }: Readonly<Record<string, unknown>>): string[] {
  const { Changes = [] } = (ChangeBatch ?? {}) as Partial<Route53.ChangeBatch>;
  return Changes.map(({ ResourceRecordSet: { Name } }) => normalName(Name).slice(0, -1));
}

/** Operations whose `Id` is a hosted zone's. */
const OF_ZONE = /HostedZone|VPC|ResourceRecordSet|DNSSEC/;

/** Amazon Route 53: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53.html */
export default declareService({
  name: "route53",
  scope: "global",
  resources: {
    hostedzone: defineResource<ZoneRecord>({
      arn: "arn:{partition}:route53:::hostedzone/{HostedZoneId}",
      namedBy: {
        HostedZoneId: (text) => zoneIdOf(text),
        Id: (text, { operation = "" }) => (OF_ZONE.test(operation) ? zoneIdOf(text) : undefined),
        ResourceId: ofType("hostedzone"),
        "ResourceIds[]": ofType("hostedzone"),
      },
      fis: "aws:route53:hosted-zone",
      cfn: "AWS::Route53::HostedZone",
      collection: zoneRecords,
      // Drawn, or counted with what else is there.
      counted: ({ id: _, nameServers: __, delegationSetId: ___, ...zone }) => zone,
      contents: [
        defineContents<ZoneRecord, RecordSet>({
          collection: recordSets,
          within: ({ id }) => [id],
          // The zone's own servers are drawn.
          entry: (set) => (/\.awsdns-/.test(valuesOf(set)) ? undefined : { id: nameOf(set), value: set }),
        }),
      ],
      tags: tagged<ZoneRecord>("hostedzone"),
    }),
    healthcheck: defineResource<HealthCheckRecord>({
      arn: "arn:{partition}:route53:::healthcheck/{HealthCheckId}",
      namedBy: {
        HealthCheckId: true,
        ResourceId: ofType("healthcheck"),
        "ResourceIds[]": ofType("healthcheck"),
      },
      fis: "aws:route53:health-check",
      cfn: "AWS::Route53::HealthCheck",
      collection: healthCheckRecords,
      tags: tagged<HealthCheckRecord>("healthcheck"),
    }),
    delegationset: defineResource<DelegationSetRecord>({
      arn: "arn:{partition}:route53:::delegationset/{DelegationSetId}",
      namedBy: {
        DelegationSetId: (text) => text.replace(/^\/?delegationset\//, ""),
        Id: (text, { operation = "" }) =>
          /ReusableDelegationSet/.test(operation) ? text.replace(/^\/?delegationset\//, "") : undefined,
      },
      collection: delegationSetRecords,
    }),
  },
  iam: {
    onAnything: ["CreateHostedZone", "CreateHealthCheck", "CreateReusableDelegationSet"],
    // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
    conditionKeys: {
      "route53:ChangeResourceRecordSetsActions": "ChangeBatch.Changes[].Action",
      "route53:ChangeResourceRecordSetsRecordTypes": "ChangeBatch.Changes[].ResourceRecordSet.Type",
      "route53:ChangeResourceRecordSetsNormalizedRecordNames": normalizedNames,
      "route53:VPCs": ({ VPC }) => {
        const { VPCId, VPCRegion } = (VPC ?? {}) as { VPCId?: string; VPCRegion?: string };
        return VPCId === undefined ? undefined : [`VPCId=${VPCId},VPCRegion=${VPCRegion}`];
      },
    },
  },
  settings: {
    "viewer-region": {
      description:
        "The region that whoever asks for names is in or near, for records by latency and by place.",
      type: "string",
      default: "us-east-1",
    },
  },
  faultPoints: { [PROBE]: probePoint, ...lifecyclePoint(changeLifecycle) },
});
