import assert from "node:assert/strict";
import { Resolver } from "node:dns/promises";
import { test } from "node:test";
import type { ResourceRecordSet, Route53 } from "@aws-sdk/client-route-53";
import { freePort } from "../../../test/free-port.ts";
import type { CloudOptions, FaultRuleInput } from "../../index.ts";
import { reference, refused, route53Cloud, zoneOf } from "./fixture.test.ts";

const values = (...all: string[]) => ({ TTL: 60, ResourceRecords: all.map((Value) => ({ Value })) });
type Given = Omit<ResourceRecordSet, "Name" | "Type"> & Partial<ResourceRecordSet>;

/** A cloud with a name server, a client of both, and what puts records in a zone. */
async function named(options: CloudOptions = {}) {
  const port = await freePort();
  const cloud = await route53Cloud({ ...options, dns: { ports: [port] } });
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  resolver.setServers([`127.0.0.1:${port}`]);
  const put = (HostedZoneId: string, ...sets: Given[]) => putRecords(cloud.route53, HostedZoneId, sets);
  return Object.assign(cloud, { resolver, put });
}

const putRecords = (route53: Route53, HostedZoneId: string, sets: readonly Given[]) =>
  route53.changeResourceRecordSets({
    HostedZoneId,
    ChangeBatch: {
      Changes: sets.map((set) => ({
        Action: "UPSERT" as const,
        ResourceRecordSet: { Name: "www.example.com", Type: "A" as const, ...set },
      })),
    },
  });

/** A check that is unhealthy from the beginning, and one that is healthy: both are disabled, which is healthy, and one inverted. */
async function check(route53: Route53, isHealthy: boolean): Promise<string> {
  const { HealthCheck } = await route53.createHealthCheck({
    CallerReference: reference(),
    HealthCheckConfig: { Type: "HTTP", IPAddress: "127.0.0.1", Disabled: true, Inverted: !isHealthy },
  });
  return HealthCheck?.Id ?? "";
}

test("records of every kind are answered over UDP", async () => {
  await using cloud = await named();
  const { resolver, put } = cloud;
  const zone = await zoneOf(cloud.route53, "example.com");
  await put(
    zone,
    values("192.0.2.1", "192.0.2.2"),
    { Type: "AAAA", ...values("2001:db8::1") },
    { Type: "TXT", ...values('"one" "two"', '"v=spf1 \\"x\\" -all"') },
    { Name: "example.com", Type: "MX", ...values("10 mail.example.com") },
    { Name: "_sip._tcp.example.com", Type: "SRV", ...values("1 2 5060 sip.example.com.") },
    { Name: "example.com", Type: "CAA", ...values('0 issue "ca.example"') },
    { Name: "sip.example.com", Type: "NAPTR", ...values('100 10 "U" "SIP+D2U" "!^.*$!sip:a@b.example!" .') },
    { Name: "other.example.com", Type: "CNAME", ...values("www.example.com") },
    { Name: "1.2.example.com", Type: "PTR", ...values("host.example.com") },
  );
  assert.deepEqual((await resolver.resolve4("WWW.example.com")).sort(), ["192.0.2.1", "192.0.2.2"]);
  assert.deepEqual(await resolver.resolve4("www.example.com", { ttl: true }).then(([one]) => one?.ttl), 60);
  assert.deepEqual(await resolver.resolve6("www.example.com"), ["2001:db8::1"]);
  assert.deepEqual(await resolver.resolveTxt("www.example.com"), [["one", "two"], ['v=spf1 "x" -all']]);
  assert.deepEqual(await resolver.resolveMx("example.com"), [
    { type: "MX", priority: 10, exchange: "mail.example.com" },
  ]);
  const [srv] = await resolver.resolveSrv("_sip._tcp.example.com");
  assert.deepEqual({ ...srv }, { type: "SRV", name: "sip.example.com", port: 5060, priority: 1, weight: 2 });
  const [caa] = await resolver.resolveCaa("example.com");
  assert.equal(caa?.issue, "ca.example");
  const [naptr] = await resolver.resolveNaptr("sip.example.com");
  assert.equal(naptr?.regexp, "!^.*$!sip:a@b.example!");
  assert.deepEqual(await resolver.resolveCname("other.example.com"), ["www.example.com"]);
  assert.deepEqual((await resolver.resolve4("other.example.com")).sort(), ["192.0.2.1", "192.0.2.2"]);
  assert.deepEqual(await resolver.resolve("1.2.example.com", "PTR"), ["host.example.com"]);
  assert.equal((await resolver.resolveNs("example.com")).length, 4);
  assert.equal((await resolver.resolveSoa("example.com")).hostmaster, "awsdns-hostmaster.amazon.com");
  await assert.rejects(resolver.resolve4("none.example.com"), { code: "ENOTFOUND" });
  await assert.rejects(resolver.resolveMx("www.example.com"), { code: "ENODATA" });
  await assert.rejects(resolver.resolve4("_tcp.example.com"), { code: "ENODATA" });
  await assert.rejects(resolver.resolve4("example.org"), { code: "EREFUSED" });
});

test("a wildcard stands for names that are not there", async () => {
  await using cloud = await named();
  const { resolver, put } = cloud;
  const zone = await zoneOf(cloud.route53, "example.com");
  await put(
    zone,
    { Name: "*.example.com", ...values("192.0.2.1") },
    { Name: "there.example.com", Type: "TXT", ...values('"x"') },
  );
  assert.deepEqual(await resolver.resolve4("a.b.example.com"), ["192.0.2.1"]);
  await assert.rejects(resolver.resolve4("there.example.com"), { code: "ENODATA" });
  await assert.rejects(resolver.resolve4("below.there.example.com"), { code: "ENOTFOUND" });
});

test("of zones the nearest answers, and a rule on names strikes as before", async () => {
  await using cloud = await named();
  const { resolver, put, route53 } = cloud;
  const outer = await zoneOf(route53, "example.com");
  await put(outer, { Name: "a.sub.example.com", ...values("192.0.2.1") });
  await put(await zoneOf(route53, "sub.example.com"), { Name: "b.sub.example.com", ...values("192.0.2.2") });
  await assert.rejects(resolver.resolve4("a.sub.example.com"), { code: "ENOTFOUND" });
  assert.deepEqual(await resolver.resolve4("b.sub.example.com"), ["192.0.2.2"]);
  const rule = (more: object) =>
    ({
      point: "dns:resolve",
      match: { resource: "b.sub.example.com" },
      ...more,
    }) as FaultRuleInput;
  const { id } = await cloud.faults.add(rule({ effect: "address", params: { ip: "192.0.2.99" } }));
  assert.deepEqual(await resolver.resolve4("b.sub.example.com"), ["192.0.2.99"]);
  cloud.faults.remove(id);
  await cloud.faults.add(rule({ effect: "servfail" }));
  await assert.rejects(resolver.resolve4("b.sub.example.com"), { code: "ESERVFAIL" });
});

test("a part of a zone that others have is theirs to answer for", async () => {
  await using cloud = await named();
  const { resolver, put, route53 } = cloud;
  const zone = await zoneOf(route53, "example.com");
  await put(zone, { Name: "sub.example.com", Type: "NS", ...values("ns.example.org.") });
  assert.deepEqual(await resolver.resolveNs("sub.example.com"), ["ns.example.org"]);
  await assert.rejects(resolver.resolve4("www.sub.example.com"), { code: "ENODATA" });
  await assert.rejects(resolver.resolve4("none.example.com"), { code: "ENOTFOUND" });
});

test("what is AWS's is this machine, whether a name or an alias leads to it", async () => {
  await using cloud = await named();
  const { resolver, put } = cloud;
  const zone = await zoneOf(cloud.route53, "example.com");
  const api = "d-1.execute-api.us-east-1.amazonaws.com";
  await put(
    zone,
    { AliasTarget: { DNSName: api, HostedZoneId: "Z1UJRXOUMOOFQ8", EvaluateTargetHealth: false } },
    { Name: "c.example.com", Type: "CNAME", ...values(api) },
    { Name: "out.example.com", Type: "CNAME", ...values("www.example.org") },
    { Name: "b.example.com", ...values("192.0.2.7") },
    {
      Name: "alias.example.com",
      AliasTarget: { DNSName: "b.example.com", HostedZoneId: zone, EvaluateTargetHealth: true },
    },
  );
  assert.deepEqual(await resolver.resolve4("www.example.com"), ["127.0.0.1"]);
  assert.deepEqual(await resolver.resolve4("c.example.com"), ["127.0.0.1"]);
  assert.deepEqual(await resolver.resolveCname("out.example.com"), ["www.example.org"]);
  assert.deepEqual(await resolver.resolve4("alias.example.com"), ["192.0.2.7"]);
});

const of = (SetIdentifier: string, address: string, more: Given, HealthCheckId?: string): Given => ({
  SetIdentifier,
  ...values(address),
  ...more,
  ...(HealthCheckId !== undefined && { HealthCheckId }),
});

test("failover goes to the second where the first is unhealthy, and back where both are", async () => {
  await using cloud = await named();
  const { resolver, put, route53 } = cloud;
  const zone = await zoneOf(route53, "example.com");
  const [healthy, ill] = [await check(route53, true), await check(route53, false)];
  const first = of("one", "192.0.2.1", { Failover: "PRIMARY" });
  const second = of("two", "192.0.2.2", { Failover: "SECONDARY" });
  for (const [one, two, address] of [
    [healthy, healthy, "192.0.2.1"],
    [ill, healthy, "192.0.2.2"],
    [ill, ill, "192.0.2.1"],
    [healthy, ill, "192.0.2.1"],
  ]) {
    await put(zone, { ...first, HealthCheckId: one }, { ...second, HealthCheckId: two });
    assert.deepEqual(await resolver.resolve4("www.example.com"), [address]);
  }
});

test("weights are shares of the answers, and only of those that are healthy", async () => {
  await using cloud = await named();
  const { resolver, put, route53 } = cloud;
  const zone = await zoneOf(route53, "example.com");
  const ill = await check(route53, false);
  await put(
    zone,
    of("one", "192.0.2.1", { Weight: 90 }),
    of("two", "192.0.2.2", { Weight: 10 }),
    of("none", "192.0.2.3", { Weight: 0 }),
    of("ill", "192.0.2.4", { Weight: 255 }, ill),
  );
  const counts: Record<string, number> = {};
  for (let i = 0; i < 300; i++) {
    const [address = ""] = await resolver.resolve4("www.example.com");
    counts[address] = (counts[address] ?? 0) + 1;
  }
  assert.deepEqual(Object.keys(counts).sort(), ["192.0.2.1", "192.0.2.2"]);
  assert.ok((counts["192.0.2.1"] ?? 0) > 210, JSON.stringify(counts));
  await put(zone, of("one", "192.0.2.1", { Weight: 90 }, ill), of("two", "192.0.2.2", { Weight: 10 }, ill));
  assert.deepEqual(await resolver.resolve4("www.example.com"), ["192.0.2.3"]);
});

test("the nearest region that is healthy answers", async () => {
  await using cloud = await named({ settings: { route53: { "viewer-region": "eu-central-1" } } });
  const { resolver, put, route53 } = cloud;
  const zone = await zoneOf(route53, "example.com");
  const regions = [
    of("us", "192.0.2.1", { Region: "us-east-1" }),
    of("eu", "192.0.2.2", { Region: "eu-west-1" }),
    of("ap", "192.0.2.3", { Region: "ap-northeast-1" }),
  ];
  await put(zone, ...regions);
  assert.deepEqual(await resolver.resolve4("www.example.com"), ["192.0.2.2"]);
  await put(zone, { ...regions[1], HealthCheckId: await check(route53, false) });
  assert.deepEqual(await resolver.resolve4("www.example.com"), ["192.0.2.1"]);
});

test("the smallest place around who asks answers", async () => {
  await using cloud = await named({ settings: { route53: { "viewer-region": "us-west-2" } } });
  const { resolver, put, route53 } = cloud;
  const zone = await zoneOf(route53, "example.com");
  const asked = async (...places: [string, ResourceRecordSet["GeoLocation"]][]) => {
    await put(zone, ...places.map(([address, GeoLocation]) => of(address, address, { GeoLocation })));
    return resolver.resolve4("www.example.com");
  };
  await assert.rejects(asked(["192.0.2.1", { ContinentCode: "EU" }]), { code: "ENODATA" });
  assert.deepEqual(await asked(["192.0.2.2", { CountryCode: "*" }]), ["192.0.2.2"]);
  assert.deepEqual(await asked(["192.0.2.3", { ContinentCode: "NA" }]), ["192.0.2.3"]);
  assert.deepEqual(await asked(["192.0.2.4", { CountryCode: "US" }]), ["192.0.2.4"]);
  assert.deepEqual(await asked(["192.0.2.5", { CountryCode: "US", SubdivisionCode: "OR" }]), ["192.0.2.5"]);
});

test("of many values up to eight healthy ones are answered", async () => {
  await using cloud = await named();
  const { resolver, put, route53 } = cloud;
  const zone = await zoneOf(route53, "example.com");
  const ill = await check(route53, false);
  await put(
    zone,
    ...Array.from({ length: 10 }, (_, at) =>
      of(`s${at}`, `192.0.2.${at}`, { MultiValueAnswer: true }, at === 0 ? ill : undefined),
    ),
  );
  const addresses = await resolver.resolve4("www.example.com");
  assert.equal(addresses.length, 8);
  assert.ok(!addresses.includes("192.0.2.0"));
});

test("an alias is as healthy as its target where that is evaluated", async () => {
  await using cloud = await named();
  const { resolver, put, route53 } = cloud;
  const zone = await zoneOf(route53, "example.com");
  const AliasTarget = { DNSName: "eu.example.com", HostedZoneId: zone, EvaluateTargetHealth: true };
  await put(
    zone,
    { Name: "eu.example.com", ...of("a", "192.0.2.1", { Weight: 1 }, await check(route53, false)) },
    { SetIdentifier: "one", Failover: "PRIMARY", AliasTarget },
    of("two", "192.0.2.2", { Failover: "SECONDARY" }),
  );
  assert.deepEqual(await resolver.resolve4("www.example.com"), ["192.0.2.2"]);
  await put(zone, { Name: "eu.example.com", ...of("a", "192.0.2.1", { Weight: 1 }) });
  assert.deepEqual(await resolver.resolve4("www.example.com"), ["192.0.2.1"]);
});

test("TestDNSAnswer says what the name server would", async () => {
  await using cloud = await named();
  const { route53, put } = cloud;
  const HostedZoneId = await zoneOf(route53, "example.com");
  await put(HostedZoneId, values("192.0.2.1"));
  const asked = { HostedZoneId, RecordName: "www.example.com", RecordType: "A" } as const;
  const { $metadata: _, Nameserver, ...answer } = await route53.testDNSAnswer(asked);
  assert.deepEqual(answer, {
    RecordName: "www.example.com.",
    RecordType: "A",
    RecordData: ["192.0.2.1"],
    ResponseCode: "NOERROR",
    Protocol: "UDP",
  });
  assert.equal(
    (await route53.testDNSAnswer({ ...asked, RecordName: "no.example.com" })).ResponseCode,
    "NXDOMAIN",
  );
  await refused(route53.testDNSAnswer({ ...asked, RecordName: "example.org" }), "InvalidInput");
});
