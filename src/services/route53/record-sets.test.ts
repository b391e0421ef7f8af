import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChangeAction, ResourceRecordSet, Route53 } from "@aws-sdk/client-route-53";
import { reference, refused, route53Cloud, zoneOf } from "./fixture.test.ts";

const change = (Action: ChangeAction, ResourceRecordSet: ResourceRecordSet) => ({
  Action,
  ResourceRecordSet,
});
const values = (...all: string[]) => ({ TTL: 300, ResourceRecords: all.map((Value) => ({ Value })) });
const a = (Name: string, ...addresses: string[]): ResourceRecordSet => ({
  Name,
  Type: "A",
  ...values(...(addresses.length > 0 ? addresses : ["192.0.2.1"])),
});

/** A zone `example.com` and what changes it. */
async function zone(route53: Route53) {
  const HostedZoneId = await zoneOf(route53, "example.com");
  const make = (...Changes: ReturnType<typeof change>[]) =>
    route53.changeResourceRecordSets({ HostedZoneId, ChangeBatch: { Changes } });
  const list = async () => (await route53.listResourceRecordSets({ HostedZoneId })).ResourceRecordSets ?? [];
  return { HostedZoneId, make, list };
}

test("record sets are made, put in the place of others, and deleted by all that they are", async () => {
  await using cloud = await route53Cloud();
  const { make, list } = await zone(cloud.route53);
  const { ChangeInfo } = await make(change("CREATE", a("WWW.example.com")));
  assert.match(ChangeInfo?.Id ?? "", /^\/change\/C/);
  assert.equal(ChangeInfo?.Status, "PENDING");
  await make(change("UPSERT", a("www.example.com.", "192.0.2.2", "192.0.2.3")));
  assert.deepEqual(
    (await list()).find(({ Name }) => Name === "www.example.com."),
    a("www.example.com.", "192.0.2.2", "192.0.2.3"),
  );
  await refused(
    make(change("DELETE", a("www.example.com", "192.0.2.2"))),
    "InvalidChangeBatch",
    "[Tried to delete resource record set [name='www.example.com.', type='A'] but the values provided do not match the current values]",
  );
  await make(change("DELETE", a("www.example.com", "192.0.2.3", "192.0.2.2")));
  assert.equal((await list()).length, 2);
});

test("record sets are listed from the last label of their names on, a page from any of them", async () => {
  await using cloud = await route53Cloud();
  const { route53 } = cloud;
  const { HostedZoneId, make } = await zone(route53);
  const names = ["b.example.com", "a.example.com", "z.a.example.com", "*.example.com", "a-b.example.com"];
  await make(...names.map((name) => change("CREATE", a(name))));
  const listed: string[] = [];
  let start: { StartRecordName?: string; StartRecordType?: "A" | "NS" | "SOA" } = {};
  for (;;) {
    const page = await route53.listResourceRecordSets({ HostedZoneId, MaxItems: 3, ...start });
    listed.push(...(page.ResourceRecordSets ?? []).map(({ Name, Type }) => `${Name} ${Type}`));
    if (!page.IsTruncated) break;
    start = { StartRecordName: page.NextRecordName, StartRecordType: page.NextRecordType as "A" };
  }
  assert.deepEqual(listed, [
    "example.com. NS",
    "example.com. SOA",
    "\\052.example.com. A",
    "a-b.example.com. A",
    "a.example.com. A",
    "z.a.example.com. A",
    "b.example.com. A",
  ]);
});

const SET = "Name=www.example.com, Type=A, SetIdentifier";
const NO_SOURCE =
  "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found";
const weighted = (SetIdentifier: string): ResourceRecordSet => ({
  ...a("www.example.com"),
  SetIdentifier,
  Weight: 1,
});
const alias = (DNSName: string, HostedZoneId = "Z3AQBSTGFYJSTF") => ({
  Name: "www.example.com",
  Type: "A" as const,
  AliasTarget: { DNSName, HostedZoneId, EvaluateTargetHealth: false },
});

/** What is refused, in AWS's words: the changes that come first, those that are wrong, and what is said. */
const REFUSALS: readonly {
  readonly given?: readonly ResourceRecordSet[];
  readonly changes: readonly ReturnType<typeof change>[];
  readonly code?: string;
  readonly says: string;
}[] = [
  {
    given: [a("www.example.com")],
    changes: [change("CREATE", a("www.example.com"))],
    says: "[Tried to create resource record set [name='www.example.com.', type='A'] but it already exists]",
  },
  {
    given: [weighted("one")],
    changes: [change("CREATE", weighted("one"))],
    says: "[Tried to create resource record set [name='www.example.com.', type='A', set identifier='one'] but it already exists]",
  },
  {
    changes: [change("DELETE", a("a.example.com")), change("DELETE", a("b.example.com"))],
    says: "[Tried to delete resource record set [name='a.example.com.', type='A'] but it was not found, Tried to delete resource record set [name='b.example.com.', type='A'] but it was not found]",
  },
  {
    changes: [change("CREATE", a("www.example.org"))],
    says: "[RRSet with DNS name www.example.org. is not permitted in zone example.com.]",
  },
  {
    changes: [change("CREATE", { Name: "example.com", Type: "CNAME", ...values("a.example") })],
    says: "[RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.]",
  },
  {
    given: [a("www.example.com")],
    changes: [change("CREATE", { Name: "www.example.com", Type: "CNAME", ...values("a.example") })],
    says: "[RRSet of type CNAME with DNS name www.example.com. is not permitted as it conflicts with other records with the same DNS name in zone example.com.]",
  },
  {
    given: [{ Name: "www.example.com", Type: "CNAME", ...values("a.example") }],
    changes: [change("CREATE", a("www.example.com"))],
    says: "[RRSet of type A with DNS name www.example.com. is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone example.com.]",
  },
  {
    given: [weighted("one")],
    changes: [change("CREATE", a("www.example.com"))],
    says: "[RRSet with DNS name www.example.com., type A cannot be created as other RRSets exist with the same name and type.]",
  },
  {
    given: [weighted("one")],
    changes: [change("CREATE", { ...a("www.example.com"), SetIdentifier: "two", Region: "eu-west-2" })],
    says: "[RRSet with DNS name www.example.com., type A, SetIdentifier two, and Region Name=eu-west-2 cannot be created because a non-latency RRSet with the same name and type already exists.]",
  },
  {
    changes: [change("CREATE", a("www.example.com", "192.0.2"))],
    says: "[Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with '192.0.2'']",
  },
  {
    changes: [change("CREATE", { Name: "www.example.com", Type: "TXT", ...values("plain") })],
    says: "[Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be enclosed in quotation marks) encountered with 'plain'']",
  },
  {
    changes: [change("CREATE", { Name: "www.example.com", Type: "MX", ...values("mail.example.com") })],
    says: "[Invalid Resource Record: 'FATAL problem: MXRRDATANotTwoFields (MX record doesn't have 2 fields) encountered with 'mail.example.com'']",
  },
  {
    changes: [change("CREATE", alias("d1.example.net"))],
    says: "[Tried to create an alias that targets d1.example.net., type A in zone Z3AQBSTGFYJSTF, but the alias target name does not lie within the target zone]",
  },
  {
    changes: [change("CREATE", { Name: "www.example.com", Type: "A" })],
    code: "InvalidInput",
    says: `${NO_SOURCE} none in Change with [Action=CREATE, ${SET}=null]`,
  },
  {
    changes: [
      change("CREATE", { ...a("www.example.com"), ...alias("d1.cloudfront.net"), Name: "www.example.com" }),
    ],
    code: "InvalidInput",
    says: `${NO_SOURCE} more than one in Change with [Action=CREATE, ${SET}=null]`,
  },
  {
    changes: [change("UPSERT", { ...a("www.example.com"), SetIdentifier: "one" })],
    code: "InvalidInput",
    says: `Invalid request: Expected exactly one of [Weight, Region, Failover, GeoLocation, MultiValueAnswer, GeoProximityLocation, or CidrRoutingConfig], but found none in Change with [Action=UPSERT, ${SET}=one]`,
  },
  {
    changes: [change("CREATE", { ...a("www.example.com"), Weight: 1 })],
    code: "InvalidInput",
    says: `Invalid request: Missing field 'SetIdentifier' in Change with [Action=CREATE, ${SET}=null]`,
  },
];

for (const { given = [], changes, code = "InvalidChangeBatch", says } of REFUSALS)
  test(`a batch is refused: ${says.slice(0, 150)}`, async () => {
    await using cloud = await route53Cloud();
    const { make, list } = await zone(cloud.route53);
    if (given.length > 0) await make(...given.map((set) => change("CREATE", set)));
    const before = await list();
    await refused(make(change("CREATE", a("first.example.com")), ...changes), code, says);
    assert.deepEqual(await list(), before, "nothing of it is done");
  });

test("a zone keeps its own records, and goes only when it has no others", async () => {
  await using cloud = await route53Cloud();
  const { route53 } = cloud;
  const { HostedZoneId, make, list } = await zone(route53);
  const [ns, soa] = await list();
  await refused(
    make(...[ns, soa].map((set) => change("DELETE", set as ResourceRecordSet))),
    "InvalidChangeBatch",
    "[A HostedZone must contain at least one NS record for the zone itself., A HostedZone must contain exactly one SOA record.]",
  );
  await make(change("CREATE", a("example.com")));
  await refused(
    route53.deleteHostedZone({ Id: HostedZoneId }),
    "HostedZoneNotEmpty",
    "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
  );
});

test("an alias leads to a record of its zone that is there, or to what is AWS's", async () => {
  await using cloud = await route53Cloud();
  const { route53 } = cloud;
  const { HostedZoneId, make } = await zone(route53);
  const missing = alias("there.example.com", HostedZoneId);
  await refused(
    make(change("CREATE", missing)),
    "InvalidChangeBatch",
    `[Tried to create an alias that targets there.example.com., type A in zone ${HostedZoneId}, but that target was not found]`,
  );
  await make(change("CREATE", missing), change("CREATE", a("there.example.com")));
  await make(change("UPSERT", alias("dualstack.lb-1.us-east-1.elb.amazonaws.com")));
});

test("what a record is checked by is there", async () => {
  await using cloud = await route53Cloud();
  const { make } = await zone(cloud.route53);
  await refused(
    make(change("CREATE", { ...a("www.example.com"), HealthCheckId: "none" })),
    "NoSuchHealthCheck",
    "A health check with id none does not exist.",
  );
});

test("a change is pending for as long as a rule holds it", async () => {
  await using cloud = await route53Cloud();
  const { route53 } = cloud;
  await cloud.faults.add({ point: "route53:change-state", effect: "hold", params: { ms: "1m" } });
  const { ChangeInfo } = await route53.createHostedZone({ Name: "a.example", CallerReference: reference() });
  const status = async () => (await route53.getChange({ Id: ChangeInfo?.Id })).ChangeInfo?.Status;
  assert.equal(await status(), "PENDING");
  await cloud.clock.advance("1m");
  assert.equal(await status(), "INSYNC");
  await refused(route53.getChange({ Id: "C1" }), "NoSuchChange", "Could not find resource with ID: C1");
});
