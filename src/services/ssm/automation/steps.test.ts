import assert from "node:assert/strict";
import { test } from "node:test";
import { testCloud } from "../../../../test/cloud.ts";
import { needs } from "../../../../test/needs.ts";
import { until } from "../../../../test/until.ts";
import { automationCloud } from "./fixture.test.ts";

const script = (name: string, Script: string, more: object = {}, inputs: object = {}) => ({
  name,
  action: "aws:executeScript",
  inputs: { Runtime: "python3.11", Handler: "handler", Script, ...inputs },
  ...more,
});
const branchTo = (action: string, inputs: object) => ({ name: "only", action, inputs });

test("a script runs in Python, and its handler's answer is the step's", needs("python3"), async () => {
  await using bed = await automationCloud();
  const { AutomationExecutionStatus, Outputs, FailureMessage } = await bed.run(
    "Script",
    [
      script(
        "double",
        "def handler(events, context):\n    return {'twice': events['n'] * 2, 'where': context['global']['REGION']}",
        { outputs: [{ Name: "Twice", Selector: "$.Payload.twice", Type: "Integer" }] },
        { InputPayload: { n: 21 } },
      ),
    ],
    { outputs: ["double.Twice", "double.Payload"] },
  );
  assert.equal(AutomationExecutionStatus, "Success", FailureMessage);
  assert.deepEqual(Outputs["double.Twice"], ["42"]);
  assert.deepEqual(JSON.parse(Outputs["double.Payload"][0]), { twice: 42, where: "us-east-1" });
});

test("a script calls AWS with the automation's role, by boto3", needs("python3", "boto3"), async () => {
  await using bed = await automationCloud();
  const role = `arn:aws:iam::${bed.account}:role/automation`;
  const { Outputs, FailureMessage } = await bed.run(
    "Who",
    [
      script(
        "who",
        "import boto3\ndef handler(events, context):\n    boto3.client('sqs').create_queue(QueueName='made')\n    return boto3.client('sts').get_caller_identity()['Arn']",
      ),
    ],
    { assumeRole: role, outputs: ["who.Payload"] },
  );
  assert.match(
    String(Outputs?.["who.Payload"]),
    new RegExp(`^arn:aws:sts::${bed.account}:assumed-role/automation/[0-9a-f-]{36}$`),
    FailureMessage,
  );
  const { QueueUrls } = await bed.call("ListQueues", {}, "sqs");
  assert.equal(QueueUrls.length, 1);
});

test("a script that raises fails its step with what Python says", needs("python3"), async () => {
  await using bed = await automationCloud();
  const { AutomationExecutionStatus, FailureMessage } = await bed.run("Raise", [
    script("raise", "def handler(events, context):\n    raise ValueError('no such luck')"),
  ]);
  assert.equal(AutomationExecutionStatus, "Failed");
  assert.match(FailureMessage, /Traceback[\s\S]*ValueError: no such luck/);
});

test("PowerShell is refused by its name", async () => {
  await using bed = await automationCloud();
  const { FailureMessage } = await bed.run("Shell", [
    script("shell", "echo 1", {}, { Runtime: "PowerShell 7.0" }),
  ]);
  assert.match(FailureMessage, /Squall runs scripts in Python, and not in PowerShell 7\.0/);
});

test("a loop runs its steps for each value", async () => {
  await using bed = await automationCloud();
  const { AutomationExecutionStatus, StepExecutions, FailureMessage } = await bed.run("Each", [
    {
      name: "each",
      action: "aws:loop",
      inputs: {
        Iterators: ["a", "b", "c"],
        IteratorDataType: "String",
        Steps: [
          {
            name: "make",
            action: "aws:executeAwsApi",
            inputs: {
              Service: "sqs",
              Api: "CreateQueue",
              QueueName: "q-{{ each.CurrentIteratorValue }}-{{ each.CurrentIteration }}",
            },
          },
        ],
      },
    },
  ]);
  assert.equal(AutomationExecutionStatus, "Success", FailureMessage);
  const { QueueUrls } = await bed.call("ListQueues", {}, "sqs");
  assert.deepEqual(
    QueueUrls.map((url: string) => url.split("/").at(-1)),
    ["q-a-1", "q-b-2", "q-c-3"],
  );
  assert.deepEqual(
    StepExecutions.map(({ StepName }: { StepName: string }) => StepName),
    ["make", "make", "make", "each"],
  );
});

test("a loop goes on while its condition holds, and no longer than it may", async () => {
  await using bed = await automationCloud();
  const counting = (most: number) => ({
    name: "loop",
    action: "aws:loop",
    inputs: {
      MaxIterations: most,
      LoopCondition: { Variable: "{{ loop.CurrentIteration }}", NumericLesser: 4 },
      Steps: [
        {
          name: "keep",
          action: "aws:updateVariable",
          inputs: { Name: "variable:seen", Value: "{{ loop.CurrentIteration }}" },
        },
      ],
    },
  });
  const variables = { variables: { seen: { type: "Integer", default: 0 } }, outputs: ["variable:seen"] };
  const whole = await bed.run("While", [counting(100)], variables);
  assert.deepEqual(whole.Outputs["variable:seen"], ["4"], whole.FailureMessage);
  const short = await bed.run("Short", [counting(2)], variables);
  assert.deepEqual(short.Outputs["variable:seen"], ["2"]);
});

test("a step that fails in a loop fails the loop, and its onFailure is done", async () => {
  await using bed = await automationCloud();
  const { AutomationExecutionStatus, StepExecutions } = await bed.run("Fails", [
    {
      name: "each",
      action: "aws:loop",
      onFailure: "step:after",
      inputs: {
        Iterators: ["a", "b"],
        Steps: [branchTo("aws:executeAwsApi", { Service: "sqs", Api: "DeleteQueue", QueueUrl: "none" })],
      },
    },
    { name: "after", action: "aws:sleep", inputs: { Duration: "PT1S" }, isEnd: true },
  ]);
  assert.equal(AutomationExecutionStatus, "Failed");
  assert.deepEqual(
    StepExecutions.map(
      ({ StepName, StepStatus }: { StepName: string; StepStatus: string }) => `${StepName} ${StepStatus}`,
    ),
    ["only Failed", "each Failed", "after Success"],
  );
});

test("a state machine is run to its end", async () => {
  await using bed = await automationCloud();
  const definition = JSON.stringify({
    StartAt: "Answer",
    States: { Answer: { Type: "Pass", Result: { answer: 42 }, End: true } },
  });
  const { stateMachineArn } = await bed.call(
    "CreateStateMachine",
    { name: "shop", definition, roleArn: `arn:aws:iam::${bed.account}:role/machine` },
    "stepfunctions",
  );
  const { Outputs, FailureMessage } = await bed.run(
    "Machine",
    [branchTo("aws:executeStateMachine", { stateMachineArn, input: { a: 1 } })],
    { outputs: ["only.output", "only.status"] },
  );
  assert.deepEqual(
    [Outputs["only.output"], Outputs["only.status"]],
    [['{"answer":42}'], ["SUCCEEDED"]],
    FailureMessage,
  );
});

test("AWS's own runbooks run", async () => {
  await using bed = await automationCloud();
  await bed.call("CreateQueue", { QueueName: "jobs" }, "sqs");
  const { Document } = await bed.call("DescribeDocument", { Name: "AWS-EnableSQSEncryption" });
  assert.deepEqual([Document.Owner, Document.DocumentType], ["Amazon", "Automation"]);
  const id = await bed.start("AWS-EnableSQSEncryption", { QueueUrl: ["jobs"], KmsKeyId: ["alias/aws/sqs"] });
  const { AutomationExecutionStatus } = await until(
    () => bed.get(id),
    ({ ExecutionEndTime }) => ExecutionEndTime !== undefined,
  );
  assert.equal(AutomationExecutionStatus, "Success");
  const { Attributes } = await bed.call(
    "GetQueueAttributes",
    { QueueUrl: "jobs", AttributeNames: ["KmsMasterKeyId"] },
    "sqs",
  );
  assert.equal(Attributes.KmsMasterKeyId, "alias/aws/sqs");
});

test("a stack is made and removed", async () => {
  await using bed = await automationCloud();
  const TemplateBody = JSON.stringify({
    Resources: { Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "of-the-stack" } } },
  });
  const made = await bed.run("Make", [branchTo("aws:createStack", { StackName: "shop", TemplateBody })], {
    outputs: ["only.StackStatus"],
  });
  assert.deepEqual(made.Outputs["only.StackStatus"], ["CREATE_COMPLETE"], made.FailureMessage);
  assert.equal((await bed.call("ListQueues", {}, "sqs")).QueueUrls.length, 1);
  const gone = await bed.run("Unmake", [branchTo("aws:deleteStack", { StackName: "shop" })]);
  assert.equal(gone.AutomationExecutionStatus, "Success", gone.FailureMessage);
  assert.equal((await bed.call("ListQueues", {}, "sqs")).QueueUrls?.length ?? 0, 0);
});

test("tags are put on a parameter; targets of a parameter that the document lacks and an action that is not served fail by name", async () => {
  await using bed = await automationCloud();
  await bed.call("PutParameter", { Name: "/p", Type: "String", Value: "v" });
  const tagged = await bed.run("Tag", [
    branchTo("aws:createTags", {
      ResourceType: "Parameter",
      ResourceIds: ["/p"],
      Tags: [{ Key: "a", Value: "b" }],
    }),
  ]);
  assert.equal(tagged.AutomationExecutionStatus, "Success", tagged.FailureMessage);
  const { TagList } = await bed.call("ListTagsForResource", { ResourceType: "Parameter", ResourceId: "/p" });
  assert.deepEqual(TagList, [{ Key: "a", Value: "b" }]);
  const targeted = await bed.run("Targets", [
    branchTo("aws:executeAutomation", {
      DocumentName: "Tag",
      TargetParameterName: "InstanceId",
      Targets: [{ Key: "tag:app", Values: ["shop"] }],
    }),
  ]);
  assert.match(targeted.FailureMessage, /Unknown parameters: \[InstanceId\]/);
  const stopped = await bed.run("Stop", [branchTo("aws:createImage", { InstanceId: "i-1", ImageName: "i" })]);
  assert.match(stopped.FailureMessage, /Squall does not serve the action aws:createImage yet/);
});

test("AWS's own runbooks stop, start, restart and terminate an instance", async () => {
  await using cloud = await testCloud({ listen: false });
  const call = <O = Record<string, string>>(service: string, operation: string, input: object) =>
    cloud.call<O>(service, operation, input, { account: "123456789012", region: "us-east-1" });
  const { Instances } = await call<{ Instances: { InstanceId: string }[] }>("ec2", "RunInstances", {
    ImageId: "ami-12345678",
    InstanceType: "t3.micro",
    MinCount: 1,
    MaxCount: 1,
  });
  const { InstanceId } = Instances[0]!;
  const state = async () => {
    const { Reservations } = await call<{
      Reservations: { Instances: { State: { Name: string } }[] }[];
    }>("ec2", "DescribeInstances", { InstanceIds: [InstanceId] });
    return Reservations[0]!.Instances[0]!.State.Name;
  };
  const run = async (DocumentName: string) => {
    const { AutomationExecutionId } = await call("ssm", "StartAutomationExecution", {
      DocumentName,
      Parameters: { InstanceId: [InstanceId] },
    });
    const ended = async () => {
      await cloud.clock.advance("PT2S");
      const { AutomationExecution } = await call<{ AutomationExecution: Record<string, string> }>(
        "ssm",
        "GetAutomationExecution",
        { AutomationExecutionId },
      );
      return AutomationExecution;
    };
    const { AutomationExecutionStatus, FailureMessage } = await until(
      ended,
      (found) => !/^(?:Pending|InProgress)$/.test(found["AutomationExecutionStatus"]!),
    );
    assert.equal(AutomationExecutionStatus, "Success", FailureMessage);
    return state();
  };
  assert.equal(await run("AWS-StopEC2Instance"), "stopped");
  assert.equal(await run("AWS-StartEC2Instance"), "running");
  assert.equal(await run("AWS-RestartEC2Instance"), "running");
  assert.equal(await run("AWS-TerminateEC2Instance"), "terminated");
});

test("a step sends a command to an instance and hands on what it wrote", async () => {
  await using bed = await automationCloud();
  const response = await fetch(`${bed.cloud.url}/_squall/instances`, {
    method: "POST",
    body: JSON.stringify({
      name: "web",
      command: ["sleep", "600"],
      account: bed.account,
      environment: { PATH: process.env["PATH"] },
    }),
  });
  const { id } = (await response.json()) as { id: string };
  const { Outputs, FailureMessage } = await bed.run(
    "Command",
    [
      branchTo("aws:runCommand", {
        DocumentName: "AWS-RunShellScript",
        InstanceIds: [id],
        Parameters: { commands: ["echo from $AWS_SSM_INSTANCE_ID"] },
      }),
    ],
    { outputs: ["only.Output", "only.ResponseCode"] },
  );
  assert.deepEqual(
    [Outputs["only.Output"], Outputs["only.ResponseCode"]],
    [[`from ${id}\n`], ["0"]],
    FailureMessage,
  );
});
