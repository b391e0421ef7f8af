import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, suite, test } from "node:test";
import { looking, Stage } from "./stage.ts";

suite("the dashboard's clock and state", looking, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  test("the clock is moved, stopped and let run again; the seed is shown", async () => {
    await using scene = await stage.open("#/control", { seed: "storm" });
    const { page, cloud } = scene;
    await page.getByText("storm", { exact: true }).waitFor();
    const before = cloud.clock.now();
    await page.getByRole("button", { name: "+ 1 hour" }).click();
    await page.getByText("The clock went on by PT1H.").waitFor();
    assert.ok(cloud.clock.now() - before >= 3_600_000);
    await page.getByRole("button", { name: "Stop it" }).click();
    await page.getByRole("button", { name: "Let it run" }).waitFor();
    const stopped = cloud.clock.now();
    await page.getByLabel("Advance by").fill("nonsense");
    await page.getByRole("button", { name: "Advance", exact: true }).click();
    await page.getByText("advance is a duration").waitFor();
    assert.equal(cloud.clock.now(), stopped);
    await page.getByRole("button", { name: "Let it run" }).click();
    await page.getByRole("button", { name: "Stop it" }).waitFor();
  });

  test("state is saved to a file, reset and loaded again", async () => {
    await using scene = await stage.open("#/control");
    const { page, cloud } = scene;
    await cloud.call("sqs", "CreateQueue", { QueueName: "kept" });
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save to a file" }).click();
    const saved = await saving;
    const file = await saved.path();
    await page.getByRole("button", { name: "Reset" }).click();
    await page.getByRole("button", { name: "Empty everything" }).click();
    await page.getByText("Everything is as after a fresh start.").waitFor();
    const queues = async () =>
      (await cloud.call<{ QueueUrls?: string[] }>("sqs", "ListQueues", {})).QueueUrls ?? [];
    assert.deepEqual(await queues(), []);
    const named = `${file}.zip`;
    await writeFile(named, await readFile(file));
    await page.getByLabel("Load a file").setInputFiles(named);
    await page.getByText(/is loaded\./).waitFor();
    assert.equal((await queues()).length, 1);
  });

  test("a Squall that does not answer is said above every view, and what could not be read is read when it is back", async () => {
    await using scene = await stage.open("#/control");
    const { page, cloud } = scene;
    await scene.live();
    const api = /\/_squall\/(?!ui)/;
    await page.route(api, (asked) => asked.abort());
    await page.reload();
    for (const view of ["experiments", "explore", "fleet", "faults", "resources"]) {
      await page.goto(`${cloud.url}/#/${view}`);
      await page.getByRole("alert").getByText("Squall does not answer: what is shown here").waitFor();
      for (const untrue of ["No template yet", "None has run yet", "Nothing fails", "Nothing is kept yet"])
        assert.equal(await page.getByText(untrue).count(), 0, `${untrue} in ${view}`);
    }
    await page.unroute(api);
    await scene.live();
    await page.getByText("Nothing is kept yet").waitFor();
    await page.getByRole("link", { name: "Experiments" }).click();
    await page.getByText("No template yet").waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
    // What was not let through, the browser says.
    const said = scene.complaints.filter((complaint) => !complaint.includes("ERR_FAILED"));
    scene.complaints.splice(0, scene.complaints.length, ...said);
  });

  test("a Squall that listens on more than loopback asks for its token first", async () => {
    await using scene = await stage.open("#/control", { adminToken: "open-sesame", seed: "storm" });
    const { page } = scene;
    await page.getByLabel("Token").fill("open-barley");
    await page.getByRole("button", { name: "Show it" }).click();
    await page.getByText("That is not its token.").waitFor();
    await page.getByLabel("Token").fill("open-sesame");
    await page.getByRole("button", { name: "Show it" }).click();
    await page.getByText("storm", { exact: true }).waitFor();
    await scene.live();
  });
});
