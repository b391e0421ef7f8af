// What the tests under Vitest and Jest try: a table, and an order in it.
const { CreateTableCommand, DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb");

exports.store = async (options = {}) => {
  const client = new DynamoDBClient(options);
  try {
    await client.send(
      new CreateTableCommand({
        TableName: "orders",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      }),
    );
    await client.send(new PutItemCommand({ TableName: "orders", Item: { id: { S: "1" } } }));
  } finally {
    client.destroy();
  }
};
