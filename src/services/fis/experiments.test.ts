import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  CreateExperimentTemplateCommand,
  CreateTargetAccountConfigurationCommand,
  DeleteExperimentTemplateCommand,
  FisClient,
  GetExperimentCommand,
  ListExperimentResolvedTargetsCommand,
  ListExperimentsCommand,
  StartExperimentCommand,
  StopExperimentCommand,
  UpdateExperimentTemplateCommand,
} from "@aws-sdk/client-fis";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { clientOptions, testCloud } from "../../../test/cloud.ts";
import { laboratory, ROLE, refusal } from "./fixture.test.ts";

/** What SQS says when it throttles. */
const THROTTLED = "RequestThrottled 400";

type Lab = Awaited<ReturnType<typeof laboratory>>;

const wait = (duration: string, ...startAfter: string[]) => ({
  actionId: "aws:fis:wait",
  parameters: { duration },
  startAfter,
});

const inject = (kind: string, operations = "ListQueues", duration = "PT1M", percentage = "100") => ({
  actionId: `aws:fis:inject-api-${kind}-error`,
  parameters: { duration, service: "sqs", operations, percentage },
});

/** How a ListQueues call ends: `ok`, or the error's code and status. */
async function listQueues(sqs: SQSClient): Promise<string> {
  try {
    await sqs.send(new ListQueuesCommand({}));
    return "ok";
  } catch (error) {
    const { name, $metadata } = error as Error & { $metadata: { httpStatusCode?: number } };
    return `${name} ${$metadata.httpStatusCode}`;
  }
}

const queuesOf = ({ cloud, account }: Lab) => new SQSClient(clientOptions(cloud, account));

test("an experiment initiates, runs and completes, and its faults are there while its action runs", async () => {
  await using lab = await laboratory();
  const sqs = queuesOf(lab);
  const experimentTemplateId = await lab.create({ actions: { throttle: inject("throttle") } });
  assert.equal(await listQueues(sqs), "ok");

  const { experiment } = await lab.fis.send(
    new StartExperimentCommand({ clientToken: "once", experimentTemplateId }),
  );
  assert.match(experiment!.id!, /^EXP[1-9A-HJ-NP-Za-km-z]{13,16}$/);
  assert.match(experimentTemplateId, /^EXT[1-9A-HJ-NP-Za-km-z]{12,14}$/);
  assert.deepEqual(experiment!.state, { status: "initiating", reason: "Experiment is initiating." });
  assert.deepEqual(experiment!.actions!["throttle"]!.state, { status: "pending", reason: "Initial state" });

  assert.equal(await listQueues(sqs), THROTTLED);
  const running = await lab.get(experiment!.id!);
  assert.deepEqual(running.state, { status: "running", reason: "Experiment is running." });
  assert.equal(running.actions!["throttle"]!.state!.status, "running");
  assert.equal(running.endTime, undefined);

  await lab.cloud.clock.advance("PT1M");
  assert.equal(await listQueues(sqs), "ok");
  const over = await lab.get(experiment!.id!);
  assert.deepEqual(over.state, { status: "completed", reason: "Experiment completed." });
  assert.deepEqual(over.actions!["throttle"]!.state, {
    status: "completed",
    reason: "Action was completed.",
  });
  assert.ok(over.endTime!.getTime() - over.startTime!.getTime() >= 60_000);
  assert.deepEqual(lab.cloud.faults.list(), []);
});

test("the three API errors come in the service's own form, and an unnamed operation is spared", async () => {
  await using lab = await laboratory();
  const sqs = queuesOf(lab);
  const seen: string[] = [];
  for (const kind of ["internal", "throttle", "unavailable"]) {
    await lab.start({ actions: { act: inject(kind) } });
    seen.push(await listQueues(sqs));
    await lab.cloud.clock.advance("PT1M");
  }
  assert.deepEqual(seen, ["InternalFailure 500", THROTTLED, "ServiceUnavailable 503"]);
  await lab.start({ actions: { act: inject("internal", "SendMessage") } });
  assert.equal(await listQueues(sqs), "ok");
});

test("a role that is targeted is hit, another is not, and neither is the account's own user", async () => {
  await using lab = await laboratory();
  const { cloud, account } = lab;
  const sts = new STSClient(clientOptions(cloud, account));
  const sessionOf = async (name: string) => {
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${name}`, RoleSessionName: "session" }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
    return new SQSClient({
      ...clientOptions(cloud, account),
      credentials: {
        accessKeyId: AccessKeyId!,
        secretAccessKey: SecretAccessKey!,
        sessionToken: SessionToken!,
      },
    });
  };
  const [a, b] = [await sessionOf("a"), await sessionOf("b")];
  const roles = (arn: string) => ({
    resourceType: "aws:iam:role",
    resourceArns: [arn],
    selectionMode: "ALL",
  });
  await lab.start({
    targets: { callers: roles(`arn:aws:iam::${account}:role/a`) },
    actions: { act: { ...inject("unavailable"), targets: { Roles: "callers" } } },
  });
  assert.equal(await listQueues(a), "ServiceUnavailable 503");
  assert.equal(await listQueues(b), "ok");
  assert.equal(await listQueues(queuesOf(lab)), "ok");
  await cloud.clock.advance("PT1M");

  await lab.start({
    targets: { callers: roles(`arn:aws:iam::${account}:role/*`) },
    actions: { act: { ...inject("unavailable"), targets: { Roles: "callers" } } },
  });
  assert.equal(await listQueues(b), "ServiceUnavailable 503");
  assert.equal(await listQueues(queuesOf(lab)), "ServiceUnavailable 503");
});

test("actions start after each other, and those that wait for nothing start together", async () => {
  await using lab = await laboratory();
  const id = await lab.start({
    actions: {
      first: wait("PT1M"),
      beside: wait("PT5M"),
      second: wait("PT2M", "first"),
      last: wait("PT1M", "second", "beside"),
    },
  });
  const expect = async (...statuses: string[]) => {
    const { experiment: _, ...actions } = await lab.states(id);
    assert.deepEqual(actions, {
      first: statuses[0],
      beside: statuses[1],
      second: statuses[2],
      last: statuses[3],
    });
  };
  await expect("running", "running", "pending", "pending");
  await lab.cloud.clock.advance("PT1M");
  await expect("completed", "running", "running", "pending");
  await lab.cloud.clock.advance("PT2M");
  await expect("completed", "running", "completed", "pending");
  await lab.cloud.clock.advance("PT2M");
  await expect("completed", "completed", "completed", "running");
  await lab.cloud.clock.advance("PT1M");
  assert.equal((await lab.states(id)).experiment, "completed");
  const { actions } = await lab.get(id);
  assert.equal(actions!["last"]!.startTime!.getTime(), actions!["beside"]!.endTime!.getTime());
});

test("no more than ten actions run at once", async () => {
  await using lab = await laboratory();
  const actions = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`w${i}`, wait("PT1M")]));
  const id = await lab.start({ actions });
  const running = async () =>
    Object.values(await lab.states(id)).filter((status) => status === "running").length - 1;
  assert.equal(await running(), 10);
  await lab.cloud.clock.advance("PT1M");
  assert.equal(await running(), 2);
});

test("a stopped experiment stops what runs, cancels what waits, and its faults are gone at once", async () => {
  await using lab = await laboratory();
  const sqs = queuesOf(lab);
  const id = await lab.start({ actions: { act: inject("internal"), after: wait("PT1M", "act") } });
  assert.equal(await listQueues(sqs), "InternalFailure 500");
  const { experiment } = await lab.fis.send(new StopExperimentCommand({ id }));
  assert.deepEqual(experiment!.state, { status: "stopping", reason: "Stopping Experiment." });
  assert.equal(experiment!.actions!["act"]!.state!.status, "running");
  assert.equal(await listQueues(sqs), "ok");
  assert.deepEqual(await lab.states(id), { experiment: "stopped", act: "stopped", after: "cancelled" });
  assert.equal((await lab.get(id)).state!.reason, "Experiment stopped.");
  assert.equal(
    await refusal(lab.fis.send(new StopExperimentCommand({ id }))),
    `ValidationException: Experiment ${id} cannot be stopped: its state is stopped.`,
  );
});

test("experiments on one target compose, and the end of one leaves the other", async () => {
  await using lab = await laboratory();
  const sqs = queuesOf(lab);
  const first = await lab.start({ actions: { act: inject("throttle") } });
  const second = await lab.start({ actions: { act: inject("unavailable") } });
  assert.equal(await listQueues(sqs), THROTTLED);
  await lab.fis.send(new StopExperimentCommand({ id: first }));
  assert.equal(await listQueues(sqs), "ServiceUnavailable 503");
  await lab.fis.send(new StopExperimentCommand({ id: second }));
  assert.equal(await listQueues(sqs), "ok");
});

test("five experiments may be active in an account and region; the sixth is refused with 402", async () => {
  await using lab = await laboratory();
  const experimentTemplateId = await lab.create({ actions: { wait: wait("PT1M") } });
  const start = () =>
    lab.fis.send(new StartExperimentCommand({ clientToken: crypto.randomUUID(), experimentTemplateId }));
  for (let i = 0; i < 5; i++) await start();
  await assert.rejects(start(), (error: Error & { $metadata: { httpStatusCode?: number } }) => {
    assert.equal(error.name, "ServiceQuotaExceededException");
    assert.equal(error.$metadata.httpStatusCode, 402);
    return true;
  });
  await lab.cloud.clock.advance("PT1M");
  await start();
});

test("an experiment runs for twelve hours at most", async () => {
  await using lab = await laboratory();
  const whole = await lab.start({ actions: { wait: wait("PT12H") } });
  const longer = await lab.start({ actions: { one: wait("PT12H"), two: wait("PT1H", "one") } });
  await lab.cloud.clock.advance("PT12H");
  assert.equal((await lab.states(whole)).experiment, "completed");
  assert.equal((await lab.states(longer)).experiment, "running");
  await lab.cloud.clock.advance("PT1M");
  const { state, actions } = (await lab.ask("GET", `/experiments/${longer}`)).body["experiment"];
  assert.deepEqual([state.status, state.error.code], ["failed", "QuotaExceededFailure"]);
  assert.equal(actions.two.state.status, "stopped");
});

test("the same client token starts one experiment, and another request with it conflicts", async () => {
  await using lab = await laboratory();
  const experimentTemplateId = await lab.create({ actions: { wait: wait("PT1M") } });
  const start = (tags?: Record<string, string>) =>
    lab.fis.send(new StartExperimentCommand({ clientToken: "same", experimentTemplateId, tags }));
  const [one, two] = [await start(), await start()];
  assert.equal(one.experiment!.id, two.experiment!.id);
  assert.match(await refusal(start({ a: "b" })), /^ConflictException: /);
  assert.equal((await lab.fis.send(new ListExperimentsCommand({}))).experiments!.length, 1);
});

test("an action that does not act yet fails by name, and takes the experiment with it", async () => {
  await using lab = await laboratory();
  const sqs = queuesOf(lab);
  const resourceArns = [`arn:aws:directconnect:us-east-1:${lab.account}:dxvif/orders`];
  const resourceType = "aws:directconnect:virtual-interface";
  const id = await lab.start({
    targets: {
      interfaces: {
        resourceType,
        resourceArns,
        selectionMode: "ALL",
      },
    },
    actions: {
      act: inject("internal"),
      wait: wait("PT10S"),
      run: {
        actionId: "aws:directconnect:virtual-interface-disconnect",
        parameters: { duration: "PT10M" },
        targets: { VirtualInterfaces: "interfaces" },
        startAfter: ["wait"],
      },
      never: wait("PT1M", "run"),
    },
  });
  assert.equal(await listQueues(sqs), "InternalFailure 500");
  await lab.cloud.clock.advance("PT10S");
  assert.deepEqual(await lab.states(id), {
    experiment: "failed",
    act: "stopped",
    wait: "completed",
    run: "failed",
    never: "cancelled",
  });
  const { state } = await lab.get(id);
  assert.equal(
    state!.reason,
    'aws:directconnect:virtual-interface-disconnect does not act in Squall yet: action "run" fails when its turn comes.',
  );
  const { body } = await lab.ask("GET", `/experiments/${id}`);
  assert.deepEqual(body["experiment"].state.error, {
    accountId: lab.account,
    code: "ConfigurationFailure",
    location: "actions.run",
  });
  assert.equal(await listQueues(sqs), "ok");
});

test("a target that nothing fits fails the experiment, or skips the action, as the template wants", async () => {
  await using lab = await laboratory();
  const template = {
    targets: {
      nobody: { resourceType: "aws:lambda:function", resourceTags: { team: "none" }, selectionMode: "ALL" },
    },
    actions: {
      act: {
        actionId: "aws:lambda:invocation-error",
        parameters: { duration: "PT1M", preventExecution: "true" },
        targets: { Functions: "nobody" },
      },
      after: wait("PT1M", "act"),
    },
  };
  const failed = await lab.start(template);
  assert.deepEqual(await lab.states(failed), { experiment: "failed", act: "cancelled", after: "cancelled" });
  assert.equal((await lab.get(failed)).state!.reason, "Target resolution returned empty set.");
  const { body } = await lab.ask("GET", `/experiments/${failed}`);
  assert.equal(body["experiment"].state.error.code, "InvalidTarget");

  const skipped = await lab.start({ ...template, experimentOptions: { emptyTargetResolutionMode: "skip" } });
  assert.deepEqual(await lab.states(skipped), { experiment: "running", act: "skipped", after: "running" });
});

test("skip-all resolves the targets and does nothing", async () => {
  await using lab = await laboratory();
  const arn = `arn:aws:iam::${lab.account}:role/a`;
  const experimentTemplateId = await lab.create({
    targets: { callers: { resourceType: "aws:iam:role", resourceArns: [arn], selectionMode: "ALL" } },
    actions: { act: { ...inject("internal"), targets: { Roles: "callers" } }, after: wait("PT1M", "act") },
  });
  const { body } = await lab.ask("POST", "/experiments", {
    clientToken: "preview",
    experimentTemplateId,
    experimentOptions: { actionsMode: "skip-all" },
  });
  const id = body["experiment"].id as string;
  assert.deepEqual(await lab.states(id), { experiment: "completed", act: "skipped", after: "skipped" });
  assert.equal(await listQueues(queuesOf(lab)), "ok");
  const { resolvedTargets } = await lab.fis.send(
    new ListExperimentResolvedTargetsCommand({ experimentId: id }),
  );
  assert.deepEqual(resolvedTargets, [
    { resourceType: "aws:iam:role", targetName: "callers", targetInformation: { arn } },
  ]);
});

test("the safety lever stops what runs and cancels what starts, until it is disengaged", async () => {
  await using lab = await laboratory();
  const sqs = queuesOf(lab);
  const lever = async () => (await lab.ask("GET", "/safetyLevers/default")).body["safetyLever"];
  assert.equal((await lever()).state.status, "disengaged");
  assert.equal((await lever()).arn, `arn:aws:fis:us-east-1:${lab.account}:safety-lever/default`);
  const running = await lab.start({ actions: { act: inject("internal") } });
  const engaged = await lab.ask("PATCH", "/safetyLevers/default/state", {
    state: { status: "engaged", reason: "Release day" },
  });
  assert.deepEqual(engaged.body["safetyLever"].state, { status: "engaging", reason: "Release day" });
  assert.deepEqual((await lever()).state, { status: "engaged", reason: "Release day" });
  assert.equal(await listQueues(sqs), "ok");
  assert.deepEqual(await lab.states(running), { experiment: "stopped", act: "stopped" });

  const prevented = await lab.start({ actions: { act: inject("internal") } });
  assert.deepEqual(await lab.states(prevented), { experiment: "cancelled", act: "cancelled" });
  assert.equal(await listQueues(sqs), "ok");

  await lab.ask("PATCH", "/safetyLevers/default/state", { state: { status: "disengaged", reason: "Go on" } });
  await lab.start({ actions: { act: inject("internal") } });
  assert.equal(await listQueues(sqs), "InternalFailure 500");
  assert.equal((await lab.ask("GET", "/safetyLevers/other")).status, 404);
});

test("what happens to a template afterwards does not touch its experiment", async () => {
  await using lab = await laboratory();
  const id = await lab.create({ actions: { wait: wait("PT5M") } });
  const { experiment } = await lab.fis.send(
    new StartExperimentCommand({ clientToken: "one", experimentTemplateId: id }),
  );
  await lab.fis.send(new UpdateExperimentTemplateCommand({ id, actions: { other: wait("PT1M") } }));
  await lab.fis.send(new DeleteExperimentTemplateCommand({ id }));
  await lab.cloud.clock.advance("PT1M");
  assert.deepEqual(await lab.states(experiment!.id!), { experiment: "running", wait: "running" });
});

test("the same seed fails the same calls of the same experiments", async () => {
  const course = async (seed: string) => {
    // The caller is part of who a call is.
    await using lab = await laboratory({ seed, account: "123456789012" });
    const sqs = queuesOf(lab);
    const courses: string[] = [];
    for (let run = 0; run < 2; run++) {
      const id = await lab.start({ actions: { act: inject("internal", "ListQueues", "PT1M", "50") } });
      let calls = "";
      for (let i = 0; i < 24; i++) calls += (await listQueues(sqs)) === "ok" ? "." : "x";
      courses.push(calls);
      await lab.fis.send(new StopExperimentCommand({ id }));
    }
    return courses;
  };
  const courses = await course("one");
  for (const one of courses) {
    assert.match(one, /x/);
    assert.match(one, /\./);
  }
  assert.deepEqual(await course("one"), courses);
  assert.notDeepEqual(await course("two"), courses);
});

test("an experiment that was running when Squall ended has failed when it is back, and its faults are gone", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "squall-fis-"));
  try {
    let id = "";
    let account = "";
    {
      await using lab = await laboratory({ dataDir });
      account = lab.account;
      id = await lab.start({ actions: { act: inject("internal"), after: wait("PT1M", "act") } });
      assert.equal(await listQueues(queuesOf(lab)), "InternalFailure 500");
    }
    await using cloud = await testCloud({ dataDir });
    const fis = new FisClient(clientOptions(cloud, account));
    const { experiment } = await fis.send(new GetExperimentCommand({ id }));
    assert.equal(experiment!.state!.status, "failed");
    assert.equal(experiment!.state!.reason, "Squall was stopped while the experiment was running.");
    assert.equal(experiment!.actions!["act"]!.state!.status, "stopped");
    assert.equal(experiment!.actions!["after"]!.state!.status, "cancelled");
    assert.equal(await listQueues(new SQSClient(clientOptions(cloud, account))), "ok");
    assert.deepEqual(cloud.faults.list(), []);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});

test("an empty cloud after a reset has no rule of an experiment", async () => {
  await using lab = await laboratory();
  await lab.start({ actions: { act: inject("internal") } });
  assert.equal(lab.cloud.faults.list().length, 1);
  await lab.cloud.reset("fis");
  assert.deepEqual(lab.cloud.faults.list(), []);
  assert.deepEqual((await lab.fis.send(new ListExperimentsCommand({}))).experiments, []);
});

test("an experiment's role is kept as it was given", async () => {
  await using lab = await laboratory();
  const id = await lab.start({ roleArn: ROLE, actions: { wait: wait("PT1S") } });
  assert.equal((await lab.get(id)).roleArn, ROLE);
});

test("a multi-account experiment strikes the accounts of its configurations, and not its own", async () => {
  await using lab = await laboratory();
  const experimentTemplateId = await lab.create({
    actions: { act: inject("internal") },
    experimentOptions: { accountTargeting: "multi-account", emptyTargetResolutionMode: "fail" },
  });
  const accountId = "111122223333";
  await lab.fis.send(
    new CreateTargetAccountConfigurationCommand({
      experimentTemplateId,
      accountId,
      roleArn: `arn:aws:iam::${accountId}:role/target`,
    }),
  );
  await lab.fis.send(new StartExperimentCommand({ clientToken: "m", experimentTemplateId }));
  const other = new SQSClient(clientOptions(lab.cloud, accountId));
  assert.equal(await listQueues(other), "InternalFailure 500");
  assert.equal(await listQueues(queuesOf(lab)), "ok");
});

test("a service without regions is struck wherever its calls come from", async () => {
  await using lab = await laboratory();
  const region = "eu-west-1";
  const fis = new FisClient({ ...clientOptions(lab.cloud, lab.account), region });
  const { experimentTemplate } = await fis.send(
    new CreateExperimentTemplateCommand({
      clientToken: "t",
      description: "Global",
      roleArn: ROLE,
      stopConditions: [{ source: "none" }],
      actions: {
        act: {
          actionId: "aws:fis:inject-api-unavailable-error",
          parameters: { duration: "PT1M", service: "iam", operations: "ListRoles", percentage: "100" },
        },
      },
    }),
  );
  const experimentTemplateId = experimentTemplate!.id!;
  await fis.send(new StartExperimentCommand({ clientToken: "s", experimentTemplateId }));
  const iam = new IAMClient(clientOptions(lab.cloud, lab.account));
  await assert.rejects(iam.send(new ListRolesCommand({})), { name: /^ServiceUnavailable/ });
});

test("an experiment is forgotten 120 days after its end, and a client token after a day", async () => {
  await using lab = await laboratory();
  const experimentTemplateId = await lab.create({ actions: { wait: wait("PT1S") } });
  const start = async () =>
    (await lab.fis.send(new StartExperimentCommand({ clientToken: "same", experimentTemplateId })))
      .experiment!.id!;
  const all = async () => (await lab.fis.send(new ListExperimentsCommand({}))).experiments!.length;
  const first = await start();
  await lab.cloud.clock.advance("PT23H");
  assert.equal(await start(), first);
  await lab.cloud.clock.advance("P119D");
  await lab.start({ actions: { wait: wait("PT1S") } });
  assert.equal(await all(), 2);
  assert.notEqual(await start(), first);
  await lab.cloud.clock.advance("P2D");
  await lab.start({ actions: { wait: wait("PT1S") } });
  assert.equal(await all(), 3);
  assert.match(await refusal(lab.get(first)), /^ResourceNotFoundException: /);
});

test("an experiment is forgotten in time whether another one starts or not", async () => {
  await using lab = await laboratory();
  const id = await lab.start({ actions: { wait: wait("PT1M") } });
  await lab.cloud.clock.advance("P120D");
  assert.equal((await lab.get(id)).state!.status, "completed");
  await lab.cloud.clock.advance("PT1M");
  assert.equal(await refusal(lab.get(id)), `ResourceNotFoundException: Experiment with ID ${id} not found.`);
  assert.deepEqual((await lab.fis.send(new ListExperimentsCommand({}))).experiments, []);
});
