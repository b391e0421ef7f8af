import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { Cloud } from "../../src/index.ts";
import { clientOptions } from "../cloud.ts";
import { looking, Stage } from "./stage.ts";

suite("the dashboard's experiments", looking, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  test("a template is written and started; its actions stand over time, and it is stopped", async () => {
    await using scene = await stage.open("#/experiments");
    const { page, cloud } = scene;
    await page.getByText("No template yet").waitFor();
    await page.getByRole("button", { name: "New template" }).click();
    await page.getByRole("button", { name: "Create the template" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Start EXT/ }).click();
    await page.getByRole("img", { name: /^Actions over .*unavailable: running/ }).waitFor();
    assert.ok(cloud.faults.list().length > 0, "the experiment's rules are there");
    await page.getByRole("button", { name: "Stop it" }).click();
    await page.getByRole("cell", { name: "stopped" }).waitFor();
    await page.getByRole("img", { name: /unavailable: stopped/ }).waitFor();
    assert.deepEqual(cloud.faults.list(), []);
  });

  test("one that has run its time shows both actions and its report", async () => {
    await using scene = await stage.open("#/experiments");
    const { page, cloud } = scene;
    await keepOrders(cloud);
    await readOrders(cloud);
    await page.getByRole("button", { name: "New template" }).click();
    await page.getByRole("button", { name: "Create the template" }).click();
    await page.getByRole("button", { name: /^Start EXT/ }).click();
    await page.getByRole("img", { name: /unavailable: running/ }).waitFor();
    await readOrders(cloud);
    await cloud.clock.advance("PT1M");
    await page.getByRole("img", { name: /unavailable: completed, throttled: running/ }).waitFor();
    await readOrders(cloud);
    await cloud.clock.advance("PT2M");
    await page.getByRole("img", { name: /throttled: completed/ }).waitFor();
    await page.getByRole("cell", { name: "dynamodb.GetItem" }).waitFor();
    await readOrders(cloud);
    const report = await page.getByRole("link", { name: "Report" }).getAttribute("href");
    const response = await page.request.get(`${cloud.url}${report}`);
    assert.equal(response.status(), 200);
    await scene.picture("experiments");
    await page.goto(`${cloud.url}${report}`);
    await page.getByRole("img", { name: /unavailable completed, throttled completed/ }).waitFor();
    await page.getByRole("img", { name: /of \d+ recovered/ }).waitFor();
    assert.equal(await page.getByRole("table").count(), 0);
    await page.getByText("In tables").click();
    assert.ok((await page.getByRole("table").count()) > 0);
    await page.getByText("In tables").click();
    await page.evaluate("scrollTo(0, 0)");
    await scene.picture("report");
  });

  test("the safety lever keeps experiments from beginning", async () => {
    await using scene = await stage.open("#/experiments");
    const { page } = scene;
    await page.getByRole("button", { name: "New template" }).click();
    await page.getByRole("button", { name: "Create the template" }).click();
    await page.getByRole("button", { name: /^Start EXT/ }).waitFor();
    await page.getByRole("button", { name: "Pull the safety lever" }).click();
    await page.getByText("The safety lever is engaged").waitFor();
    await page.getByRole("button", { name: /^Start EXT/ }).click();
    await page.getByText("Experiment cancelled: the safety lever is engaged.").waitFor();
    await page.getByRole("button", { name: "Release the safety lever" }).click();
    await page.getByRole("button", { name: /^Start EXT/ }).click();
    await page.getByRole("img", { name: /unavailable: running/ }).waitFor();
  });

  test("the catalogue names every action of FIS", async () => {
    await using scene = await stage.open("#/experiments");
    const { page } = scene;
    await page.getByText("Catalogue of actions").click();
    await page.getByLabel("Words of an action").fill("lambda delay");
    await page.getByText("aws:lambda:invocation-add-delay", { exact: true }).waitFor();
  });
});

async function keepOrders(cloud: Cloud): Promise<void> {
  await cloud.call("dynamodb", "CreateTable", {
    TableName: "orders",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  });
}

/** An application that reads orders, and tries again. */
async function readOrders(cloud: Cloud): Promise<void> {
  const client = new DynamoDBClient({ ...clientOptions(cloud, "000000000000"), maxAttempts: 3 });
  const orders = Array.from({ length: 10 }, (_, id) => ({ id: { S: String(id) } }));
  await Promise.allSettled(
    orders.map((Key) => client.send(new GetItemCommand({ TableName: "orders", Key }))),
  );
  client.destroy();
}
