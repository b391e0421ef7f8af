import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { sdkStacks } from "./sdk.fixture.ts";

/*
 * What holds for every template, held for seeded ones: a template evaluated twice is the same, an update to itself is no change, and
 * what an update leaves is what a stack made of it anew would have.
 */

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud.stop());

/** A stream of numbers that is the same for the same seed (xorshift). */
function numbers(seed: number) {
  let state = seed * 2654435761 + 1;
  const next = (below: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  return {
    next,
    some: <T>(all: readonly T[]): T => all[next(all.length)] as T,
    chance: (of: number) => next(of) === 0,
  };
}

interface Template {
  Parameters: Record<string, object>;
  Conditions: Record<string, object>;
  Resources: Record<string, { Type: string; Properties: Record<string, unknown>; [name: string]: unknown }>;
  Outputs: Record<string, object>;
}

/** A template of queues, topics, parameters, groups and roles that name each other, by every kind of function. */
function templateOf(seed: number): Template {
  const { next, some, chance } = numbers(seed);
  const template: Template = {
    Parameters: {
      Size: { Type: "Number", Default: next(9) + 1 },
      Stage: { Type: "String", Default: some(["dev", "prod"]) },
    },
    Conditions: { IsProd: { "Fn::Equals": [{ Ref: "Stage" }, "prod"] } },
    Resources: {},
    Outputs: {},
  };
  const made: { id: string; type: string }[] = [];
  const text = () => {
    const other = made.length > 0 && !chance(3) ? some(made) : undefined;
    if (!other) return some([`t${next(3)}`, { Ref: "Stage" }, { "Fn::Sub": "${AWS::StackName}-${Stage}" }]);
    const forms = [
      { Ref: other.id },
      { "Fn::Join": ["-", ["a", { Ref: other.id }]] },
      { "Fn::Sub": `x\${${other.id}}` },
      { "Fn::If": ["IsProd", { Ref: other.id }, "none"] },
      { "Fn::Select": [0, { "Fn::Split": ["-", { "Fn::Join": ["-", ["b", { Ref: other.id }]] }] }] },
    ];
    return some(forms);
  };
  for (let index = 0; index < next(6) + 2; index++) {
    const type = some(["AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::SSM::Parameter", "AWS::Logs::LogGroup"]);
    // Another type is another resource: an update may not change it.
    const id = `${type.replaceAll(/AWS|::/g, "")}${index}`;
    const properties: Record<string, Record<string, unknown>> = {
      "AWS::SQS::Queue": {
        VisibilityTimeout: chance(2) ? { Ref: "Size" } : next(9),
        ...(chance(2) && { DelaySeconds: next(9) }),
      },
      "AWS::SNS::Topic": { DisplayName: text() },
      "AWS::SSM::Parameter": { Type: "String", Value: text(), ...(chance(3) && { Description: text() }) },
      "AWS::Logs::LogGroup": { RetentionInDays: some([1, 3, 5]) },
    };
    template.Resources[id] = {
      Type: type,
      Properties: {
        ...properties[type],
        ...(type === "AWS::SQS::Queue" && { Tags: [{ Key: "k", Value: String(next(3)) }] }),
      },
      ...(made.length > 0 && chance(3) && { DependsOn: some(made).id }),
    };
    made.push({ id, type });
    template.Outputs[`O${index}`] = { Value: { Ref: id } };
  }
  return template;
}

const SEEDS = Array.from(
  { length: Number(process.env["SQUALL_TEST_SCALE"] ?? 1) * 12 },
  (_, index) => index + 1,
);

/** What a stack's resources are, by what their services say; names that were made for them stand for themselves. */
async function worldOf(stacks: ReturnType<typeof sdkStacks>, name: string): Promise<string> {
  await stacks.call("DetectStackDrift", { StackName: name });
  const { StackResourceDrifts } = await stacks.call("DescribeStackResourceDrifts", { StackName: name });
  const all = (StackResourceDrifts as Record<string, string>[]).map(
    ({ LogicalResourceId, ResourceType, StackResourceDriftStatus, ActualProperties }) =>
      `${LogicalResourceId} ${ResourceType} ${StackResourceDriftStatus} ${ActualProperties}`,
  );
  return all
    .join("\n")
    .replaceAll(name, "STACK")
    .replace(/-[A-Za-z0-9]{12}\b/g, "-SUFFIX");
}

test("an update of a stack to its own template is no change", async () => {
  using stacks = sdkStacks(cloud);
  for (const seed of SEEDS) {
    const name = `same-${seed}`;
    await stacks.create(name, templateOf(seed));
    assert.equal(await stacks.status(name), "CREATE_COMPLETE", `seed ${seed}`);
    await assert.rejects(
      stacks.update(name, templateOf(seed)),
      {
        message: "No updates are to be performed.",
      },
      `seed ${seed}`,
    );
  }
});

test("what an update leaves is what a new stack of that template has", async () => {
  using stacks = sdkStacks(cloud);
  for (const seed of SEEDS) {
    const [from, to] = [`from-${seed}`, `anew-${seed}`];
    await stacks.create(from, templateOf(seed));
    await stacks.update(from, templateOf(seed + 1000));
    assert.equal(await stacks.status(from), "UPDATE_COMPLETE", `seed ${seed}`);
    await stacks.create(to, templateOf(seed + 1000));
    const [updated, anew] = [await worldOf(stacks, from), await worldOf(stacks, to)];
    assert.equal(updated, anew, `seed ${seed}`);
    assert.doesNotMatch(updated, /MODIFIED|DELETED/, `seed ${seed}`);
  }
});

test("what is rolled back is as it was", async () => {
  using stacks = sdkStacks(cloud);
  for (const seed of SEEDS) {
    const name = `back-${seed}`;
    await stacks.create(name, templateOf(seed));
    const before = await worldOf(stacks, name);
    const failing = templateOf(seed + 2000);
    failing.Resources["Bad"] = {
      Type: "AWS::SQS::Queue",
      DependsOn: Object.keys(failing.Resources),
      Properties: { VisibilityTimeout: -1 },
    };
    await stacks.update(name, failing);
    assert.equal(await stacks.status(name), "UPDATE_ROLLBACK_COMPLETE", `seed ${seed}`);
    assert.equal(await worldOf(stacks, name), before, `seed ${seed}`);
  }
});

test("when all stacks are deleted, nothing is left", async () => {
  using stacks = sdkStacks(cloud);
  for (const seed of SEEDS) await stacks.create(`gone-${seed}`, templateOf(seed));
  for (const seed of SEEDS) await stacks.call("DeleteStack", { StackName: `gone-${seed}` });
  const answer = await fetch(`${cloud.url}/_squall/resources`);
  const { resources } = (await answer.json()) as { resources: { account: string; arn: string }[] };
  assert.deepEqual(
    resources.filter(({ account }) => account === stacks.account),
    [],
  );
});

/** The processor's time: others may be at work on it. */
test("a stack of 200 resources is made in less than 5 s", async () => {
  using stacks = sdkStacks(cloud);
  const types = [
    { Type: "AWS::SQS::Queue", Properties: {} },
    { Type: "AWS::SNS::Topic", Properties: {} },
    { Type: "AWS::SSM::Parameter", Properties: { Type: "String", Value: "x" } },
    { Type: "AWS::Logs::LogGroup", Properties: {} },
  ];
  const Resources = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [`R${index}`, types[index % 4]]),
  );
  const from = process.cpuUsage();
  await stacks.create("large", { Resources });
  const { user, system } = process.cpuUsage(from);
  const tookMs = (user + system) / 1000;
  assert.equal(await stacks.status("large"), "CREATE_COMPLETE");
  assert.ok(tookMs < 5000, `${tookMs.toFixed(0)} ms`);
});
