// What each runner's one test does: it orders, and a receipt that cannot be written is forgotten.
const { CreateTableCommand, DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb");

exports.order = async function order(id) {
  const dynamodb = new DynamoDBClient();
  for (const TableName of ["orders", "receipts"])
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      }),
    );
  await dynamodb.send(new PutItemCommand({ TableName: "orders", Item: { id: { S: id } } }));
  try {
    await dynamodb.send(new PutItemCommand({ TableName: "receipts", Item: { id: { S: id } } }));
  } catch {
    // Nobody hears of it.
  }
};
