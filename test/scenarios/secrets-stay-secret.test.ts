import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CloudControl } from "@aws-sdk/client-cloudcontrol";
import { CloudFormation } from "@aws-sdk/client-cloudformation";
import { ECS } from "@aws-sdk/client-ecs";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SSM } from "@aws-sdk/client-ssm";
import type { Cloud } from "../../src/index.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

/* What is given to Squall as a secret stands in nothing that it shows to others: records, logs, digests, events, requests. */

const SECRET = "hunter2-and-more";
const account = newAccount();
let cloud: Cloud;
let options: ReturnType<typeof clientOptions>;
const lines: string[] = [];

before(async () => {
  cloud = await testCloud({ logLevel: "TRACE", log: (line) => lines.push(JSON.stringify(line)) });
  options = clientOptions(cloud, account);
});
after(() => cloud.stop());

const TEMPLATE = {
  Parameters: { Password: { Type: "String", NoEcho: true }, Plain: { Type: "String" } },
  Resources: {
    Secret: {
      Type: "AWS::SecretsManager::Secret",
      Properties: { Name: "of-stack", SecretString: { "Fn::Sub": '{"password": "${Password}"}' } },
    },
    Refused: {
      Type: "AWS::SecretsManager::Secret",
      DependsOn: "Secret",
      Properties: { Name: "no name!", SecretString: { Ref: "Password" } },
    },
  },
};

/** Whoever hands something secret to a service. */
const GIVEN: Readonly<Record<string, () => Promise<unknown>>> = {
  "a secret": () => new SecretsManager(options).createSecret({ Name: "s", SecretString: SECRET }),
  "a secret's new value": async () => {
    const secrets = new SecretsManager(options);
    await secrets.createSecret({ Name: "t", SecretBinary: Buffer.from(SECRET) });
    await secrets.putSecretValue({ SecretId: "t", SecretString: JSON.stringify({ password: SECRET }) });
  },
  "a SecureString": async () => {
    const ssm = new SSM(options);
    await ssm.putParameter({ Name: "/p", Type: "SecureString", Value: SECRET });
    await ssm.putParameter({ Name: "/p", Value: `${SECRET}2`, Overwrite: true });
  },
  "a password of IAM": async () => {
    const iam = new IAM(options);
    await iam.createUser({ UserName: "u" });
    await iam.createLoginProfile({ UserName: "u", Password: `${SECRET}-A1!` });
  },
  "what KMS encrypts": async () => {
    const kms = new KMS(options);
    const { KeyMetadata } = await kms.createKey({});
    await kms.encrypt({ KeyId: KeyMetadata!.KeyId!, Plaintext: Buffer.from(SECRET) });
  },
  "a connection's password": () =>
    new EventBridge(options).createConnection({
      Name: "basic",
      AuthorizationType: "BASIC",
      AuthParameters: { BasicAuthParameters: { Username: "u", Password: SECRET } },
    }),
  "a connection's key and headers": () =>
    new EventBridge(options).createConnection({
      Name: "key",
      AuthorizationType: "API_KEY",
      AuthParameters: {
        ApiKeyAuthParameters: { ApiKeyName: "k", ApiKeyValue: SECRET },
        InvocationHttpParameters: { HeaderParameters: [{ Key: "h", Value: SECRET, IsValueSecret: true }] },
      },
    }),
  "a function's environment": () =>
    new Lambda(options).createFunction({
      FunctionName: "f",
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Role: `arn:aws:iam::${account}:role/r`,
      Code: { ZipFile: Buffer.from("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==", "base64") },
      Environment: { Variables: { PASSWORD: SECRET } },
    }),
  "a container's environment": () =>
    new ECS(options).registerTaskDefinition({
      family: "f",
      containerDefinitions: [
        { name: "a", image: "a", memory: 128, environment: [{ name: "PASSWORD", value: SECRET }] },
      ],
    }),
  "Cloud Control's desired state": () =>
    new CloudControl(options).createResource({
      TypeName: "AWS::SecretsManager::Secret",
      DesiredState: JSON.stringify({ Name: "of-control", SecretString: SECRET }),
    }),
  "a stack's NoEcho parameter": async () => {
    const stacks = new CloudFormation(options);
    await stacks.createStack({
      StackName: "s",
      TemplateBody: JSON.stringify(TEMPLATE),
      OnFailure: "DO_NOTHING",
      Parameters: [
        { ParameterKey: "Password", ParameterValue: SECRET },
        { ParameterKey: "Plain", ParameterValue: "plain" },
      ],
    });
    await until(
      async () => (await stacks.describeStacks({ StackName: "s" })).Stacks?.[0]?.StackStatus,
      (status) => status === "CREATE_FAILED",
    );
  },
};

for (const [name, give] of Object.entries(GIVEN)) {
  test(`${name} is in no record and no log`, async () => {
    cloud.calls.clear();
    await give();
    await cloud.settle(0);
    const records = await (await fetch(`${cloud.url}/_squall/calls?limit=10000`)).text();
    assert.match(records, /"operation"/);
    assert.ok(!records.includes("hunter2"), records.slice(Math.max(0, records.indexOf("hunter2") - 500)));
    assert.ok(lines.length > 0);
    assert.deepEqual(
      lines.filter((line) => line.includes("hunter2")),
      [],
    );
  });
}

test("a stack's events, resources, parameters and digest have no NoEcho values", async () => {
  const stacks = new CloudFormation(options);
  const shown = [
    await stacks.describeStackEvents({ StackName: "s" }),
    await stacks.describeStackResources({ StackName: "s" }),
    await stacks.describeStacks({ StackName: "s" }),
    await (await fetch(`${cloud.url}/_squall/digest?service=cloudformation`)).json(),
  ].map((one) => JSON.stringify(one));
  for (const text of shown) assert.ok(!text.includes("hunter2"), text);
  assert.match(shown[0]!, /no name!.*\*\*\*\*/);
  assert.match(shown[3]!, /plain/);
});

test("Cloud Control's requests show no secrets", async () => {
  const { ResourceRequestStatusSummaries } = await new CloudControl(options).listResourceRequests({});
  const text = JSON.stringify(ResourceRequestStatusSummaries);
  assert.match(text, /of-control/);
  assert.ok(!text.includes("hunter2"), text);
});

test("what is no secret is recorded as it was said", async () => {
  await new SSM(options).putParameter({ Name: "/plain", Type: "String", Value: "visible" });
  const call = cloud.calls.of("ssm").at(-1);
  assert.equal(call?.input["Value"], "visible");
});
