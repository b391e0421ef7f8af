// A receipt in S3, and a state machine that writes an invoice and tells of it. `planted` loses both under faults that pass every
// ordinary run; `mended` does not. What `squall explore` says of them is in test/scenarios/explore-workflow.test.ts.
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";

const isPlanted = process.argv[2] === "planted";
const s3 = new S3Client({ forcePathStyle: true });
const states = new SFNClient();
await s3.send(new CreateBucketCommand({ Bucket: "receipts" }));
await new DynamoDBClient().send(
  new CreateTableCommand({
    TableName: "invoices",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  }),
);
const { QueueUrl } = await new SQSClient().send(new CreateQueueCommand({ QueueName: "mails" }));
const Retry = [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 2, MaxAttempts: 3 }];
const definition = {
  StartAt: "Write",
  States: {
    Write: {
      Type: "Task",
      Resource: "arn:aws:states:::dynamodb:putItem",
      Parameters: { TableName: "invoices", Item: { id: { "S.$": "$.id" } } },
      // 1: every error is caught, and the execution succeeds.
      ...(isPlanted ? { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Done" }] } : { Retry }),
      Next: "Tell",
    },
    Tell: {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage",
      Parameters: { QueueUrl, MessageBody: "an invoice" },
      // 2: nothing is tried again.
      ...(!isPlanted && { Retry }),
      Next: "Done",
    },
    Done: { Type: "Succeed" },
  },
};
const { stateMachineArn } = await states.send(
  new CreateStateMachineCommand({
    name: "bill",
    roleArn: "arn:aws:iam::000000000000:role/bill",
    definition: JSON.stringify(definition),
  }),
);

try {
  await s3.send(new PutObjectCommand({ Bucket: "receipts", Key: "o1", Body: "a receipt" }));
} catch (error) {
  // 3: nobody hears of it.
  if (!isPlanted) throw error;
}
await states.send(new StartExecutionCommand({ stateMachineArn, name: "o1", input: '{"id":"o1"}' }));
