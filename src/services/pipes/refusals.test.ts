import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreatePipeCommand,
  type CreatePipeCommandInput,
  PipesClient,
  UpdatePipeCommand,
} from "@aws-sdk/client-pipes";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";

const PLACE = "us-east-1:111122223333";
const QUEUE = `arn:aws:sqs:${PLACE}:q`;
const STREAM = `arn:aws:kinesis:${PLACE}:stream/s`;
const CHANGES = `arn:aws:dynamodb:${PLACE}:table/t/stream/2026-01-01T00:00:00.000`;
const FUNCTION = `arn:aws:lambda:${PLACE}:function:f`;
const TOPIC = `arn:aws:sns:${PLACE}:t`;
const BUS = `arn:aws:events:${PLACE}:event-bus/b`;
const DESTINATION = `arn:aws:events:${PLACE}:api-destination/d/1`;
const API = `arn:aws:execute-api:${PLACE}:a1/v1/GET/`;
const MACHINE = `arn:aws:states:${PLACE}:stateMachine:m`;
const LOGS = `arn:aws:logs:${PLACE}:log-group:g`;
const CLUSTER = `arn:aws:ecs:${PLACE}:cluster/c`;

type Given = Partial<CreatePipeCommandInput>;

const stream = (Source: string, BatchSize?: number): Given => {
  const settings = { StartingPosition: "LATEST" as const, ...(BatchSize !== undefined && { BatchSize }) };
  return {
    Source,
    SourceParameters:
      Source === STREAM ? { KinesisStreamParameters: settings } : { DynamoDBStreamParameters: settings },
  };
};
const queue = (BatchSize: number): Given => ({ SourceParameters: { SqsQueueParameters: { BatchSize } } });
const filter = (Pattern: string): Given => ({
  SourceParameters: { FilterCriteria: { Filters: [{ Pattern }] } },
});
const template = (InputTemplate: string): Given => ({ TargetParameters: { InputTemplate } });
const partition = { TargetParameters: { KinesisStreamParameters: { PartitionKey: "k" } } };

const validation = (message: string) => `ValidationException: ${message}`;
const missing = (Name: string) =>
  validation(JSON.stringify({ ValidationErrorFields: [{ Name, Message: "Missing required parameter." }] }));
const tooLarge = (size: number, most: number) =>
  validation(`The configured batch size ${size} is greater than the max supported batch size ${most}.`);
const FOREIGN_SOURCE = validation("Invalid source parameter provided for source.");
const FOREIGN_TARGET = validation("Invalid target parameter provided for target.");
const CROSS_REGION = validation("Creating cross-region pipe is not permitted.");
const NO_VARIABLE = validation("Invalid json path reference or predefined variable for placeholder");
const NO_LOG = validation("Must provide at least 1 log destination in LogConfiguration");

/** What AWS says to each; `undefined` is what it takes. What says nothing of it goes from a queue to a queue. */
const PIPES: readonly (readonly [given: Given, said: string | undefined])[] = [
  // How much at once.
  [{ ...stream(STREAM, 11) }, tooLarge(11, 10)],
  [{ ...stream(STREAM, 10) }, undefined],
  [{ ...queue(11) }, tooLarge(11, 10)],
  [{ ...stream(CHANGES, 11), Target: TOPIC }, tooLarge(11, 10)],
  [{ ...queue(11), Target: BUS }, tooLarge(11, 10)],
  [{ ...queue(501), Target: STREAM, ...partition }, tooLarge(501, 500)],
  [{ ...queue(500), Target: STREAM, ...partition }, undefined],
  [{ ...queue(2), Target: DESTINATION }, tooLarge(2, 1)],
  [{ ...queue(2), Target: FUNCTION, Enrichment: API }, tooLarge(2, 1)],
  [{ ...queue(1), Target: DESTINATION }, undefined],
  [{ ...queue(10_000), Target: FUNCTION }, undefined],
  [{ ...queue(10_000), Target: MACHINE, Enrichment: FUNCTION }, undefined],
  [{ ...queue(10_000), Target: LOGS }, undefined],
  // Parameters of another kind of source, or none of its own.
  [{ SourceParameters: { KinesisStreamParameters: { StartingPosition: "LATEST" } } }, FOREIGN_SOURCE],
  [{ ...stream(STREAM), SourceParameters: { SqsQueueParameters: { BatchSize: 1 } } }, FOREIGN_SOURCE],
  [{ Source: STREAM }, missing("SourceParameters.KinesisStreamParameters")],
  [{ Source: CHANGES }, missing("SourceParameters.DynamoDBStreamParameters")],
  // The same of a target.
  [{ Target: FUNCTION, TargetParameters: { SqsQueueParameters: { MessageGroupId: "g" } } }, FOREIGN_TARGET],
  [{ TargetParameters: { LambdaFunctionParameters: { InvocationType: "FIRE_AND_FORGET" } } }, FOREIGN_TARGET],
  [{ TargetParameters: { HttpParameters: {} } }, FOREIGN_TARGET],
  [{ Target: TOPIC, TargetParameters: { EventBridgeEventBusParameters: {} } }, FOREIGN_TARGET],
  [{ Target: STREAM }, missing("TargetParameters.KinesisStreamParameters")],
  [{ Target: CLUSTER }, missing("TargetParameters.EcsTaskParameters")],
  [{ Target: API, TargetParameters: { HttpParameters: {} } }, undefined],
  [{ TargetParameters: { SqsQueueParameters: { MessageGroupId: "g" } } }, undefined],
  // Where its ends are, and what they are.
  [{ Source: "arn:aws:sqs:eu-west-1:111122223333:q" }, CROSS_REGION],
  [{ Target: "arn:aws:lambda:eu-west-1:111122223333:function:f" }, CROSS_REGION],
  [{ Target: `${TOPIC}.fifo` }, validation("SNS FIFO topics are not supported as a pipe target.")],
  [{ Target: TOPIC }, undefined],
  [{ Enrichment: QUEUE }, validation("Invalid pipe enrichment.")],
  [{ Enrichment: TOPIC }, validation("Invalid pipe enrichment.")],
  // What goes through it.
  [template('{"v": <aws.pipes.bogus>}'), NO_VARIABLE],
  [template('{"v": <aws.events.rule-name>}'), NO_VARIABLE],
  [{ Enrichment: FUNCTION, EnrichmentParameters: { InputTemplate: "<aws.pipes.bogus>" } }, NO_VARIABLE],
  [template('{"v": <$.body.id>, "at": <aws.pipes.event.ingestion-time>}'), undefined],
  [template('{"e": <aws.pipes.event.json>, "by": "<aws.pipes.pipe-name>"}'), undefined],
  [
    filter("{}"),
    validation(
      'Invalid Event Pattern. Reason: Empty objects are not allowed\n at [Source: (String)"{}"; line: 1, column: 3]',
    ),
  ],
  [
    filter('{"body": 1}'),
    validation(
      'Invalid Event Pattern. Reason: "body" must be an object or an array\n at [Source: (String)"{"body": 1}"; line: 1, column: 11]',
    ),
  ],
  [filter('{"body": [1]}'), undefined],
  // What is told of it.
  [{ LogConfiguration: { Level: "ERROR" } }, NO_LOG],
  [{ LogConfiguration: { Level: "OFF" } }, undefined],
  [{ LogConfiguration: { Level: "INFO", CloudwatchLogsLogDestination: { LogGroupArn: LOGS } } }, undefined],
  [
    {
      LogConfiguration: {
        Level: "INFO",
        S3LogDestination: { BucketName: "bucket", BucketOwner: "111122223333", OutputFormat: "w3c" },
      },
    },
    validation("w3c and plain output formats are not supported by Pipes"),
  ],
];

/** What a call is refused with; undefined when it is taken. */
const refusal = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(
    () => undefined,
    ({ name, message }: Error) => `${name}: ${message}`,
  );

test("a pipe that AWS refuses is neither made nor changed, in AWS's words", async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const pipes = new PipesClient(clientOptions(cloud, account));
  const RoleArn = `arn:aws:iam::${account}:role/pipe`;
  const DesiredState = "STOPPED" as const;
  const create = (Name: string, given: Given = {}) =>
    pipes.send(
      new CreatePipeCommand({ Name, RoleArn, DesiredState, Source: QUEUE, Target: QUEUE, ...given }),
    );
  for (const [index, [given, said]] of PIPES.entries()) {
    const what = JSON.stringify(given);
    assert.equal(await refusal(create(`p${index}`, given)), said, what);
    // An update says nothing of its source, and keeps what else it says nothing of.
    if (given.Source !== undefined) continue;
    const Name = `u${index}`;
    await create(Name);
    const { SourceParameters: _, ...rest } = given;
    const { KinesisStreamParameters, ...parameters } = given.SourceParameters ?? {};
    const SourceParameters = {
      ...parameters,
      ...(KinesisStreamParameters && { KinesisStreamParameters: {} }),
    };
    const changed = pipes.send(
      new UpdatePipeCommand({ Name, RoleArn, DesiredState, ...rest, SourceParameters }),
    );
    assert.equal(await refusal(changed), said, what);
  }
  pipes.destroy();
});
