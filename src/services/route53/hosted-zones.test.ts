import assert from "node:assert/strict";
import { test } from "node:test";
import { reference, refused, route53Cloud, zoneOf } from "./fixture.test.ts";

test("a zone is made with its name servers and its SOA, found, described otherwise and deleted", async () => {
  await using cloud = await route53Cloud();
  const { route53 } = cloud;
  const CallerReference = reference();
  const made = await route53.createHostedZone({
    Name: "Example.com",
    CallerReference,
    HostedZoneConfig: { Comment: "ours" },
  });
  const { HostedZone: { Id = "" } = {}, DelegationSet, ChangeInfo, Location } = made;
  assert.match(Id, /^\/hostedzone\/Z[A-Z0-9]{20}$/);
  assert.deepEqual(made.HostedZone, {
    Id,
    Name: "example.com.",
    CallerReference,
    Config: { Comment: "ours", PrivateZone: false },
    ResourceRecordSetCount: 2,
  });
  assert.equal(Location, `https://route53.amazonaws.com/2013-04-01${Id}`);
  assert.equal(ChangeInfo?.Status, "PENDING");
  const servers = DelegationSet?.NameServers ?? [];
  assert.deepEqual(
    servers.map((server) => /\.awsdns-\d\d\.(.+)$/.exec(server)?.[1]),
    ["com", "net", "org", "co.uk"],
  );
  const { ResourceRecordSets } = await route53.listResourceRecordSets({ HostedZoneId: Id });
  assert.deepEqual(ResourceRecordSets, [
    {
      Name: "example.com.",
      Type: "NS",
      TTL: 172_800,
      ResourceRecords: servers.map((server) => ({ Value: `${server}.` })),
    },
    {
      Name: "example.com.",
      Type: "SOA",
      TTL: 900,
      ResourceRecords: [{ Value: `${servers[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400` }],
    },
  ]);
  await refused(
    route53.createHostedZone({ Name: "other.example", CallerReference }),
    "HostedZoneAlreadyExists",
    "A hosted zone has already been created with the specified caller reference.",
  );
  await route53.updateHostedZoneComment({ Id, Comment: "theirs" });
  assert.equal((await route53.getHostedZone({ Id })).HostedZone?.Config?.Comment, "theirs");
  assert.equal((await route53.getHostedZoneCount({})).HostedZoneCount, 1);
  const { ChangeInfo: { Id: change = "" } = {} } = await route53.deleteHostedZone({ Id });
  assert.equal((await route53.getChange({ Id: change })).ChangeInfo?.Status, "INSYNC");
  await refused(
    route53.getHostedZone({ Id }),
    "NoSuchHostedZone",
    `No hosted zone found with ID: ${Id.replace("/hostedzone/", "")}`,
  );
});

test("zones are listed by id, by name from the last label on, and those of a VPC", async () => {
  await using cloud = await route53Cloud();
  const { route53 } = cloud;
  for (const name of ["b.example", "a.example", "a.b.example", "example"]) await zoneOf(route53, name);
  const named = await route53.listHostedZonesByName({ DNSName: "a.example", MaxItems: 2 });
  assert.deepEqual(
    named.HostedZones?.map(({ Name }) => Name),
    ["a.example.", "b.example."],
  );
  assert.equal(named.NextDNSName, "a.b.example.");
  const first = await route53.listHostedZones({ MaxItems: 3 });
  assert.equal(first.HostedZones?.length, 3);
  assert.ok(first.IsTruncated);
  const second = await route53.listHostedZones({ Marker: first.NextMarker });
  assert.deepEqual([second.HostedZones?.length, second.IsTruncated], [1, false]);
  const VPC = { VPCId: "vpc-1", VPCRegion: "eu-west-1" } as const;
  const { HostedZone, DelegationSet } = await route53.createHostedZone({
    Name: "internal",
    CallerReference: reference(),
    VPC,
    HostedZoneConfig: { PrivateZone: true },
  });
  assert.equal(DelegationSet, undefined);
  const { HostedZoneSummaries } = await route53.listHostedZonesByVPC(VPC);
  assert.deepEqual(
    HostedZoneSummaries?.map(({ Name }) => Name),
    ["internal."],
  );
  const privately = await route53.listHostedZones({ HostedZoneType: "PrivateHostedZone" });
  assert.deepEqual(
    privately.HostedZones?.map(({ Id }) => Id),
    [HostedZone?.Id],
  );
});

test("a private zone has VPCs, one at least", async () => {
  await using cloud = await route53Cloud();
  const { route53 } = cloud;
  const [one, two] = [
    { VPCId: "vpc-1", VPCRegion: "us-east-1" },
    { VPCId: "vpc-2", VPCRegion: "us-east-1" },
  ] as const;
  const asked = { Name: "internal", CallerReference: reference(), VPC: one };
  const { HostedZone: { Id: HostedZoneId = "" } = {} } = await route53.createHostedZone(asked);
  await route53.createVPCAssociationAuthorization({ HostedZoneId, VPC: two });
  assert.deepEqual((await route53.listVPCAssociationAuthorizations({ HostedZoneId })).VPCs, [two]);
  await route53.deleteVPCAssociationAuthorization({ HostedZoneId, VPC: two });
  await refused(
    route53.deleteVPCAssociationAuthorization({ HostedZoneId, VPC: two }),
    "VPCAssociationAuthorizationNotFound",
  );
  await route53.associateVPCWithHostedZone({ HostedZoneId, VPC: two });
  assert.deepEqual((await route53.getHostedZone({ Id: HostedZoneId })).VPCs, [one, two]);
  await refused(route53.associateVPCWithHostedZone({ HostedZoneId, VPC: two }), "ConflictingDomainExists");
  await route53.disassociateVPCFromHostedZone({ HostedZoneId, VPC: one });
  await refused(route53.disassociateVPCFromHostedZone({ HostedZoneId, VPC: one }), "VPCAssociationNotFound");
  await refused(route53.disassociateVPCFromHostedZone({ HostedZoneId, VPC: two }), "LastVPCAssociation");
  await refused(
    route53.createHostedZone({ ...asked, VPC: two, CallerReference: reference() }),
    "ConflictingDomainExists",
    "The VPC vpc-2 has already been associated with a hosted zone with the same domain name internal.",
  );
  const open = await zoneOf(route53, "example.com");
  await refused(
    route53.associateVPCWithHostedZone({ HostedZoneId: open, VPC: two }),
    "PublicZoneVPCAssociation",
  );
});

test("zones share the name servers of a reusable delegation set", async () => {
  await using cloud = await route53Cloud();
  const { route53 } = cloud;
  const CallerReference = reference();
  const { DelegationSet } = await route53.createReusableDelegationSet({ CallerReference });
  const { Id = "", NameServers } = DelegationSet ?? {};
  await refused(route53.createReusableDelegationSet({ CallerReference }), "DelegationSetAlreadyCreated");
  const zone = await route53.createHostedZone({
    Name: "example.com",
    CallerReference: reference(),
    DelegationSetId: Id,
  });
  assert.deepEqual(zone.DelegationSet, { Id, NameServers });
  assert.equal((await route53.listHostedZones({ DelegationSetId: Id })).HostedZones?.length, 1);
  const Type = "MAX_ZONES_BY_REUSABLE_DELEGATION_SET";
  assert.equal((await route53.getReusableDelegationSetLimit({ Type, DelegationSetId: Id })).Count, 1);
  await refused(route53.deleteReusableDelegationSet({ Id }), "DelegationSetInUse");
  await route53.deleteHostedZone({ Id: zone.HostedZone?.Id });
  assert.equal((await route53.listReusableDelegationSets({})).DelegationSets?.length, 1);
  await route53.deleteReusableDelegationSet({ Id });
  await refused(route53.getReusableDelegationSet({ Id }), "NoSuchDelegationSet");
});

test("names, tags and limits", async () => {
  await using cloud = await route53Cloud();
  const { route53 } = cloud;
  await refused(zoneOf(route53, "a..example"), "InvalidDomainName");
  const ResourceId = await zoneOf(route53, "example.com");
  const AddTags = [
    { Key: "stage", Value: "test" },
    { Key: "team", Value: "a" },
  ];
  await route53.changeTagsForResource({ ResourceType: "hostedzone", ResourceId, AddTags });
  await route53.changeTagsForResource({ ResourceType: "hostedzone", ResourceId, RemoveTagKeys: ["team"] });
  const ResourceTagSet = { ResourceType: "hostedzone", ResourceId, Tags: AddTags.slice(0, 1) } as const;
  assert.deepEqual((await route53.listTagsForResource(ResourceTagSet)).ResourceTagSet, ResourceTagSet);
  assert.deepEqual(
    (await route53.listTagsForResources({ ResourceType: "hostedzone", ResourceIds: [ResourceId] }))
      .ResourceTagSets,
    [ResourceTagSet],
  );
  const account = await route53.getAccountLimit({ Type: "MAX_HOSTED_ZONES_BY_OWNER" });
  assert.deepEqual([account.Limit?.Value, account.Count], [500, 1]);
  const ofZone = { HostedZoneId: ResourceId, Type: "MAX_RRSETS_BY_ZONE" } as const;
  assert.equal((await route53.getHostedZoneLimit(ofZone)).Count, 2);
  await refused(
    route53.getHostedZoneLimit({ ...ofZone, Type: "MAX_VPCS_ASSOCIATED_BY_ZONE" }),
    "HostedZoneNotPrivate",
  );
});
