import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { buildDashboard } from "../../dashboard/build.ts";
import { buildFunctions } from "../../examples/product-api/build.ts";
import { Squall } from "../cli/squall-command.ts";
import { looking, openBrowser } from "../dashboard/stage.ts";

/*
 * What somebody does with Squall who has come by it ten minutes ago: from these sources, or with SQUALL_INSTALLED=FOLDER from the package
 * that is installed there.
 */

const PRODUCT = fileURLToPath(new URL("../../examples/product-api/product.ts", import.meta.url));
const DASHBOARD = fileURLToPath(new URL("../../dist/dashboard", import.meta.url));

test("by commands: init, start, deploy, look, break, mend, explore, restart, stop", async (t) => {
  const { squall, url, said, order } = await deployed(t);
  const resources = JSON.parse((await squall.run("resources", "--json")).stdout) as {
    type: string;
    arn: string;
  }[];
  assert.match(resources.find(({ type }) => type === "table")!.arn, /:table\/Products$/);
  assert.match(await said("services"), /dynamodb +│ \d+ of \d+ +│ running/);
  assert.match(
    await said("calls"),
    /^\S+ {4,}dynamodb\.PutItem => 200/m,
    "a call of the function, below that of the API",
  );
  assert.equal((await order()).status, 200);
  const failing = ["--param", "kind=internal", "--service", "dynamodb", "--operation", "PutItem"];
  await said("faults", "add", "error", ...failing);
  assert.notEqual((await order()).status, 200);
  assert.match(
    await said("calls", "--faulted"),
    /dynamodb\.PutItem => 500 InternalServerError .*\[error by rule-1\]/,
  );
  assert.match(await said("retries"), /dynamodb\.PutItem/);
  assert.equal(await said("faults", "clear"), "Removed 1 rule.\n");
  assert.equal((await order()).status, 200);

  const explored = await explore(squall);
  assert.match(explored, /LOST EFFECT/);

  assert.match(await said("restart"), new RegExp(`^Squall runs at ${url} `, "m"));
  assert.match((await squall.run("resources")).output, /:table\/Products/, "what the data directory keeps");
  assert.match(await said("stop"), /has ended\. Its state is in \S+\.squall\.$/m);
  assert.equal((await squall.run("status")).code, 1);
});

test(
  "by the page: deploy, fail the call that is seen, mend, explore, bring a finding about, stop",
  looking,
  async (t) => {
    if (process.env["SQUALL_INSTALLED"] === undefined) await buildDashboard(DASHBOARD);
    const { squall, url, said, order } = await deployed(t);
    await using browser = await openBrowser();
    const page = await browser.newPage();
    await page.goto(url);
    const put = page.getByRole("row", { name: /dynamodb\.PutItem/ });
    await put.first().waitFor();
    assert.equal((await order()).status, 200);

    await put.first().click();
    await page.getByRole("complementary").getByRole("button", { name: "Fail this call" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Add the rule" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.notEqual((await order()).status, 200);
    await page
      .getByRole("row", { name: /dynamodb\.PutItem.*struck by rule-1/ })
      .first()
      .waitFor();

    await page.getByRole("link", { name: /^Faults/ }).click();
    await page
      .getByRole("row", { name: /PutItem/ })
      .getByRole("switch")
      .click();
    await page.getByText("switched off").waitFor();
    assert.equal((await order()).status, 200);
    await page.getByRole("button", { name: "Remove all" }).click();
    await page.getByText("Nothing fails").waitFor();

    await explore(squall, "--report", "json=explore.json");
    await page.getByRole("link", { name: "Explore" }).click();
    await page.getByLabel("Open a report").setInputFiles(join(squall.folder, "explore.json"));
    await page.getByText("LOST EFFECT").first().waitFor();
    await page.getByRole("button", { name: "Bring it about here" }).first().click();
    await page.getByText(/^The rules of F-\w+ are there\./).waitFor();
    await stopEverything(page);
    assert.equal((await order()).status, 200);

    assert.match(await said("stop"), /has ended\. Its state is in \S+\.squall\.$/m);
    await page.getByText("no answer", { exact: true }).waitFor();
  },
);

async function stopEverything(page: Page): Promise<void> {
  await page.getByRole("link", { name: /^Faults/ }).click();
  await page.getByRole("button", { name: "Stop everything" }).click();
  await page.getByText("All faults and experiments are stopped").waitFor();
}

/** A project with the example running in it: a product has been ordered. */
async function deployed(t: TestContext) {
  const squall = new Squall(t);
  const said = async (...args: string[]) => {
    const { code, output } = await squall.run(...args);
    assert.equal(code, 0, `squall ${args.join(" ")}: ${output}`);
    return output;
  };
  const code = join(squall.folder, "build");
  await buildFunctions(code);
  assert.match(await said("init"), /^Wrote squall\.yaml\.$/m);
  const { url } = await squall.startDetached("--data-dir", ".squall");
  squall.environment["SQUALL_URL"] = url;
  squall.environment["CODE"] = code;
  await said("wait");
  const variables = JSON.parse((await squall.run("env", "--shell", "json")).stdout) as Record<string, string>;
  const { stdout } = await promisify(execFile)(process.execPath, [PRODUCT, "before"], {
    cwd: squall.folder,
    env: { ...squall.environment, ...variables },
    timeout: 120_000,
  });
  assert.match(stdout, /^200 /);
  const api = /\/restapis\/(\w+)/.exec(await said("resources"))![1]!;
  const order = () =>
    fetch(`${url}/_aws/execute-api/${api}/dev/productApi`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id: "prod-2004", name: "Ultimate Gadget", price: "49.99", description: "New." }),
      signal: AbortSignal.timeout(60_000),
    });
  return { squall, url, said, order };
}

/** What the example does not survive. */
async function explore(squall: Squall, ...options: string[]): Promise<string> {
  const which = ["--service", "dynamodb", "--faults", "outage", ...options];
  const { code, output } = await squall.run("explore", ...which, "--", process.execPath, PRODUCT, "before");
  assert.equal(code, 1, output);
  return output;
}
