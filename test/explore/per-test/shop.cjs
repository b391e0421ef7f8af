// What the tests of each runner do: one orders and forgets a receipt that cannot be written, one only orders, one only reckons.
const { CreateTableCommand, DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb");

const dynamodb = new DynamoDBClient();

async function table(TableName) {
  try {
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      }),
    );
  } catch (error) {
    // The test before has made it.
    if (error.name !== "ResourceInUseException") throw error;
  }
}

exports.order = async function order(id) {
  await table("orders");
  await dynamodb.send(new PutItemCommand({ TableName: "orders", Item: { id: { S: id } } }));
};

exports.receipt = async function receipt(id) {
  await table("receipts");
  try {
    await dynamodb.send(new PutItemCommand({ TableName: "receipts", Item: { id: { S: id } } }));
  } catch {
    // Nobody hears of it.
  }
};

exports.total = (...prices) => prices.reduce((sum, price) => sum + price, 0);
