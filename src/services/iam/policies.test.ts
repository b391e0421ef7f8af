import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount } from "../../../test/cloud.ts";
import { decoded, iamCloud, POLICY, policy, refused, TRUST } from "./fixture.test.ts";

const { client } = await iamCloud();

test("A managed policy is created, read, tagged, listed and deleted", async () => {
  const account = newAccount();
  const iam = client(account);
  const { Policy } = await iam.createPolicy({
    PolicyName: "p",
    Path: "/team/",
    PolicyDocument: POLICY,
    Description: "sends",
    Tags: [{ Key: "a", Value: "b" }],
  });
  const PolicyArn = `arn:aws:iam::${account}:policy/team/p`;
  assert.match(Policy!.PolicyId!, /^ANPA[A-Z2-7]{17}$/);
  const { CreateDate, UpdateDate, PolicyId, ...rest } = Policy!;
  assert.deepEqual(rest, {
    PolicyName: "p",
    Arn: PolicyArn,
    Path: "/team/",
    DefaultVersionId: "v1",
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    Description: "sends",
    Tags: [{ Key: "a", Value: "b" }],
  });
  assert.deepEqual((await iam.getPolicy({ PolicyArn })).Policy, Policy);
  await refused(
    iam.createPolicy({ PolicyName: "P", PolicyDocument: POLICY }),
    "EntityAlreadyExists",
    "A policy called P already exists. Duplicate names are not allowed.",
  );
  await iam.tagPolicy({ PolicyArn, Tags: [{ Key: "c", Value: "d" }] });
  await iam.untagPolicy({ PolicyArn, TagKeys: ["a"] });
  assert.deepEqual((await iam.listPolicyTags({ PolicyArn })).Tags, [{ Key: "c", Value: "d" }]);
  const { Policies } = await iam.listPolicies({ Scope: "Local", PathPrefix: "/team/" });
  assert.deepEqual(
    Policies!.map(({ Arn, Description }) => [Arn, Description]),
    [[PolicyArn, undefined]],
  );
  await iam.deletePolicy({ PolicyArn });
  await refused(iam.getPolicy({ PolicyArn }), "NoSuchEntity", `Policy ${PolicyArn} was not found.`);
});

test("A policy has five versions at most, one of them the default", async () => {
  const iam = client();
  const { Policy } = await iam.createPolicy({ PolicyName: "p", PolicyDocument: POLICY });
  const PolicyArn = Policy!.Arn!;
  const make = (action: string, SetAsDefault = false) =>
    iam.createPolicyVersion({ PolicyArn, PolicyDocument: policy(action), SetAsDefault });
  assert.deepEqual((await make("sqs:Two", true)).PolicyVersion!.IsDefaultVersion, true);
  for (const action of ["sqs:Three", "sqs:Four", "sqs:Five"]) await make(action);
  await refused(
    make("sqs:Six"),
    "LimitExceeded",
    "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
  );
  await iam.setDefaultPolicyVersion({ PolicyArn, VersionId: "v3" });
  const { Versions } = await iam.listPolicyVersions({ PolicyArn });
  assert.deepEqual(
    Versions!.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion]),
    [
      ["v5", false],
      ["v4", false],
      ["v3", true],
      ["v2", false],
      ["v1", false],
    ],
  );
  const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn, VersionId: "v2" });
  assert.deepEqual(decoded(PolicyVersion!.Document), JSON.parse(policy("sqs:Two")));
  await refused(
    iam.deletePolicyVersion({ PolicyArn, VersionId: "v3" }),
    "DeleteConflict",
    "Cannot delete the default version of a policy.",
  );
  await refused(iam.deletePolicy({ PolicyArn }), "DeleteConflict", /more than one version/);
  for (const VersionId of ["v1", "v2", "v4", "v5"]) await iam.deletePolicyVersion({ PolicyArn, VersionId });
  assert.equal((await make("sqs:Six")).PolicyVersion!.VersionId, "v6", "numbers are not used again");
  await refused(iam.getPolicyVersion({ PolicyArn, VersionId: "v1" }), "NoSuchEntity");
});

test("Policies are attached to users, groups and roles", async () => {
  const iam = client();
  const { Policy } = await iam.createPolicy({ PolicyName: "p", PolicyDocument: POLICY });
  const PolicyArn = Policy!.Arn!;
  await iam.createUser({ UserName: "u" });
  await iam.createGroup({ GroupName: "g" });
  await iam.createRole({ RoleName: "r", AssumeRolePolicyDocument: TRUST });
  await iam.attachUserPolicy({ UserName: "u", PolicyArn });
  await iam.attachGroupPolicy({ GroupName: "g", PolicyArn });
  await iam.attachRolePolicy({ RoleName: "r", PolicyArn });
  await iam.attachRolePolicy({ RoleName: "r", PolicyArn });
  const attached = [{ PolicyName: "p", PolicyArn }];
  assert.deepEqual((await iam.listAttachedUserPolicies({ UserName: "u" })).AttachedPolicies, attached);
  assert.deepEqual((await iam.listAttachedGroupPolicies({ GroupName: "g" })).AttachedPolicies, attached);
  assert.deepEqual((await iam.listAttachedRolePolicies({ RoleName: "r" })).AttachedPolicies, attached);
  assert.equal((await iam.getPolicy({ PolicyArn })).Policy!.AttachmentCount, 3);
  const entities = await iam.listEntitiesForPolicy({ PolicyArn });
  assert.deepEqual(
    [
      entities.PolicyUsers![0]!.UserName,
      entities.PolicyGroups![0]!.GroupName,
      entities.PolicyRoles![0]!.RoleName,
    ],
    ["u", "g", "r"],
  );
  const roles = await iam.listEntitiesForPolicy({ PolicyArn, EntityFilter: "Role" });
  assert.equal(roles.PolicyUsers?.length ?? 0, 0);
  await refused(
    iam.deletePolicy({ PolicyArn }),
    "DeleteConflict",
    "Cannot delete a policy attached to entities.",
  );
  await iam.detachUserPolicy({ UserName: "u", PolicyArn });
  await iam.detachGroupPolicy({ GroupName: "g", PolicyArn });
  await iam.detachRolePolicy({ RoleName: "r", PolicyArn });
  await refused(
    iam.detachRolePolicy({ RoleName: "r", PolicyArn }),
    "NoSuchEntity",
    `Policy ${PolicyArn} was not found.`,
  );
  await iam.deletePolicy({ PolicyArn });
  await refused(
    iam.attachRolePolicy({ RoleName: "r", PolicyArn }),
    "NoSuchEntity",
    `Policy ${PolicyArn} does not exist or is not attachable.`,
  );
});

test("AWS's own policies can be attached and read, but not changed", async () => {
  const iam = client();
  await iam.createRole({ RoleName: "r", AssumeRolePolicyDocument: TRUST });
  const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  await iam.attachRolePolicy({ RoleName: "r", PolicyArn });
  const { Policy } = await iam.getPolicy({ PolicyArn });
  assert.deepEqual(
    [Policy!.PolicyName, Policy!.DefaultVersionId, Policy!.AttachmentCount],
    ["AdministratorAccess", "v1", 1],
  );
  const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn, VersionId: "v1" });
  assert.deepEqual(decoded(PolicyVersion!.Document).Statement, [
    { Effect: "Allow", Action: ["*"], Resource: "*" },
  ]);
  await refused(iam.deletePolicy({ PolicyArn }), "AccessDenied");
  const unknown = "arn:aws:iam::aws:policy/service-role/SomethingNew";
  await iam.attachRolePolicy({ RoleName: "r", PolicyArn: unknown });
  assert.equal((await iam.getPolicy({ PolicyArn: unknown })).Policy!.Path, "/service-role/");
  const { Policies } = await iam.listPolicies({ Scope: "AWS", OnlyAttached: true });
  assert.deepEqual(Policies!.map(({ Arn }) => Arn).sort(), [PolicyArn, unknown]);
  assert.ok((await iam.listPolicies({ Scope: "AWS" })).Policies!.length > 20);
});

test("A policy document is checked as IAM checks it", async () => {
  const iam = client();
  let count = 0;
  const create = (PolicyDocument: string) => iam.createPolicy({ PolicyName: `p${count++}`, PolicyDocument });
  const malformed = (document: string, message: string) =>
    refused(create(document), "MalformedPolicyDocument", message);
  const statement = (more: object) => policy("s3:*", more);
  await malformed("{", "This policy contains invalid Json");
  await malformed('{"Version":"2012-10-17"}', "Syntax errors in policy.");
  await malformed(
    POLICY.replace("2012-10-17", "2015-01-01"),
    "Policy document must be version 2012-10-17 or greater.",
  );
  await malformed(statement({ Effect: "Maybe" }), "Syntax errors in policy.");
  await malformed(statement({ Action: undefined }), "Policy statement must contain actions.");
  await malformed(statement({ Resource: undefined }), "Policy statement must contain resources.");
  await malformed(statement({ Resource: "bucket" }), 'Resource bucket must be in ARN format or "*".');
  await malformed(
    statement({ Action: "GetObject" }),
    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
  );
  await malformed(statement({ Principal: "*" }), "Policy document should not specify a principal.");
  await malformed(
    statement({ Condition: { StringMatches: { a: "b" } } }),
    "Invalid Condition type : StringMatches.",
  );
  const twice = JSON.parse(statement({ Sid: "one" }));
  twice.Statement.push(twice.Statement[0]);
  await malformed(JSON.stringify(twice), "Statement IDs (SID) in a single policy must be unique.");
  await create(statement({ Condition: { "ForAnyValue:StringLikeIfExists": { "aws:TagKeys": ["a"] } } }));
  const length = statement({ Resource: "arn:aws:s3:::" }).length;
  await create(statement({ Resource: `arn:aws:s3:::${"x".repeat(6144 - length)}` }));
  await refused(
    create(statement({ Resource: `arn:aws:s3:::${"x".repeat(6145 - length)}` })),
    "LimitExceeded",
    "Cannot exceed quota for PolicySize: 6144",
  );
});

test("SimulatePrincipalPolicy really evaluates a user's policies and those of its groups", async () => {
  const account = newAccount();
  const iam = client(account);
  await iam.createUser({ UserName: "u" });
  await iam.createGroup({ GroupName: "g" });
  await iam.addUserToGroup({ UserName: "u", GroupName: "g" });
  await iam.attachGroupPolicy({ GroupName: "g", PolicyArn: "arn:aws:iam::aws:policy/AmazonSQSFullAccess" });
  await iam.putUserPolicy({
    UserName: "u",
    PolicyName: "no-purge",
    PolicyDocument: policy("sqs:PurgeQueue", { Effect: "Deny" }),
  });
  const simulate = async (ActionNames: string[], more: object = {}) => {
    const { EvaluationResults } = await iam.simulatePrincipalPolicy({
      PolicySourceArn: `arn:aws:iam::${account}:user/u`,
      ActionNames,
      ...more,
    });
    return EvaluationResults!.map(({ EvalDecision }) => EvalDecision);
  };
  assert.deepEqual(await simulate(["sqs:SendMessage", "sqs:PurgeQueue", "s3:GetObject"]), [
    "allowed",
    "explicitDeny",
    "implicitDeny",
  ]);
  await iam.putUserPermissionsBoundary({
    UserName: "u",
    PermissionsBoundary: "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess",
  });
  assert.deepEqual(await simulate(["sqs:SendMessage", "sqs:ListQueues"]), ["implicitDeny", "allowed"]);
  const extra = policy("s3:GetObject", { Condition: { Bool: { "aws:SecureTransport": "true" } } });
  const context = {
    ContextKeyName: "aws:SecureTransport",
    ContextKeyType: "boolean",
    ContextKeyValues: ["true"],
  };
  const open = { PolicyInputList: [extra], PermissionsBoundaryPolicyInputList: [policy("*")] };
  assert.deepEqual(await simulate(["s3:GetObject"], open), ["implicitDeny"]);
  assert.deepEqual(await simulate(["s3:GetObject"], { ...open, ContextEntries: [context] }), ["allowed"]);
});

test("SimulateCustomPolicy says which policy decided and what was missing", async () => {
  const iam = client();
  const conditional = policy("s3:*", { Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } } });
  const { EvaluationResults } = await iam.simulateCustomPolicy({
    PolicyInputList: [conditional, policy("s3:PutObject", { Resource: "arn:aws:s3:::b/*" })],
    ActionNames: ["s3:PutObject"],
    ResourceArns: ["arn:aws:s3:::b/k", "arn:aws:s3:::c/k"],
  });
  assert.deepEqual(
    EvaluationResults!.map((result) => [
      result.EvalDecision,
      result.MatchedStatements!.map(({ SourcePolicyId }) => SourcePolicyId),
      result.MissingContextValues,
    ]),
    [
      ["allowed", ["PolicyInputList.2"], ["aws:RequestedRegion"]],
      ["implicitDeny", [], ["aws:RequestedRegion"]],
    ],
  );
  const custom = await iam.getContextKeysForCustomPolicy({
    PolicyInputList: [conditional, policy("s3:*", { Resource: "arn:aws:s3:::${aws:username}" })],
  });
  assert.deepEqual(custom.ContextKeyNames, ["aws:requestedregion", "aws:username"]);
  const account = newAccount();
  const other = client(account);
  await other.createRole({ RoleName: "r", AssumeRolePolicyDocument: TRUST });
  await other.putRolePolicy({ RoleName: "r", PolicyName: "p", PolicyDocument: conditional });
  const principal = await other.getContextKeysForPrincipalPolicy({
    PolicySourceArn: `arn:aws:iam::${account}:role/r`,
  });
  assert.deepEqual(principal.ContextKeyNames, ["aws:requestedregion"]);
});

test("GetAccountAuthorizationDetails tells everything, in pages and by kind", async () => {
  const iam = client();
  const { Policy } = await iam.createPolicy({ PolicyName: "p", PolicyDocument: POLICY });
  await iam.createUser({ UserName: "u" });
  await iam.createGroup({ GroupName: "g" });
  await iam.addUserToGroup({ UserName: "u", GroupName: "g" });
  await iam.createRole({ RoleName: "r", AssumeRolePolicyDocument: TRUST });
  await iam.attachRolePolicy({ RoleName: "r", PolicyArn: Policy!.Arn! });
  await iam.putRolePolicy({ RoleName: "r", PolicyName: "inline", PolicyDocument: POLICY });
  const all = await iam.getAccountAuthorizationDetails({});
  assert.deepEqual(all.UserDetailList![0]!.GroupList, ["g"]);
  assert.equal(all.GroupDetailList![0]!.GroupName, "g");
  assert.equal(all.RoleDetailList![0]!.RolePolicyList![0]!.PolicyName, "inline");
  assert.equal(all.RoleDetailList![0]!.AttachedManagedPolicies![0]!.PolicyArn, Policy!.Arn);
  assert.deepEqual(decoded(all.Policies![0]!.PolicyVersionList![0]!.Document), JSON.parse(POLICY));
  const roles = await iam.getAccountAuthorizationDetails({ Filter: ["Role"] });
  assert.equal(roles.UserDetailList?.length ?? 0, 0);
  const page = await iam.getAccountAuthorizationDetails({ MaxItems: 3 });
  const rest = await iam.getAccountAuthorizationDetails({ MaxItems: 3, Marker: page.Marker });
  assert.deepEqual([page.IsTruncated, rest.IsTruncated, rest.Policies!.length], [true, false, 1]);
});

test("What is no ARN cannot be attached, and simulations say what AWS's say", async () => {
  const iam = client(newAccount());
  await iam.createUser({ UserName: "u" });
  await refused(
    iam.attachUserPolicy({ UserName: "u", PolicyArn: "a-name-that-is-no-arn-at-all" }),
    "ValidationError",
    "Invalid ARN:  Could not be parsed!",
  );
  const resource = "arn:aws:s3:::bucket";
  const PolicyInputList = [
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
    }),
  ];
  const { EvaluationResults } = await iam.simulateCustomPolicy({
    PolicyInputList,
    ActionNames: ["s3:PutObject"],
    ResourceArns: [resource],
  });
  const MatchedStatements = [{ SourcePolicyId: "PolicyInputList.1", SourcePolicyType: "IAM Policy" }];
  assert.deepEqual(EvaluationResults, [
    {
      EvalActionName: "s3:PutObject",
      EvalResourceName: resource,
      EvalDecision: "allowed",
      EvalDecisionDetails: {},
      MatchedStatements,
      MissingContextValues: [],
      OrganizationsDecisionDetail: { AllowedByOrganizations: true },
      ResourceSpecificResults: [
        {
          EvalResourceName: resource,
          EvalResourceDecision: "allowed",
          MatchedStatements,
          MissingContextValues: [],
        },
      ],
    },
  ]);
});
