import assert from "node:assert/strict";
import { Resolver } from "node:dns/promises";
import { test } from "node:test";
import { Route53 } from "@aws-sdk/client-route-53";
import { S3 } from "@aws-sdk/client-s3";
import { send } from "../../src/services/apigateway/bed.fixture.ts";
import { aTarget, balancedOn } from "../../src/services/elbv2/fixture.test.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";
import { freePort } from "../free-port.ts";
import { until } from "../until.ts";

test("an alias leads to its load balancer's own address, and elsewhere when no target is well", async () => {
  const dnsPort = await freePort();
  await using cloud = await testCloud({ dns: { ports: [dnsPort] } });
  const account = newAccount();
  const lab = await balancedOn(cloud, account);
  await using app = await aTarget("app");
  const { arn, made } = await lab.balancer();
  const group = await lab.group("app", { UnhealthyThresholdCount: 2 });
  await lab.listen(arn, group, 18_090);
  await lab.register(group, app);
  await lab.areAll(group, "healthy");

  const route53 = new Route53(clientOptions(cloud, account));
  const { HostedZone } = await route53.createHostedZone({ Name: "example.com", CallerReference: "zone" });
  const record = (Failover: "PRIMARY" | "SECONDARY", target: object) => ({
    Action: "CREATE" as const,
    ResourceRecordSet: {
      Name: "www.example.com",
      Type: "A" as const,
      SetIdentifier: Failover,
      Failover,
      ...target,
    },
  });
  const AliasTarget = {
    DNSName: made.DNSName,
    HostedZoneId: made.CanonicalHostedZoneId,
    EvaluateTargetHealth: true,
  };
  const elsewhere = { TTL: 60, ResourceRecords: [{ Value: "192.0.2.1" }] };
  await route53.changeResourceRecordSets({
    HostedZoneId: HostedZone?.Id,
    ChangeBatch: { Changes: [record("PRIMARY", { AliasTarget }), record("SECONDARY", elsewhere)] },
  });
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${dnsPort}`]);
  const address = async () => (await resolver.resolve4("www.example.com"))[0];

  const own = made.AvailabilityZones?.[0]?.LoadBalancerAddresses?.[0]?.IpAddress;
  assert.equal(await address(), own);
  assert.equal(await (await fetch(`http://${own}:18090/`)).text(), "app");
  await app.stop();
  await cloud.clock.advance("1m");
  await lab.areAll(group, "unhealthy");
  assert.equal(await until(address, (one) => one !== own), "192.0.2.1");
});

test("an alias to a bucket's website, which has the name's own name, is the website", async () => {
  await using cloud = await testCloud({ settings: { s3: { "allow-anonymous": true } } });
  const options = clientOptions(cloud, newAccount());
  const s3 = new S3({ ...options, forcePathStyle: true });
  const route53 = new Route53(options);
  const Bucket = "www.example.com";
  await s3.createBucket({ Bucket });
  await s3.putObject({ Bucket, Key: "index.html", Body: "<h1>here</h1>", ContentType: "text/html" });
  const IndexDocument = { Suffix: "index.html" };
  await s3.putBucketWebsite({ Bucket, WebsiteConfiguration: { IndexDocument } });
  const page = () => send(cloud, { host: Bucket, path: "/" });
  assert.notEqual((await page()).body, "<h1>here</h1>", "nothing leads there yet");
  const { HostedZone } = await route53.createHostedZone({ Name: "example.com", CallerReference: "zone" });
  const AliasTarget = {
    DNSName: "s3-website-us-east-1.amazonaws.com",
    HostedZoneId: "Z3AQBSTGFYJSTF",
    EvaluateTargetHealth: false,
  };
  const ResourceRecordSet = { Name: Bucket, Type: "A" as const, AliasTarget };
  await route53.changeResourceRecordSets({
    HostedZoneId: HostedZone?.Id,
    ChangeBatch: { Changes: [{ Action: "CREATE", ResourceRecordSet }] },
  });
  const { body, headers } = await page();
  assert.deepEqual([body, headers["content-type"]], ["<h1>here</h1>", "text/html"]);
});
