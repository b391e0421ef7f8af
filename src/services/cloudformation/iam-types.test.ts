import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { Cloud } from "../../index.ts";
import { sdkStacks } from "./sdk.fixture.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud.stop());

const Capabilities = ["CAPABILITY_IAM"];
const document = (Statement: object) => ({ Version: "2012-10-17", Statement: [Statement] });

test("a role that a stack makes has a description, if an empty one", async () => {
  using stacks = sdkStacks(cloud);
  const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
  const Role = { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: document(trust) } };
  await stacks.create("roles", { Resources: { Role } }, { Capabilities });
  await until(async () => (await stacks.status("roles")) === "CREATE_COMPLETE");
  const RoleName = await stacks.physical("roles", "Role");
  const { Role: made } = await stacks.of<{ Role: { Description?: string } }>("iam", "GetRole", { RoleName });
  assert.equal(made.Description, "");
});

test("a policy of nobody is neither made nor deleted, until it is retained", async () => {
  using stacks = sdkStacks(cloud);
  const PolicyDocument = document({ Effect: "Allow", Action: "*", Resource: "*" });
  const Policy = { Type: "AWS::IAM::Policy", Properties: { PolicyName: "p", PolicyDocument } };
  const id = await stacks.create("nobody", { Resources: { Policy } }, { Capabilities });
  const ends = (wanted: string) =>
    until(
      () => stacks.status(id),
      (status) => status === wanted,
    );
  await ends("ROLLBACK_FAILED");
  const failed = (await stacks.events(id)).filter((event) => /^Policy \w+_FAILED/.test(event));
  assert.deepEqual(
    failed.map((event) => /^Policy \w+/.exec(event)?.[0]),
    ["Policy CREATE_FAILED", "Policy DELETE_FAILED"],
  );
  for (const event of failed)
    assert.match(event, /At least one of \[Groups,Roles,Users\] must be non-empty\./);
  await stacks.call("DeleteStack", { StackName: id });
  await ends("DELETE_FAILED");
  await stacks.call("DeleteStack", { StackName: id, RetainResources: ["Policy"] });
  await ends("DELETE_COMPLETE");
});
