import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { clientOptions } from "../cloud.ts";
import { looking, type Scene, Stage } from "./stage.ts";

suite("the dashboard's calls", looking, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  test("a browser that goes to Squall's address sees the page, and each call as it ends", async () => {
    await using scene = await stage.open();
    const { page, cloud } = scene;
    await page.getByText("Nobody has called yet").waitFor();
    await scene.live();
    await cloud.call("sqs", "CreateQueue", { QueueName: "jobs" });
    await page.getByRole("row", { name: /sqs\.CreateQueue/ }).waitFor();
    assert.equal(await page.title(), "Calls · Squall");
  });

  test("what a call led to stands below it, and folds", async () => {
    await using scene = await stage.open();
    const { page } = scene;
    await publishToQueue(scene);
    const child = page.getByRole("row", { name: /sqs\.SendMessage/ });
    await child.waitFor();
    assert.equal(await child.getAttribute("aria-level"), "2");
    await page.getByRole("row", { name: /sns\.Publish/ }).click();
    await page.keyboard.press("ArrowLeft");
    await child.waitFor({ state: "detached" });
    await page.keyboard.press("ArrowRight");
    await child.waitFor();
  });

  test("the filter leaves the calls that are meant, with what led to them", async () => {
    await using scene = await stage.open();
    const { page } = scene;
    await publishToQueue(scene);
    await page.getByLabel("Service").selectOption("sqs");
    await page.getByRole("row", { name: /sns\.Subscribe/ }).waitFor({ state: "detached" });
    await page.getByRole("row", { name: /sns\.Publish/ }).waitFor();
    await page.getByLabel("Service").selectOption("");
    await page.getByLabel("Words of a call's line").fill("createtopic");
    await page.getByRole("row", { name: /sns\.CreateTopic/ }).waitFor();
    await page.getByRole("row", { name: /SendMessage/ }).waitFor({ state: "detached" });
  });

  test("a call opened shows its input, its answer and why no rule struck it; a rule is made from it", async () => {
    await using scene = await stage.open();
    const { page, cloud } = scene;
    await cloud.faults.add({ match: { service: "s3" }, effect: "reset" });
    await scene.live();
    await cloud.call("sqs", "CreateQueue", { QueueName: "jobs" });
    await page.getByRole("row", { name: /sqs\.CreateQueue/ }).click();
    const detail = page.getByRole("complementary");
    await detail.getByRole("region", { name: "Input" }).getByText('"QueueName": "jobs"').waitFor();
    await detail.getByRole("region", { name: "Output" }).getByText("QueueUrl").waitFor();
    await detail.getByText("service is sqs, not s3").waitFor();
    await detail.getByRole("button", { name: "Fail this call" }).click();
    await page.getByRole("button", { name: "Add the rule" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    const [, rule] = cloud.faults.list();
    assert.deepEqual(rule?.match, { service: "sqs", operation: "CreateQueue", resource: "jobs" });
    await assert.rejects(cloud.call("sqs", "CreateQueue", { QueueName: "jobs" }));
    await page.getByRole("row", { name: /sqs\.CreateQueue.*struck by rule-2/ }).click();
    await detail.getByText("fired", { exact: true }).waitFor();
  });

  test("the attempts of one SDK call stand on one line", async () => {
    await using scene = await stage.open();
    const { page, cloud } = scene;
    await cloud.faults.add({
      match: { service: "dynamodb" },
      effect: "error",
      params: { kind: "throttle" },
      times: 2,
    });
    await scene.live();
    const client = new DynamoDBClient({ ...clientOptions(cloud, "000000000000"), maxAttempts: 3 });
    await assert.rejects(client.send(new GetItemCommand({ TableName: "orders", Key: { id: { S: "1" } } })));
    client.destroy();
    await page.getByRole("row", { name: /ResourceNotFoundException.*attempt 3/ }).click();
    await page.getByRole("heading", { name: /^3 attempts in/ }).waitFor();
  });

  test("a call is copied as AWS CLI, as curl and as a rule", async () => {
    await using scene = await stage.open("", {}, { permissions: ["clipboard-read", "clipboard-write"] });
    const { page, cloud } = scene;
    await scene.live();
    await cloud.call("sqs", "CreateQueue", { QueueName: "it's" }).catch(() => {});
    await page.getByRole("row", { name: /sqs\.CreateQueue/ }).click();
    const copied = async (name: string) => {
      await page.getByRole("button", { name, exact: true }).click();
      await page.getByText(`Copied: ${name}.`).waitFor();
      return page.evaluate<string>("navigator.clipboard.readText()");
    };
    const cli = await copied("AWS CLI");
    assert.match(
      cli,
      /aws --endpoint-url http:\/\/127\.0\.0\.1:\d+ --region us-east-1 sqs create-queue --cli-input-json/,
    );
    assert.ok(cli.endsWith(`'{"QueueName":"it'\\''s"}'`), cli);
    assert.match(await copied("curl"), /^curl http:\/\/127\.0\.0\.1:\d+\/_squall\/call -d /);
    assert.equal(JSON.parse(await copied("Rule")).match.operation, "CreateQueue");
  });

  test("names that strangers chose stay text", async () => {
    await using scene = await stage.open();
    const { page, cloud } = scene;
    await scene.live();
    const name = `<img src=x onerror="document.title='struck'">`;
    await cloud.call("dynamodb", "GetItem", { TableName: name, Key: {} }).catch(() => {});
    await cloud.call("s3", "GetObject", { Bucket: "names", Key: name }).catch(() => {});
    await cloud.call("ssm", "PutParameter", { Name: "page", Value: name, Type: "String", Description: name });
    await page.getByRole("row", { name: /ssm\.PutParameter/ }).click();
    await page.getByRole("region", { name: "Input" }).getByText(name.slice(0, 9)).waitFor();
    await page.goto(`${cloud.url}/#/resources?text=page`);
    await page.getByRole("link", { name: "page" }).click();
    await page.getByRole("region", { name: "Description" }).getByText(name.slice(0, 9)).waitFor();
    assert.equal(await page.locator("img[src=x]").count(), 0);
    assert.notEqual(await page.title(), "struck");
  });
});

/** A topic with a queue, and one message. */
async function publishToQueue({ cloud }: Scene): Promise<void> {
  await cloud.call("sqs", "CreateQueue", { QueueName: "jobs" });
  const { TopicArn } = await cloud.call<{ TopicArn: string }>("sns", "CreateTopic", { Name: "orders" });
  await cloud.call("sns", "Subscribe", {
    TopicArn,
    Protocol: "sqs",
    Endpoint: "arn:aws:sqs:us-east-1:000000000000:jobs",
  });
  await cloud.call("sns", "Publish", { TopicArn, Message: "an order" });
}
