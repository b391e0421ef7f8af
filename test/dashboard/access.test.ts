import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { sure } from "../../src/core/sure.ts";
import { clientOptions } from "../cloud.ts";
import { assertAccessible } from "./accessible.ts";
import { looking, type Scene, Stage } from "./stage.ts";

const VIEWS = ["calls", "faults", "experiments", "explore", "fleet", "resources", "control"];
/** What a first view may weigh as it is sent, and take in a browser that has it on its own machine. */
const MOST_BYTES = 150 * 1024;

suite("who can use the dashboard", looking, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  for (const colorScheme of ["light", "dark"] as const) {
    test(`no view, dialog or opened call breaks a rule of accessibility, ${colorScheme}`, async () => {
      // The policy of the page lets in no script of a test's.
      await using scene = await stage.open("", {}, { colorScheme, bypassCSP: true });
      const { page, cloud } = scene;
      await somethingGoesOn(scene);
      for (const view of VIEWS) {
        await page.goto(`${cloud.url}/#/${view}`);
        await page.locator("nav a[aria-current=page]").waitFor();
        await page.locator("main h1").waitFor({ state: "attached" });
        await assertAccessible(scene, view);
        if (colorScheme === "light" && view === "faults") await scene.picture(view);
      }
      await page.goto(`${cloud.url}/#/calls`);
      await page
        .getByRole("row", { name: /sqs\.SendMessage/ })
        .first()
        .click();
      await page.getByRole("complementary").waitFor();
      await assertAccessible(scene, "an opened call");
      if (colorScheme === "light") await scene.picture("calls");
      await page.goto(`${cloud.url}/#/faults`);
      await page.getByRole("button", { name: "New rule" }).click();
      await page.getByRole("region", { name: "What the fields mean" }).waitFor();
      await assertAccessible(scene, "the editor");
    });
  }

  test("a window as narrow as a phone's shows every view without a scroll bar across", async () => {
    await using scene = await stage.open("", {}, { viewport: { width: 360, height: 700 } });
    const { page, cloud } = scene;
    await somethingGoesOn(scene);
    for (const view of VIEWS) {
      await page.goto(`${cloud.url}/#/${view}`);
      await page.locator("main h1").waitFor({ state: "attached" });
      const tooWide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      assert.ok(tooWide <= 0, `${view} is ${tooWide} px too wide`);
      const head = await page.locator("header.head").boundingBox();
      assert.ok(head && head.height < 100, `the head is ${head?.height} px high`);
      assert.ok(await page.locator("nav a[aria-current=page]").isVisible(), view);
    }
  });

  test("what is opened in a narrow window keeps the name of its view for those who hear it", async () => {
    await using scene = await stage.open("", {}, { viewport: { width: 360, height: 700 }, bypassCSP: true });
    const { page, cloud } = scene;
    await somethingGoesOn(scene);
    await page.getByRole("row", { name: /s3\.ListBuckets/ }).click();
    await page.getByRole("complementary").waitFor();
    await assertAccessible(scene, "an opened call");
    await page.goto(`${cloud.url}/#/resources?text=jobs`);
    await page.getByRole("link", { name: "jobs" }).click();
    await page.getByText("It has no messages.").or(page.getByText("received 0 times")).first().waitFor();
    await assertAccessible(scene, "an opened resource");
    assert.equal(await page.getByLabel("Words of a resource").isVisible(), false);
  });

  test("in a narrow window the view that is shown stands among the names, and each attempt by its number", async () => {
    await using scene = await stage.open("#/control", {}, { viewport: { width: 360, height: 700 } });
    const { page, cloud } = scene;
    await page.getByRole("heading", { name: "Clock & state" }).waitFor();
    const place = sure(await page.getByRole("link", { name: "Clock & state" }).boundingBox());
    assert.ok(place.x >= 0 && place.x + place.width <= 360, JSON.stringify(place));
    await page.goto(`${cloud.url}/_squall/ui#/calls`);
    await scene.live();
    await cloud.faults.add({ service: "dynamodb", error: "throttle", times: 2 });
    const client = new DynamoDBClient({ ...clientOptions(cloud, "000000000000"), maxAttempts: 3 });
    await assert.rejects(client.send(new GetItemCommand({ TableName: "orders", Key: { id: { S: "1" } } })));
    client.destroy();
    const row = page.getByRole("row", { name: /ResourceNotFoundException.*attempt 3/ });
    await row.waitFor();
    const cut = await page.evaluate<string[]>(
      `[...document.querySelectorAll(".calls-body .outcome")]
        .filter((cell) => cell.lastElementChild.getBoundingClientRect().right > cell.getBoundingClientRect().right)
        .map((cell) => cell.textContent)`,
    );
    assert.deepEqual(cut, []);
  });

  test("the keyboard alone opens a call, closes it, and goes to another view", async () => {
    await using scene = await stage.open();
    const { page } = scene;
    await somethingGoesOn(scene);
    await page.getByRole("treegrid").focus();
    await page.keyboard.press("ArrowDown");
    await page.getByRole("complementary").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("complementary").waitFor({ state: "detached" });
    await page.getByRole("link", { name: /^Faults/ }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Faults" }).waitFor();
  });

  test("the first view is small and quick", async () => {
    await using scene = await stage.open();
    const { page } = scene;
    await scene.live();
    const { bytes, firstMs } = await page.evaluate<{ bytes: number; firstMs: number }>(`({
      bytes: [...performance.getEntriesByType("resource"), ...performance.getEntriesByType("navigation")]
        .filter(({ name }) => !name.includes("/_squall/") || name.includes("/_squall/ui/"))
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
      firstMs: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
    })`);
    console.log(`The first view: ${bytes} bytes, painted after ${Math.round(firstMs)} ms.`);
    assert.ok(bytes > 1000 && bytes < MOST_BYTES, `${bytes} bytes`);
    assert.ok(firstMs > 0);
  });
});

/** Calls that went well and ill, rules, an experiment's template, resources. */
async function somethingGoesOn(scene: Scene): Promise<void> {
  const { cloud } = scene;
  await scene.live();
  await cloud.call("sqs", "CreateQueue", { QueueName: "jobs" });
  const { TopicArn } = await cloud.call<{ TopicArn: string }>("sns", "CreateTopic", { Name: "orders" });
  await cloud.call("sns", "Subscribe", {
    TopicArn,
    Protocol: "sqs",
    Endpoint: "arn:aws:sqs:us-east-1:000000000000:jobs",
  });
  await cloud.faults.add({
    match: { service: "dynamodb" },
    effect: "error",
    params: { kind: "throttle" },
    percentage: 50,
    note: "a busy day",
  });
  await cloud.faults.add({ match: { service: "s3" }, effect: "reset", times: 1, ttl: "PT10M" });
  for (let order = 1; order <= 8; order++) {
    await cloud.call("sns", "Publish", { TopicArn, Message: `order ${order}` });
    await cloud
      .call("dynamodb", "GetItem", { TableName: "orders", Key: { id: { S: String(order) } } })
      .catch(() => {});
  }
  await cloud.call("s3", "ListBuckets", {}).catch(() => {});
  await scene.page.getByRole("row", { name: /s3\.ListBuckets/ }).waitFor();
}
