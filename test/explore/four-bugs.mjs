// A program with four faults that pass every ordinary run: what `squall explore` finds in it is in test/scenarios/explore.test.ts.
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

const dynamodb = new DynamoDBClient();
const sqs = new SQSClient();
for (const TableName of ["orders", "stats"]) {
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
}
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "mail" }));

await dynamodb.send(
  new PutItemCommand({ TableName: "orders", Item: { id: { S: "o1" }, at: { S: new Date().toISOString() } } }),
);
// 1: counts twice when it is tried twice.
await dynamodb.send(
  new UpdateItemCommand({
    TableName: "stats",
    Key: { id: { S: "count" } },
    UpdateExpression: "ADD c :one",
    ExpressionAttributeValues: { ":one": { N: "1" } },
  }),
);
// 2: what is unprocessed is forgotten.
await dynamodb.send(
  new BatchWriteItemCommand({
    RequestItems: { orders: ["l1", "l2"].map((id) => ({ PutRequest: { Item: { id: { S: id } } } })) },
  }),
);
try {
  // 3: a message that is sent again is there twice.
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "thanks" }));
} catch {
  // 4: nobody hears of it.
}
