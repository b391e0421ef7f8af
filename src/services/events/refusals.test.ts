import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AwsVpcConfiguration,
  CreateEventBusCommand,
  type EcsParameters,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
  TestEventPatternCommand,
  UpdateEventBusCommand,
} from "@aws-sdk/client-eventbridge";
import { eventsCloud, type World } from "./fixture.test.ts";

const PLACE = "us-east-1:111122223333";
const RoleArn = "arn:aws:iam::111122223333:role/rule";
const FUNCTION = `arn:aws:lambda:${PLACE}:function:f`;
const QUEUE = `arn:aws:sqs:${PLACE}:q`;
const STREAM = `arn:aws:kinesis:${PLACE}:stream/s`;
const MACHINE = `arn:aws:states:${PLACE}:stateMachine:m`;
const DESTINATION = `arn:aws:events:${PLACE}:api-destination/d/1`;
const BUS = `arn:aws:events:${PLACE}:event-bus/b`;
const DOCUMENT = `arn:aws:ssm:${PLACE}:automation-definition/book`;
const CLUSTER = `arn:aws:ecs:${PLACE}:cluster/c`;
const API = `arn:aws:execute-api:${PLACE}:a1/v1/GET/`;

/** A target is put as `t`, with a queue's ARN if it names none. */
type Given = Partial<Target> | readonly Partial<Target>[];

/** Tasks on a cluster. */
const tasks = (said: Omit<Partial<EcsParameters>, "TaskDefinitionArn">, region = "us-east-1"): Given => ({
  Arn: CLUSTER,
  RoleArn,
  EcsParameters: { TaskDefinitionArn: `arn:aws:ecs:${region}:111122223333:task-definition/t`, ...said },
});
const among = (said: Partial<AwsVpcConfiguration>) => ({
  NetworkConfiguration: { awsvpcConfiguration: { Subnets: ["subnet-1"], ...said } },
});

const transformed = (InputTemplate: string, InputPathsMap: Record<string, string> = {}): Given => ({
  InputTransformer: { InputTemplate, InputPathsMap },
});
const dead = (Arn: string): Given => ({ DeadLetterConfig: { Arn } });

/** What AWS says to each; `undefined` is what it takes. */
const TARGETS: readonly (readonly [given: Given, message: string | undefined])[] = [
  // Who calls the target.
  [{ Arn: MACHINE }, `RoleArn is required for target ${MACHINE}.`],
  [{ Arn: DESTINATION }, `RoleArn is required for target ${DESTINATION}.`],
  [{ Arn: BUS }, `RoleArn is required for target ${BUS}.`],
  [{ Arn: DOCUMENT }, `RoleArn is required for target ${DOCUMENT}.`],
  [{ Arn: CLUSTER }, `RoleArn is required for target ${CLUSTER}.`],
  [{ Arn: STREAM }, `Rule r does not have RoleArn assigned to invoke target ${STREAM}.`],
  [{ Arn: MACHINE, RoleArn }, undefined],
  [{ Arn: STREAM, RoleArn }, undefined],
  [{ Arn: FUNCTION }, undefined],
  [{ Arn: `arn:aws:sns:${PLACE}:t` }, undefined],
  [{ Arn: `arn:aws:logs:${PLACE}:log-group:g` }, undefined],
  [{ Arn: API }, undefined],
  // What it is.
  [{ Arn: "arn:aws:s3:::b" }, "s3 is not a supported service for a target."],
  [{ Arn: "queue" }, "Parameter queue is not valid. Reason: Provided Arn is not in correct format."],
  [
    [{ Id: "x" }, { Id: "y" }, { Id: "x", Arn: FUNCTION }],
    "Parameter targets is not valid. Reason: More than one target with Id 'x' is provided.",
  ],
  // Parameters of another kind of target.
  [
    { EcsParameters: { TaskDefinitionArn: `arn:aws:ecs:${PLACE}:task-definition/t` } },
    "Parameter(s) EcsParameters not supported for target: t.",
  ],
  [{ Arn: FUNCTION, HttpParameters: {} }, "Parameter(s) HttpParameters not supported for target: t."],
  [
    { Arn: MACHINE, RoleArn, KinesisParameters: { PartitionKeyPath: "$.id" } },
    "Parameter(s) KinesisParameters not supported for target: t.",
  ],
  [
    { BatchParameters: { JobDefinition: "d", JobName: "n" } },
    "Parameter(s) BatchParameters not supported for target: t.",
  ],
  [{ Arn: API, HttpParameters: { PathParameterValues: ["1"] } }, undefined],
  [{ Arn: FUNCTION, SqsParameters: { MessageGroupId: "g" } }, undefined],
  [{ Arn: `${QUEUE}.fifo` }, "Parameter(s) SqsParameters must be specified for target: t."],
  [{ Arn: CLUSTER, RoleArn }, "Parameter(s) EcsParameters must be specified for target: t."],
  // What is said of tasks.
  [
    tasks({ LaunchType: "FARGATE" }),
    "Parameter NetworkConfiguration must be specified for target t when launch type is FARGATE.",
  ],
  [
    tasks({ LaunchType: "FARGATE", PlatformVersion: "LATEST", ...among({ AssignPublicIp: "ENABLED" }) }),
    undefined,
  ],
  [
    tasks({ LaunchType: "EC2", PlatformVersion: "LATEST" }),
    "Parameter PlatformVersion for target t is not supported when launch type is EC2.",
  ],
  [
    tasks({ LaunchType: "EC2", ...among({ AssignPublicIp: "DISABLED" }) }),
    "Parameter AssignPublicIp for target t is not supported when launch type is EC2.",
  ],
  [
    tasks(among({ Subnets: Array(17).fill("subnet-1") })),
    "Parameter Subnets is not valid. Reason: size must be in between 1 and 16.",
  ],
  [
    tasks(among({ SecurityGroups: Array(6).fill("sg-1") })),
    "Parameter SecurityGroups is not valid. Reason: size must be in between 0 and 5.",
  ],
  [tasks(among({ Subnets: Array(16).fill("subnet-1"), SecurityGroups: Array(5).fill("sg-1") })), undefined],
  [tasks({ TaskCount: 11 }), "Parameter(s) TaskCount not valid for target: t."],
  [tasks({ TaskCount: 10, LaunchType: "EC2" }), undefined],
  [
    tasks({}, "eu-west-1"),
    `Region of ${CLUSTER} does not match region of arn:aws:ecs:eu-west-1:111122223333:task-definition/t.`,
  ],
  // What it gets.
  [
    { Input: "env:dev" },
    'JSON syntax error in input for target t: [Source: (String)"env:dev"; line: 1, column: 4]',
  ],
  [
    { Input: "{not json" },
    'JSON syntax error in input for target t: [Source: (String)"{not json"; line: 1, column: 2]',
  ],
  [{ Input: '"hello"' }, undefined],
  [
    { Input: "{}", InputPath: "$.detail" },
    "Only one of Input, InputPath, or InputTransformer must be provided for target t.",
  ],
  [{ InputPath: "detail" }, "InputPath for target t is invalid."],
  [{ InputPath: "$.detail['id']" }, "InputPath for target t is invalid."],
  [{ InputPath: "$.detail.items[0]" }, undefined],
  [{ InputPath: "$" }, undefined],
  [transformed('"<a>"', { a: "detail.id" }), "InputPath for target t is invalid."],
  [transformed('"<a>"', { a: '$.detail["id"]' }), "InputPath for target t is invalid."],
  [transformed('"<a>"', { a: "$.detail.id" }), undefined],
  [transformed('"<b>"', { a: "$.detail.id" }), "InputTemplate for target t contains invalid placeholder b."],
  [
    transformed("[<aws.events.event.json>]"),
    "InputTemplate for target t contains placeholder aws.events.event.json valid only for JSON template.",
  ],
  [
    transformed('"it was <aws.events.event.json>"'),
    "InputTemplate for target t contains placeholder aws.events.event.json valid only for JSON template.",
  ],
  [transformed(' {"e": <aws.events.event.json>}'), undefined],
  // Where it goes in the end.
  [dead(`arn:aws:sns:${PLACE}:t`), "sns is not supported as a dead letter resource."],
  [dead(FUNCTION), "lambda is not supported as a dead letter resource."],
  [dead(`${QUEUE}.fifo`), "SQS FIFO is not supported by Dead Letter Queues."],
  [
    dead("arn:aws:sqs:us-west-2:111122223333:q"),
    "Parameter DeadLetterConfig is not valid. Reason: arn:aws:sqs:us-west-2:111122223333:q is not in the region us-east-1.",
  ],
  [dead(QUEUE), undefined],
];

/** What a call is refused with; undefined when it is taken. */
const refusal = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(
    () => undefined,
    ({ name, message }: Error) => `${name}: ${message}`,
  );

const validation = (message: string | undefined): string | undefined =>
  message && `ValidationException: ${message}`;

const EventPattern = JSON.stringify({ source: ["shop"] });

test("a target that AWS refuses is refused in its words, and nothing of it is kept", async () => {
  await using world = await eventsCloud();
  await world.events.send(new PutRuleCommand({ Name: "r", EventPattern }));
  for (const [given, message] of TARGETS) {
    const Targets = [given].flat().map((target) => ({ Id: "t", Arn: QUEUE, ...target }));
    const said = await refusal(world.events.send(new PutTargetsCommand({ Rule: "r", Targets })));
    assert.equal(said, validation(message), JSON.stringify(given));
  }
});

test("a bus's dead-letter queue is held to the same", async () => {
  await using world = await eventsCloud();
  const dlq = (Arn: string) => ({ Name: "b", DeadLetterConfig: { Arn } });
  const create = (arn: string) => refusal(world.events.send(new CreateEventBusCommand(dlq(arn))));
  const topic = `arn:aws:sns:${PLACE}:t`;
  const words = "ValidationException: sns is not supported as a dead letter resource.";
  assert.equal(await create(topic), words);
  assert.equal(await create(QUEUE), undefined);
  assert.equal(await refusal(world.events.send(new UpdateEventBusCommand(dlq(topic)))), words);
});

test("a rule's pattern has 2,048 bytes at most", async () => {
  await using world = await eventsCloud();
  const put = (bytes: number) => {
    const around = JSON.stringify({ source: ["é"] });
    const long = around.replace("é", `é${"x".repeat(bytes - Buffer.byteLength(around))}`);
    return refusal(world.events.send(new PutRuleCommand({ Name: "r", EventPattern: long })));
  };
  assert.equal(await put(2048), undefined);
  assert.equal(
    await put(2049),
    "LimitExceededException: Parameter EventPattern for rule r exceeds limit of 2048.",
  );
});

const EVENT = {
  id: "1",
  account: "111122223333",
  source: "shop",
  time: "2026-01-01T00:00:00Z",
  region: "us-east-1",
  "detail-type": "order",
};

const tested = (world: World, event: object) =>
  refusal(world.events.send(new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(event) })));

test("a pattern is tested with an event that has what every event has", async () => {
  await using world = await eventsCloud();
  assert.equal(await tested(world, EVENT), undefined);
  for (const name of Object.keys(EVENT)) {
    const { [name as keyof typeof EVENT]: _, ...rest } = EVENT;
    assert.equal(await tested(world, rest), "ValidationException: Parameter Event is not valid.", name);
  }
});
