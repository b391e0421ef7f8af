import assert from "node:assert/strict";
import { test } from "node:test";
import { ECS } from "@aws-sdk/client-ecs";
import {
  CreateTargetAccountConfigurationCommand,
  StartExperimentCommand,
  StopExperimentCommand,
} from "@aws-sdk/client-fis";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { clientOptions, newAccount } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { ec2Client, newSubnet, newVpc } from "../ec2/fixture.test.ts";
import { createNodeFunction } from "../lambda/functions.fixture.ts";
import { laboratory } from "./fixture.test.ts";

type Lab = Awaited<ReturnType<typeof laboratory>>;

/** Calls services, each given up after a moment: which ones answer? */
const CALLER = `
export const handler = async ({ calls, waitMs }) => {
  const answer = async ({ region = "us-east-1", service, target, method = "POST" }) => {
    const headers = {
      authorization: "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID + "/20260101/" + region + "/" + service + "/aws4_request, SignedHeaders=host, Signature=0",
      "x-amz-security-token": process.env.AWS_SESSION_TOKEN,
      ...(target && { "x-amz-target": target, "content-type": "application/x-amz-json-1.0" }),
    };
    try {
      const response = await fetch(process.env.AWS_ENDPOINT_URL, {
        method, headers, ...(method === "POST" && { body: "{}" }), signal: AbortSignal.timeout(waitMs),
      });
      await response.arrayBuffer();
      return response.status;
    } catch (error) {
      return error.name;
    }
  };
  return Object.fromEntries(await Promise.all(calls.map(async (call) => [call.name, await answer(call)])));
};`;

const dynamodb = (name = "dynamodb", region = "us-east-1") => ({
  name,
  region,
  service: "dynamodb",
  target: "DynamoDB_20120810.ListTables",
});
const sqs = { name: "sqs", service: "sqs", target: "AmazonSQS.ListQueues" };
const s3 = { name: "s3", service: "s3", method: "GET" };
const HUNG = "TimeoutError";

/** A VPC with two subnets in two zones, and a function in the first that calls services. */
async function network(lab: Lab) {
  const ec2 = ec2Client(lab.cloud, { account: lab.account });
  const lambda = new LambdaClient(clientOptions(lab.cloud, lab.account));
  const VpcId = await newVpc(ec2);
  await ec2.modifyVpcAttribute({ VpcId, EnableDnsHostnames: { Value: true } });
  const SubnetId = await newSubnet(ec2, VpcId, "10.0.1.0/24");
  const { Subnet } = await ec2.createSubnet({
    VpcId,
    CidrBlock: "10.0.2.0/24",
    AvailabilityZone: "us-east-1b",
  });
  const functionIn = (name: string, SubnetIds: string[]) =>
    createNodeFunction(lambda, name, CALLER, {
      Timeout: 30,
      ...(SubnetIds.length > 0 && { VpcConfig: { SubnetIds, SecurityGroupIds: [] } }),
    });
  const askFor = async (waitMs: number, FunctionName: string, ...calls: object[]) => {
    const { Payload } = await lambda.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify({ calls, waitMs }) }),
    );
    return JSON.parse(Buffer.from(Payload ?? []).toString()) as Record<string, unknown>;
  };
  /** Nobody who answers is that slow. */
  const ask = (name: string, ...calls: object[]) => askFor(2000, name, ...calls);
  await functionIn("inside", [SubnetId]);
  // Services are loaded when they are first called.
  await askFor(20_000, "inside", dynamodb(), dynamodb("elsewhere", "eu-west-1"), sqs, s3);
  const arnOf = (kind: string, id: string) => `arn:aws:ec2:us-east-1:${lab.account}:${kind}/${id}`;
  const subnets = (...ids: string[]) => ({
    subnets: {
      resourceType: "aws:ec2:subnet",
      resourceArns: ids.map((id) => arnOf("subnet", id)),
      selectionMode: "ALL",
    },
  });
  /** An experiment with one action, once it runs. */
  const running = async (template: Parameters<Lab["start"]>[0]) => {
    const id = await lab.start(template);
    await until(async () => (await lab.states(id)).experiment !== "initiating");
    await until(async () => (await lab.get(id)).actions?.["act"]?.state?.status !== "initiating");
    return id;
  };
  return {
    ec2,
    askFor,
    VpcId,
    SubnetId,
    otherId: Subnet!.SubnetId!,
    functionIn,
    ask,
    arnOf,
    subnets,
    running,
  };
}

const disrupt = (scope: string, more: Record<string, string> = {}) => ({
  act: {
    actionId: "aws:network:disrupt-connectivity",
    parameters: { scope, duration: "PT2M", ...more },
    targets: { Subnets: "subnets" },
  },
});

test("disrupt-connectivity cuts functions in the subnets off from all services until the action ends", async () => {
  await using lab = await laboratory();
  const { SubnetId, functionIn, ask, subnets, running } = await network(lab);
  await functionIn("outside", []);
  assert.deepEqual(await ask("inside", dynamodb(), sqs), { dynamodb: 200, sqs: 200 });
  const id = await running({ targets: subnets(SubnetId), actions: disrupt("all") });
  assert.deepEqual(await ask("inside", dynamodb(), sqs), { dynamodb: HUNG, sqs: HUNG });
  assert.deepEqual(await ask("outside", dynamodb(), sqs), { dynamodb: 200, sqs: 200 });
  await lab.cloud.clock.advance(120_000);
  await until(async () => (await lab.states(id)).experiment === "completed");
  assert.deepEqual(await ask("inside", dynamodb(), sqs), { dynamodb: 200, sqs: 200 });
});

test("a call that has waited comes through when the network is back", async () => {
  await using lab = await laboratory();
  const { SubnetId, askFor, subnets, running } = await network(lab);
  const id = await running({ targets: subnets(SubnetId), actions: disrupt("all") });
  const [rule] = lab.cloud.faults.list();
  const waiting = askFor(20_000, "inside", sqs);
  await until(() => lab.cloud.faults.counts(rule!.id)?.fired === 1);
  await lab.fis.send(new StopExperimentCommand({ id }));
  assert.deepEqual(await waiting, { sqs: 200 });
  await until(async () => (await lab.states(id)).experiment === "stopped");
  assert.deepEqual(lab.cloud.faults.list(), []);
});

test("a scope names what is cut off: a service, its prefix list, what lies outside of the VPC", async () => {
  await using lab = await laboratory();
  const { ec2, VpcId, SubnetId, otherId, ask, subnets, running } = await network(lab);
  await ec2.createVpcEndpoint({
    VpcId,
    ServiceName: "com.amazonaws.us-east-1.sqs",
    VpcEndpointType: "Interface",
    SubnetIds: [otherId],
  });
  const during = async (scope: string, more: Record<string, string> = {}) => {
    const id = await running({ targets: subnets(SubnetId), actions: disrupt(scope, more) });
    const answers = await ask("inside", dynamodb(), s3, sqs, dynamodb("elsewhere", "eu-west-1"));
    await lab.fis.send(new StopExperimentCommand({ id }));
    await until(async () => (await lab.states(id)).experiment === "stopped");
    return Object.keys(answers).filter((name) => answers[name] === HUNG);
  };
  assert.deepEqual(await during("dynamodb"), ["dynamodb"]);
  assert.deepEqual(await during("s3"), ["s3"]);
  assert.deepEqual(await during("s3express"), []);
  assert.deepEqual(await during("prefix-list", { prefixListIdentifier: "pl-02cd2c6b" }), ["dynamodb"]);
  assert.deepEqual(await during("vpc"), ["dynamodb", "s3", "elsewhere"]);
  assert.deepEqual(await during("availability-zone"), ["sqs"]);
});

test("the subnets of other accounts are cut off as EC2 knows them there", async () => {
  await using lab = await laboratory();
  const there = newAccount();
  // Without private DNS anywhere: what lies outside of a VPC is everything.
  const ec2 = ec2Client(lab.cloud, { account: there });
  const VpcId = await newVpc(ec2);
  await ec2.modifyVpcAttribute({ VpcId, EnableDnsHostnames: { Value: true } });
  const near = await newSubnet(ec2, VpcId, "10.0.1.0/24");
  const zone = { AvailabilityZone: "us-east-1b" };
  const { Subnet: far } = await ec2.createSubnet({ VpcId, CidrBlock: "10.0.2.0/24", ...zone });
  await ec2.createVpcEndpoint({
    VpcId,
    ServiceName: "com.amazonaws.us-east-1.sqs",
    VpcEndpointType: "Interface",
    SubnetIds: [far!.SubnetId!],
  });

  const rules = async (scope: string, more: Record<string, string> = {}) => {
    const experimentTemplateId = await lab.create({
      experimentOptions: { accountTargeting: "multi-account", emptyTargetResolutionMode: "fail" },
      targets: {
        subnets: {
          resourceType: "aws:ec2:subnet",
          selectionMode: "ALL",
          parameters: { availabilityZoneIdentifier: "use1-az1", vpc: VpcId },
        },
      },
      actions: disrupt(scope, more),
    });
    const roleArn = `arn:aws:iam::${there}:role/target`;
    const target = { experimentTemplateId, accountId: there, roleArn };
    await lab.fis.send(new CreateTargetAccountConfigurationCommand(target));
    const start = new StartExperimentCommand({ clientToken: crypto.randomUUID(), experimentTemplateId });
    const id = (await lab.fis.send(start)).experiment!.id!;
    await until(async () => (await lab.get(id)).actions?.["act"]?.state?.status === "running");
    const matches = lab.cloud.faults.list().map(({ match }) => match);
    const asked = lab.cloud.calls.all().filter(({ service, isInternal }) => service === "ec2" && isInternal);
    await lab.fis.send(new StopExperimentCommand({ id }));
    await until(async () => (await lab.states(id)).experiment === "stopped");
    assert.deepEqual(new Set(asked.map(({ account }) => account)), new Set([there]));
    assert.ok(asked.every(({ callerArn }) => callerArn.includes("/target/")));
    return matches;
  };
  const listed = { subnet: near, region: "us-east-1", service: "dynamodb" };
  assert.deepEqual(await rules("prefix-list", { prefixListIdentifier: "pl-02cd2c6b" }), [listed]);
  assert.deepEqual(await rules("vpc"), [{ subnet: near, service: "!sqs" }]);
  assert.deepEqual(await rules("availability-zone"), [{ subnet: near, service: "sqs" }]);
});

test("environments of a function take turns in its subnets, so that one zone takes a part of them along", async () => {
  await using lab = await laboratory();
  const { SubnetId, otherId, functionIn, ask, subnets, running } = await network(lab);
  await functionIn("both", [SubnetId, otherId]);
  await running({ targets: subnets(SubnetId), actions: disrupt("all") });
  // Two at once are two environments.
  const answers = await Promise.all([ask("both", sqs), ask("both", sqs)]);
  assert.deepEqual(new Set(answers.map((answer) => answer["sqs"])), new Set([200, HUNG]));
});

test("a task in a subnet is cut off as a function is", async () => {
  await using lab = await laboratory();
  const { SubnetId, subnets, running } = await network(lab);
  const ecs = new ECS(clientOptions(lab.cloud, lab.account));
  // Its exit code says how its call ended.
  const program = `
    const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN: authorization } = process.env;
    const { AccessKeyId } = await (await fetch(url, { headers: { authorization } })).json();
    const headers = {
      authorization: "AWS4-HMAC-SHA256 Credential=" + AccessKeyId + "/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
      "x-amz-target": "AmazonSQS.ListQueues",
      "content-type": "application/x-amz-json-1.0",
    };
    const call = fetch(process.env.AWS_ENDPOINT_URL, { method: "POST", body: "{}", headers, signal: AbortSignal.timeout(2000) });
    process.exit(await call.then(() => 10, () => 20));
  `;
  await ecs.registerTaskDefinition({
    family: "caller",
    networkMode: "awsvpc",
    taskRoleArn: `arn:aws:iam::${lab.account}:role/task`,
    containerDefinitions: [
      { name: "app", image: "app", memory: 256, command: ["node", "--input-type=module", "-e", program] },
    ],
  });
  const exitCode = async () => {
    const { tasks } = await ecs.runTask({
      taskDefinition: "caller",
      networkConfiguration: { awsvpcConfiguration: { subnets: [SubnetId] } },
    });
    const told = await until(
      async () => (await ecs.describeTasks({ tasks: [tasks![0]!.taskArn!] })).tasks?.[0],
      (task) => task?.lastStatus === "STOPPED",
    );
    return told?.containers?.[0]?.exitCode;
  };
  assert.equal(await exitCode(), 10);
  const id = await running({ targets: subnets(SubnetId), actions: disrupt("all") });
  assert.equal(await exitCode(), 20);
  await lab.fis.send(new StopExperimentCommand({ id }));
  await until(async () => (await lab.states(id)).experiment === "stopped");
  assert.equal(await exitCode(), 10);
});

test("subnets are found by their zone and VPC", async () => {
  await using lab = await laboratory();
  const { VpcId, otherId, running } = await network(lab);
  const id = await running({
    targets: {
      subnets: {
        resourceType: "aws:ec2:subnet",
        selectionMode: "ALL",
        parameters: { availabilityZoneIdentifier: "use1-az2", vpc: VpcId },
      },
    },
    actions: disrupt("all"),
  });
  const [rule] = lab.cloud.faults.list();
  assert.equal(rule?.match.subnet, otherId);
  await lab.fis.send(new StopExperimentCommand({ id }));
});

test("disrupt-vpc-endpoint cuts a VPC off from the service behind an interface endpoint", async () => {
  await using lab = await laboratory();
  const { ec2, VpcId, SubnetId, ask, arnOf, running } = await network(lab);
  const { VpcEndpoint } = await ec2.createVpcEndpoint({
    VpcId,
    ServiceName: "com.amazonaws.us-east-1.sqs",
    VpcEndpointType: "Interface",
    SubnetIds: [SubnetId],
  });
  const on = (id: string) => ({
    targets: {
      endpoints: {
        resourceType: "aws:ec2:vpc-endpoint",
        resourceArns: [arnOf("vpc-endpoint", id)],
        selectionMode: "ALL",
      },
    },
    actions: {
      act: {
        actionId: "aws:network:disrupt-vpc-endpoint",
        parameters: { duration: "PT1M" },
        targets: { VPCEndpoints: "endpoints" },
      },
    },
  });
  assert.deepEqual(await ask("inside", dynamodb(), sqs), { dynamodb: 200, sqs: 200 });
  const id = await running(on(VpcEndpoint!.VpcEndpointId!));
  assert.deepEqual(await ask("inside", dynamodb(), sqs), { dynamodb: 200, sqs: HUNG });
  await lab.cloud.clock.advance(60_000);
  await until(async () => (await lab.states(id)).experiment === "completed");
  assert.deepEqual(await ask("inside", sqs), { sqs: 200 });

  const { VpcEndpoint: gateway } = await ec2.createVpcEndpoint({
    VpcId,
    ServiceName: "com.amazonaws.us-east-1.s3",
  });
  const failed = await lab.start(on(gateway!.VpcEndpointId!));
  await until(async () => (await lab.states(failed)).experiment === "failed");
  assert.match(String((await lab.get(failed)).state?.reason), /is no interface endpoint/);
});

test("cross-Region connectivity ends at the subnets' route tables, or at the transit gateway of their VPC", async () => {
  await using lab = await laboratory();
  const { ec2, VpcId, SubnetId, ask, arnOf, subnets, running } = await network(lab);
  const near = dynamodb("near");
  const far = dynamodb("far", "eu-west-1");
  const parameters = { region: "eu-west-1", duration: "PT1M" };
  assert.deepEqual(await ask("inside", near, far), { near: 200, far: 200 });
  const first = await running({
    targets: subnets(SubnetId),
    actions: {
      act: {
        actionId: "aws:network:route-table-disrupt-cross-region-connectivity",
        parameters,
        targets: { Subnets: "subnets" },
      },
    },
  });
  assert.deepEqual(await ask("inside", near, far), { near: 200, far: HUNG });
  await lab.fis.send(new StopExperimentCommand({ id: first }));
  await until(async () => (await lab.states(first)).experiment === "stopped");
  assert.deepEqual(await ask("inside", near, far), { near: 200, far: 200 });

  const there = ec2Client(lab.cloud, { account: lab.account, region: "eu-west-1" });
  const TransitGatewayId = (await ec2.createTransitGateway({})).TransitGateway!.TransitGatewayId!;
  const onGateway = {
    targets: {
      gateways: {
        resourceType: "aws:ec2:transit-gateway",
        resourceArns: [arnOf("transit-gateway", TransitGatewayId)],
        selectionMode: "ALL",
      },
    },
    actions: {
      act: {
        actionId: "aws:network:transit-gateway-disrupt-cross-region-connectivity",
        parameters,
        targets: { TransitGateways: "gateways" },
      },
    },
  };
  const alone = await lab.start(onGateway);
  await until(async () => (await lab.states(alone)).experiment === "failed");
  assert.match(String((await lab.get(alone)).state?.reason), /has no peering attachment to eu-west-1/);
  await ec2.createTransitGatewayVpcAttachment({ TransitGatewayId, VpcId, SubnetIds: [SubnetId] });
  const { TransitGatewayPeeringAttachment } = await ec2.createTransitGatewayPeeringAttachment({
    TransitGatewayId,
    PeerTransitGatewayId: (await there.createTransitGateway({})).TransitGateway!.TransitGatewayId!,
    PeerAccountId: lab.account,
    PeerRegion: "eu-west-1",
  });
  await there.acceptTransitGatewayPeeringAttachment({
    TransitGatewayAttachmentId: TransitGatewayPeeringAttachment!.TransitGatewayAttachmentId!,
  });
  const second = await running(onGateway);
  assert.deepEqual(await ask("inside", near, far), { near: 200, far: HUNG });
  await lab.cloud.clock.advance(60_000);
  await until(async () => (await lab.states(second)).experiment === "completed");
  assert.deepEqual(await ask("inside", near, far), { near: 200, far: 200 });
});
