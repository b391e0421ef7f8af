import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { type Secrets, secretsOf } from "./fixture.test.ts";

const cloud = await testCloud({ listen: false });
test.after(() => cloud.stop());
const here = () => secretsOf(cloud.call, newAccount());
const DAY_MS = 86_400_000;
const token = (letter: string) => letter.repeat(32);

const versionsOf = async (secrets: Secrets, SecretId: string, IncludeDeprecated = false) => {
  const { Versions } = await secrets("ListSecretVersionIds", { SecretId, IncludeDeprecated });
  return Versions.map(({ VersionId, VersionStages }: { VersionId: string; VersionStages?: string[] }) => [
    VersionId[0],
    ...(VersionStages ?? []),
  ]);
};

test("a secret is created, read by name, ARN and partial ARN, and described", async () => {
  const secrets = here();
  const { ARN, Name, VersionId } = await secrets("CreateSecret", {
    Name: "db/main",
    SecretString: "s3cret",
    Description: "d",
  });
  assert.match(ARN, /:secret:db\/main-[A-Za-z0-9]{6}$/);
  for (const SecretId of ["db/main", ARN, ARN.slice(0, -7)]) {
    const read = await secrets("GetSecretValue", { SecretId });
    assert.equal(read.SecretString, "s3cret");
    assert.deepEqual(read.VersionStages, ["AWSCURRENT"]);
  }
  const { CreatedDate, LastChangedDate, LastAccessedDate, ...described } = await secrets("DescribeSecret", {
    SecretId: ARN,
  });
  assert.deepEqual(described, {
    ARN,
    Name,
    Description: "d",
    VersionIdsToStages: { [VersionId]: ["AWSCURRENT"] },
  });
  assert.equal(LastAccessedDate.getTime() % DAY_MS, 0);
  await assert.rejects(secrets("CreateSecret", { Name: "db/main", SecretString: "other" }), {
    code: "ResourceExistsException",
    message: "The operation failed because the secret db/main already exists.",
  });
});

test("a name that ends as an ARN does cannot be found by its partial ARN", async () => {
  const secrets = here();
  const { ARN } = await secrets("CreateSecret", { Name: "Name-a1b2c3", SecretString: "x" });
  await assert.rejects(secrets("GetSecretValue", { SecretId: ARN.slice(0, -7) }), {
    code: "ResourceNotFoundException",
    message: "Secrets Manager can't find the specified secret.",
  });
  assert.equal((await secrets("GetSecretValue", { SecretId: "Name-a1b2c3" })).SecretString, "x");
});

test("what is not there is said in AWS's words", async () => {
  const secrets = here();
  await assert.rejects(secrets("GetSecretValue", { SecretId: "Inv Name" }), {
    code: "ValidationException",
    message:
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
  });
  await secrets("CreateSecret", { Name: "empty" });
  await assert.rejects(secrets("GetSecretValue", { SecretId: "empty" }), {
    message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
  });
  await assert.rejects(secrets("GetSecretValue", { SecretId: "empty", VersionId: token("9") }), {
    message: `Secrets Manager can't find the specified secret value for VersionId: ${token("9")}`,
  });
});

test("each value moves AWSCURRENT on; what has no stage is deprecated", async () => {
  const secrets = here();
  await secrets("CreateSecret", { Name: "s", SecretString: "1", ClientRequestToken: token("1") });
  for (const n of ["2", "3"]) {
    await cloud.clock.advance(1000);
    await secrets("PutSecretValue", { SecretId: "s", SecretString: n, ClientRequestToken: token(n) });
  }
  assert.deepEqual(await versionsOf(secrets, "s"), [
    ["2", "AWSPREVIOUS"],
    ["3", "AWSCURRENT"],
  ]);
  assert.deepEqual(await versionsOf(secrets, "s", true), [["1"], ["2", "AWSPREVIOUS"], ["3", "AWSCURRENT"]]);
  const again = { SecretId: "s", SecretString: "3", ClientRequestToken: token("3") };
  assert.equal((await secrets("PutSecretValue", again)).VersionId, token("3"));
  await assert.rejects(secrets("PutSecretValue", { ...again, SecretString: "other" }), {
    code: "ResourceExistsException",
  });
});

test("stages of one's own go from version to version, in the alphabet's order", async () => {
  const secrets = here();
  await secrets("CreateSecret", { Name: "s", SecretString: "1", ClientRequestToken: token("1") });
  await cloud.clock.advance(1000);
  await secrets("PutSecretValue", {
    SecretId: "s",
    SecretString: "2",
    ClientRequestToken: token("2"),
    VersionStages: ["one", "two", "three"],
  });
  await cloud.clock.advance(1000);
  const { VersionStages } = await secrets("PutSecretValue", {
    SecretId: "s",
    SecretString: "3",
    ClientRequestToken: token("3"),
    VersionStages: ["one", "two", "three", "four"],
  });
  assert.deepEqual(VersionStages, ["four", "one", "three", "two"]);
  assert.deepEqual(await versionsOf(secrets, "s"), [
    ["1", "AWSCURRENT"],
    ["3", "four", "one", "three", "two"],
  ]);
});

test("an update whose version is refused changes nothing else", async () => {
  const secrets = here();
  const first = { SecretString: "1", ClientRequestToken: token("1") };
  await secrets("CreateSecret", { Name: "s", Description: "before", ...first });
  const other = { SecretString: "2", ClientRequestToken: token("1") };
  await assert.rejects(secrets("UpdateSecret", { SecretId: "s", Description: "after", ...other }), {
    code: "ResourceExistsException",
  });
  assert.equal((await secrets("DescribeSecret", { SecretId: "s" }))["Description"], "before");
  await secrets("UpdateSecret", { SecretId: "s", Description: "after", ...first });
  assert.equal((await secrets("DescribeSecret", { SecretId: "s" }))["Description"], "after");
  assert.deepEqual(await versionsOf(secrets, "s"), [["1", "AWSCURRENT"]]);
});

test("UpdateSecretVersionStage moves AWSCURRENT, and the next value ends what was pending", async () => {
  const secrets = here();
  await secrets("CreateSecret", { Name: "s", SecretString: "1", ClientRequestToken: token("1") });
  await cloud.clock.advance(1000);
  await secrets("PutSecretValue", {
    SecretId: "s",
    SecretString: "2",
    ClientRequestToken: token("2"),
    VersionStages: ["AWSPENDING"],
  });
  const take = { SecretId: "s", VersionStage: "none", RemoveFromVersionId: token("2") };
  await assert.rejects(secrets("UpdateSecretVersionStage", take), {
    code: "InvalidParameterException",
    message: `The staging label none is not attached to version ${token("2")}.`,
  });
  const move = { SecretId: "s", VersionStage: "AWSCURRENT", MoveToVersionId: token("2") };
  await assert.rejects(secrets("UpdateSecretVersionStage", move), { code: "InvalidParameterException" });
  await secrets("UpdateSecretVersionStage", { ...move, RemoveFromVersionId: token("1") });
  assert.deepEqual(await versionsOf(secrets, "s"), [
    ["1", "AWSPREVIOUS"],
    ["2", "AWSCURRENT", "AWSPENDING"],
  ]);
  await cloud.clock.advance(1000);
  await secrets("PutSecretValue", { SecretId: "s", SecretString: "3", ClientRequestToken: token("3") });
  assert.deepEqual(await versionsOf(secrets, "s"), [
    ["2", "AWSPREVIOUS"],
    ["3", "AWSCURRENT"],
  ]);
});

test("a deleted secret is neither read nor tagged, can be restored, and is gone after its window", async () => {
  const secrets = here();
  await secrets("CreateSecret", { Name: "s", SecretString: "1" });
  await secrets("DeleteSecret", { SecretId: "s", RecoveryWindowInDays: 7 });
  const marked = {
    code: "InvalidRequestException",
    message: "You can't perform this operation on the secret because it was marked for deletion.",
  };
  await assert.rejects(secrets("GetSecretValue", { SecretId: "s" }), marked);
  await assert.rejects(secrets("TagResource", { SecretId: "s", Tags: [{ Key: "a", Value: "b" }] }), marked);
  await assert.rejects(secrets("CreateSecret", { Name: "s", SecretString: "2" }), {
    message:
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
  });
  await secrets("RestoreSecret", { SecretId: "s" });
  assert.equal((await secrets("GetSecretValue", { SecretId: "s" })).SecretString, "1");
  await secrets("DeleteSecret", { SecretId: "s", RecoveryWindowInDays: 7 });
  await cloud.clock.advance(7 * DAY_MS);
  await assert.rejects(secrets("DescribeSecret", { SecretId: "s" }), { code: "ResourceNotFoundException" });
  await secrets("CreateSecret", { Name: "s", SecretString: "2" });
  await secrets("DeleteSecret", { SecretId: "s", ForceDeleteWithoutRecovery: true });
  const { ARN } = await secrets("CreateSecret", { Name: "s", SecretString: "3" });
  assert.equal((await secrets("GetSecretValue", { SecretId: ARN })).SecretString, "3");
});

test("filters look at the beginning of what they name, and ! turns them round", async () => {
  const secrets = here();
  await secrets("CreateSecret", {
    Name: "app/one",
    Description: "First thing",
    Tags: [{ Key: "team", Value: "red" }],
    SecretString: "1",
  });
  await secrets("CreateSecret", {
    Name: "app/two",
    Description: "second",
    Tags: [{ Key: "team", Value: "blue" }],
    SecretString: "2",
  });
  await secrets("CreateSecret", { Name: "other", SecretString: "3" });
  const named = async (Key: string, ...Values: string[]) => {
    const { SecretList } = await secrets("ListSecrets", {
      Filters: [{ Key, Values }],
      SortBy: "name",
      SortOrder: "asc",
    });
    return SecretList.map(({ Name }: { Name: string }) => Name);
  };
  assert.deepEqual(await named("name", "app/"), ["app/one", "app/two"]);
  assert.deepEqual(await named("name", "!app/"), ["other"]);
  assert.deepEqual(await named("description", "first"), ["app/one"]);
  assert.deepEqual(await named("tag-value", "red", "blue"), ["app/one", "app/two"]);
  assert.deepEqual(await named("tag-key", "Team"), []);
  assert.deepEqual(await named("all", "THING"), ["app/one"]);
});

test("a batch answers what it can and says what it cannot", async () => {
  const secrets = here();
  await secrets("CreateSecret", { Name: "a", SecretString: "1" });
  await secrets("CreateSecret", { Name: "b", SecretBinary: Buffer.from([0, 255]) });
  const { SecretValues, Errors } = await secrets("BatchGetSecretValue", { SecretIdList: ["a", "b", "c"] });
  assert.deepEqual(
    SecretValues.map((one: { Name: string }) => one.Name),
    ["a", "b"],
  );
  assert.deepEqual([...SecretValues[1].SecretBinary], [0, 255]);
  assert.deepEqual(Errors, [
    {
      SecretId: "c",
      ErrorCode: "ResourceNotFoundException",
      Message: "Secrets Manager can't find the specified secret.",
    },
  ]);
});

test("passwords have what is asked of them", async () => {
  const secrets = here();
  const { RandomPassword } = await secrets("GetRandomPassword", {
    PasswordLength: 8,
    ExcludePunctuation: true,
  });
  assert.match(RandomPassword, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[a-zA-Z0-9]{8}$/);
  await assert.rejects(secrets("GetRandomPassword", { PasswordLength: 3 }), {
    message: "The password length is too short to include each required character type.",
  });
});

test("replicas have their primary's values under keys of their own region, and are changed by it alone", async () => {
  const secrets = here();
  const { ARN, ReplicationStatus } = await secrets("CreateSecret", {
    Name: "r",
    SecretString: "1",
    AddReplicaRegions: [{ Region: "eu-west-1" }],
  });
  assert.equal(ReplicationStatus[0].Status, "InSync");
  const there = () => secrets("GetSecretValue", { SecretId: "r" }, "eu-west-1");
  assert.equal((await there()).ARN, ARN.replace("us-east-1", "eu-west-1"));
  await secrets("PutSecretValue", { SecretId: "r", SecretString: "2" });
  assert.equal((await there()).SecretString, "2");
  await assert.rejects(secrets("PutSecretValue", { SecretId: "r", SecretString: "3" }, "eu-west-1"), {
    code: "InvalidRequestException",
  });
  await assert.rejects(secrets("DeleteSecret", { SecretId: "r" }), { code: "InvalidRequestException" });
  const ResourcePolicy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Principal: "*", Action: "secretsmanager:PutSecretValue", Resource: "*" }],
  });
  await secrets("TagResource", { SecretId: "r", Tags: [{ Key: "a", Value: "b" }] });
  await secrets("PutResourcePolicy", { SecretId: "r", ResourcePolicy });
  const replica = await secrets("DescribeSecret", { SecretId: "r" }, "eu-west-1");
  assert.deepEqual(replica.Tags, [{ Key: "a", Value: "b" }]);
  const policy = () => secrets("GetResourcePolicy", { SecretId: "r" }, "eu-west-1");
  assert.equal((await policy()).ResourcePolicy, ResourcePolicy);
  await assert.rejects(secrets("PutResourcePolicy", { SecretId: "r", ResourcePolicy }, "eu-west-1"), {
    message: "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
  });
  await secrets("DeleteResourcePolicy", { SecretId: "r" });
  assert.equal((await policy()).ResourcePolicy, undefined);
  await secrets("StopReplicationToReplica", { SecretId: "r" }, "eu-west-1");
  await secrets("PutSecretValue", { SecretId: "r", SecretString: "own" }, "eu-west-1");
  assert.equal((await secrets("GetSecretValue", { SecretId: "r" })).SecretString, "2");
});

test("a secret under a key of one's own fails with its key", async () => {
  const account = newAccount();
  const secrets = secretsOf(cloud.call, account);
  const kms = (operation: string, input: object = {}) =>
    cloud.call<{ KeyMetadata: { Arn: string } }>("kms", operation, input, { account });
  const KeyId = (await kms("CreateKey")).KeyMetadata.Arn;
  await secrets("CreateSecret", { Name: "k", SecretString: "1", KmsKeyId: KeyId });
  assert.equal((await secrets("GetSecretValue", { SecretId: "k" })).SecretString, "1");
  await kms("DisableKey", { KeyId });
  await assert.rejects(secrets("GetSecretValue", { SecretId: "k" }), { code: "DecryptionFailure" });
  await assert.rejects(secrets("PutSecretValue", { SecretId: "k", SecretString: "2" }), {
    code: "EncryptionFailure",
  });
  await kms("EnableKey", { KeyId });
  const rule = await cloud.faults.add({ point: "kms:use", effect: "throttled", match: { resource: KeyId } });
  await assert.rejects(secrets("GetSecretValue", { SecretId: "k" }), { code: "ThrottlingException" });
  await cloud.faults.remove(rule.id);
});

test("a secret that is read again and again is opened by KMS each time, and by nothing else", async () => {
  const account = newAccount();
  const secrets = secretsOf(cloud.call, account);
  const kms = (operation: string, input: object = {}) =>
    cloud.call<{ KeyMetadata: { Arn: string } }>("kms", operation, input, { account });
  const KeyId = (await kms("CreateKey")).KeyMetadata.Arn;
  await secrets("CreateSecret", { Name: "k", SecretBinary: Buffer.from("first"), KmsKeyId: KeyId });
  const read = () => secrets("GetSecretValue", { SecretId: "k" });
  const opened = () => cloud.calls.of("kms", "Decrypt").filter((call) => call.account === account).length;
  const before = await read();
  const calls = opened();
  // Bytes that a caller has been given are its own.
  before.SecretBinary.fill(0);
  assert.equal(Buffer.from((await read()).SecretBinary).toString(), "first");
  assert.equal(opened(), calls + 1);

  const faults = [
    [{ point: "kms:use", effect: "disabled", match: { resource: KeyId } }, "DecryptionFailure"],
    [{ point: "kms:use", effect: "pending-deletion", match: { resource: KeyId } }, "DecryptionFailure"],
    [
      { effect: "error", params: { code: "AccessDeniedException" }, match: { service: "kms" } },
      "AccessDeniedException",
    ],
    [{ effect: "error", params: { kind: "internal" }, match: { service: "kms" } }, "InternalServiceError"],
  ] as const;
  for (const [rule, code] of faults) {
    const { id } = await cloud.faults.add(rule);
    await assert.rejects(read(), { code }, code);
    cloud.faults.remove(id);
    assert.equal(Buffer.from((await read()).SecretBinary).toString(), "first");
  }
  await kms("DisableKey", { KeyId });
  await assert.rejects(read(), { code: "DecryptionFailure" });
  await kms("EnableKey", { KeyId });
  await read();
  await kms("ScheduleKeyDeletion", { KeyId });
  await assert.rejects(read(), { code: "DecryptionFailure" });
});

test("a Deny in a secret's policy bites, by its name too and in a batch", async () => {
  const secrets = here();
  await secrets("CreateSecret", { Name: "closed", SecretString: "1" });
  const Policy = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Principal: "*", Action: "secretsmanager:GetSecretValue", Resource: "*" }],
  };
  await secrets("PutResourcePolicy", { SecretId: "closed", ResourcePolicy: JSON.stringify(Policy) });
  await assert.rejects(secrets("GetSecretValue", { SecretId: "closed" }), { code: "AccessDeniedException" });
  const { Errors } = await secrets("BatchGetSecretValue", { SecretIdList: ["closed"] });
  assert.equal(Errors[0].ErrorCode, "AccessDeniedException");
  const open = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
  };
  await assert.rejects(
    secrets("PutResourcePolicy", {
      SecretId: "closed",
      ResourcePolicy: JSON.stringify(open),
      BlockPublicPolicy: true,
    }),
    { code: "PublicPolicyException" },
  );
});

test("a reader can be kept behind a rotation, or lose a version", async () => {
  const secrets = here();
  const { ARN } = await secrets("CreateSecret", { Name: "s", SecretString: "old" });
  await secrets("PutSecretValue", { SecretId: "s", SecretString: "new" });
  const rule = await cloud.faults.add({
    point: "secretsmanager:read",
    effect: "stale",
    match: { resource: ARN },
  });
  const read = await secrets("GetSecretValue", { SecretId: "s" });
  assert.equal(read.SecretString, "old");
  assert.deepEqual(read.VersionStages, ["AWSCURRENT"]);
  await cloud.faults.remove(rule.id);
  assert.equal((await secrets("GetSecretValue", { SecretId: "s" })).SecretString, "new");
  const missing = await cloud.faults.add({
    point: "secretsmanager:read",
    effect: "missing",
    match: { resource: ARN },
  });
  await assert.rejects(secrets("GetSecretValue", { SecretId: "s" }), { code: "ResourceNotFoundException" });
  await cloud.faults.remove(missing.id);
});

test("versions that are put at once are all there, and one name is one version", async () => {
  const account = newAccount();
  const secrets = secretsOf(cloud.call, account);
  await secrets("CreateSecret", {
    Name: "busy",
    SecretString: "0",
    AddReplicaRegions: [{ Region: "eu-west-1" }],
  });
  // KMS answers the first of them last.
  const slow = await cloud.faults.add({
    effect: "latency",
    params: { ms: 50 },
    match: { service: "kms" },
    times: 3,
  });
  const values = ["a", "b", "c", "d", "e", "f"];
  await Promise.all([
    ...values.map((value) =>
      secrets("PutSecretValue", {
        SecretId: "busy",
        SecretString: value,
        ClientRequestToken: token(value),
        VersionStages: [value],
      }),
    ),
    secrets("TagResource", { SecretId: "busy", Tags: [{ Key: "k", Value: "v" }] }),
    secrets("UpdateSecret", { SecretId: "busy", Description: "changed" }),
    cloud.clock.advance(100),
  ]);
  cloud.faults.remove(slow.id);
  for (const region of ["us-east-1", "eu-west-1"])
    for (const value of values) {
      const read = await secrets("GetSecretValue", { SecretId: "busy", VersionStage: value }, region);
      assert.deepEqual([read.SecretString, read.VersionId], [value, token(value)], region);
    }
  const { Description, Tags } = await secrets("DescribeSecret", { SecretId: "busy" });
  assert.deepEqual([Description, Tags], ["changed", [{ Key: "k", Value: "v" }]]);
  const same = await Promise.allSettled(
    ["x", "y"].map((SecretString) =>
      secrets("PutSecretValue", { SecretId: "busy", SecretString, ClientRequestToken: token("z") }),
    ),
  );
  assert.deepEqual(same.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
});

test("a secret that is deleted while its value is put stays deleted", async () => {
  const secrets = here();
  await secrets("CreateSecret", { Name: "gone", SecretString: "0" });
  const slow = await cloud.faults.add({
    effect: "latency",
    params: { ms: 50 },
    match: { service: "kms" },
    times: 1,
  });
  const put = assert.rejects(secrets("PutSecretValue", { SecretId: "gone", SecretString: "1" }), {
    code: "ResourceNotFoundException",
  });
  await secrets("DeleteSecret", { SecretId: "gone", ForceDeleteWithoutRecovery: true });
  await cloud.clock.advance(100);
  await put;
  cloud.faults.remove(slow.id);
  await assert.rejects(secrets("DescribeSecret", { SecretId: "gone" }), {
    code: "ResourceNotFoundException",
  });
});

test("what is deleted by force need not be there", async () => {
  const secrets = here();
  const { ARN, Name } = await secrets("DeleteSecret", {
    SecretId: "nothing",
    ForceDeleteWithoutRecovery: true,
  });
  assert.match(ARN, /:secret:nothing-[A-Za-z0-9]{6}$/);
  assert.equal(Name, "nothing");
  await assert.rejects(secrets("DeleteSecret", { SecretId: "nothing" }), {
    code: "ResourceNotFoundException",
  });
});

test("the versions in use follow their secret to another key", async () => {
  const account = newAccount();
  const secrets = secretsOf(cloud.call, account);
  const kms = (operation: string, input: object = {}) =>
    cloud.call<{ KeyMetadata: { Arn: string } }>("kms", operation, input, { account });
  const [first, second, third] = await Promise.all(
    [1, 2, 3].map(async () => (await kms("CreateKey")).KeyMetadata.Arn),
  );
  await secrets("CreateSecret", { Name: "k", SecretString: "old", KmsKeyId: first });
  for (const SecretString of ["previous", "current"])
    await secrets("PutSecretValue", { SecretId: "k", SecretString });
  await secrets("UpdateSecret", { SecretId: "k", KmsKeyId: second });
  await kms("DisableKey", { KeyId: first });
  const read = (VersionStage: string) => secrets("GetSecretValue", { SecretId: "k", VersionStage });
  assert.equal((await read("AWSCURRENT")).SecretString, "current");
  assert.equal((await read("AWSPREVIOUS")).SecretString, "previous");
  const { Versions } = await secrets("ListSecretVersionIds", { SecretId: "k", IncludeDeprecated: true });
  assert.deepEqual(
    Versions.map(({ KmsKeyIds }: { KmsKeyIds: string[] }) => KmsKeyIds[0]).sort(),
    [first, second, second].sort(),
  );
  // Whoever may not use the new key leaves them under the old one.
  await kms("PutKeyPolicy", {
    KeyId: third,
    Policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" },
        { Effect: "Deny", Principal: "*", Action: "kms:GenerateDataKey", Resource: "*" },
      ],
    }),
  });
  await secrets("UpdateSecret", { SecretId: "k", KmsKeyId: third });
  assert.equal((await read("AWSCURRENT")).SecretString, "current");
  assert.equal((await secrets("DescribeSecret", { SecretId: "k" })).KmsKeyId, third);
});
