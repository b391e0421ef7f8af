import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Way } from "../../src/fleet/member.fixture.test.ts";
import { MemoryStore } from "../../src/fleet/memory-store.ts";
import type { Cloud } from "../../src/index.ts";
import { clientOptions, testCloud } from "../cloud.ts";
import { askAdmin, fleetGateway, gatewayOptions } from "../fleet.ts";
import { until } from "../until.ts";
import { assertAccessible } from "./accessible.ts";
import { looking, Stage } from "./stage.ts";

const VIEW = "_squall/ui/#/fleet";

suite("the dashboard's fleet", looking, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.set();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  /** A page on the first of two gateways, and the second. */
  async function twoGateways(context: { colorScheme?: "light" | "dark"; bypassCSP?: boolean } = {}) {
    const store = new MemoryStore(() => performance.now());
    const upstream = await testCloud();
    const second = await fleetGateway(store, upstream.url, {}, "front-2");
    const way = new Way(store, () => false);
    const scene = await stage.open(VIEW, await gatewayOptions(way, upstream.url, {}, "front-1"), context);
    return {
      store,
      /** The first gateway's way to the store. */
      way,
      scene,
      page: scene.page,
      first: scene.cloud,
      second,
      async [Symbol.asyncDispose]() {
        await scene[Symbol.asyncDispose]();
        await second.stop();
        await upstream.stop();
      },
    };
  }

  for (const colorScheme of ["light", "dark"] as const)
    test(`gateways, rules with the whole fleet's counts, experiments and the journal, ${colorScheme}`, async () => {
      await using fleet = await twoGateways({ colorScheme, bypassCSP: true });
      const { page, scene, store, first, second } = fleet;
      await page.getByRole("row", { name: /^front-1 this one .*up to date/ }).waitFor();
      await page.getByRole("row", { name: /^front-2 .*up to date/ }).waitFor();
      await page.getByText("The fleet has none").waitFor();
      await page.getByText("None has run on any gateway.").waitFor();

      await askAdmin(second, "POST", "/_squall/faults", { body: { service: "sqs", error: "Oops" } });
      await page.getByRole("row", { name: /^error .*sqs.*rule-1/ }).waitFor();
      await until(() => first.faults.list().length === 1);
      for (const gateway of [first, second, second]) await listQueues(gateway);
      await page.getByRole("row", { name: /rule-1 .*100 % 3 3/ }).waitFor();
      await page.getByRole("row", { name: /admin front-2 added rule-1/ }).waitFor();

      await store.keepExperiment({
        arn: "arn:aws:fis:us-east-1:000000000000:experiment/EXPabc",
        gateway: "front-2",
        status: "completed",
        startedAtMs: Date.parse("2026-11-29T12:00:00Z"),
        rules: [],
        struck: [40, 4],
      });
      await store.report({
        gateway: "late-one",
        name: "front-3",
        squall: "0.1.0",
        startedAtMs: 0,
        version: 1,
        calls: 12,
        counts: {},
      });
      await page.getByRole("row", { name: /^EXPabc .*completed front-2 2026-11-29 12:00:00 40 4/ }).waitFor();
      await page.getByRole("row", { name: /^front-3 late-one behind 1 of 2/ }).waitFor();
      await assertAccessible(scene, "a fleet");
      if (colorScheme === "light") await scene.picture("fleet");

      await second.stop();
      await page.getByRole("row", { name: /^front-2 .*stopped/ }).waitFor();

      await page.setViewportSize({ width: 360, height: 700 });
      const tooWide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      assert.ok(tooWide <= 0, `${tooWide} px too wide for a phone`);
    });

  test("the keyboard alone comes to it, pulls the safety lever for all gateways and releases it", async () => {
    await using fleet = await twoGateways();
    const { page, second } = fleet;
    const isStopped = async () => (await askAdmin(second, "GET", "/_squall/stop-all")).answer["stopped"];
    await page.getByRole("link", { name: "Resources" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Resources" }).waitFor();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await page.getByText("The safety lever is released").waitFor();
    await page.getByRole("button", { name: "Pull the safety lever" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("nothing fails on any gateway").waitFor();
    await until(async () => (await isStopped()) === true);
    await page.getByRole("row", { name: /admin front-1 stopped everything/ }).waitFor();
    await page.getByRole("button", { name: "Release the safety lever" }).focus();
    await page.keyboard.press("Enter");
    await until(async () => (await isStopped()) === false);
  });

  test("a viewer sees all of it and no lever, an operator has the lever", async () => {
    await using fleet = await twoGateways();
    const { page, second } = fleet;
    await page.getByRole("row", { name: /^front-2/ }).waitFor();
    const add = async (name: string, role: string, token?: string) =>
      (
        await askAdmin<{ token: string }>(second, "POST", "/_squall/fleet/tokens", {
          body: { name, role },
          ...(token && { token }),
        })
      ).answer.token;
    const ada = await add("ada", "operator");
    const eve = await add("eve", "viewer", ada);
    for (const [token, who] of [
      [eve, "you are eve, a viewer"],
      [ada, "you are ada, an operator"],
    ] as const) {
      await page.evaluate("sessionStorage.clear()");
      await page.reload();
      await page.getByLabel("Token").fill(token);
      await page.getByRole("button", { name: "Show it" }).click();
      await page.getByText(who).waitFor();
      await page.getByRole("row", { name: /ada front-2 added the token eve/ }).waitFor();
      assert.equal(
        await page.getByRole("button", { name: "Pull the safety lever" }).count(),
        token === ada ? 1 : 0,
      );
    }
  });

  test("who may only look finds no button that changes anything, in any view", async () => {
    await using fleet = await twoGateways();
    const { page, first, second, scene } = fleet;
    await askAdmin(second, "POST", "/_squall/faults", { body: { service: "sqs", error: "Oops" } });
    await until(() => first.faults.list().length === 1);
    const token = (name: string, role: string, shown?: string) =>
      askAdmin<{ token: string }>(second, "POST", "/_squall/fleet/tokens", {
        body: { name, role },
        ...(shown && { token: shown }),
      }).then(({ answer }) => answer.token);
    const eve = await token("eve", "viewer", await token("ada", "operator"));
    await page.reload();
    await page.getByLabel("Token").fill(eve);
    await page.getByRole("button", { name: "Show it" }).click();
    await scene.live();
    await listQueues(first);
    const changes: string[] = [];
    page.on("request", (asked) => {
      const isLook = asked.postData()?.includes('"aside":true') ?? false;
      if (asked.method() !== "GET" && !isLook) changes.push(`${asked.method()} ${asked.url()}`);
    });
    for (const view of ["calls", "faults", "experiments", "explore", "fleet", "resources", "control"]) {
      await page.goto(`${first.url}/_squall/ui/#/${view}`);
      await page.locator("main h1").waitFor({ state: "attached" });
      if (view === "calls") {
        await page.getByRole("row", { name: /sqs\.ListQueues/ }).click();
        await page.getByRole("complementary").waitFor();
      }
      if (view === "faults") await page.getByRole("row", { name: /rule-1/ }).waitFor();
      // One may close another, which is then pressed in vain. To save the state is to read it.
      const buttons = page.locator("main button:enabled").filter({ hasNotText: "Save to a file" });
      for (const button of await buttons.all()) await button.click({ timeout: 500 }).catch(() => {});
      assert.equal(await page.locator("dialog").count(), 0, view);
      assert.equal(await page.getByRole("switch", { disabled: false }).count(), 0, view);
    }
    assert.deepEqual(changes, []);
  });

  test("a gateway that has lost the store says so, shows what it knew, and goes on when the store is back", async () => {
    await using fleet = await twoGateways();
    const { page, scene, way, second } = fleet;
    const lost = page.getByText("This gateway cannot reach the fleet's store");
    await askAdmin(second, "POST", "/_squall/faults", { body: { service: "sqs", error: "Oops" } });
    await page.getByRole("row", { name: /^error .*rule-1/ }).waitFor();
    way.isCut = () => true;
    await lost.waitFor();
    await page.getByRole("row", { name: /^front-2/ }).waitFor();
    await page.getByRole("row", { name: /^error .*rule-1/ }).waitFor();
    way.isCut = () => false;
    await lost.waitFor({ state: "detached" });
    // Until the gateway knows that the store is gone it is asked, and answers 503, which the browser says.
    scene.complaints.splice(
      0,
      Number.POSITIVE_INFINITY,
      ...scene.complaints.filter((said) => !/status of 503/.test(said)),
    );
  });

  test("a Squall in no fleet says so, and how it would come into one", async () => {
    await using scene = await stage.open("#/fleet");
    await scene.page.getByRole("heading", { name: "This Squall is in no fleet" }).waitFor();
    await scene.page.getByText("docs/guide/fleet.md").waitFor();
    assert.equal(await scene.page.getByRole("table").count(), 0);
  });
});

async function listQueues(cloud: Cloud): Promise<void> {
  const client = new SQSClient(clientOptions(cloud));
  await assert.rejects(client.send(new ListQueuesCommand()), { name: "Oops" });
  client.destroy();
}
