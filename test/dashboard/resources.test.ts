import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { until } from "../until.ts";
import { looking, Stage } from "./stage.ts";

const CODE = `exports.handler = async (event) => { console.log("hello", event.name); return { greeting: "hello " + event.name }; };`;

suite("the dashboard's resources", looking, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  test("where there are none, it says how to make one", async () => {
    await using scene = await stage.open("#/resources");
    await scene.page.getByRole("heading", { name: "Resources" }).waitFor();
    await scene.page
      .getByText(/Nothing is kept yet|of \d+/)
      .first()
      .waitFor();
  });

  test("a table's items are shown, put and deleted", async () => {
    await using scene = await stage.open();
    const { page, cloud } = scene;
    await cloud.call("dynamodb", "CreateTable", {
      TableName: "orders",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    });
    for (let id = 1; id <= 30; id++)
      await cloud.call("dynamodb", "PutItem", {
        TableName: "orders",
        Item: { id: { S: `order-${id}` }, total: { N: String(id) } },
      });
    await page.goto(`${cloud.url}/#/resources?text=orders`);
    await page.getByRole("link", { name: "orders" }).click();
    const detail = page.getByRole("complementary");
    await detail.getByRole("columnheader", { name: "total" }).waitFor();
    await detail.getByRole("button", { name: "Next →" }).click();
    await detail.getByRole("button", { name: "← Before" }).click();
    await scene.picture("resources");
    await detail.getByRole("button", { name: "Put an item" }).click();
    await detail.getByLabel("Item, as DynamoDB's JSON").fill('{"id": {"S": "one more"}}');
    await detail.getByRole("button", { name: "Put it" }).click();
    await page.getByText("The item is put.").waitFor();
    const found = await cloud.call<{ Item?: object }>("dynamodb", "GetItem", {
      TableName: "orders",
      Key: { id: { S: "one more" } },
    });
    assert.deepEqual(found.Item, { id: { S: "one more" } });
    const first = detail.getByRole("button", { name: /^Delete / }).first();
    await first.click();
    await page.getByText("The item is deleted.").waitFor();
    const { Count } = await cloud.call<{ Count: number }>("dynamodb", "Scan", { TableName: "orders" });
    assert.equal(Count, 30);
  });

  test("a queue's messages are looked at without receiving them", async () => {
    await using scene = await stage.open();
    const { page, cloud } = scene;
    const { QueueUrl } = await cloud.call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "jobs" });
    await page.goto(`${cloud.url}/#/resources?text=jobs`);
    await page.getByRole("link", { name: "jobs" }).click();
    await page.getByLabel("Body of a message").fill("do it");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByText("received 0 times").waitFor();
    const { Messages = [] } = await cloud.call<{ Messages?: { Body: string }[] }>("sqs", "ReceiveMessage", {
      QueueUrl,
    });
    assert.deepEqual(
      Messages.map(({ Body }) => Body),
      ["do it"],
    );
  });

  test("a bucket's objects are shown by folder, and as text", async () => {
    await using scene = await stage.open();
    const { page, cloud } = scene;
    await cloud.call("s3", "CreateBucket", { Bucket: "pages" });
    await cloud.call("s3", "PutObject", {
      Bucket: "pages",
      Key: "texts/hello.txt",
      Body: Buffer.from("good morning"),
    });
    await page.goto(`${cloud.url}/#/resources?text=pages`);
    await page.getByRole("link", { name: "pages" }).click();
    await page.getByRole("button", { name: "texts/", exact: true }).click();
    await page.getByRole("button", { name: "hello.txt", exact: true }).click();
    await page.getByRole("region", { name: "texts/hello.txt" }).getByText("good morning").waitFor();
    await page.getByRole("button", { name: "Delete texts/hello.txt" }).click();
    await page.getByText("There is nothing here.").waitFor();
  });

  test("a function is invoked, and its logs are shown", async () => {
    await using scene = await stage.open();
    const { page, cloud } = scene;
    await cloud.call("lambda", "CreateFunction", {
      FunctionName: "greeter",
      Runtime: "nodejs22.x",
      Role: "arn:aws:iam::000000000000:role/lambda",
      Handler: "index.handler",
      Code: { ZipFile: await archive("index.js", CODE) },
    });
    await page.goto(`${cloud.url}/#/resources?text=greeter&service=lambda`);
    await page.getByRole("link", { name: "greeter" }).click();
    await page.getByLabel("Payload").fill('{"name": "world"}');
    await page.getByRole("button", { name: "Invoke" }).click();
    await page.getByRole("region", { name: "Answer" }).getByText("hello world").waitFor();
    // Logs come when the function's environment has handed them over.
    await until(async () => {
      await page.getByRole("button", { name: "Read again" }).last().click();
      return page.getByRole("log").getByText("hello world").isVisible();
    });
  });

  test("a state machine's execution is drawn", async () => {
    await using scene = await stage.open();
    const { page, cloud } = scene;
    const definition = {
      StartAt: "Choose",
      States: {
        Choose: {
          Type: "Choice",
          Choices: [{ Variable: "$.go", BooleanEquals: true, Next: "Go" }],
          Default: "Stay",
        },
        Go: { Type: "Pass", End: true },
        Stay: { Type: "Pass", End: true },
      },
    };
    await cloud.call("stepfunctions", "CreateStateMachine", {
      name: "chooser",
      definition: JSON.stringify(definition),
      roleArn: "arn:aws:iam::000000000000:role/states",
    });
    await page.goto(`${cloud.url}/#/resources?text=chooser`);
    await page.getByRole("link", { name: "chooser" }).click();
    await page.getByLabel("Input", { exact: true }).fill('{"go": true}');
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByRole("img", { name: "States: Choose done, Go done, Stay pending" }).waitFor();
  });

  test("an alarm's state is set, a parameter is described", async () => {
    await using scene = await stage.open();
    const { page, cloud } = scene;
    await cloud.call("cloudwatch", "PutMetricAlarm", {
      AlarmName: "too-much",
      Namespace: "app",
      MetricName: "orders",
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 5,
      ComparisonOperator: "GreaterThanThreshold",
    });
    await cloud.call("ssm", "PutParameter", { Name: "/app/colour", Value: "blue", Type: "String" });
    await page.goto(`${cloud.url}/#/resources?text=too-much`);
    await page.getByRole("link", { name: "too-much" }).click();
    await page.getByRole("button", { name: "ALARM", exact: true }).click();
    await page.getByText("set from the dashboard").first().waitFor();
    await page.goto(`${cloud.url}/#/resources?text=colour`);
    await page.getByRole("link", { name: /colour/ }).click();
    await page.getByRole("region", { name: "Description" }).getByText('"blue"').waitFor();
  });

  test("instances, tasks, databases and roles are shown as their service describes them", async () => {
    await using scene = await stage.open();
    const { page, cloud } = scene;
    const ImageId = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
    await cloud.call("ec2", "RunInstances", { ImageId, MinCount: 1, MaxCount: 1, InstanceType: "t3.micro" });
    await cloud.call("ecs", "CreateCluster", { clusterName: "web" });
    await cloud.call("ecs", "RegisterTaskDefinition", {
      family: "web",
      containerDefinitions: [{ name: "web", image: "local", command: ["sleep", "60"], memory: 128 }],
    });
    await cloud.call("iam", "CreateRole", {
      RoleName: "worker",
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      }),
    });
    const description = page.getByRole("region", { name: "Description" });
    for (const [text, name, shown] of [
      ["instance/", /^instance\/i-/, '"InstanceType": "t3.micro"'],
      ["subnet-", /^subnet\/subnet-/, '"CidrBlock"'],
      ["task-definition", /task-definition\/web/, '"containerDefinitions"'],
      ["worker", /^worker$/, '"Service": "lambda.amazonaws.com"'],
    ] as const) {
      await page.goto(`${cloud.url}/#/resources?text=${text}`);
      await page.getByRole("link", { name }).first().click();
      await description.getByText(shown).waitFor();
    }
  });

  test("a log group's lines are filtered and queried", async () => {
    await using scene = await stage.open();
    const { page, cloud } = scene;
    await cloud.call("logs", "CreateLogGroup", { logGroupName: "/app/web" });
    await cloud.call("logs", "CreateLogStream", { logGroupName: "/app/web", logStreamName: "one" });
    await cloud.call("logs", "PutLogEvents", {
      logGroupName: "/app/web",
      logStreamName: "one",
      logEvents: ["started", "ERROR broken"].map((message) => ({ message, timestamp: cloud.clock.now() })),
    });
    await page.goto(`${cloud.url}/#/resources?text=app`);
    await page.getByRole("link", { name: "/app/web" }).click();
    const lines = page.getByRole("log");
    await lines.getByText("started").waitFor();
    await page.getByLabel("Filter pattern").fill("ERROR");
    await page.keyboard.press("Enter");
    await lines.getByText("started").waitFor({ state: "detached" });
    await lines.getByText("ERROR broken").waitFor();
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByText("2 rows").waitFor();
  });
});

/** A zip archive of one file. */
async function archive(name: string, text: string): Promise<Buffer> {
  const { ZipFile } = await import("yazl");
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(text), name);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
