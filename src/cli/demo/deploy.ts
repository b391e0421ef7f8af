import { sure } from "../../core/sure.ts";
import type { Cloud } from "../../index.ts";

const REGION = "us-east-1";
const ACCOUNT = "000000000000";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/product-api`;
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

/** One of the two functions of examples/product-api: where its code begins, and the code itself (zip or jar). */
interface FunctionCode {
  readonly handler: string;
  readonly zip: Uint8Array;
}

/** The two functions in one of the example's languages. */
export interface Functions {
  readonly runtime: string;
  readonly timeoutSeconds: number;
  readonly memorySizeMb?: number;
  readonly api: FunctionCode;
  readonly queue: FunctionCode;
}

/** Deploys examples/product-api, call by call as its init script does with the AWS CLI. */
export async function deploy(cloud: Cloud, functions: Functions): Promise<void> {
  await cloud.call("dynamodb", "CreateTable", {
    TableName: "Products",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  const { TopicArn } = await cloud.call<{ TopicArn: string }>("sns", "CreateTopic", {
    Name: "ProductEventsTopic",
  });
  await cloud.call("sqs", "CreateQueue", {
    QueueName: "ProductEventsQueue",
    // AWS maps no queue to a function that may run for longer than a message stays hidden.
    Attributes: { VisibilityTimeout: String(functions.timeoutSeconds) },
  });
  const queueArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:ProductEventsQueue`;
  await cloud.call("sns", "Subscribe", { TopicArn, Protocol: "sqs", Endpoint: queueArn });

  await cloud.call("iam", "CreateRole", { RoleName: "product-api", AssumeRolePolicyDocument: TRUST });
  for (const name of ["api", "queue"] as const) {
    await cloud.call("lambda", "CreateFunction", {
      FunctionName: `product-${name}`,
      Runtime: functions.runtime,
      Handler: functions[name].handler,
      Role: ROLE,
      Timeout: functions.timeoutSeconds,
      ...(functions.memorySizeMb && { MemorySize: functions.memorySizeMb }),
      Environment: { Variables: { TOPIC_ARN: TopicArn } },
      Code: { ZipFile: functions[name].zip },
    });
  }
  await cloud.call("lambda", "CreateEventSourceMapping", {
    FunctionName: "product-queue",
    EventSourceArn: queueArn,
    FunctionResponseTypes: ["ReportBatchItemFailures"],
  });
  await deployApi(cloud);
}

async function deployApi(cloud: Cloud): Promise<void> {
  const { id: restApiId } = await cloud.call<{ id: string }>("apigateway", "CreateRestApi", {
    name: "product-api",
    tags: { _custom_id_: "12345" },
  });
  const { items } = await cloud.call<{ items: { id: string }[] }>("apigateway", "GetResources", {
    restApiId,
  });
  const { id: resourceId } = await cloud.call<{ id: string }>("apigateway", "CreateResource", {
    restApiId,
    parentId: sure(items[0]).id, // Every API has its root.
    pathPart: "productApi",
  });
  const functionArn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:product-api`;
  for (const httpMethod of ["GET", "POST"]) {
    await cloud.call("apigateway", "PutMethod", {
      restApiId,
      resourceId,
      httpMethod,
      authorizationType: "NONE",
    });
    await cloud.call("apigateway", "PutIntegration", {
      restApiId,
      resourceId,
      httpMethod,
      type: "AWS_PROXY",
      integrationHttpMethod: "POST",
      uri: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
    });
  }
  await cloud.call("lambda", "AddPermission", {
    FunctionName: "product-api",
    StatementId: "api",
    Action: "lambda:InvokeFunction",
    Principal: "apigateway.amazonaws.com",
  });
  await cloud.call("apigateway", "CreateDeployment", { restApiId, stageName: "dev" });
}
