import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleGroupCommand,
  SchedulerClient,
  type Target,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";

const PLACE = "us-east-1:111122223333";
const FUNCTION = `arn:aws:lambda:${PLACE}:function:f`;
const QUEUE = `arn:aws:sqs:${PLACE}:q`;
const MACHINE = `arn:aws:states:${PLACE}:stateMachine:m`;
const BUS = `arn:aws:events:${PLACE}:event-bus/b`;
const STREAM = `arn:aws:kinesis:${PLACE}:stream/s`;
const CLUSTER = `arn:aws:ecs:${PLACE}:cluster/c`;
const TaskDefinitionArn = `arn:aws:ecs:${PLACE}:task-definition/t`;
const entry = { EventBridgeParameters: { DetailType: "d", Source: "shop" } };
const partition = { KinesisParameters: { PartitionKey: "k" } };
const group = { SqsParameters: { MessageGroupId: "g" } };
const universal = (call: string) => `arn:aws:scheduler:::aws-sdk:${call}`;

const validation = (message: string) => `ValidationException: ${message}`;
const unsupported = (service: string) => validation(`${service} is not a supported service for a target.`);
const noApi = (action: string) => validation(`${action} API is not supported.`);
const foreign = (name: string) => validation(`Parameters ${name} not supported for the target.`);
const missing = (name: string) => validation(`Parameters ${name} must be specified.`);
const NO_JSON = validation("JSON syntax error in input for the target");
const ELSEWHERE = validation("The target ARN provided does not match the current region us-east-1.");

/** What AWS says to each target, and Squall where it does not serve one; `undefined` is what it takes. */
const TARGETS: readonly (readonly [target: Partial<Target>, said: string | undefined])[] = [
  // What it gets.
  [{ Arn: FUNCTION, Input: "{not json" }, NO_JSON],
  [{ Arn: MACHINE, Input: "go" }, NO_JSON],
  [{ Arn: BUS, ...entry, Input: "go" }, NO_JSON],
  [{ Arn: FUNCTION, Input: '"go"' }, undefined],
  [{ Arn: FUNCTION }, undefined],
  [{ Arn: QUEUE, Input: "go" }, undefined],
  // Parameters of another kind of target, or none of its own.
  [{ Arn: FUNCTION, ...group }, foreign("SqsParameters")],
  [{ Arn: FUNCTION, ...partition }, foreign("KinesisParameters")],
  [{ Arn: QUEUE, ...entry }, foreign("EventBridgeParameters")],
  [{ Arn: QUEUE, EcsParameters: { TaskDefinitionArn } }, foreign("EcsParameters")],
  [{ Arn: MACHINE, SageMakerPipelineParameters: {} }, foreign("SageMakerPipelineParameters")],
  [{ Arn: universal("sqs:sendMessage"), Input: "{}", ...group }, foreign("SqsParameters")],
  [{ Arn: BUS }, missing("EventBridgeParameters")],
  [{ Arn: STREAM }, missing("KinesisParameters")],
  [{ Arn: CLUSTER }, missing("EcsParameters")],
  [{ Arn: `${QUEUE}.fifo` }, missing("SqsParameters")],
  [{ Arn: QUEUE, ...group }, validation("Parameters MessageGroupId not valid for the target.")],
  [
    { Arn: CLUSTER, EcsParameters: { TaskDefinitionArn, LaunchType: "FARGATE" } },
    validation(
      "Parameter NetworkConfiguration must be specified for the target when launch type is FARGATE.",
    ),
  ],
  [{ Arn: BUS, ...entry }, undefined],
  [{ Arn: STREAM, ...partition }, undefined],
  [{ Arn: `${QUEUE}.fifo`, ...group }, undefined],
  [{ Arn: CLUSTER, EcsParameters: { TaskDefinitionArn, LaunchType: "EC2" } }, undefined],
  // Where it is.
  [{ Arn: "arn:aws:lambda:eu-west-1:111122223333:function:f" }, ELSEWHERE],
  [{ Arn: "arn:aws:events:eu-west-1:111122223333:event-bus/b", ...entry }, ELSEWHERE],
  // What it is: served or not, other services are called as universal targets alone.
  [{ Arn: "not-an-arn" }, validation("Provided Arn is not in correct format.")],
  [{ Arn: `arn:aws:dynamodb:${PLACE}:table/t` }, unsupported("dynamodb")],
  [{ Arn: `arn:aws:batch:${PLACE}:job-queue/q` }, unsupported("batch")],
  [
    { Arn: `arn:aws:codebuild:${PLACE}:project/p` },
    "NotImplemented: Squall does not serve codebuild, so a schedule cannot call it.",
  ],
  [{ Arn: `arn:aws:scheduler:${PLACE}:aws-sdk:sqs:sendMessage`, Input: "{}" }, unsupported("scheduler")],
  [{ Arn: universal("nothing:sendMessage"), Input: "{}" }, unsupported("nothing")],
  [
    { Arn: universal("batch:submitJob"), Input: "{}" },
    "NotImplemented: Squall does not serve batch, so a schedule cannot call it.",
  ],
  // Universal targets.
  [
    { Arn: universal("sqs:sendMessage") },
    validation("You must provide an input to set this target for your schedule."),
  ],
  [{ Arn: universal("sqs:sendMessage"), Input: "go" }, NO_JSON],
  [
    { Arn: universal("sqs:sendMessage"), Input: "[]" },
    validation("The Input of a universal target must be a JSON object."),
  ],
  [{ Arn: universal("sqs:listQueues"), Input: "{}" }, noApi("listQueues")],
  [{ Arn: universal("sqs:getQueueUrl"), Input: "{}" }, noApi("getQueueUrl")],
  [{ Arn: universal("ec2:describeInstances"), Input: "{}" }, noApi("describeInstances")],
  [{ Arn: universal("dynamodb:batchGetItem"), Input: "{}" }, noApi("batchGetItem")],
  [{ Arn: universal("dynamodb:transactGetItems"), Input: "{}" }, noApi("transactGetItems")],
  [{ Arn: universal("sqs:fly"), Input: "{}" }, noApi("fly")],
  [{ Arn: universal("sqs:sendMessage"), Input: "{}" }, undefined],
  [{ Arn: universal("dynamodb:putItem"), Input: "{}" }, undefined],
  [{ Arn: universal("ec2:startInstances"), Input: "{}" }, undefined],
];

const at = (year: number) => new Date(Date.UTC(year, 0));

/** The same of all else in a schedule. */
const SCHEDULES: readonly (readonly [
  given: Partial<CreateScheduleCommandInput>,
  said: string | undefined,
])[] = [
  [
    { FlexibleTimeWindow: { Mode: "OFF", MaximumWindowInMinutes: 5 } },
    validation("MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF."),
  ],
  [
    { FlexibleTimeWindow: { Mode: "FLEXIBLE" } },
    validation("MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is set to FLEXIBLE."),
  ],
  [{ FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 5 } }, undefined],
  [
    { StartDate: at(2999), EndDate: at(2998) },
    validation("The StartDate you specify must come before the EndDate."),
  ],
  [
    { StartDate: at(2999), EndDate: at(2999) },
    validation("The StartDate you specify must come before the EndDate."),
  ],
  [{ StartDate: at(2998), EndDate: at(2999) }, undefined],
];

const CASES: readonly (readonly [given: Partial<CreateScheduleCommandInput>, said: string | undefined])[] = [
  ...TARGETS.map(([target, said]) => [{ Target: target as Target }, said] as const),
  ...SCHEDULES,
];

/** What a call is refused with; undefined when it is taken. */
const refusal = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(
    () => undefined,
    ({ name, message }: Error) => `${name}: ${message}`,
  );

test("a schedule that AWS refuses is neither made nor changed, in AWS's words", async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const scheduler = new SchedulerClient(clientOptions(cloud, account));
  const RoleArn = `arn:aws:iam::${account}:role/scheduler`;
  const whole = (Name: string, { Target, ...given }: Partial<CreateScheduleCommandInput> = {}) => ({
    Name,
    ScheduleExpression: "rate(1 hour)",
    FlexibleTimeWindow: { Mode: "OFF" as const },
    Target: { Arn: QUEUE, ...Target, RoleArn },
    ...given,
  });
  await scheduler.send(new CreateScheduleCommand(whole("there")));
  for (const [index, [given, said]] of CASES.entries()) {
    const what = JSON.stringify(given);
    const made = scheduler.send(new CreateScheduleCommand(whole(`s${index}`, given)));
    assert.equal(await refusal(made), said, what);
    const changed = scheduler.send(new UpdateScheduleCommand(whole("there", given)));
    assert.equal(await refusal(changed), said, what);
  }
  scheduler.destroy();
});

test("the default group is neither made nor deleted", async () => {
  await using cloud = await testCloud();
  const scheduler = new SchedulerClient(clientOptions(cloud, newAccount()));
  const said = validation("This operation cannot be performed on schedule group default.");
  const Name = "default";
  assert.equal(await refusal(scheduler.send(new CreateScheduleGroupCommand({ Name }))), said);
  assert.equal(await refusal(scheduler.send(new DeleteScheduleGroupCommand({ Name }))), said);
  scheduler.destroy();
});
