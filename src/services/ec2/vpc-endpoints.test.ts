import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { EC2 } from "@aws-sdk/client-ec2";
import { testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { ec2Client, newSubnet, newVpc, refuses } from "./fixture.test.ts";

let cloud: Cloud;
let ec2: EC2;
before(async () => {
  cloud = await testCloud({ services: ["ec2"] });
  ec2 = ec2Client(cloud);
});
after(() => cloud[Symbol.asyncDispose]());

const service = (name: string) => `com.amazonaws.us-east-1.${name}`;

test("a gateway endpoint is a route to its service's prefix list", async () => {
  const VpcId = await newVpc(ec2);
  const { RouteTable } = await ec2.createRouteTable({ VpcId });
  const RouteTableId = RouteTable!.RouteTableId!;
  const { VpcEndpoint } = await ec2.createVpcEndpoint({
    VpcId,
    ServiceName: service("s3"),
    RouteTableIds: [RouteTableId],
  });
  assert.equal(VpcEndpoint?.VpcEndpointType, "Gateway");
  const { PrefixLists } = await ec2.describePrefixLists({
    Filters: [{ Name: "prefix-list-name", Values: [service("s3")] }],
  });
  assert.equal(PrefixLists?.[0]?.PrefixListId, "pl-63a5400a");
  const routes = async () =>
    (await ec2.describeRouteTables({ RouteTableIds: [RouteTableId] })).RouteTables?.[0]?.Routes?.map(
      ({ DestinationPrefixListId, GatewayId }) => [DestinationPrefixListId, GatewayId],
    );
  const VpcEndpointId = VpcEndpoint!.VpcEndpointId!;
  assert.deepEqual((await routes())?.at(-1), ["pl-63a5400a", VpcEndpointId]);
  await refuses(
    ec2.createVpcEndpoint({ VpcId, ServiceName: service("s3"), RouteTableIds: [RouteTableId] }),
    "RouteAlreadyExists",
    `route table ${RouteTableId} already has a route with destination-prefix-list-id pl-63a5400a`,
  );
  await ec2.modifyVpcEndpoint({ VpcEndpointId, RemoveRouteTableIds: [RouteTableId] });
  assert.equal((await routes())?.length, 1);
  const { Unsuccessful } = await ec2.deleteVpcEndpoints({
    VpcEndpointIds: [VpcEndpointId, "vpce-0123456789abcdef0"],
  });
  assert.deepEqual(
    Unsuccessful?.map((item) => item.Error?.Code),
    ["InvalidVpcEndpointId.NotFound"],
  );
});

test("an interface endpoint has an interface in each of its subnets", async () => {
  const VpcId = await newVpc(ec2);
  const SubnetId = await newSubnet(ec2, VpcId);
  const wish = {
    VpcId,
    ServiceName: service("sqs"),
    VpcEndpointType: "Interface" as const,
    SubnetIds: [SubnetId],
  };
  await refuses(ec2.createVpcEndpoint(wish), "InvalidParameterValue", /^Enabling private DNS requires/);
  await ec2.modifyVpcAttribute({ VpcId, EnableDnsHostnames: { Value: true } });
  const { VpcEndpoint } = await ec2.createVpcEndpoint(wish);
  const VpcEndpointId = VpcEndpoint!.VpcEndpointId!;
  const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({
    NetworkInterfaceIds: VpcEndpoint!.NetworkInterfaceIds!,
  });
  assert.equal(NetworkInterfaces?.[0]?.InterfaceType, "vpc_endpoint");
  assert.equal(NetworkInterfaces[0]?.RequesterManaged, true);
  await refuses(
    ec2.deleteNetworkInterface({ NetworkInterfaceId: NetworkInterfaces[0]!.NetworkInterfaceId! }),
    "OperationNotPermitted",
    /not allowed to manage/,
  );
  assert.deepEqual(
    VpcEndpoint?.DnsEntries?.map(({ DnsName }) => DnsName?.replace(/^vpce-[0-9a-f]+-[0-9a-f]+/, "vpce-x")),
    [
      "vpce-x.sqs.us-east-1.vpce.amazonaws.com",
      "vpce-x-us-east-1a.sqs.us-east-1.vpce.amazonaws.com",
      "sqs.us-east-1.amazonaws.com",
    ],
  );
  await ec2.deleteVpcEndpoints({ VpcEndpointIds: [VpcEndpointId] });
  await ec2.deleteSubnet({ SubnetId });
  const { ServiceDetails } = await ec2.describeVpcEndpointServices({ ServiceNames: [service("s3")] });
  assert.deepEqual(
    ServiceDetails?.map(({ ServiceType }) => ServiceType?.[0]?.ServiceType),
    ["Gateway", "Interface"],
  );
  await refuses(
    ec2.createVpcEndpoint({ VpcId, ServiceName: "com.amazonaws.eu-west-1.sqs" }),
    "InvalidServiceName",
    "The Vpc Endpoint Service 'com.amazonaws.eu-west-1.sqs' does not exist",
  );
});
