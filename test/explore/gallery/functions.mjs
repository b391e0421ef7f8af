// The functions of upload.mjs. With PLANTED they forget, and count every try.
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";

const dynamodb = new DynamoDBClient();
const isPlanted = process.env.PLANTED === "1";

/** Of S3: what has been uploaded. */
export async function index({ Records }) {
  for (const { s3 } of Records) {
    const Item = { id: { S: s3.object.key }, size: { N: String(s3.object.size) } };
    try {
      await dynamodb.send(new PutItemCommand({ TableName: "indexed", Item }));
    } catch (error) {
      // 1: nobody hears of it.
      if (!isPlanted) throw error;
    }
  }
}

/** Of a queue behind EventBridge: how many there are. */
export async function stats({ Records }) {
  for (const { body } of Records) await (isPlanted ? countEvery() : countOnce(JSON.parse(body).detail.id));
}

/** 2: an event that comes twice counts twice. */
async function countEvery() {
  const Key = { id: { S: "uploads" } };
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: "stats", Key, ConsistentRead: true }));
  const n = { N: String(Number(Item?.n.N ?? 0) + 1) };
  await dynamodb.send(new PutItemCommand({ TableName: "stats", Item: { ...Key, n } }));
}

async function countOnce(id) {
  const TransactItems = [
    {
      Put: {
        TableName: "stats",
        Item: { id: { S: `seen ${id}` } },
        ConditionExpression: "attribute_not_exists(id)",
      },
    },
    {
      Update: {
        TableName: "stats",
        Key: { id: { S: "uploads" } },
        UpdateExpression: "ADD n :one",
        ExpressionAttributeValues: { ":one": { N: "1" } },
      },
    },
  ];
  try {
    await dynamodb.send(new TransactWriteItemsCommand({ TransactItems }));
  } catch (error) {
    if (error.CancellationReasons?.[0]?.Code !== "ConditionalCheckFailed") throw error;
  }
}

/** Of SNS: a mail. */
export async function notify({ Records }) {
  for (const { Sns } of Records) {
    const { id } = JSON.parse(Sns.Message);
    const mail = { L: [{ S: "hello" }] };
    if (isPlanted) {
      // 3: each try is another mail.
      await dynamodb.send(
        new UpdateItemCommand({
          TableName: "mails",
          Key: { id: { S: id } },
          UpdateExpression: "SET sent = list_append(if_not_exists(sent, :none), :mail)",
          ExpressionAttributeValues: { ":none": { L: [] }, ":mail": mail },
        }),
      );
    } else {
      await dynamodb.send(new PutItemCommand({ TableName: "mails", Item: { id: { S: id }, sent: mail } }));
    }
  }
}

/** Of a state machine. */
export async function approve({ id }) {
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: "photos",
      Key: { id: { S: id } },
      UpdateExpression: "SET approved = :yes",
      ExpressionAttributeValues: { ":yes": { BOOL: true } },
    }),
  );
  return { id };
}
