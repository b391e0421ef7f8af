import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { until } from "../until.ts";
import { looking, Stage } from "./stage.ts";

suite("the dashboard's faults", looking, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  test("a preset is added, counts as it strikes, is switched off and on, and removed", async () => {
    await using scene = await stage.open("#/faults");
    const { page, cloud } = scene;
    await page.getByText("Nothing fails").waitFor();
    await page.getByRole("button", { name: "Add: SQS is unavailable" }).click();
    const row = page.getByRole("row", { name: /kind=unavailable/ });
    await row.waitFor();
    await assert.rejects(cloud.call("sqs", "ListQueues", {}));
    await row.getByRole("cell", { name: "1", exact: true }).first().waitFor();
    const on = row.getByRole("switch");
    await on.click();
    await row.getByText("switched off").waitFor();
    await cloud.call("sqs", "ListQueues", {});
    await on.click();
    await row.getByText("100 %").waitFor();
    await assert.rejects(cloud.call("sqs", "ListQueues", {}));
    await row.getByRole("button", { name: /^Remove/ }).click();
    await page.getByText("Nothing fails").waitFor();
    await cloud.call("sqs", "ListQueues", {});
  });

  test("every preset but that of a zone without subnets is a rule that Squall takes", async () => {
    await using scene = await stage.open("#/faults");
    const { page, cloud } = scene;
    const buttons = await page.getByRole("button", { name: /^Add: / }).all();
    for (const [index, button] of buttons.entries()) {
      await button.click();
      if (index < buttons.length - 1) await until(() => cloud.faults.list().length === index + 1);
    }
    // The account's default network has subnets.
    await until(() => cloud.faults.list().length === buttons.length);
  });

  test("a rule is written in a form or as text, with the schema's help, and what is wrong is said", async () => {
    await using scene = await stage.open("#/faults");
    const { page, cloud } = scene;
    await page.getByRole("button", { name: "New rule" }).click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByRole("region", { name: "What the fields mean" })
      .getByText("Answers an AWS error")
      .waitFor();
    await dialog.getByLabel("Service").fill("sqs");
    await dialog.getByLabel("Operation").fill("SendMessage");
    await dialog.getByLabel("Effect").selectOption("latency");
    await dialog.getByLabel("ms", { exact: true }).fill("250");
    await dialog.getByLabel("Percentage").fill("50");
    await dialog.getByRole("button", { name: "YAML" }).click();
    const text = dialog.getByLabel("As text");
    await until(async () => (await text.inputValue()).includes("effect: latency"));
    await text.fill(`${await text.inputValue()}percentag: 5\n`);
    await dialog.getByRole("button", { name: "Add the rule" }).click();
    await dialog.getByRole("alert").getByText("percentag").waitFor();
    await text.fill((await text.inputValue()).replace("percentag: 5\n", "times: 3\n"));
    await dialog.getByRole("button", { name: "Add the rule" }).click();
    await dialog.waitFor({ state: "detached" });
    const [rule] = cloud.faults.list();
    assert.deepEqual(
      { match: rule?.match, effect: rule?.effect, percentage: rule?.percentage, times: rule?.times },
      { match: { service: "sqs", operation: "SendMessage" }, effect: "latency", percentage: 50, times: 3 },
    );
    await page.getByRole("button", { name: `Edit ${rule?.id}` }).click();
    await dialog.getByLabel("Times at most").fill("");
    await dialog.getByLabel("Percentage").fill("75");
    await dialog.getByRole("button", { name: "Change the rule" }).click();
    await dialog.waitFor({ state: "detached" });
    const [changed] = cloud.faults.list();
    assert.deepEqual([changed?.percentage, changed?.times], [75, undefined]);
  });

  test("one button stops everything, and another lets faults begin again", async () => {
    await using scene = await stage.open("#/faults");
    const { page, cloud } = scene;
    await scene.live();
    await cloud.faults.add({ match: { service: "sqs" }, effect: "reset" });
    await page.getByRole("button", { name: "Stop everything" }).click();
    await page.getByText("All faults and experiments are stopped").waitFor();
    assert.deepEqual(cloud.faults.list(), []);
    // Whoever releases it, the page hears of it.
    await fetch(`${cloud.url}/_squall/stop-all`, { method: "DELETE" });
    await page.getByRole("button", { name: "Stop everything" }).click();
    await page.getByRole("button", { name: "Let faults begin again" }).click();
    await page.getByRole("button", { name: "Stop everything" }).waitFor();
    await cloud.faults.add({ match: { service: "sqs" }, effect: "reset" });
  });

  test("of ten thousand rules the first are drawn, and the filter finds the others", async () => {
    await using scene = await stage.open("#/faults");
    const { page, cloud } = scene;
    await scene.live();
    for (let table = 1; table <= 10_000; table++)
      await cloud.faults.add({ service: "dynamodb", resource: `table-${table}`, error: "throttle" });
    await page.getByText("The first 200 of 10,000").waitFor();
    assert.equal(await page.getByRole("switch").count(), 200);
    await page.getByLabel("Words of a rule").fill("dynamodb table-9999");
    await page.getByText("1 of 10000").waitFor();
    await page.getByRole("row", { name: /resource=table-9999 / }).waitFor();
    assert.equal(await page.getByRole("switch").count(), 1);
  });

  test("to look at a table neither meets nor counts a rule", async () => {
    await using scene = await stage.open();
    const { page, cloud } = scene;
    await cloud.call("sqs", "CreateQueue", { QueueName: "jobs" });
    const { id } = await cloud.faults.add({ match: { service: "sqs" }, effect: "reset", times: 1 });
    await page.goto(`${cloud.url}/#/resources?text=jobs`);
    await page.getByRole("link", { name: "jobs" }).click();
    await page.getByText("It has no messages.").waitFor();
    assert.deepEqual(cloud.faults.counts(id), { matched: 0, fired: 0 });
    await page.getByRole("link", { name: "Calls", exact: true }).click();
    await page.getByRole("row", { name: /sqs\.CreateQueue/ }).waitFor();
    await page.getByRole("img", { name: /^The last minute: 1 answered, 0 client error/ }).waitFor();
  });
});
