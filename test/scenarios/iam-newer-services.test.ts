import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CloudControl } from "@aws-sdk/client-cloudcontrol";
import { CloudFormation } from "@aws-sdk/client-cloudformation";
import { EC2 } from "@aws-sdk/client-ec2";
import { ECS } from "@aws-sdk/client-ecs";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { IAM } from "@aws-sdk/client-iam";
import { Pipes } from "@aws-sdk/client-pipes";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SFN } from "@aws-sdk/client-sfn";
import { SQS } from "@aws-sdk/client-sqs";
import { SSM } from "@aws-sdk/client-ssm";
import { STS } from "@aws-sdk/client-sts";
import type { Cloud } from "../../src/index.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

/* Nobody gets more by a service than by a call of their own: what services do with roles, where policies decide. */

let cloud: Cloud;
before(async () => {
  cloud = await testCloud({ iam: "enforce" });
});
after(() => cloud.stop());

const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string | string[], Resource = "*", more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
const trust = (Service: string) =>
  document({ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" });

type Options = ReturnType<typeof clientOptions>;

/** An account with a role that may do everything and trusts one service, and a user who may do some things. */
async function world(trusted: string, ...statements: object[]) {
  const account = newAccount();
  const options = clientOptions(cloud, account);
  const iam = new IAM(options);
  const { Role } = await iam.createRole({ RoleName: "mighty", AssumeRolePolicyDocument: trust(trusted) });
  await iam.putRolePolicy({ RoleName: "mighty", PolicyName: "p", PolicyDocument: document(allow("*")) });
  await iam.createUser({ UserName: "ann" });
  await iam.putUserPolicy({ UserName: "ann", PolicyName: "p", PolicyDocument: document(...statements) });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ann" });
  const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } = AccessKey!;
  const ann: Options = { ...options, credentials: { accessKeyId, secretAccessKey } };
  return { account, options, ann, iam, role: Role!.Arn! };
}

const refusalOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "allowed",
    (error: Error) => error.message,
  );

const DEFINITION = JSON.stringify({ StartAt: "P", States: { P: { Type: "Pass", End: true } } });
const TEMPLATE = JSON.stringify({ Resources: { Q: { Type: "AWS::SQS::Queue" } } });
const CONTAINERS = [{ name: "app", image: "app", memory: 128, command: ["true"] }];

/** Who may call a service but not hand it a role. */
const HANDS_A_ROLE: Readonly<
  Record<string, { action: string; hand(options: Options, role: string): Promise<unknown> }>
> = {
  "ECS's task definitions": {
    action: "ecs:*",
    hand: (options, taskRoleArn) =>
      new ECS(options).registerTaskDefinition({
        family: "f",
        containerDefinitions: CONTAINERS,
        taskRoleArn,
      }),
  },
  "ECS's overrides": {
    action: "ecs:*",
    async hand(options, taskRoleArn) {
      const ecs = new ECS(options);
      await ecs.registerTaskDefinition({ family: "g", containerDefinitions: CONTAINERS });
      return await ecs.runTask({ taskDefinition: "g", overrides: { taskRoleArn } });
    },
  },
  "CloudFormation's stacks": {
    action: "cloudformation:*",
    hand: (options, RoleARN) =>
      new CloudFormation(options).createStack({ StackName: "s", TemplateBody: TEMPLATE, RoleARN }),
  },
  "Cloud Control": {
    action: "cloudformation:*",
    hand: (options, RoleArn) =>
      new CloudControl(options).createResource({
        TypeName: "AWS::SQS::Queue",
        DesiredState: "{}",
        RoleArn,
      }),
  },
  "Step Functions": {
    action: "states:*",
    hand: (options, roleArn) =>
      new SFN({ ...options, disableHostPrefix: true }).createStateMachine({
        name: "m",
        definition: DEFINITION,
        roleArn,
      }),
  },
  "Step Functions' TestState": {
    action: "states:*",
    hand: (options, roleArn) =>
      new SFN({ ...options, disableHostPrefix: true }).testState({
        definition: '{"Type":"Pass","End":true}',
        roleArn,
      }),
  },
  "a schedule": {
    action: "scheduler:*",
    hand: (options, RoleArn) =>
      new Scheduler(options).createSchedule({
        Name: "s",
        ScheduleExpression: "rate(1 day)",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: "arn:aws:sqs:us-east-1:000000000000:q", RoleArn },
      }),
  },
  "a pipe": {
    action: "pipes:*",
    hand: (options, RoleArn) =>
      new Pipes(options).createPipe({
        Name: "p",
        RoleArn,
        Source: "arn:aws:sqs:us-east-1:000000000000:a",
        Target: "arn:aws:sqs:us-east-1:000000000000:b",
      }),
  },
  "EventBridge's targets": {
    action: "events:*",
    async hand(options, RoleArn) {
      const events = new EventBridge(options);
      await events.putRule({ Name: "r", EventPattern: '{"source":["s"]}' });
      const target = { Id: "t", Arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m", RoleArn };
      return await events.putTargets({ Rule: "r", Targets: [target] });
    },
  },
  "an instance's profile": {
    action: "ec2:*",
    async hand(options, role) {
      const account = role.split(":")[4] ?? "";
      const iam = new IAM({ ...options, credentials: { accessKeyId: account, secretAccessKey: "x" } });
      await iam.createInstanceProfile({ InstanceProfileName: "profile" });
      await iam.addRoleToInstanceProfile({ InstanceProfileName: "profile", RoleName: "mighty" });
      return await new EC2(options).runInstances({
        ImageId: "ami-12345678",
        MinCount: 1,
        MaxCount: 1,
        IamInstanceProfile: { Name: "profile" },
      });
    },
  },
  "a role that is put in a profile": {
    action: "iam:*InstanceProfile",
    async hand(options) {
      const iam = new IAM(options);
      await iam.createInstanceProfile({ InstanceProfileName: "other" });
      return await iam.addRoleToInstanceProfile({ InstanceProfileName: "other", RoleName: "mighty" });
    },
  },
  "a runbook that names its role": {
    action: "ssm:*",
    async hand(options, assumeRole) {
      const ssm = new SSM(options);
      await makeRunbook(ssm, { assumeRole });
      return await ssm.startAutomationExecution({ DocumentName: "runbook" });
    },
  },
  "a runbook that is told its role": {
    action: "ssm:*",
    async hand(options, role) {
      const ssm = new SSM(options);
      await makeRunbook(ssm, { assumeRole: "{{ AutomationAssumeRole }}" });
      return await ssm.startAutomationExecution({
        DocumentName: "runbook",
        Parameters: { AutomationAssumeRole: [role] },
      });
    },
  },
};

async function makeRunbook(ssm: SSM, more: object = {}) {
  const content = {
    schemaVersion: "0.3",
    parameters: { AutomationAssumeRole: { type: "String", default: "" } },
    mainSteps: [
      {
        name: "create",
        action: "aws:executeAwsApi",
        inputs: { Service: "sqs", Api: "CreateQueue", QueueName: "made-by-runbook" },
        isEnd: true,
      },
    ],
    ...more,
  };
  await ssm.createDocument({ Name: "runbook", DocumentType: "Automation", Content: JSON.stringify(content) });
}

for (const [name, { action, hand }] of Object.entries(HANDS_A_ROLE)) {
  test(`${name}: a role is only taken from who may pass it`, async () => {
    const { ann, role } = await world("lambda.amazonaws.com", allow(action));
    assert.match(
      await refusalOf(hand(ann, role)),
      new RegExp(
        `is not authorized to perform: iam:passrole on resource: ${role} because no identity-based`,
        "i",
      ),
    );
  });
}

test("a role may be passed to one service and not to another", async () => {
  const to = (service: string) => ({
    Condition: { StringEquals: { "iam:PassedToService": `${service}.amazonaws.com` } },
  });
  const { ann, role } = await world(
    "states.amazonaws.com",
    allow(["states:*", "ecs:*"]),
    allow("iam:PassRole", "*", to("states")),
  );
  const sfn = new SFN({ ...ann, disableHostPrefix: true });
  assert.equal(
    await refusalOf(sfn.createStateMachine({ name: "m", definition: DEFINITION, roleArn: role })),
    "allowed",
  );
  const input = { family: "f", containerDefinitions: CONTAINERS, taskRoleArn: role };
  assert.match(await refusalOf(new ECS(ann).registerTaskDefinition(input)), /iam:passrole/i);
});

test("a runbook without a role may do what its caller may, a role's session too, and no more", async () => {
  const { account, options, iam } = await world("lambda.amazonaws.com");
  const ofAccount = document({ Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole" });
  await iam.createRole({ RoleName: "small", AssumeRolePolicyDocument: ofAccount });
  await iam.putRolePolicy({
    RoleName: "small",
    PolicyName: "p",
    PolicyDocument: document(allow(["ssm:*"])),
  });
  const { Credentials } = await new STS(options).assumeRole({
    RoleArn: `arn:aws:iam::${account}:role/small`,
    RoleSessionName: "session",
  });
  const ssm = new SSM({
    ...options,
    credentials: {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    },
  });
  await makeRunbook(ssm);
  const { AutomationExecutionId } = await ssm.startAutomationExecution({ DocumentName: "runbook" });
  const execution = await until(
    async () => (await ssm.getAutomationExecution({ AutomationExecutionId })).AutomationExecution,
    (found) =>
      found?.AutomationExecutionStatus === "Failed" || found?.AutomationExecutionStatus === "Success",
  );
  assert.equal(execution?.AutomationExecutionStatus, "Failed");
  assert.match(
    execution?.FailureMessage ?? "",
    /small\/session is not authorized to perform: sqs:createqueue/,
  );
  assert.deepEqual((await new SQS(options).listQueues()).QueueUrls ?? [], []);
});

test("a service only acts with a role that trusts it", async () => {
  const { account, options, role } = await world("lambda.amazonaws.com");
  const sfn = new SFN({ ...options, disableHostPrefix: true });
  const definition = JSON.stringify({
    StartAt: "T",
    States: {
      T: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:sqs:createQueue",
        Parameters: { QueueName: "q" },
        End: true,
      },
    },
  });
  const { stateMachineArn } = await sfn.createStateMachine({
    name: "m",
    type: "EXPRESS",
    definition,
    roleArn: role,
  });
  const { status, cause } = await sfn.startSyncExecution({ stateMachineArn });
  assert.equal(status, "FAILED");
  assert.match(
    cause ?? "",
    /states\.amazonaws\.com is not authorized to perform: sts:assumerole on resource/i,
  );
  const ssm = new SSM(options);
  await makeRunbook(ssm, { assumeRole: role });
  await assert.rejects(ssm.startAutomationExecution({ DocumentName: "runbook" }), {
    name: "InvalidAutomationExecutionParametersException",
    message: "The defined assume role is unable to be assumed.",
  });
  const ecs = new ECS(options);
  await ecs.registerTaskDefinition({ family: "f", containerDefinitions: CONTAINERS, taskRoleArn: role });
  const { tasks } = await ecs.runTask({ taskDefinition: "f" });
  const task = await until(
    async () => (await ecs.describeTasks({ tasks: [tasks![0]!.taskArn!] })).tasks?.[0],
    (found) => found?.lastStatus === "STOPPED",
  );
  assert.equal(task?.stopCode, "TaskFailedToStart");
  assert.match(task?.stoppedReason ?? "", /ECS was unable to assume the role/);
  const stacks = new CloudFormation(options);
  await stacks.createStack({ StackName: "s", TemplateBody: TEMPLATE, RoleARN: role });
  const stack = await until(
    async () => (await stacks.describeStacks({ StackName: "s" })).Stacks?.[0],
    (found) => !/IN_PROGRESS$/.test(found?.StackStatus ?? ""),
  );
  assert.match(stack?.StackStatus ?? "", /ROLLBACK_/);
  assert.deepEqual((await new SQS(options).listQueues()).QueueUrls ?? [], [], account);
});

test("a service's role that does trust it may do what it is allowed", async () => {
  const { options, role } = await world("cloudformation.amazonaws.com");
  const stacks = new CloudFormation(options);
  await stacks.createStack({ StackName: "s", TemplateBody: TEMPLATE, RoleARN: role });
  const stack = await until(
    async () => (await stacks.describeStacks({ StackName: "s" })).Stacks?.[0],
    (found) => !/IN_PROGRESS$/.test(found?.StackStatus ?? ""),
  );
  assert.equal(stack?.StackStatus, "CREATE_COMPLETE");
});

test("an explicit Deny on what newer services have takes it from whom it names", async () => {
  const { account, ann } = await world(
    "ecs-tasks.amazonaws.com",
    allow("*"),
    { Effect: "Deny", Action: "ec2:DeleteVpc", Resource: "*" },
    { Effect: "Deny", Action: "ecs:RunTask", Resource: "*" },
    { Effect: "Deny", Action: "cloudformation:CreateResource", Resource: "*" },
  );
  const ec2 = new EC2(ann);
  const { Vpc } = await ec2.createVpc({ CidrBlock: "10.0.0.0/16" });
  await assert.rejects(ec2.deleteVpc({ VpcId: Vpc!.VpcId! }), { name: "UnauthorizedOperation" });
  const ecs = new ECS(ann);
  await ecs.registerTaskDefinition({ family: "f", containerDefinitions: CONTAINERS });
  await assert.rejects(ecs.runTask({ taskDefinition: "f" }), {
    name: "AccessDeniedException",
    message: new RegExp(`arn:aws:iam::${account}:user/ann is not authorized to perform: ecs:RunTask`),
  });
  await assert.rejects(
    new CloudControl(ann).createResource({ TypeName: "AWS::SQS::Queue", DesiredState: "{}" }),
    { name: "AccessDeniedException" },
  );
});
