import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount } from "../../../test/cloud.ts";
import { allCalled } from "../../../test/every-operation.ts";
import { reference, route53Cloud, zoneOf } from "./fixture.test.ts";

test("every operation that is served is there for the SDK", async () => {
  await using cloud = await route53Cloud();
  const { route53 } = cloud;
  const HostedZoneId = await zoneOf(route53, "example.com");
  const VPC = { VPCId: "vpc-1", VPCRegion: "us-east-1" } as const;
  const other = { ...VPC, VPCId: "vpc-2" };
  const made = await route53.createHostedZone({ Name: "internal", CallerReference: reference(), VPC });
  const internal = made.HostedZone?.Id?.replace("/hostedzone/", "");
  await route53.createVPCAssociationAuthorization({ HostedZoneId: internal, VPC: other });
  await route53.listVPCAssociationAuthorizations({ HostedZoneId: internal });
  await route53.associateVPCWithHostedZone({ HostedZoneId: internal, VPC: other });
  await route53.deleteVPCAssociationAuthorization({ HostedZoneId: internal, VPC: other });
  await route53.disassociateVPCFromHostedZone({ HostedZoneId: internal, VPC });
  await route53.listHostedZonesByVPC(other);
  await route53.getHostedZone({ Id: internal });
  await route53.listHostedZones({});
  await route53.listHostedZonesByName({});
  await route53.getHostedZoneCount({});
  await route53.updateHostedZoneComment({ Id: internal, Comment: "ours" });
  await route53.getHostedZoneLimit({ HostedZoneId: internal, Type: "MAX_VPCS_ASSOCIATED_BY_ZONE" });
  await route53.getAccountLimit({ Type: "MAX_HEALTH_CHECKS_BY_OWNER" });

  const record = {
    Name: "www.example.com",
    Type: "A" as const,
    TTL: 60,
    ResourceRecords: [{ Value: "192.0.2.1" }],
  };
  const { ChangeInfo } = await route53.changeResourceRecordSets({
    HostedZoneId,
    ChangeBatch: { Comment: "first", Changes: [{ Action: "CREATE", ResourceRecordSet: record }] },
  });
  assert.equal((await route53.getChange({ Id: ChangeInfo?.Id })).ChangeInfo?.Comment, "first");
  await route53.listResourceRecordSets({ HostedZoneId });
  await route53.testDNSAnswer({ HostedZoneId, RecordName: record.Name, RecordType: "A" });
  await route53.changeTagsForResource({
    ResourceType: "hostedzone",
    ResourceId: HostedZoneId,
    AddTags: [{ Key: "a", Value: "b" }],
  });
  await route53.listTagsForResource({ ResourceType: "hostedzone", ResourceId: HostedZoneId });
  await route53.listTagsForResources({ ResourceType: "hostedzone", ResourceIds: [HostedZoneId] });

  const { HealthCheck: { Id: HealthCheckId } = {} } = await route53.createHealthCheck({
    CallerReference: reference(),
    HealthCheckConfig: { Type: "HTTP", IPAddress: "127.0.0.1", Disabled: true },
  });
  await route53.getHealthCheck({ HealthCheckId });
  await route53.updateHealthCheck({ HealthCheckId, Port: 81 });
  await route53.listHealthChecks({});
  await route53.getHealthCheckCount({});
  await route53.getHealthCheckStatus({ HealthCheckId });
  await route53.getHealthCheckLastFailureReason({ HealthCheckId });
  assert.equal((await route53.getCheckerIpRanges({})).CheckerIpRanges?.length, 8);
  await route53.deleteHealthCheck({ HealthCheckId });

  const { DelegationSet: { Id } = {} } = await route53.createReusableDelegationSet({
    CallerReference: reference(),
    HostedZoneId,
  });
  assert.equal((await route53.getHostedZone({ Id: HostedZoneId })).DelegationSet?.Id, Id);
  await route53.getReusableDelegationSet({ Id });
  await route53.listReusableDelegationSets({});
  const Type = "MAX_ZONES_BY_REUSABLE_DELEGATION_SET";
  await route53.getReusableDelegationSetLimit({ Type, DelegationSetId: Id });
  await route53.changeResourceRecordSets({
    HostedZoneId,
    ChangeBatch: { Changes: [{ Action: "DELETE", ResourceRecordSet: record }] },
  });
  await route53.deleteHostedZone({ Id: HostedZoneId });
  await route53.deleteReusableDelegationSet({ Id });
  await allCalled(cloud, "route53");
});

test("an error has the body that AWS gives it", async () => {
  await using cloud = await route53Cloud();
  const authorization = `AWS4-HMAC-SHA256 Credential=${newAccount()}/20260101/us-east-1/route53/aws4_request, SignedHeaders=host, Signature=0`;
  const answer = await fetch(`${cloud.url}/2013-04-01/hostedzone/Z1`, { headers: { authorization } });
  assert.deepEqual([answer.status, answer.headers.get("content-type")], [404, "text/xml"]);
  const id = answer.headers.get("x-amzn-requestid");
  assert.equal(
    await answer.text(),
    `<?xml version="1.0"?>\n<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error><Type>Sender</Type><Code>NoSuchHostedZone</Code><Message>No hosted zone found with ID: Z1</Message></Error><RequestId>${id}</RequestId></ErrorResponse>`,
  );
});

test("what is not served is refused by name", async () => {
  await using cloud = await route53Cloud();
  const { route53 } = cloud;
  for (const call of [
    () => route53.listTrafficPolicies({}),
    () => route53.listQueryLoggingConfigs({}),
    () => route53.getDNSSEC({ HostedZoneId: "Z1" }),
    () => route53.listCidrCollections({}),
  ])
    await assert.rejects(call, (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
      assert.deepEqual([error.name, error.$metadata?.httpStatusCode], ["NotImplemented", 501]);
      return true;
    });
});
