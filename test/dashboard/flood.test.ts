import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { looking, Stage } from "./stage.ts";

const CALLS = 10_000;

suite("the dashboard when much goes on", looking, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  test("ten thousand calls in one go leave the page quick: few lines, bounded memory, an answer to a click", async () => {
    await using scene = await stage.open();
    const { page, cloud } = scene;
    await scene.live();
    // How long the page left its reader without an answer, at the longest: the gaps between turns of its own.
    await page.evaluate(`
      globalThis.longestMs = 0;
      let before = performance.now();
      setInterval(() => {
        const now = performance.now();
        globalThis.longestMs = Math.max(globalThis.longestMs, now - before);
        before = now;
      }, 10);
    `);
    const calls = Array.from({ length: CALLS - 1 }, () => cloud.call("sts", "GetCallerIdentity", {}));
    await Promise.all(calls);
    await cloud.call("sqs", "CreateQueue", { QueueName: "last" });
    await page.getByRole("row", { name: /sqs\.CreateQueue/ }).click();
    await page.getByRole("complementary", { name: `Call ${CALLS}` }).waitFor();
    const grid = page.getByRole("treegrid");
    assert.equal(await grid.getAttribute("aria-rowcount"), String(CALLS + 1));
    assert.ok((await page.getByRole("row").count()) < 100, "only lines in sight are drawn");
    await grid.focus();
    await page.keyboard.press("End");
    await page.getByRole("complementary", { name: "Call 1", exact: true }).waitFor();
    const longestMs = await page.evaluate<number>("globalThis.longestMs");
    console.log(`The longest that the page did not answer: ${Math.round(longestMs)} ms.`);
    // A frozen page would be one for the whole flood: many seconds. How fast this machine is otherwise is its own affair.
    assert.ok(longestMs < 3000, `${longestMs} ms`);
    // Of further calls the oldest make room.
    await Promise.all(Array.from({ length: 500 }, () => cloud.call("sts", "GetCallerIdentity", {})));
    await page.getByRole("button", { name: "↑ newest" }).click();
    await page.locator(`#call-${CALLS + 500}`).waitFor();
    assert.equal(await grid.getAttribute("aria-rowcount"), String(CALLS + 1));
  });

  test("hours of calls take no more memory than the newest ten thousand", async () => {
    await using scene = await stage.open();
    const { page, cloud } = scene;
    await scene.live();
    const session = await page.context().newCDPSession(page);
    const used = async () => {
      await session.send("HeapProfiler.collectGarbage");
      return (await session.send("Runtime.getHeapUsage")).usedSize;
    };
    const wave = async (name: string) => {
      for (let thousand = 0; thousand < 11; thousand++)
        await Promise.all(Array.from({ length: 1000 }, () => cloud.call("sts", "GetCallerIdentity", {})));
      await cloud.call("sqs", "CreateQueue", { QueueName: name });
      await page.getByRole("row", { name: `sqs.CreateQueue ${name}` }).waitFor();
      return used();
    };
    const full = await wave("first");
    await wave("second");
    const later = await wave("third");
    console.log(
      `Ten thousand calls: ${Math.round(full / 1e6)} MB; when 33,000 have come: ${Math.round(later / 1e6)} MB.`,
    );
    assert.ok(later < full * 1.5, `${full} and then ${later} bytes`);
  });
});
