import assert from "node:assert/strict";
import { test } from "node:test";
import { IAM } from "@aws-sdk/client-iam";
import { type ResourceRecordSet, Route53 } from "@aws-sdk/client-route-53";
import { clientOptions, newAccount } from "../../../test/cloud.ts";
import { route53Cloud, zoneOf } from "./fixture.test.ts";

test("a policy allows records of some names and types in one zone", async () => {
  await using cloud = await route53Cloud({ iam: "enforce" });
  const account = newAccount();
  const options = clientOptions(cloud, account);
  const owner = new Route53(options);
  const [ours, theirs] = [await zoneOf(owner, "example.com"), await zoneOf(owner, "example.org")];
  const iam = new IAM(options);
  await iam.createUser({ UserName: "certbot" });
  const policy = {
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Action: "route53:ChangeResourceRecordSets",
      Resource: `arn:aws:route53:::hostedzone/${ours}`,
      Condition: {
        "ForAllValues:StringEquals": {
          "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"],
          "route53:ChangeResourceRecordSetsActions": ["CREATE", "UPSERT"],
        },
        "ForAllValues:StringLike": {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["_acme-challenge.*"],
        },
      },
    },
  };
  const PolicyDocument = JSON.stringify(policy);
  await iam.putUserPolicy({ UserName: "certbot", PolicyName: "dns", PolicyDocument });
  const { AccessKey } = await iam.createAccessKey({ UserName: "certbot" });
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  const user = new Route53({ ...options, credentials });
  const put = (HostedZoneId: string, Name: string, Type: "TXT" | "A" = "TXT") => {
    const Value = Type === "TXT" ? '"token"' : "192.0.2.1";
    const ResourceRecordSet: ResourceRecordSet = { Name, Type, TTL: 60, ResourceRecords: [{ Value }] };
    const Changes = [{ Action: "UPSERT" as const, ResourceRecordSet }];
    return user.changeResourceRecordSets({ HostedZoneId, ChangeBatch: { Changes } });
  };
  await put(ours, "_ACME-challenge.example.com.");
  const denied = { name: "AccessDenied" };
  await assert.rejects(put(ours, "www.example.com"), denied);
  await assert.rejects(put(ours, "_acme-challenge.example.com", "A"), denied);
  await assert.rejects(put(theirs, "_acme-challenge.example.org"), denied);
  await assert.rejects(user.listHostedZones({}), denied);
});
