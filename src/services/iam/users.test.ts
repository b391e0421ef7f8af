import assert from "node:assert/strict";
import { test } from "node:test";
import { STS } from "@aws-sdk/client-sts";
import { clientOptions, newAccount } from "../../../test/cloud.ts";
import { decoded, iamCloud, POLICY, policy, refused } from "./fixture.test.ts";

const { cloud, client } = await iamCloud();

test("A user is created, read, listed, renamed and deleted", async () => {
  const account = newAccount();
  const iam = client(account);
  const { User: made } = await iam.createUser({
    UserName: "ann",
    Path: "/team/",
    Tags: [{ Key: "role", Value: "dev" }],
  });
  assert.match(made!.UserId!, /^AIDA[A-Z2-7]{17}$/);
  assert.equal(made!.Arn, `arn:aws:iam::${account}:user/team/ann`);
  assert.deepEqual(made!.Tags, [{ Key: "role", Value: "dev" }]);
  assert.deepEqual((await iam.getUser({ UserName: "ANN" })).User, made, "names have no case");
  await refused(
    iam.createUser({ UserName: "Ann" }),
    "EntityAlreadyExists",
    "User with name Ann already exists.",
  );
  await iam.updateUser({ UserName: "ann", NewUserName: "anna", NewPath: "/" });
  assert.equal((await iam.getUser({ UserName: "anna" })).User!.Arn, `arn:aws:iam::${account}:user/anna`);
  const { Users } = await iam.listUsers({});
  assert.deepEqual(
    Users!.map(({ UserName, Tags }) => [UserName, Tags]),
    [["anna", undefined]],
  );
  await iam.deleteUser({ UserName: "anna" });
  await refused(
    iam.getUser({ UserName: "anna" }),
    "NoSuchEntity",
    "The user with name anna cannot be found.",
  );
  await refused(iam.deleteUser({ UserName: "anna" }), "NoSuchEntity");
});

test("Root asks about itself without a name", async () => {
  const account = newAccount();
  const { User } = await client(account).getUser({});
  assert.equal(User!.Arn, `arn:aws:iam::${account}:root`);
  assert.equal(User!.UserId, account);
  await refused(
    client(account).createAccessKey({}),
    "ValidationError",
    "Must specify userName when calling with non-User credentials",
  );
});

test("Lists come in pages, by path", async () => {
  const iam = client();
  for (const [UserName, Path] of [
    ["a", "/x/"],
    ["b", "/x/"],
    ["c", "/y/"],
    ["d", "/x/"],
  ] as const) {
    await iam.createUser({ UserName, Path });
  }
  const first = await iam.listUsers({ PathPrefix: "/x/", MaxItems: 2 });
  assert.equal(first.IsTruncated, true);
  // What is deleted between two pages moves nothing.
  await iam.deleteUser({ UserName: "a" });
  const second = await iam.listUsers({ PathPrefix: "/x/", MaxItems: 2, Marker: first.Marker });
  assert.deepEqual(
    [...first.Users!, ...second.Users!].map(({ UserName }) => UserName),
    ["a", "b", "d"],
  );
  assert.deepEqual([second.IsTruncated, second.Marker], [false, undefined]);
  await refused(iam.listUsers({ Marker: "nonsense" }), "ValidationError", "Invalid Marker.");
});

test("Names and paths are checked by the model", async () => {
  const iam = client();
  await iam.createUser({ UserName: "a".repeat(64) });
  await refused(
    iam.createUser({ UserName: "a".repeat(65) }),
    "ValidationError",
    /length less than or equal to 64/,
  );
  await refused(iam.createUser({ UserName: "a b" }), "ValidationError", /regular expression pattern/);
  await refused(iam.createUser({ UserName: "a", Path: "no-slash" }), "ValidationError");
});

test("A user that owns anything cannot be deleted", async () => {
  const iam = client();
  const UserName = "ann";
  await iam.createUser({ UserName });
  await iam.createGroup({ GroupName: "g" });
  const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  const { AccessKey } = await (async () => {
    await iam.addUserToGroup({ UserName, GroupName: "g" });
    await iam.attachUserPolicy({ UserName, PolicyArn });
    await iam.putUserPolicy({ UserName, PolicyName: "p", PolicyDocument: POLICY });
    await iam.createLoginProfile({ UserName, Password: "longenough" });
    return iam.createAccessKey({ UserName });
  })();
  const cannot = (message: string) => refused(iam.deleteUser({ UserName }), "DeleteConflict", message);
  await cannot("Cannot delete entity, must remove user from all groups first.");
  await iam.removeUserFromGroup({ UserName, GroupName: "g" });
  await cannot("Cannot delete entity, must detach all policies first.");
  await iam.detachUserPolicy({ UserName, PolicyArn });
  await cannot("Cannot delete entity, must delete policies first.");
  await iam.deleteUserPolicy({ UserName, PolicyName: "p" });
  await cannot("Cannot delete entity, must delete access keys first.");
  await iam.deleteAccessKey({ UserName, AccessKeyId: AccessKey!.AccessKeyId });
  await cannot("Cannot delete entity, must delete login profile first.");
  await iam.deleteLoginProfile({ UserName });
  await iam.deleteUser({ UserName });
});

test("An access key is its user's identity", async () => {
  const account = newAccount();
  const iam = client(account);
  const { User } = await iam.createUser({ UserName: "ann" });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ann" });
  assert.match(AccessKey!.AccessKeyId!, /^AKIA[A-Z2-7]{16}$/);
  assert.equal(AccessKey!.SecretAccessKey!.length, 40);
  const credentials = {
    accessKeyId: AccessKey!.AccessKeyId!,
    secretAccessKey: AccessKey!.SecretAccessKey!,
  };
  const sts = new STS({ ...clientOptions(cloud), credentials });
  const identity = async () => {
    const { Arn, UserId, Account } = await sts.getCallerIdentity({});
    return { Arn, UserId, Account };
  };
  assert.deepEqual(await identity(), { Arn: User!.Arn, UserId: User!.UserId, Account: account });
  await iam.updateUser({ UserName: "ann", NewUserName: "anna" });
  assert.equal((await identity()).Arn, `arn:aws:iam::${account}:user/anna`);
  const { AccessKeyMetadata } = await iam.listAccessKeys({ UserName: "anna" });
  assert.deepEqual(
    AccessKeyMetadata!.map(({ AccessKeyId, Status }) => [AccessKeyId, Status]),
    [[AccessKey!.AccessKeyId, "Active"]],
  );
});

test("Access keys are made inactive, and there are two at most", async () => {
  const iam = client();
  const UserName = "ann";
  await iam.createUser({ UserName });
  const { AccessKey } = await iam.createAccessKey({ UserName });
  await iam.createAccessKey({ UserName });
  await refused(
    iam.createAccessKey({ UserName }),
    "LimitExceeded",
    "Cannot exceed quota for AccessKeysPerUser: 2",
  );
  const { AccessKeyId } = AccessKey!;
  await iam.updateAccessKey({ UserName, AccessKeyId, Status: "Inactive" });
  const keys = (await iam.listAccessKeys({ UserName })).AccessKeyMetadata!;
  assert.equal(keys.find((key) => key.AccessKeyId === AccessKeyId)!.Status, "Inactive");
  const used = await iam.getAccessKeyLastUsed({ AccessKeyId });
  assert.deepEqual([used.UserName, used.AccessKeyLastUsed!.Region], [UserName, "N/A"]);
  await refused(
    iam.deleteAccessKey({ UserName, AccessKeyId: "AKIAAAAAAAAAAAAAAAAA" }),
    "NoSuchEntity",
    "The Access Key with id AKIAAAAAAAAAAAAAAAAA cannot be found.",
  );
});

test("Tags of a user are added, replaced whatever their case, listed and taken away", async () => {
  const iam = client();
  const UserName = "ann";
  await iam.createUser({ UserName, Tags: [{ Key: "Team", Value: "a" }] });
  await iam.tagUser({
    UserName,
    Tags: [
      { Key: "team", Value: "b" },
      { Key: "env", Value: "" },
    ],
  });
  // "The returned list of tags is sorted by tag key": https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html
  assert.deepEqual((await iam.listUserTags({ UserName })).Tags, [
    { Key: "env", Value: "" },
    { Key: "team", Value: "b" },
  ]);
  await iam.untagUser({ UserName, TagKeys: ["TEAM"] });
  assert.deepEqual((await iam.listUserTags({ UserName })).Tags, [{ Key: "env", Value: "" }]);
  await refused(
    iam.tagUser({
      UserName,
      Tags: [
        { Key: "a", Value: "" },
        { Key: "A", Value: "" },
      ],
    }),
    "InvalidInput",
    "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
  );
});

test("Inline policies of a user and a group come back encoded, as they were given", async () => {
  const iam = client();
  await iam.createUser({ UserName: "ann" });
  await iam.createGroup({ GroupName: "devs" });
  const document = policy("s3:*", { Resource: "arn:aws:s3:::b/${aws:username}/*" });
  await iam.putUserPolicy({ UserName: "ann", PolicyName: "p", PolicyDocument: document });
  await iam.putGroupPolicy({ GroupName: "devs", PolicyName: "p", PolicyDocument: document });
  const ofUser = await iam.getUserPolicy({ UserName: "ann", PolicyName: "p" });
  assert.deepEqual(decoded(ofUser.PolicyDocument), JSON.parse(document));
  assert.match(ofUser.PolicyDocument!, /^%7B%22Version%22/);
  const ofGroup = await iam.getGroupPolicy({ GroupName: "devs", PolicyName: "p" });
  assert.equal(decodeURIComponent(ofGroup.PolicyDocument!), document);
  assert.deepEqual((await iam.listUserPolicies({ UserName: "ann" })).PolicyNames, ["p"]);
  assert.deepEqual((await iam.listGroupPolicies({ GroupName: "devs" })).PolicyNames, ["p"]);
  await iam.deleteGroupPolicy({ GroupName: "devs", PolicyName: "p" });
  await refused(
    iam.getGroupPolicy({ GroupName: "devs", PolicyName: "p" }),
    "NoSuchEntity",
    "The group policy with name p cannot be found.",
  );
  const long = policy("s3:*", { Resource: `arn:aws:s3:::${"x".repeat(2048)}` });
  await refused(
    iam.putUserPolicy({ UserName: "ann", PolicyName: "q", PolicyDocument: long }),
    "LimitExceeded",
    "Maximum policy size of 2048 bytes exceeded for user ann",
  );
});

test("Groups have members, who lose them when they are removed", async () => {
  const account = newAccount();
  const iam = client(account);
  const { Group } = await iam.createGroup({ GroupName: "devs" });
  assert.match(Group!.GroupId!, /^AGPA/);
  assert.equal(Group!.Arn, `arn:aws:iam::${account}:group/devs`);
  await refused(
    iam.createGroup({ GroupName: "devs" }),
    "EntityAlreadyExists",
    "Group with name devs already exists.",
  );
  await iam.createUser({ UserName: "ann" });
  await iam.addUserToGroup({ GroupName: "devs", UserName: "ann" });
  await iam.addUserToGroup({ GroupName: "devs", UserName: "ann" });
  assert.deepEqual(
    (await iam.getGroup({ GroupName: "devs" })).Users!.map(({ UserName }) => UserName),
    ["ann"],
  );
  await iam.updateGroup({ GroupName: "devs", NewGroupName: "makers" });
  assert.deepEqual(
    (await iam.listGroupsForUser({ UserName: "ann" })).Groups!.map(({ GroupName }) => GroupName),
    ["makers"],
  );
  assert.equal((await iam.listGroups({})).Groups!.length, 1);
  await refused(
    iam.deleteGroup({ GroupName: "makers" }),
    "DeleteConflict",
    "Cannot delete entity, must remove users from group first.",
  );
  await iam.removeUserFromGroup({ GroupName: "makers", UserName: "ann" });
  await iam.deleteGroup({ GroupName: "makers" });
  await refused(
    iam.getGroup({ GroupName: "makers" }),
    "NoSuchEntity",
    "The group with name makers cannot be found.",
  );
});

test("Login profiles and the password policy", async () => {
  const account = newAccount();
  const iam = client(account);
  const UserName = "ann";
  await iam.createUser({ UserName });
  await refused(
    iam.getLoginProfile({ UserName }),
    "NoSuchEntity",
    "Login Profile for User ann cannot be found.",
  );
  await refused(
    iam.getAccountPasswordPolicy({}),
    "NoSuchEntity",
    `The Password Policy with domain name ${account} cannot be found.`,
  );
  await iam.updateAccountPasswordPolicy({
    MinimumPasswordLength: 10,
    RequireNumbers: true,
    MaxPasswordAge: 90,
  });
  const { PasswordPolicy } = await iam.getAccountPasswordPolicy({});
  assert.equal(PasswordPolicy!.ExpirePasswords, true);
  assert.equal(PasswordPolicy!.MinimumPasswordLength, 10);
  await refused(
    iam.createLoginProfile({ UserName, Password: "abcdefghi" }),
    "PasswordPolicyViolation",
    "Password should have a minimum length of 10",
  );
  await refused(
    iam.createLoginProfile({ UserName, Password: "abcdefghij" }),
    "PasswordPolicyViolation",
    /number/,
  );
  await iam.createLoginProfile({ UserName, Password: "abcdefghi1", PasswordResetRequired: true });
  await refused(
    iam.createLoginProfile({ UserName, Password: "abcdefghi1" }),
    "EntityAlreadyExists",
    "Login Profile for user ann already exists.",
  );
  await iam.updateLoginProfile({ UserName, PasswordResetRequired: false });
  assert.equal((await iam.getLoginProfile({ UserName })).LoginProfile!.PasswordResetRequired, false);
  const { AccessKey } = await iam.createAccessKey({ UserName });
  const own = client(AccessKey!.AccessKeyId);
  await own.changePassword({ OldPassword: "abcdefghi1", NewPassword: "abcdefghi2" });
  await iam.deleteLoginProfile({ UserName });
  await iam.deleteAccountPasswordPolicy({});
  await refused(iam.deleteAccountPasswordPolicy({}), "NoSuchEntity");
});

test("Virtual MFA devices are assigned to users", async () => {
  const account = newAccount();
  const iam = client(account);
  const UserName = "ann";
  await iam.createUser({ UserName });
  const { VirtualMFADevice } = await iam.createVirtualMFADevice({ VirtualMFADeviceName: "phone" });
  const SerialNumber = VirtualMFADevice!.SerialNumber!;
  assert.equal(SerialNumber, `arn:aws:iam::${account}:mfa/phone`);
  assert.equal(VirtualMFADevice!.Base32StringSeed!.length, 64);
  await refused(iam.createVirtualMFADevice({ VirtualMFADeviceName: "phone" }), "EntityAlreadyExists");
  const codes = { AuthenticationCode1: "123456", AuthenticationCode2: "654321" };
  await refused(
    iam.enableMFADevice({ UserName, SerialNumber, ...codes, AuthenticationCode2: "123456" }),
    "InvalidAuthenticationCode",
  );
  await iam.enableMFADevice({ UserName, SerialNumber, ...codes });
  await iam.resyncMFADevice({ UserName, SerialNumber, ...codes });
  assert.equal((await iam.listMFADevices({ UserName })).MFADevices![0]!.SerialNumber, SerialNumber);
  assert.equal((await iam.getMFADevice({ SerialNumber })).UserName, UserName);
  const list = await iam.listVirtualMFADevices({ AssignmentStatus: "Assigned" });
  assert.equal(list.VirtualMFADevices![0]!.User!.UserName, UserName);
  await iam.tagMFADevice({ SerialNumber, Tags: [{ Key: "a", Value: "b" }] });
  assert.deepEqual((await iam.listMFADeviceTags({ SerialNumber })).Tags, [{ Key: "a", Value: "b" }]);
  await iam.untagMFADevice({ SerialNumber, TagKeys: ["a"] });
  await refused(iam.deleteUser({ UserName }), "DeleteConflict");
  await refused(iam.deleteVirtualMFADevice({ SerialNumber }), "DeleteConflict");
  await iam.deactivateMFADevice({ UserName, SerialNumber });
  await iam.deleteVirtualMFADevice({ SerialNumber });
  await refused(iam.getMFADevice({ SerialNumber }), "NoSuchEntity");
});
