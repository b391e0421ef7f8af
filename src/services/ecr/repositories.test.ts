import assert from "node:assert/strict";
import { test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";

/* There is no ECR client among what Squall is developed with: the calls go through the model, as a client's do. */

test("a repository is made, found, changed and deleted", async () => {
  await using cloud = await testCloud({ listen: false });
  const call = (operation: string, input: object) =>
    cloud.call<Record<string, unknown>>("ecr", operation, input);
  const repositoryName = "team/app";
  const { repository } = await call("CreateRepository", {
    repositoryName,
    imageScanningConfiguration: { scanOnPush: true },
  });
  const { createdAt: _, ...described } = repository as Record<string, unknown>;
  assert.deepEqual(described, {
    repositoryArn: "arn:aws:ecr:us-east-1:000000000000:repository/team/app",
    registryId: "000000000000",
    repositoryName,
    repositoryUri: "000000000000.dkr.ecr.us-east-1.amazonaws.com/team/app",
    imageTagMutability: "MUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfiguration: { encryptionType: "AES256" },
  });
  await assert.rejects(call("CreateRepository", { repositoryName }), {
    code: "RepositoryAlreadyExistsException",
    message: "The repository with name 'team/app' already exists in the registry with id '000000000000'",
  });
  await call("PutImageTagMutability", { repositoryName, imageTagMutability: "IMMUTABLE" });
  const { repositories } = await call("DescribeRepositories", { repositoryNames: [repositoryName] });
  assert.equal((repositories as Record<string, unknown>[])[0]?.["imageTagMutability"], "IMMUTABLE");
  await call("DeleteRepository", { repositoryName });
  await assert.rejects(call("DescribeRepositories", { repositoryNames: [repositoryName] }), {
    code: "RepositoryNotFoundException",
    message: "The repository with name 'team/app' does not exist in the registry with id '000000000000'",
  });
});

test("a repository has a policy and a lifecycle policy when they have been put", async () => {
  await using cloud = await testCloud({ listen: false });
  const call = (operation: string, input: object) =>
    cloud.call<Record<string, unknown>>("ecr", operation, { repositoryName: "app", ...input });
  await call("CreateRepository", {});
  const text = JSON.stringify({ Version: "2012-10-17", Statement: [] }).padEnd(100);
  for (const [what, member, message] of [
    ["RepositoryPolicy", "policyText", "Repository policy does not exist"],
    ["LifecyclePolicy", "lifecyclePolicyText", "Lifecycle policy does not exist"],
  ] as const) {
    const missing = {
      code: `${what}NotFoundException`,
      message: `${message} for the repository with name 'app' in the registry with id '000000000000'`,
    };
    await assert.rejects(call(`Get${what}`, {}), missing);
    await call(what === "LifecyclePolicy" ? "PutLifecyclePolicy" : "SetRepositoryPolicy", { [member]: text });
    assert.equal((await call(`Get${what}`, {}))[member], text);
    await call(`Delete${what}`, {});
    await assert.rejects(call(`Delete${what}`, {}), missing);
  }
});

test("a repository has no images, and who asks for one is told so", async () => {
  await using cloud = await testCloud({ listen: false });
  const call = (operation: string, input: object) =>
    cloud.call<Record<string, unknown>>("ecr", operation, { repositoryName: "app", ...input });
  await call("CreateRepository", {});
  assert.deepEqual(await call("ListImages", {}), { imageIds: [] });
  await assert.rejects(call("DescribeImages", { imageIds: [{ imageTag: "latest" }] }), {
    code: "ImageNotFoundException",
    message:
      "The image with imageId {imageDigest:'null', imageTag:'latest'} does not exist within the repository with name 'app' in the registry with id '000000000000'",
  });
  await assert.rejects(call("InitiateLayerUpload", {}), { code: "NotImplemented" });
});
