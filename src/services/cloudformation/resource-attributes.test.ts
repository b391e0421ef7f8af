import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { sdkStacks } from "./sdk.fixture.ts";

/*
 * What a template says of a resource beside its properties: it counts from the update that says it to the one that says it no more,
 * whatever else that update does with the resource, and a rollback brings back what was said before.
 */

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud.stop());

type Stacks = ReturnType<typeof sdkStacks>;
type Declared = Record<string, unknown>;

async function isThere(stacks: Stacks, QueueUrl: string): Promise<boolean> {
  const asked = stacks.of("sqs", "GetQueueAttributes", { QueueUrl });
  return asked.then(
    () => true,
    () => false,
  );
}

/** A resource attribute, and how a stack shows that its resource `Z` has it. */
const ATTRIBUTES: Record<
  string,
  { value: unknown; holds: (stacks: Stacks, name: string, declared: Declared) => Promise<boolean> }
> = {
  DeletionPolicy: {
    value: "Retain",
    holds: async (stacks, StackName) => {
      const url = await stacks.physical(StackName, "Z");
      await stacks.call("DeleteStack", { StackName });
      return isThere(stacks, url);
    },
  },
  UpdateReplacePolicy: {
    value: "Retain",
    holds: async (stacks, StackName, declared) => {
      const url = await stacks.physical(StackName, "Z");
      const Properties = { ...(declared["Properties"] as object), QueueName: `${StackName}-last` };
      await stacks.update(StackName, templateOf({ ...declared, Properties }));
      assert.notEqual(await stacks.physical(StackName, "Z"), url);
      return isThere(stacks, url);
    },
  },
  Metadata: {
    value: { Owner: "team" },
    holds: async (stacks, StackName) => {
      const { StackResourceDetail: detail } = await stacks.call("DescribeStackResource", {
        StackName,
        LogicalResourceId: "Z",
      });
      return (detail as Declared)["Metadata"] === '{"Owner":"team"}';
    },
  },
  DependsOn: {
    value: "A",
    holds: async (stacks, StackName) => {
      const { StackId } = await stacks.described(StackName);
      await stacks.call("DeleteStack", { StackName });
      const all = await stacks.events(String(StackId));
      const at = (event: string) => all.findLastIndex((is) => is.startsWith(event));
      return at("Z DELETE_COMPLETE") < at("A DELETE_IN_PROGRESS");
    },
  },
};

/** What an update does with the resource's properties. */
const CHANGES: Record<string, (name: string) => object> = {
  "is left alone": () => ({}),
  "is changed": () => ({ VisibilityTimeout: 7 }),
  "is replaced": (name) => ({ QueueName: `${name}-other` }),
};

const HISTORIES: Record<string, { first: boolean; later: boolean; fails?: true; holds: boolean }> = {
  "was said and is": { first: true, later: true, holds: true },
  "was said and is no more": { first: true, later: false, holds: false },
  "was not said and is": { first: false, later: true, holds: true },
  "was not said, and the update that says it is rolled back": {
    first: false,
    later: true,
    fails: true,
    holds: false,
  },
  "was said, and the update that says it no more is rolled back": {
    first: true,
    later: false,
    fails: true,
    holds: true,
  },
};

const templateOf = (Z: Declared, { fails = false, delay = 0 } = {}) => ({
  Resources: {
    A: { Type: "AWS::SQS::Queue", Properties: { DelaySeconds: delay } },
    Z,
    ...(fails && {
      ZZ: { Type: "AWS::SQS::Queue", DependsOn: ["A", "Z"], Properties: { VisibilityTimeout: -1 } },
    }),
  },
});

for (const [attribute, { value, holds }] of Object.entries(ATTRIBUTES))
  describe(`${attribute} of a resource`, () => {
    for (const [change, properties] of Object.entries(CHANGES))
      for (const [history, { first, later, fails, holds: expected }] of Object.entries(HISTORIES))
        test(`that ${change}: ${history}`, async () => {
          using stacks = sdkStacks(cloud);
          const name = "attributes";
          const declared = (isSaid: boolean, Properties: object): Declared => ({
            Type: "AWS::SQS::Queue",
            Properties,
            ...(isSaid && { [attribute]: value }),
          });
          const [one, other] = [declared(first, {}), declared(later, properties(name))];
          await stacks.create(name, templateOf(one));
          await stacks.update(name, templateOf(other, { fails: fails === true, delay: 5 }));
          const is = await stacks.status(name);
          assert.equal(is, fails ? "UPDATE_ROLLBACK_COMPLETE" : "UPDATE_COMPLETE");
          assert.equal(await holds(stacks, name, fails ? one : other), expected);
        });
  });
