import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { balancedOn } from "../elbv2/fixture.test.ts";

const PROGRAM = `require("http").createServer((request, response) => response.end("here"))
  .listen(process.env.PORT, "127.0.0.1")`;

test("what ended with a former process is no target any more, and a new task is one", async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-restart-"));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const account = newAccount();
  let group = "";
  let before: number | undefined;
  {
    await using cloud = await testCloud({ dataDir });
    const lab = await balancedOn(cloud, account);
    const { arn } = await lab.balancer();
    group = await lab.group("web", { TargetType: "instance" });
    await lab.listen(arn, group, 18_110);
    const container = {
      name: "app",
      image: "web",
      memory: 128,
      command: ["node", "-e", PROGRAM],
      portMappings: [{ containerPort: 18_111 }],
    };
    await lab.call("ecs", "RegisterTaskDefinition", { family: "web", containerDefinitions: [container] });
    await lab.call("ecs", "CreateService", {
      serviceName: "web",
      taskDefinition: "web",
      desiredCount: 1,
      loadBalancers: [{ targetGroupArn: group, containerName: "app", containerPort: 18_111 }],
    });
    [{ port: before } = { port: undefined }] = await lab.areAll(group, "healthy");
  }
  await using cloud = await testCloud({ dataDir });
  const lab = await balancedOn(cloud, account);
  const states = async () => (await lab.health(group)).map(({ port, state }) => [port === before, state]);
  const wanted = [
    [false, "healthy"],
    [true, "draining"],
  ];
  await until(
    async () => (await states()).sort(),
    (now) => JSON.stringify(now) === JSON.stringify(wanted),
  );
  await cloud.clock.advance("PT5M");
  assert.deepEqual(await states(), [[false, "healthy"]]);
});

test("a task that is being started when Squall stops holds no port afterwards", async () => {
  const listening = () => process.getActiveResourcesInfo().filter((name) => name === "TCPServerWrap").length;
  const before = listening();
  for (let turns = 0; turns < 8; turns++) {
    const cloud = await testCloud();
    const account = newAccount();
    const lab = await balancedOn(cloud, account);
    const portMappings = [18_112, 18_113, 18_114].map((containerPort) => ({ containerPort }));
    const container = { name: "app", image: "web", memory: 128, command: ["sleep", "9"], portMappings };
    await lab.call("ecs", "RegisterTaskDefinition", { family: "web", containerDefinitions: [container] });
    await lab.call("ecs", "RunTask", { taskDefinition: "web", count: 3 });
    for (let turn = 0; turn < turns; turn++) await nextTurn();
    await cloud.stop();
  }
  await until(() => listening() === before);
});
