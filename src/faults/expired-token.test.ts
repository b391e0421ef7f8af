import assert from "node:assert/strict";
import { test } from "node:test";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { clientOptions, newAccount, testCloud } from "../../test/cloud.ts";
import { aCall, run, testEngine } from "./fixture.test.ts";

const PROTOCOLS: Readonly<Record<string, string>> = { ec2: "ec2", s3: "rest-xml", sns: "query" };

function calls(rule: Record<string, unknown>) {
  const { engine, clock } = testEngine({
    errorsOf: ({ service }) => ({ protocol: PROTOCOLS[service] ?? "json" }),
  });
  engine.add({ effect: "expired-token", ...rule });
  const call = async (accessKeyId: string, service = "dynamodb", isSession = true) => {
    const { caller } = aCall();
    const headers = isSession ? { "x-amz-security-token": "token" } : undefined;
    const { outcome } = await run(
      engine,
      aCall({ service, ...(headers && { headers }), caller: { ...caller, accessKeyId } }),
    );
    return outcome.kind === "error" ? `${outcome.error.code} ${outcome.error.status}` : outcome.kind;
  };
  return { call, clock };
}

test("the credentials that a caller comes with first have expired, until it comes with others", async () => {
  const { call } = calls({});
  assert.equal(await call("ASIAFIRST"), "ExpiredTokenException 400");
  assert.equal(await call("ASIAFIRST"), "ExpiredTokenException 400");
  assert.equal(await call("ASIASECOND"), "output");
  assert.equal(await call("ASIAFIRST"), "ExpiredTokenException 400");
});

test("keys without a session token do not expire", async () => {
  const { call } = calls({});
  assert.equal(await call("AKIAFIRST", "dynamodb", false), "output");
});

test("each service says it in its way", async () => {
  for (const [service, expected] of [
    ["s3", "ExpiredToken 400"],
    ["sns", "ExpiredToken 403"],
    ["ec2", "RequestExpired 400"],
    ["kinesis", "ExpiredTokenException 400"],
  ] as const)
    assert.equal(await calls({}).call("ASIAFIRST", service), expected, service);
});

test("they are valid for as long as is said", async () => {
  const { call, clock } = calls({ params: { after: "1m" } });
  assert.equal(await call("ASIAFIRST"), "output");
  await clock.advance(59_999);
  assert.equal(await call("ASIAFIRST"), "output");
  await clock.advance(1);
  assert.equal(await call("ASIAFIRST"), "ExpiredTokenException 400");
});

test("a client that assumes its role again gets through", async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const sts = new STSClient(clientOptions(cloud, account));
  const RoleArn = `arn:aws:iam::${account}:role/app`;
  await cloud.call(
    "iam",
    "CreateRole",
    {
      RoleName: "app",
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole" }],
      }),
    },
    { account },
  );
  await cloud.faults.add({ effect: "expired-token", match: { service: "dynamodb" } });
  const client = async () => {
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "session" }));
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
    return new DynamoDBClient({
      ...clientOptions(cloud, account),
      credentials: {
        accessKeyId: AccessKeyId!,
        secretAccessKey: SecretAccessKey!,
        sessionToken: SessionToken!,
      },
    });
  };
  const first = await client();
  await assert.rejects(first.send(new ListTablesCommand({})), {
    name: "ExpiredTokenException",
    message: "The security token included in the request is expired",
  });
  assert.deepEqual((await (await client()).send(new ListTablesCommand({}))).TableNames, []);
  await assert.rejects(first.send(new ListTablesCommand({})), { name: "ExpiredTokenException" });
});
