import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { Squall } from "../cli/squall-command.ts";
import { looking, Stage } from "./stage.ts";

const PROGRAM = fileURLToPath(new URL("../explore/workflow.mjs", import.meta.url));
const SITE = "test > lambda.Invoke@worker#1 > dynamodb.UpdateItem@stats~1f3a9c#1";

const REPORT = {
  version: 1,
  command: ["npm", "test"],
  tookMs: 61_000,
  sites: [
    { path: "test > lambda.Invoke@worker#1", service: "lambda", operation: "Invoke", attempts: 1 },
    { path: SITE, service: "dynamodb", operation: "UpdateItem", attempts: 1 },
  ],
  singles: { planned: 3, done: 3 },
  pairs: { planned: 0, done: 0 },
  unstable: [],
  passedOver: [],
  results: [
    {
      strikes: [{ site: "test > lambda.Invoke@worker#1", fault: "throttle" }],
      verdict: "survived",
      exitCode: 0,
      tookMs: 900,
    },
    {
      strikes: [{ site: SITE, fault: "throttle" }],
      verdict: "failed-cleanly",
      why: "the command said so",
      exitCode: 1,
      tookMs: 900,
    },
    {
      strikes: [{ site: SITE, fault: "lost-reply" }],
      verdict: "finding",
      title: "DOUBLED EFFECT",
      story: "<b>stats</b> was counted twice",
      exitCode: 0,
      tookMs: 900,
    },
  ],
  findings: [
    {
      id: "F-7c1e",
      title: "DOUBLED EFFECT",
      story: "<b>stats</b> was counted twice",
      strikes: [{ site: SITE, fault: "lost-reply" }],
      rules: [{ match: { site: SITE }, effect: "lost-reply", params: {} }],
      differences: [],
      command: ["npm", "test"],
      tests: [],
      also: [],
      reproduced: 3,
      tries: 3,
    },
  ],
  accepted: [],
  remarks: [{ check: "no retries", where: "sqs.SendMessage", what: "its client gives up at once" }],
};

suite("the dashboard's view of explore", looking, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  test("a report is opened: its heat map, its findings, whose rules are taken", async () => {
    const schema = new URL("../../docs/explore.schema.json", import.meta.url);
    const fits = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(schema, "utf8")));
    assert.ok(fits(REPORT), JSON.stringify(fits.errors));
    await using scene = await stage.open("#/explore");
    const { page, cloud } = scene;
    await page.getByText("No report is open").waitFor();
    await page.getByLabel("Open a report").setInputFiles(file("explore.json", JSON.stringify(REPORT)));
    await page.getByText("3 of 3 faults alone").waitFor();
    await page.getByRole("button", { name: `throttle at ${SITE}: failed cleanly` }).waitFor();
    await page.getByRole("button", { name: `lost-reply at ${SITE}: finding` }).click();
    await page.getByRole("dialog").getByText("<b>stats</b> was counted twice").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Bring it about here" }).click();
    await page.getByText("The rules of F-7c1e are there.").waitFor();
    assert.deepEqual(
      cloud.faults.list().map(({ effect, match }) => ({ effect, match })),
      [{ effect: "lost-reply", match: { site: SITE } }],
    );
  });

  test("one that goes on is seen to go on, and its end", async () => {
    await using scene = await stage.open("#/explore");
    const { page, cloud } = scene;
    await page.getByText(`squall explore --show ${cloud.url} -- npm test`).waitFor();
    await scene.live();
    const show = (isRunning: boolean, done: number, findings: readonly object[]) =>
      fetch(`${cloud.url}/_squall/explore`, {
        method: "PUT",
        body: JSON.stringify({
          isRunning,
          report: {
            ...REPORT,
            singles: { planned: 3, done },
            results: REPORT.results.slice(0, done),
            findings,
          },
        }),
      });
    await show(true, 1, []);
    await page.getByText("1 of 3 faults alone").waitFor();
    assert.equal(await page.getByRole("progressbar").getAttribute("value"), "1");
    await show(true, 3, REPORT.findings);
    await page.getByRole("button", { name: `lost-reply at ${SITE}: finding` }).waitFor();
    await page.reload();
    await page.getByText("3 of 3 faults alone").waitFor();
    await scene.live();
    await show(false, 3, REPORT.findings);
    await page.getByRole("progressbar").waitFor({ state: "detached" });
    await page.getByText("DOUBLED EFFECT").first().waitFor();
    // What is no longer shown is gone from the page, too.
    await fetch(`${cloud.url}/_squall/explore`, { method: "DELETE" });
    await page.getByText("No report is open").waitFor();
  });

  test("squall explore shows itself there, from its first fault to its last finding", async (t) => {
    await using scene = await stage.open("#/explore");
    const { page, cloud } = scene;
    await scene.live();
    const exploring = new Squall(t).run(
      ...["explore", "--show", cloud.url, "--faults", "transient", "--"],
      ...[process.execPath, PROGRAM, "planted"],
    );
    await page.getByRole("progressbar").waitFor();
    const { code, output } = await exploring;
    assert.equal(code, 1, output);
    assert.ok(output.includes(`page       ${cloud.url}/_squall/ui#/explore`), output);
    await page.getByRole("progressbar").waitFor({ state: "detached" });
    await page.getByText("3 of 3 runs").first().waitFor();
  });

  test("a page that is named and not there is said before anything is run", async (t) => {
    const { code, output } = await new Squall(t).run(
      ...["explore", "--show", "http://127.0.0.1:1", "--", process.execPath, PROGRAM, "planted"],
    );
    assert.equal(code, 1, output);
    assert.match(output, /No squall answers at http:\/\/127\.0\.0\.1:1 /);
  });

  test("what is no report is refused with words", async () => {
    await using scene = await stage.open("#/explore");
    const { page } = scene;
    await page.getByLabel("Open a report").setInputFiles(file("other.json", "[]"));
    await page.getByText("This is no report of squall explore").waitFor();
    await page.getByLabel("Open a report").setInputFiles(file("other.json", "{"));
    await page.getByText(/JSON/).first().waitFor();
    await page.getByText("No report is open").waitFor();
  });
});

const file = (name: string, text: string) => ({
  name,
  mimeType: "application/json",
  buffer: Buffer.from(text),
});
