// A photo is uploaded, indexed (S3 to Lambda), counted (EventBridge to SQS to Lambda), told of (SNS to Lambda), made smaller (a task of
// ECS) and approved (Step Functions). Its name is drawn, and does not look like it. `planted` has eight faults that pass every ordinary
// run, `mended` has none. What `squall explore` says of them is in test/scenarios/explore-gallery.test.ts.
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { ZipFile } from "yazl";

const [, , variant] = process.argv;
const isPlanted = variant === "planted";
const ROLE = "arn:aws:iam::000000000000:role/gallery";
const arn = (service, name) => `arn:aws:${service}:us-east-1:000000000000:${name}`;
const beside = (name) => fileURLToPath(new URL(name, import.meta.url));

const dynamodb = new DynamoDBClient();
const ecs = new ECSClient();
const events = new EventBridgeClient();
const lambda = new LambdaClient();
const s3 = new S3Client({ forcePathStyle: true });
const sns = new SNSClient();
const sqs = new SQSClient();
const ssm = new SSMClient();
const states = new SFNClient();

/** `cabefo-hudiba` */
const syllable = () => "bcdfgh"[randomInt(6)] + "aeiou"[randomInt(5)];
const word = () => syllable() + syllable() + syllable();
const id = `${word()}-${word()}`;

for (const TableName of ["photos", "indexed", "stats", "mails"])
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
for (const Bucket of ["originals", "thumbs"]) await s3.send(new CreateBucketCommand({ Bucket }));
await sqs.send(new CreateQueueCommand({ QueueName: "dead" }));
const zip = new ZipFile();
zip.addBuffer(readFileSync(beside("functions.mjs")), "functions.mjs");
zip.end();
const code = await buffer(zip.outputStream);
for (const FunctionName of ["index", "stats", "notify", "approve"]) {
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: "nodejs22.x",
      Handler: `functions.${FunctionName}`,
      Role: ROLE,
      Timeout: 10,
      Code: { ZipFile: code },
      Environment: { Variables: { PLANTED: isPlanted ? "1" : "" } },
    }),
  );
  const DestinationConfig = { OnFailure: { Destination: arn("sqs", "dead") } };
  await lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, DestinationConfig }));
}
const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn("sqs", "dead"), maxReceiveCount: 3 });
await sqs.send(
  new CreateQueueCommand({ QueueName: "stats", Attributes: { VisibilityTimeout: "60", RedrivePolicy } }),
);
await lambda.send(
  new CreateEventSourceMappingCommand({ FunctionName: "stats", EventSourceArn: arn("sqs", "stats") }),
);
const EventPattern = JSON.stringify({ source: ["gallery"] });
await events.send(new PutRuleCommand({ Name: "uploaded", EventPattern }));
await events.send(
  new PutTargetsCommand({ Rule: "uploaded", Targets: [{ Id: "stats", Arn: arn("sqs", "stats") }] }),
);
const LambdaFunctionArn = arn("lambda", "function:index");
await s3.send(
  new PutBucketNotificationConfigurationCommand({
    Bucket: "originals",
    NotificationConfiguration: {
      LambdaFunctionConfigurations: [{ LambdaFunctionArn, Events: ["s3:ObjectCreated:*"] }],
    },
  }),
);
const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "news" }));
const Endpoint = arn("lambda", "function:notify");
await sns.send(new SubscribeCommand({ TopicArn, Protocol: "lambda", Endpoint }));
const Parameter = { Name: "/gallery/watermark" };
await ssm.send(new PutParameterCommand({ ...Parameter, Value: "(c)", Type: "String" }));
const Retry = [{ ErrorEquals: ["States.ALL"], MaxAttempts: 3, IntervalSeconds: 1 }];
const definition = {
  StartAt: "Approve",
  States: {
    Approve: {
      Type: "Task",
      Resource: arn("lambda", "function:approve"),
      End: true,
      // 5: nothing is tried again.
      ...(!isPlanted && { Retry }),
    },
  },
};
const { stateMachineArn } = await states.send(
  new CreateStateMachineCommand({
    name: "approve",
    roleArn: ROLE,
    definition: JSON.stringify(definition),
  }),
);
await ecs.send(
  new RegisterTaskDefinitionCommand({
    family: "thumb",
    containerDefinitions: [
      {
        name: "app",
        image: "node",
        memory: 256,
        command: [process.execPath, beside("thumb.mjs"), id, variant],
      },
    ],
  }),
);

/** What goes wrong is told of, unless it is planted that nobody hears of it. */
async function orSwallowed(work, instead) {
  try {
    return await work();
  } catch (error) {
    if (!isPlanted) throw error;
    return instead;
  }
}

// 6: without the parameter the photo has another watermark.
const watermark = await orSwallowed(async () => {
  const { Parameter: found } = await ssm.send(new GetParameterCommand(Parameter));
  return found.Value;
}, "none");
const object = { Bucket: "originals", Key: id };
await s3.send(new PutObjectCommand({ ...object, Body: "a photo" }));
const Item = { id: { S: id }, watermark: { S: watermark } };
try {
  await dynamodb.send(new PutItemCommand({ TableName: "photos", Item }));
} catch (error) {
  await s3.send(new DeleteObjectCommand(object));
  throw error;
}
const Entries = [{ Source: "gallery", DetailType: "uploaded", Detail: JSON.stringify({ id }) }];
for (let tries = 1; ; tries++) {
  const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries }));
  // 7: an event that is not taken is forgotten.
  if (isPlanted || FailedEntryCount === 0) break;
  if (tries === 3) throw new Error("the event is not taken");
}
await sns.send(new PublishCommand({ TopicArn, Message: JSON.stringify({ id }) }));
// 8: a task that cannot be started is forgotten.
await orSwallowed(() => ecs.send(new RunTaskCommand({ taskDefinition: "thumb", clientToken: id })));
await states.send(new StartExecutionCommand({ stateMachineArn, name: id, input: JSON.stringify({ id }) }));
