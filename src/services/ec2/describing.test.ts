import assert from "node:assert/strict";
import { after, before, mock, test } from "node:test";
import type { DescribeSubnetsCommandInput, EC2, Filter } from "@aws-sdk/client-ec2";
import { testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { ec2Client, newSubnet, newVpc, refuses } from "./fixture.test.ts";
import { subnets } from "./subnet.ts";

let cloud: Cloud;
let ec2: EC2;
before(async () => {
  cloud = await testCloud({ services: ["ec2"] });
  ec2 = ec2Client(cloud);
});
after(() => cloud[Symbol.asyncDispose]());

const filter = (Name: string, ...Values: string[]): Filter => ({ Name, Values });

async function tagged(CidrBlock: string, tags: Record<string, string>): Promise<string> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const { Vpc } = await ec2.createVpc({ CidrBlock, TagSpecifications: [{ ResourceType: "vpc", Tags }] });
  return Vpc!.VpcId!;
}

test("filters are joined by and, their values by or; stars and question marks are wildcards", async () => {
  const shop = await tagged("10.10.0.0/16", { Name: "shop*", stage: "test" });
  const bank = await tagged("10.11.0.0/16", { Name: "bank", stage: "prod" });
  const found = async (...Filters: Filter[]) => {
    const { Vpcs } = await ec2.describeVpcs({ Filters: [filter("cidr", "10.1?.*"), ...Filters] });
    return new Set(Vpcs?.map(({ VpcId }) => VpcId));
  };
  assert.deepEqual(await found(), new Set([shop, bank]));
  assert.deepEqual(await found(filter("tag:stage", "test", "prod")), new Set([shop, bank]));
  assert.deepEqual(await found(filter("tag:stage", "test"), filter("tag:Name", "bank")), new Set());
  assert.deepEqual(await found(filter("tag-key", "stag?")), new Set([shop, bank]));
  assert.deepEqual(await found(filter("tag:Name", "shop\\*")), new Set([shop]));
  assert.deepEqual(await found(filter("tag:Name", "ban\\*")), new Set());
  assert.deepEqual(await found(filter("tag:stage", "Test")), new Set(), "case counts");
  assert.deepEqual(await found(filter("is-default", "true")), new Set());
});

test("a filter that an operation does not have is refused, and so are more than 200 values", async () => {
  await refuses(
    ec2.describeVpcs({ Filters: [filter("colour", "red")] }),
    "InvalidParameterValue",
    "The filter 'colour' is invalid",
  );
  const values = (count: number) => Array.from({ length: count }, (_, at) => `vpc-${at}`);
  await ec2.describeVpcs({ Filters: [filter("vpc-id", ...values(200))] });
  await refuses(
    ec2.describeVpcs({ Filters: [filter("vpc-id", ...values(201))] }),
    "FilterLimitExceeded",
    "The maximum number of filter values specified on a single call is 200",
  );
});

test("what is not on the page is not described, but for what filters have to look at", async () => {
  const VpcId = await newVpc(ec2);
  for (let at = 0; at < 8; at++) await newSubnet(ec2, VpcId, `10.0.${at}.0/24`);
  const describing = mock.method(subnets, "describe");
  const described = async (input: DescribeSubnetsCommandInput) => {
    describing.mock.resetCalls();
    const { Subnets, NextToken } = await ec2.describeSubnets(input);
    assert.equal(Subnets?.length, 5);
    assert.ok(NextToken);
    return describing.mock.callCount();
  };
  try {
    assert.equal(await described({ MaxResults: 5 }), 5);
    const { Subnets = [] } = await ec2.describeSubnets({});
    const before = Subnets.filter((subnet) => subnet.VpcId !== VpcId).length;
    const count = await described({ MaxResults: 5, Filters: [filter("vpc-id", VpcId)] });
    assert.ok(count <= before + 6, `${count} for five of eight, and ${before} others`);
  } finally {
    describing.mock.restore();
  }
});

test("a page has from 5 to 1000", async () => {
  await ec2.describeVpcs({ MaxResults: 5 });
  await refuses(
    ec2.describeVpcs({ MaxResults: 4 }),
    "InvalidParameterValue",
    /for parameter maxResults is invalid/,
  );
  await refuses(
    ec2.describeVpcs({ MaxResults: 1001 }),
    "InvalidParameterValue",
    /for parameter maxResults is invalid/,
  );
});

test("a dry run says whether the call would succeed, and changes nothing", async () => {
  const before = (await ec2.describeVpcs({})).Vpcs?.length;
  const dry = ec2.createVpc({ CidrBlock: "10.0.0.0/16", DryRun: true });
  await assert.rejects(dry, (error: Error & { $metadata: { httpStatusCode: number } }) => {
    assert.equal(error.name, "DryRunOperation");
    assert.equal(error.message, "Request would have succeeded, but DryRun flag is set.");
    assert.equal(error.$metadata.httpStatusCode, 412);
    return true;
  });
  assert.equal((await ec2.describeVpcs({})).Vpcs?.length, before);
  await refuses(ec2.createVpc({ CidrBlock: "10.0.0.0/8", DryRun: true }), "InvalidVpc.Range", /invalid/);
});

test("tags are put on, told and taken off by id, whatever the resource is", async () => {
  const VpcId = await newVpc(ec2);
  await ec2.createTags({
    Resources: [VpcId],
    Tags: [
      { Key: "a", Value: "1" },
      { Key: "b", Value: "2" },
    ],
  });
  const described = async () =>
    (await ec2.describeTags({ Filters: [filter("resource-id", VpcId)] })).Tags?.map(
      ({ Key, Value, ResourceType }) => [Key, Value, ResourceType],
    );
  assert.deepEqual(await described(), [
    ["a", "1", "vpc"],
    ["b", "2", "vpc"],
  ]);
  await ec2.deleteTags({ Resources: [VpcId], Tags: [{ Key: "a", Value: "other" }] });
  assert.equal((await described())?.length, 2, "a tag with another value stays");
  await ec2.deleteTags({ Resources: [VpcId] });
  assert.deepEqual(await described(), []);
  await refuses(
    ec2.createTags({ Resources: ["thing-1"], Tags: [{ Key: "a", Value: "" }] }),
    "InvalidID",
    "The ID 'thing-1' is not valid",
  );
  await refuses(
    ec2.createTags({ Resources: [VpcId], Tags: [{ Key: "aws:a", Value: "" }] }),
    "InvalidParameterValue",
    "Tag keys starting with 'aws:' are reserved for internal use",
  );
});

test("tags of another type than what is made are refused", async () => {
  await refuses(
    ec2.createVpc({
      CidrBlock: "10.0.0.0/16",
      TagSpecifications: [{ ResourceType: "subnet", Tags: [{ Key: "a", Value: "b" }] }],
    }),
    "InvalidParameterValue",
    "'subnet' is not a valid taggable resource type for this operation.",
  );
});

test("a client token makes one resource, and serves nothing else", async () => {
  const VpcId = await newVpc(ec2);
  const make = (ClientToken: string, vpc = VpcId) => ec2.createRouteTable({ VpcId: vpc, ClientToken });
  const first = await make("token");
  const again = await make("token");
  assert.equal(again.RouteTable?.RouteTableId, first.RouteTable?.RouteTableId);
  assert.notEqual((await make("other")).RouteTable?.RouteTableId, first.RouteTable?.RouteTableId);
  await refuses(make("token", await newVpc(ec2)), "IdempotentParameterMismatch", /non-identical request/);
});
