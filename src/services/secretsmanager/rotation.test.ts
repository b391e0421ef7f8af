import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { Cloud } from "../../index.ts";
import { zipOf } from "../lambda/functions.fixture.ts";
import { type Secrets, secretsOf } from "./fixture.test.ts";

const DAY_MS = 86_400_000;

/** A rotation function as AWS's templates are: it puts a pending value and makes it the current one. */
const SOURCE = `
const call = async (operation, input) => {
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "secretsmanager." + operation,
      authorization: "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID + "/20300101/us-east-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=0",
      ...(process.env.AWS_SESSION_TOKEN && { "x-amz-security-token": process.env.AWS_SESSION_TOKEN }),
    },
    body: JSON.stringify(input),
  });
  const body = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(body));
  return body;
};
export const handler = async ({ Step, SecretId, ClientRequestToken }) => {
  if (process.env.FAILS_AT === Step) throw new Error("as asked");
  const { VersionIdsToStages } = await call("DescribeSecret", { SecretId });
  if (Step === "createSecret")
    await call("PutSecretValue", { SecretId, ClientRequestToken, SecretString: "rotated " + ClientRequestToken, VersionStages: ["AWSPENDING"] });
  if (Step === "finishSecret") {
    const current = Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id].includes("AWSCURRENT"));
    await call("UpdateSecretVersionStage", { SecretId, VersionStage: "AWSCURRENT", MoveToVersionId: ClientRequestToken, RemoveFromVersionId: current });
  }
};
`;

async function rotating(cloud: Cloud, environment: Record<string, string> = {}) {
  const account = newAccount();
  const secrets = secretsOf(cloud.call, account);
  const { FunctionArn } = await cloud.call<{ FunctionArn: string }>(
    "lambda",
    "CreateFunction",
    {
      FunctionName: "rotate",
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: `arn:aws:iam::${account}:role/rotate`,
      Timeout: 30,
      Environment: { Variables: environment },
      Code: { ZipFile: await zipOf({ "index.mjs": SOURCE }) },
    },
    { account },
  );
  await secrets("CreateSecret", { Name: "db", SecretString: "first" });
  return { secrets, FunctionArn, account };
}

const describe = (secrets: Secrets) => secrets("DescribeSecret", { SecretId: "db" });
const stages = ({ VersionIdsToStages }: { VersionIdsToStages: object }) =>
  Object.values(VersionIdsToStages)
    .map((one: string[]) => one.join())
    .sort();

test("a rotation calls the function for its four steps, at once and whenever it is due by the clock", {
  timeout: 120_000,
}, async () => {
  await using cloud = await testCloud();
  const { secrets, FunctionArn } = await rotating(cloud);
  await assert.rejects(secrets("RotateSecret", { SecretId: "db" }), {
    code: "InvalidRequestException",
    message: "No Lambda rotation function ARN is associated with this secret.",
  });
  const { VersionId } = await secrets("RotateSecret", {
    SecretId: "db",
    RotationLambdaARN: FunctionArn,
    RotationRules: { AutomaticallyAfterDays: 1 },
  });
  const done = await until(
    () => describe(secrets),
    ({ LastRotatedDate }) => LastRotatedDate !== undefined,
  );
  assert.deepEqual(done.VersionIdsToStages[VersionId], ["AWSCURRENT"]);
  assert.deepEqual(stages(done), ["AWSCURRENT", "AWSPREVIOUS"]);
  assert.equal(done.RotationEnabled, true);
  assert.equal((await secrets("GetSecretValue", { SecretId: "db" })).SecretString, `rotated ${VersionId}`);
  await cloud.clock.advance(DAY_MS);
  const next = await until(
    () => describe(secrets),
    ({ LastRotatedDate }) => LastRotatedDate > done.LastRotatedDate,
  );
  assert.deepEqual(next.VersionIdsToStages[VersionId], ["AWSPREVIOUS"]);
});

test("a step that fails leaves AWSPENDING behind, and the next rotation takes that up", {
  timeout: 120_000,
}, async () => {
  await using cloud = await testCloud();
  const { secrets, FunctionArn } = await rotating(cloud);
  await cloud.faults.add({
    point: "secretsmanager:rotate",
    effect: "fail",
    match: { operation: "setSecret" },
    times: 1,
  });
  const input = { SecretId: "db", RotationLambdaARN: FunctionArn };
  const { VersionId } = await secrets("RotateSecret", input);
  await until(
    () => secrets("ListSecretVersionIds", { SecretId: "db" }),
    ({ Versions }) => Versions.length === 2,
  );
  const failed = await describe(secrets);
  assert.deepEqual(failed.VersionIdsToStages[VersionId], ["AWSPENDING"]);
  assert.equal((await secrets("GetSecretValue", { SecretId: "db" })).SecretString, "first");
  await assert.rejects(secrets("RotateSecret", input), {
    code: "InvalidRequestException",
    message: "A previous rotation isn't complete. That rotation will be reattempted.",
  });
  const done = await until(
    () => describe(secrets),
    ({ LastRotatedDate }) => LastRotatedDate !== undefined,
  );
  assert.deepEqual(done.VersionIdsToStages[VersionId], ["AWSCURRENT"]);
});

test("a rotation that is for later tries its function out, and leaves no version", {
  timeout: 120_000,
}, async () => {
  await using cloud = await testCloud();
  for (const failsAt of ["none", "testSecret"]) {
    const { secrets, FunctionArn, account } = await rotating(cloud, { FAILS_AT: failsAt });
    const answer = await secrets("RotateSecret", {
      SecretId: "db",
      RotationLambdaARN: FunctionArn,
      RotationRules: { AutomaticallyAfterDays: 10 },
      RotateImmediately: false,
    });
    assert.equal(answer.VersionId, undefined);
    await until(
      () => cloud.calls.of("lambda", "Invoke").filter((call) => call.account === account),
      (calls) => calls.length === 1,
    );
    const after = await until(
      () => describe(secrets),
      (described) => stages(described).length === 1,
    );
    assert.deepEqual(stages(after), ["AWSCURRENT"]);
    assert.deepEqual([after.RotationEnabled, after.LastRotatedDate], [true, undefined]);
    const { Versions } = await secrets("ListSecretVersionIds", { SecretId: "db", IncludeDeprecated: true });
    assert.equal(Versions.length, 1);
    assert.equal((await secrets("GetSecretValue", { SecretId: "db" })).SecretString, "first");
  }
});

test("days are counted from the last value that anybody put, and said of every schedule after a rotation", {
  timeout: 120_000,
}, async () => {
  await using cloud = await testCloud();
  const { secrets, FunctionArn } = await rotating(cloud);
  // The day does not change while the test runs.
  await cloud.clock.advance(DAY_MS - (cloud.clock.now() % DAY_MS));
  const endOfDay = (days: number) => new Date(startMs + (days + 1) * DAY_MS - 1000);
  const startMs = cloud.clock.now() - (cloud.clock.now() % DAY_MS);
  const rotate = async (RotationRules: object) => {
    const before = (await describe(secrets)).LastRotatedDate;
    await secrets("RotateSecret", { SecretId: "db", RotationLambdaARN: FunctionArn, RotationRules });
    return await until(
      () => describe(secrets),
      ({ LastRotatedDate }) => LastRotatedDate?.getTime() !== before?.getTime(),
    );
  };
  const first = await rotate({ AutomaticallyAfterDays: 30 });
  assert.deepEqual(first.NextRotationDate, endOfDay(30));
  await cloud.clock.advance(DAY_MS);
  await secrets("PutSecretValue", { SecretId: "db", SecretString: "by hand" });
  const put = await describe(secrets);
  assert.deepEqual(put.NextRotationDate, endOfDay(31));
  assert.deepEqual(put.LastRotatedDate, first.LastRotatedDate);
  const rules = { ScheduleExpression: "rate(10 days)", Duration: "3h" };
  const rate = await rotate(rules);
  assert.deepEqual(rate.RotationRules, { AutomaticallyAfterDays: 10, ...rules });
  assert.deepEqual(rate.NextRotationDate, new Date(startMs + 11 * DAY_MS + 3 * 3_600_000));
});

test("a secret that is restored is rotated when that is due, and a replica by its primary alone", {
  timeout: 120_000,
}, async () => {
  await using cloud = await testCloud();
  const { secrets, FunctionArn } = await rotating(cloud);
  await secrets("RotateSecret", {
    SecretId: "db",
    RotationLambdaARN: FunctionArn,
    RotationRules: { AutomaticallyAfterDays: 3 },
    RotateImmediately: false,
  });
  await until(
    () => cloud.calls.of("lambda", "Invoke"),
    (calls) => calls.length === 1,
  );
  await secrets("DeleteSecret", { SecretId: "db", RecoveryWindowInDays: 7 });
  await cloud.clock.advance(4 * DAY_MS);
  await secrets("RestoreSecret", { SecretId: "db" });
  await until(
    () => describe(secrets),
    ({ LastRotatedDate }) => LastRotatedDate !== undefined,
  );
  await secrets("ReplicateSecretToRegions", { SecretId: "db", AddReplicaRegions: [{ Region: "eu-west-1" }] });
  const replica = await secrets("DescribeSecret", { SecretId: "db" }, "eu-west-1");
  assert.deepEqual([replica.RotationEnabled, replica.RotationLambdaARN], [undefined, undefined]);
});

test("a function that is not there is refused", async () => {
  await using cloud = await testCloud({ listen: false });
  const account = newAccount();
  const secrets = secretsOf(cloud.call, account);
  await secrets("CreateSecret", { Name: "db", SecretString: "first" });
  const RotationLambdaARN = `arn:aws:lambda:us-east-1:${account}:function:none`;
  await assert.rejects(secrets("RotateSecret", { SecretId: "db", RotationLambdaARN }), {
    code: "AccessDeniedException",
  });
});

test("a schedule by cron says when it is next, on the hour and in any year", {
  timeout: 120_000,
}, async () => {
  await using cloud = await testCloud({ listen: false });
  const { secrets, FunctionArn } = await rotating(cloud);
  const rotate = (ScheduleExpression: string) =>
    secrets("RotateSecret", {
      SecretId: "db",
      RotationLambdaARN: FunctionArn,
      RotateImmediately: false,
      RotationRules: { ScheduleExpression },
    });
  await rotate("cron(0 8 1 * ? *)");
  const { NextRotationDate, RotationRules } = await describe(secrets);
  assert.match(NextRotationDate.toISOString(), /-01T23:59:59.000Z$/);
  assert.deepEqual(RotationRules, { ScheduleExpression: "cron(0 8 1 * ? *)" });
  for (const not of ["cron(30 8 1 * ? *)", "cron(0 8 1 * ? 2030)", "cron(0 8 * * * *)", "cron(nonsense)"])
    await assert.rejects(rotate(not), { code: "InvalidParameterException" });
});
