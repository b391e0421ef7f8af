import { App, CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { LambdaRestApi } from "aws-cdk-lib/aws-apigateway";
import { AttributeType, Table } from "aws-cdk-lib/aws-dynamodb";
import { EventBus, Rule } from "aws-cdk-lib/aws-events";
import { SfnStateMachine } from "aws-cdk-lib/aws-events-targets";
import { Code, Function as Lambda, Runtime } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { DefinitionBody, JsonPath, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { DynamoAttributeValue, DynamoUpdateItem } from "aws-cdk-lib/aws-stepfunctions-tasks";

/*
 * POST /orders/{id} keeps the order and tells a queue; a function reads the queue, writes the receipt into a bucket and says
 * `OrderShipped`; a rule has a state machine note that in the table.
 */

const stack = new Stack(new App(), "Orders", { description: "Orders are taken, shipped and noted." });
const removalPolicy = RemovalPolicy.DESTROY;

const table = new Table(stack, "Table", {
  // Another name is another table.
  ...(process.env.TABLE_NAME && { tableName: process.env.TABLE_NAME }),
  partitionKey: { name: "id", type: AttributeType.STRING },
  removalPolicy,
});
const shipments = new Queue(stack, "Shipments", { visibilityTimeout: Duration.minutes(2) });
const receipts = new Bucket(stack, "Receipts", { removalPolicy, autoDeleteObjects: true });

const code = Code.fromAsset("function");
const environment = { TABLE: table.tableName, QUEUE: shipments.queueUrl, BUCKET: receipts.bucketName };
const runtime = Runtime.NODEJS_22_X;
const timeout = Duration.seconds(20);
const take = new Lambda(stack, "Take", { runtime, code, timeout, handler: "orders.take", environment });
const ship = new Lambda(stack, "Ship", { runtime, code, timeout, handler: "orders.ship", environment });
table.grantReadWriteData(take);
shipments.grantSendMessages(take);
receipts.grantWrite(ship);
EventBus.fromEventBusName(stack, "Bus", "default").grantPutEventsTo(ship);
ship.addEventSource(new SqsEventSource(shipments, { batchSize: 1 }));

const noted = new StateMachine(stack, "Noted", {
  definitionBody: DefinitionBody.fromChainable(
    new DynamoUpdateItem(stack, "Note", {
      table,
      key: { id: DynamoAttributeValue.fromString(JsonPath.stringAt("$.detail.id")) },
      updateExpression: "SET #state = :state",
      expressionAttributeNames: { "#state": "state" },
      expressionAttributeValues: { ":state": DynamoAttributeValue.fromString("shipped") },
    }),
  ),
});
new Rule(stack, "Shipped", {
  eventPattern: { source: ["orders"], detailType: ["OrderShipped"] },
  targets: [new SfnStateMachine(noted)],
});

const api = new LambdaRestApi(stack, "Api", { handler: take, cloudWatchRole: false });
new CfnOutput(stack, "ApiId", { value: api.restApiId });
new CfnOutput(stack, "TableName", { value: table.tableName });
