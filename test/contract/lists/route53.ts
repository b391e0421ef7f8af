import { byId, type Call, type ListCase } from "../lists.ts";

const page = { service: "route53", size: "MaxItems", sizeIsText: true } as const;
/** The next page begins with an id, or a name, as on AWS. */
const marked = { ...page, token: "Marker", next: "NextMarker", keyIsToken: true } as const;

const VPC = { VPCRegion: "us-east-1", VPCId: "vpc-1" };

/** A hosted zone of a name; a private one with a VPC. */
async function zoneOf(call: Call, Name: string, more: object = {}): Promise<string> {
  const { HostedZone } = await call("CreateHostedZone", { Name, CallerReference: Name, ...more });
  return (HostedZone as { Id: string }).Id;
}

const bare = ({ Name }: { Name: string }) => Name.slice(0, -1);

const zones = byId(zoneOf, (call, Id) => call("DeleteHostedZone", { Id }));

/** The one zone of an account, which is looked up by name. */
async function theZone(call: Call): Promise<string> {
  const { HostedZones } = await call("ListHostedZonesByName", {});
  return (HostedZones as [{ Id: string }])[0].Id;
}

const record = (Name: string) => ({ Name, Type: "TXT", TTL: 1, ResourceRecords: [{ Value: '"x"' }] });

async function changeRecord(call: Call, Action: string, name: string): Promise<void> {
  await call("ChangeResourceRecordSets", {
    HostedZoneId: await theZone(call),
    ChangeBatch: { Changes: [{ Action, ResourceRecordSet: record(`${name}.example`) }] },
  });
}

export const lists: readonly ListCase[] = [
  { ...marked, operation: "ListHostedZones", items: "HostedZones", ...zones, nameOf: bare },
  {
    ...page,
    operation: "ListHostedZonesByName",
    token: "DNSName",
    next: "NextDNSName",
    keyIsToken: true,
    items: "HostedZones",
    ...zones,
    nameOf: bare,
  },
  {
    ...page,
    operation: "ListHostedZonesByVPC",
    token: "NextToken",
    next: "NextToken",
    items: "HostedZoneSummaries",
    input: () => ({ VPCId: VPC.VPCId, VPCRegion: VPC.VPCRegion }),
    ...byId(
      (call, name) => zoneOf(call, name, { VPC }),
      (call, Id) => call("DeleteHostedZone", { Id }),
    ),
    nameOf: bare,
  },
  {
    ...page,
    operation: "ListVPCAssociationAuthorizations",
    size: "MaxResults",
    token: "NextToken",
    next: "NextToken",
    items: "VPCs",
    input: async (_account, call) => ({ HostedZoneId: await theZone(call) }),
    prepare: (call) => zoneOf(call, "example", { VPC }),
    add: async (call, VPCId) =>
      call("CreateVPCAssociationAuthorization", {
        HostedZoneId: await theZone(call),
        VPC: { ...VPC, VPCId },
      }),
    remove: async (call, VPCId) =>
      call("DeleteVPCAssociationAuthorization", {
        HostedZoneId: await theZone(call),
        VPC: { ...VPC, VPCId },
      }),
    nameOf: ({ VPCId }: { VPCId: string }) => VPCId,
  },
  {
    ...page,
    operation: "ListResourceRecordSets",
    // Behind the zone's own two there is one more.
    least: 3,
    token: "StartRecordName",
    next: "NextRecordName",
    keyIsToken: true,
    items: "ResourceRecordSets",
    input: async (_account, call) => ({ HostedZoneId: await theZone(call) }),
    prepare: (call) => zoneOf(call, "example"),
    add: (call, name) => changeRecord(call, "CREATE", name),
    remove: (call, name) => changeRecord(call, "DELETE", name),
    nameOf: ({ Name, Type }: { Name: string; Type: string }) =>
      Type === "TXT" ? Name.slice(0, -".example.".length) : undefined,
  },
  {
    ...marked,
    operation: "ListHealthChecks",
    items: "HealthChecks",
    ...byId(
      async (call, CallerReference) => {
        const HealthCheckConfig = { Type: "HTTP", IPAddress: "127.0.0.1", Disabled: true };
        const { HealthCheck } = await call("CreateHealthCheck", { CallerReference, HealthCheckConfig });
        return (HealthCheck as { Id: string }).Id;
      },
      (call, HealthCheckId) => call("DeleteHealthCheck", { HealthCheckId }),
    ),
    nameOf: ({ CallerReference }: { CallerReference: string }) => CallerReference,
  },
  {
    ...marked,
    operation: "ListReusableDelegationSets",
    items: "DelegationSets",
    ...byId(
      async (call, CallerReference) => {
        const { DelegationSet } = await call("CreateReusableDelegationSet", { CallerReference });
        return (DelegationSet as { Id: string }).Id;
      },
      (call, Id) => call("DeleteReusableDelegationSet", { Id }),
    ),
    nameOf: ({ CallerReference }: { CallerReference: string }) => CallerReference,
  },
];
