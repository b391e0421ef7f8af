import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount } from "../../../test/cloud.ts";
import { decoded, iamCloud, POLICY, refused, TRUST } from "./fixture.test.ts";

const { client } = await iamCloud();

test("A role is created, read, changed, listed and deleted", async () => {
  const account = newAccount();
  const iam = client(account);
  const RoleName = "worker";
  const { Role: made } = await iam.createRole({
    RoleName,
    Path: "/svc/",
    AssumeRolePolicyDocument: TRUST,
    Description: "works",
    MaxSessionDuration: 7200,
    Tags: [{ Key: "a", Value: "b" }],
  });
  assert.match(made!.RoleId!, /^AROA[A-Z2-7]{17}$/);
  assert.equal(made!.Arn, `arn:aws:iam::${account}:role/svc/worker`);
  assert.deepEqual(decoded(made!.AssumeRolePolicyDocument), JSON.parse(TRUST));
  const { Role: read } = await iam.getRole({ RoleName });
  assert.deepEqual(read, { ...made, RoleLastUsed: {} });
  await refused(
    iam.createRole({ RoleName: "Worker", AssumeRolePolicyDocument: TRUST }),
    "EntityAlreadyExists",
    "Role with name Worker already exists.",
  );
  await iam.updateRole({ RoleName, Description: "rests", MaxSessionDuration: 3600 });
  const { Role: described } = await iam.updateRoleDescription({ RoleName, Description: "sleeps" });
  assert.deepEqual([described!.Description, described!.MaxSessionDuration], ["sleeps", 3600]);
  const other = TRUST.replace("lambda", "fis");
  await iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: other });
  assert.deepEqual(
    decoded((await iam.getRole({ RoleName })).Role!.AssumeRolePolicyDocument),
    JSON.parse(other),
  );
  const { Roles } = await iam.listRoles({ PathPrefix: "/svc/" });
  assert.deepEqual(
    Roles!.map((role) => [role.RoleName, role.Tags]),
    [[RoleName, undefined]],
  );
  await iam.deleteRole({ RoleName });
  await refused(iam.getRole({ RoleName }), "NoSuchEntity", "The role with name worker cannot be found.");
});

test("A trust policy is checked as IAM checks it", async () => {
  const iam = client();
  const create = (statement: object | string) =>
    iam.createRole({
      RoleName: "r",
      AssumeRolePolicyDocument:
        typeof statement === "string"
          ? statement
          : JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] }),
    });
  const malformed = (statement: object | string, message: string) =>
    refused(create(statement), "MalformedPolicyDocument", message);
  const Principal = { Service: "lambda.amazonaws.com" };
  await malformed("no json", "This policy contains invalid Json");
  await malformed("[]", "Syntax errors in policy.");
  await malformed({ Action: "sts:AssumeRole" }, "Missing required field Principal");
  await malformed({ Principal, Action: "sts:AssumeRole", Resource: "*" }, "Has prohibited field Resource");
  await malformed(
    { Principal, Action: "sqs:SendMessage" },
    "AssumeRole policy may only specify STS AssumeRole actions.",
  );
  await malformed({ Principal, Action: "sts:AssumeRole", Colour: "red" }, "Syntax errors in policy.");
  await create({ Principal, Action: ["sts:AssumeRole", "sts:TagSession"] });
});

test("Tags of a role", async () => {
  const iam = client();
  const RoleName = "r";
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: TRUST });
  await iam.tagRole({
    RoleName,
    Tags: [
      { Key: "a", Value: "1" },
      { Key: "b", Value: "2" },
    ],
  });
  const page = await iam.listRoleTags({ RoleName, MaxItems: 1 });
  assert.deepEqual([page.Tags, page.IsTruncated], [[{ Key: "a", Value: "1" }], true]);
  await iam.untagRole({ RoleName, TagKeys: ["a"] });
  assert.deepEqual((await iam.listRoleTags({ RoleName })).Tags, [{ Key: "b", Value: "2" }]);
  const more = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: "" }));
  await refused(iam.tagRole({ RoleName, Tags: more }), "LimitExceeded");
});

test("A role with policies or an instance profile cannot be deleted", async () => {
  const iam = client();
  const RoleName = "r";
  const PolicyArn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: TRUST });
  await iam.attachRolePolicy({ RoleName, PolicyArn });
  await iam.putRolePolicy({ RoleName, PolicyName: "p", PolicyDocument: POLICY });
  await iam.createInstanceProfile({ InstanceProfileName: "i" });
  await iam.addRoleToInstanceProfile({ InstanceProfileName: "i", RoleName });
  const cannot = (message: string) => refused(iam.deleteRole({ RoleName }), "DeleteConflict", message);
  await cannot("Cannot delete entity, must remove roles from instance profile first.");
  await iam.removeRoleFromInstanceProfile({ InstanceProfileName: "i", RoleName });
  await cannot("Cannot delete entity, must detach all policies first.");
  await iam.detachRolePolicy({ RoleName, PolicyArn });
  await cannot("Cannot delete entity, must delete policies first.");
  await iam.deleteRolePolicy({ RoleName, PolicyName: "p" });
  await iam.deleteRole({ RoleName });
});

test("Inline policies of a role", async () => {
  const iam = client();
  const RoleName = "r";
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: TRUST });
  await iam.putRolePolicy({ RoleName, PolicyName: "b", PolicyDocument: POLICY });
  await iam.putRolePolicy({ RoleName, PolicyName: "a", PolicyDocument: POLICY });
  assert.deepEqual((await iam.listRolePolicies({ RoleName })).PolicyNames, ["a", "b"]);
  const { PolicyDocument } = await iam.getRolePolicy({ RoleName, PolicyName: "a" });
  assert.deepEqual(decoded(PolicyDocument), JSON.parse(POLICY));
  await refused(
    iam.getRolePolicy({ RoleName, PolicyName: "c" }),
    "NoSuchEntity",
    "The role policy with name c cannot be found.",
  );
});

test("An instance profile has one role", async () => {
  const account = newAccount();
  const iam = client(account);
  const InstanceProfileName = "i";
  const { InstanceProfile } = await iam.createInstanceProfile({
    InstanceProfileName,
    Tags: [{ Key: "a", Value: "b" }],
  });
  assert.match(InstanceProfile!.InstanceProfileId!, /^AIPA/);
  assert.equal(InstanceProfile!.Arn, `arn:aws:iam::${account}:instance-profile/i`);
  assert.deepEqual(InstanceProfile!.Roles, []);
  await refused(
    iam.createInstanceProfile({ InstanceProfileName }),
    "EntityAlreadyExists",
    "Instance Profile i already exists.",
  );
  for (const RoleName of ["r", "s"]) await iam.createRole({ RoleName, AssumeRolePolicyDocument: TRUST });
  await iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName: "r" });
  await refused(
    iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName: "s" }),
    "LimitExceeded",
    "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
  );
  const { InstanceProfile: read } = await iam.getInstanceProfile({ InstanceProfileName });
  assert.equal(read!.Roles![0]!.RoleName, "r");
  assert.equal((await iam.listInstanceProfilesForRole({ RoleName: "r" })).InstanceProfiles!.length, 1);
  assert.equal((await iam.listInstanceProfilesForRole({ RoleName: "s" })).InstanceProfiles!.length, 0);
  assert.equal((await iam.listInstanceProfiles({})).InstanceProfiles!.length, 1);
  await iam.tagInstanceProfile({ InstanceProfileName, Tags: [{ Key: "c", Value: "d" }] });
  await iam.untagInstanceProfile({ InstanceProfileName, TagKeys: ["a"] });
  assert.deepEqual((await iam.listInstanceProfileTags({ InstanceProfileName })).Tags, [
    { Key: "c", Value: "d" },
  ]);
  await refused(iam.deleteInstanceProfile({ InstanceProfileName }), "DeleteConflict");
  await iam.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName: "r" });
  await iam.deleteInstanceProfile({ InstanceProfileName });
  await refused(
    iam.getInstanceProfile({ InstanceProfileName }),
    "NoSuchEntity",
    "Instance Profile i cannot be found.",
  );
});

test("A permissions boundary is put and taken away", async () => {
  const iam = client();
  const PermissionsBoundary = "arn:aws:iam::aws:policy/PowerUserAccess";
  await iam.createRole({ RoleName: "r", AssumeRolePolicyDocument: TRUST, PermissionsBoundary });
  const boundary = async () => (await iam.getRole({ RoleName: "r" })).Role!.PermissionsBoundary;
  assert.deepEqual(await boundary(), {
    PermissionsBoundaryType: "PermissionsBoundaryPolicy",
    PermissionsBoundaryArn: PermissionsBoundary,
  });
  await iam.deleteRolePermissionsBoundary({ RoleName: "r" });
  assert.equal(await boundary(), undefined);
  await iam.putRolePermissionsBoundary({ RoleName: "r", PermissionsBoundary });
  await iam.createUser({ UserName: "u" });
  await refused(iam.deleteUserPermissionsBoundary({ UserName: "u" }), "NoSuchEntity");
  await iam.putUserPermissionsBoundary({ UserName: "u", PermissionsBoundary });
  assert.ok((await iam.getUser({ UserName: "u" })).User!.PermissionsBoundary);
  await iam.deleteUserPermissionsBoundary({ UserName: "u" });
});

test("A service-linked role belongs to its service", async () => {
  const account = newAccount();
  const iam = client(account);
  const { Role } = await iam.createServiceLinkedRole({ AWSServiceName: "fis.amazonaws.com" });
  const RoleName = "AWSServiceRoleForFIS";
  assert.equal(Role!.Arn, `arn:aws:iam::${account}:role/aws-service-role/fis.amazonaws.com/${RoleName}`);
  await refused(
    iam.createServiceLinkedRole({ AWSServiceName: "fis.amazonaws.com" }),
    "InvalidInput",
    `Service role name ${RoleName} has been taken in this account, please try a different suffix.`,
  );
  await refused(
    iam.deleteRole({ RoleName }),
    "UnmodifiableEntity",
    `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`,
  );
  const { DeletionTaskId } = await iam.deleteServiceLinkedRole({ RoleName });
  assert.match(
    DeletionTaskId!,
    /^task\/aws-service-role\/fis\.amazonaws\.com\/AWSServiceRoleForFIS\/[\w-]{36}$/,
  );
  assert.equal((await iam.getServiceLinkedRoleDeletionStatus({ DeletionTaskId })).Status, "SUCCEEDED");
  await refused(iam.getServiceLinkedRoleDeletionStatus({ DeletionTaskId: "task/x" }), "NoSuchEntity");
  await refused(iam.getRole({ RoleName }), "NoSuchEntity");
});

test("Service-linked roles have AWS's names and policies, and a suffix where there can be several", async () => {
  const iam = client(newAccount());
  const known: [service: string, name: string, policy: string][] = [
    ["elasticache", "ElastiCache", "ElastiCacheServiceRolePolicy"],
    ["eks", "AmazonEKS", "AmazonEKSServiceRolePolicy"],
    ["accountdiscovery.ssm", "AmazonSSM_AccountDiscovery", "AWSSystemsManagerAccountDiscoveryServicePolicy"],
    ["vpcorigin.cloudfront", "CloudFrontVPCOrigin", "AWSCloudFrontVPCOriginServiceRolePolicy"],
    [
      "cks.kms",
      "KeyManagementServiceCustomKeyStores",
      "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy",
    ],
    [
      "custom-resource.application-autoscaling",
      "ApplicationAutoScaling_CustomResource",
      "AWSApplicationAutoScalingCustomResourcePolicy",
    ],
  ];
  for (const [service, name, policy] of known) {
    const AWSServiceName = `${service}.amazonaws.com`;
    const { Role } = await iam.createServiceLinkedRole({ AWSServiceName });
    assert.equal(Role!.RoleName, `AWSServiceRoleFor${name}`);
    assert.equal(Role!.Path, `/aws-service-role/${AWSServiceName}/`);
    const { AttachedPolicies } = await iam.listAttachedRolePolicies({ RoleName: Role!.RoleName });
    assert.deepEqual(AttachedPolicies, [
      { PolicyName: policy, PolicyArn: `arn:aws:iam::aws:policy/aws-service-role/${policy}` },
    ]);
  }
  const suffixed = (AWSServiceName: string) =>
    iam.createServiceLinkedRole({ AWSServiceName, CustomSuffix: "mine" });
  const { Role } = await suffixed("autoscaling.amazonaws.com");
  assert.equal(Role!.RoleName, "AWSServiceRoleForAutoScaling_mine");
  for (const service of ["ecs.amazonaws.com", "rds.amazonaws.com"])
    await refused(suffixed(service), "InvalidInput", `Custom suffix is not allowed for ${service}`);
});
