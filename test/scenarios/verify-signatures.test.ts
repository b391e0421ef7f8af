import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { Sha256 } from "@aws-crypto/sha256-js";
import { PutIntegrationResponseCommand, PutMethodResponseCommand } from "@aws-sdk/client-api-gateway";
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
} from "@aws-sdk/client-apigatewayv2";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  ListUsersCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { CreateFunctionUrlConfigCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { SignatureV4 } from "@smithy/signature-v4";
import { WebSocket } from "ws";
import type { Cloud, CloudOptions } from "../../src/index.ts";
import { Bed, send } from "../../src/services/apigateway/bed.fixture.ts";
import { clientEnvironment, clientOptions, newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

const run = promisify(execFile);

/** A cloud that checks signatures, and the key of an account's root in it. */
async function checking(options: CloudOptions = {}) {
  const account = newAccount();
  const rootKeys = [{ accessKeyId: account, secretAccessKey: "test" }];
  const cloud = await testCloud({ verifySignatures: true, rootKeys, ...options });
  return { cloud, account, root: clientOptions(cloud, account), [Symbol.asyncDispose]: () => cloud.stop() };
}

test("keys that IAM made are checked, until they are inactive", async () => {
  await using given = await checking();
  const { root } = given;
  const iam = new IAMClient(root);
  await iam.send(new CreateUserCommand({ UserName: "ann" }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "ann" }));
  const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };

  await new SQSClient({ ...root, credentials }).send(new ListQueuesCommand({}));
  const { Arn } = await new STSClient({ ...root, credentials }).send(new GetCallerIdentityCommand({}));
  assert.match(Arn ?? "", /:user\/ann$/);

  await iam.send(
    new UpdateAccessKeyCommand({ UserName: "ann", AccessKeyId: credentials.accessKeyId, Status: "Inactive" }),
  );
  await assert.rejects(new SQSClient({ ...root, credentials }).send(new ListQueuesCommand({})), {
    name: "InvalidClientTokenId",
  });
});

/** A call of each kind of service, and how each refuses. */
const SERVICES: readonly {
  readonly name: string;
  call(options: ReturnType<typeof clientOptions>): Promise<unknown>;
  readonly mismatch: readonly [name: string, status: number];
  readonly unknown: readonly [name: string, status: number];
}[] = [
  {
    name: "dynamodb (JSON)",
    call: (options) => new DynamoDBClient(options).send(new ListTablesCommand({})),
    mismatch: ["InvalidSignatureException", 400],
    unknown: ["UnrecognizedClientException", 400],
  },
  {
    name: "lambda (REST JSON)",
    call: (options) => new LambdaClient(options).send(new ListFunctionsCommand({})),
    mismatch: ["InvalidSignatureException", 403],
    unknown: ["UnrecognizedClientException", 403],
  },
  {
    name: "iam (query)",
    call: (options) => new IAMClient(options).send(new ListUsersCommand({})),
    mismatch: ["SignatureDoesNotMatch", 403],
    unknown: ["InvalidClientTokenId", 403],
  },
  {
    name: "sns (query)",
    call: (options) => new SNSClient(options).send(new ListTopicsCommand({})),
    mismatch: ["SignatureDoesNotMatch", 403],
    unknown: ["InvalidClientTokenId", 403],
  },
  {
    name: "sqs (JSON, with the query protocol's names)",
    call: (options) => new SQSClient(options).send(new ListQueuesCommand({})),
    mismatch: ["SignatureDoesNotMatch", 403],
    unknown: ["InvalidClientTokenId", 403],
  },
];

for (const { name, call, mismatch, unknown } of SERVICES) {
  test(`${name} takes what is signed right, and refuses the rest in its own words`, async () => {
    await using given = await checking();
    const { root } = given;
    await call(root);
    const refusedAs =
      ([name, status]: readonly [string, number]) =>
      (error: unknown) => {
        const { name: said, $metadata } = error as { name: string; $metadata: { httpStatusCode?: number } };
        assert.deepEqual([said, $metadata.httpStatusCode], [name, status]);
        return true;
      };
    const wrong = { ...root.credentials, secretAccessKey: "wrong" };
    await assert.rejects(call({ ...root, credentials: wrong }), refusedAs(mismatch));
    for (const accessKeyId of ["test", "AKIAIOSFODNN7EXAMPLE", "999999999999"]) {
      const credentials = { accessKeyId, secretAccessKey: "test" };
      await assert.rejects(call({ ...root, credentials }), refusedAs(unknown));
    }
  });
}

test("S3 has its own set of errors", async () => {
  await using given = await checking();
  const { root, cloud } = given;
  const get = (options: object) =>
    new S3Client({ ...root, forcePathStyle: true, ...options }).send(
      new GetObjectCommand({ Bucket: "bucket", Key: "a b" }),
    );
  const put = (Body: string) =>
    new S3Client({ ...root, forcePathStyle: true }).send(
      new PutObjectCommand({ Bucket: "bucket", Key: "a b", Body }),
    );
  await new S3Client({ ...root, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: "bucket" }));
  await put("");
  await put("hello");
  assert.equal(await (await get({})).Body!.transformToString(), "hello");
  await assert.rejects(get({ credentials: { ...root.credentials, secretAccessKey: "wrong" } }), {
    name: "SignatureDoesNotMatch",
    message:
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  });
  await assert.rejects(get({ credentials: { accessKeyId: "test", secretAccessKey: "test" } }), {
    name: "InvalidAccessKeyId",
    message: "The AWS Access Key Id you provided does not exist in our records.",
  });
  const anonymous = await send(cloud, { path: "/bucket/key" });
  assert.equal(anonymous.status, 403);
  assert.match(anonymous.body, /<Code>AccessDenied<\/Code><Message>Access Denied<\/Message>/);
  await assert.rejects(get({ systemClockOffset: 3_600_000 }), { name: "RequestTimeTooSkewed" });
});

test("a signed request means what its client has signed, whatever name a header says that it was for", async () => {
  await using given = await checking();
  const { root, cloud } = given;
  const s3 = new S3Client({ ...root, forcePathStyle: true });
  for (const Bucket of ["open", "shut"]) {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: `of ${Bucket}` }));
  }
  const name = (bucket: string) => `${bucket}.s3.localhost.localstack.cloud:${new URL(cloud.url).port}`;
  const signer = new SignatureV4({ ...root, service: "s3", sha256: Sha256, uriEscapePath: false });
  const signed = await signer.sign({
    method: "GET",
    protocol: "http:",
    hostname: "open.s3.localhost.localstack.cloud",
    path: "/k",
    headers: { host: name("open"), "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
  });
  const get = async (more: Record<string, string>) => {
    const { status, body } = await send(cloud, { path: "/k", headers: { ...signed.headers, ...more } });
    return `${status} ${/<Code>(.*)<\/Code>/.exec(body)?.[1] ?? body}`;
  };
  assert.equal(await get({}), "200 of open");
  assert.equal(await get({ "x-forwarded-host": name("shut") }), "403 SignatureDoesNotMatch");
  assert.equal(
    await get({ host: "127.0.0.1:1", "x-forwarded-host": name("open") }),
    "200 of open",
    "through a proxy that has another name",
  );
});

test("S3 serves those who do not say who they are as far as a bucket lets everybody in", async () => {
  await using given = await checking();
  const { root, cloud } = given;
  const s3 = new S3Client({ ...root, forcePathStyle: true });
  for (const Bucket of ["open", "shut"]) {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "data" }));
  }
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket: "open" }));
  const Statement = {
    Effect: "Allow",
    Principal: "*",
    Action: ["s3:GetObject", "s3:PutObject"],
    Resource: "arn:aws:s3:::open/*",
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [Statement] });
  await s3.send(new PutBucketPolicyCommand({ Bucket: "open", Policy }));
  const status = async (path: string, more: object = {}) => (await send(cloud, { path, ...more })).status;
  assert.equal(await status("/open/k"), 200);
  assert.equal(await status("/shut/k"), 403);
  assert.equal(await status("/"), 403);
  assert.equal(await status(`/open/k?X-Amz-Credential=${given.account}/x`), 400, "half a signature is none");
  const copy = { method: "PUT", headers: { "x-amz-copy-source": "/shut/k" } };
  assert.equal(await status("/open/copied", copy), 403, "to copy is to read");
});

test("a session's token is checked, and a session ends", async () => {
  await using given = await checking();
  const { cloud, root } = given;
  const { Credentials } = await new STSClient(root).send(
    new AssumeRoleCommand({
      RoleArn: "arn:aws:iam::000000000000:role/worker",
      RoleSessionName: "session",
      DurationSeconds: 900,
    }),
  );
  const credentials = {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  };
  await new SQSClient({ ...root, credentials }).send(new ListQueuesCommand({}));
  await assert.rejects(
    new SQSClient({ ...root, credentials: { ...credentials, sessionToken: "other" } }).send(
      new ListQueuesCommand({}),
    ),
    { name: "InvalidClientTokenId" },
  );
  await cloud.clock.advance("PT15M");
  await assert.rejects(new SQSClient({ ...root, credentials }).send(new ListQueuesCommand({})));
});

test("without a signature a call is refused in its service's words", async () => {
  await using given = await checking();
  const ask = (headers: Record<string, string>, body: string, path = "/") =>
    send(given.cloud, { method: "POST", path, headers, body });
  const json = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.ListTables",
  };
  const dynamodb = await ask(json, "{}");
  assert.equal(dynamodb.status, 400);
  assert.match(dynamodb.body, /MissingAuthenticationTokenException/);
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const iam = await ask(form, "Action=ListUsers&Version=2010-05-08");
  assert.equal(iam.status, 403);
  assert.match(
    iam.body,
    /<Code>MissingAuthenticationToken<\/Code>\s*<Message>Request is missing Authentication Token/,
  );
});

test("with --strict a malformed Authorization header is refused, though signatures are not checked", async () => {
  await using cloud = await testCloud({ strict: true });
  const ask = (authorization: string) =>
    send(cloud, {
      method: "POST",
      path: "/",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.ListTables",
        "x-amz-date": "20261123T120000Z",
        authorization,
      },
      body: "{}",
    });
  const scope = "123456789012/20261123/us-east-1/dynamodb/aws4_request";
  const refused = await ask(`AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host`);
  assert.equal(refused.status, 400);
  assert.match(refused.body, /IncompleteSignatureException.*requires 'Signature' parameter/);
  assert.equal(
    (await ask(`AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`)).status,
    200,
  );
});

/** The status that curl gets for a request that it signs itself. */
async function curl(url: string, secret: string, account: string, service: string, ...more: string[]) {
  const { stdout } = await run("curl", [
    ...["-s", "-o", "/dev/null", "-w", "%{http_code}"],
    ...["--aws-sigv4", `aws:amz:us-east-1:${service}`, "--user", `${account}:${secret}`],
    ...more,
    url,
  ]);
  return Number(stdout);
}

test(
  "AWS_IAM means a true signature: at REST and HTTP APIs, and at function URLs",
  needs("curl"),
  async () => {
    await using given = await checking();
    const { cloud, account } = given;
    const bed = new Bed(cloud, account);
    const api = await bed.createApi();
    const mock = { requestTemplates: { "application/json": '{"statusCode": 200}' } };
    await api.put(api.rootId, "GET", mock, { authorizationType: "AWS_IAM" });
    await bed.apis.send(
      new PutMethodResponseCommand({
        ...{ restApiId: api.id, resourceId: api.rootId, httpMethod: "GET", statusCode: "200" },
      }),
    );
    await bed.apis.send(
      new PutIntegrationResponseCommand({
        ...{ restApiId: api.id, resourceId: api.rootId, httpMethod: "GET", statusCode: "200" },
      }),
    );
    await api.deploy();
    const rest = `${cloud.url}/restapis/${api.id}/dev/_user_request_/?a=1&b=2`;
    assert.equal(await curl(rest, "test", account, "execute-api"), 200);
    assert.equal(await curl(rest, "wrong", account, "execute-api"), 403);
    assert.equal(await curl(rest, "test", account, "lambda"), 403);
    assert.equal(await curl(rest, "test", "test", "execute-api"), 403);

    const functionArn = await bed.createFunction("url", "async () => 'fine'");
    const apis = new ApiGatewayV2Client(given.root);
    const { ApiId } = await apis.send(new CreateApiCommand({ Name: "http", ProtocolType: "HTTP" }));
    const { IntegrationId } = await apis.send(
      new CreateIntegrationCommand({
        ...{ ApiId, IntegrationType: "AWS_PROXY", IntegrationUri: functionArn, PayloadFormatVersion: "2.0" },
      }),
    );
    const Target = `integrations/${IntegrationId}`;
    await apis.send(
      new CreateRouteCommand({ ApiId, RouteKey: "GET /pets", AuthorizationType: "AWS_IAM", Target }),
    );
    await apis.send(new CreateStageCommand({ ApiId, StageName: "dev", AutoDeploy: true }));
    const http = `${cloud.url}/_aws/execute-api/${ApiId}/dev/pets`;
    assert.equal(await curl(http, "test", account, "execute-api"), 200);
    assert.equal(await curl(http, "wrong", account, "execute-api"), 403);

    const { FunctionUrl } = await bed.lambda.send(
      new CreateFunctionUrlConfigCommand({ FunctionName: "url", AuthType: "AWS_IAM" }),
    );
    const { hostname } = new URL(FunctionUrl!);
    const place = `http://${hostname}:${cloud.port}/`;
    const here = ["--resolve", `${hostname}:${cloud.port}:127.0.0.1`];
    assert.equal(await curl(place, "test", account, "lambda", ...here), 200);
    assert.equal(await curl(place, "wrong", account, "lambda", ...here), 403);
    assert.equal(await curl(place, "test", account, "execute-api", ...here), 403);
    assert.equal(await curl(place, "test", account, "lambda", ...here, "-d", "body"), 200);
  },
);

test("a WebSocket API whose $connect wants AWS_IAM opens to a true signature only", async () => {
  await using given = await checking();
  const { cloud, account, root } = given;
  const apis = new ApiGatewayV2Client(root);
  const { ApiId } = await apis.send(
    new CreateApiCommand({
      Name: "talk",
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    }),
  );
  const { IntegrationId } = await apis.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: "MOCK",
      RequestTemplates: { "200": '{"statusCode":200}' },
      TemplateSelectionExpression: "200",
    }),
  );
  const Target = `integrations/${IntegrationId}`;
  await apis.send(
    new CreateRouteCommand({ ApiId, RouteKey: "$connect", AuthorizationType: "AWS_IAM", Target }),
  );
  await apis.send(new CreateStageCommand({ ApiId, StageName: "dev", AutoDeploy: true }));
  const hostname = `${ApiId}.execute-api.localhost`;
  const open = async (secretAccessKey: string) => {
    const credentials = { accessKeyId: account, secretAccessKey };
    const signer = new SignatureV4({
      credentials,
      region: "us-east-1",
      service: "execute-api",
      sha256: Sha256,
    });
    const { query = {} } = await signer.presign({
      ...{ method: "GET", protocol: "ws:", hostname, path: "/dev" },
      headers: { host: `${hostname}:${cloud.port}` },
    });
    const url = `ws://127.0.0.1:${cloud.port}/dev?${new URLSearchParams(query as Record<string, string>)}`;
    return new Promise<number>((resolve, reject) => {
      const socket = new WebSocket(url, { headers: { host: `${hostname}:${cloud.port}` } });
      socket.once("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
      socket.once("error", reject);
      socket.once("open", () => {
        socket.close();
        resolve(101);
      });
    });
  };
  assert.equal(await open("test"), 101);
  assert.equal(await open("wrong"), 403);
});

test("curl signs for an AWS API", needs("curl"), async () => {
  await using given = await checking();
  const { cloud, account } = given;
  const url = `${cloud.url}/?Action=ListUsers&Version=2010-05-08`;
  assert.equal(await curl(url, "test", account, "iam"), 200);
  assert.equal(await curl(url, "wrong", account, "iam"), 403);
  assert.equal(await curl(`${url}&a=%zz`, "test", account, "iam"), 400);
});

/** Services of each protocol, presigned URLs, and uploads to S3 in chunks, as boto3 signs them. */
const PROGRAM = `
import os, boto3, botocore, urllib.request, urllib.error
def said(call):
    try:
        call()
        return "ok"
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
def all_of(**keys):
    def client(name): return boto3.client(name, **keys)
    yield said(lambda: client("dynamodb").list_tables())
    yield said(lambda: client("sqs").list_queues())
    yield said(lambda: client("sns").list_topics())
    yield said(lambda: client("lambda").list_functions())
    yield said(lambda: client("cloudwatch").list_metrics())
    yield said(lambda: client("s3").put_object(Bucket="b", Key="k ü", Body=b"x" * 100000))
print(*all_of())
print(*all_of(aws_secret_access_key="wrong", aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"]))
url = boto3.client("sts").generate_presigned_url("get_caller_identity", HttpMethod="GET")
print(urllib.request.urlopen(urllib.request.Request(url)).status)
try: urllib.request.urlopen(url.replace("GetCallerIdentity", "GetSessionToken"))
except urllib.error.HTTPError as error: print(error.code)
`;

test("boto3 signs for every protocol, in headers and in URLs", needs("boto3"), async () => {
  await using given = await checking();
  const { stdout } = await run("python3", ["-c", PROGRAM], {
    env: clientEnvironment(given.cloud, given.account),
  });
  const [right, wrong, url, forged] = stdout.trim().split("\n");
  assert.equal(right, "ok ok ok ok ok NoSuchBucket");
  assert.equal(
    wrong,
    "InvalidSignatureException SignatureDoesNotMatch SignatureDoesNotMatch InvalidSignatureException SignatureDoesNotMatch SignatureDoesNotMatch",
  );
  assert.deepEqual([url, forged], ["200", "403"]);
});

test("the AWS CLI signs what is taken", needs("aws"), async () => {
  await using given = await checking();
  const env = clientEnvironment(given.cloud, given.account);
  await run("aws", ["dynamodb", "list-tables"], { env });
  await assert.rejects(
    run("aws", ["dynamodb", "list-tables"], { env: { ...env, AWS_SECRET_ACCESS_KEY: "wrong" } }),
    /InvalidSignatureException/,
  );
});

test("without a key of one's own, one is made and told", async () => {
  let told = "";
  await using cloud: Cloud = await testCloud({
    verifySignatures: true,
    log: ({ message }) => {
      told ||= /AWS_ACCESS_KEY_ID=\S+ AWS_SECRET_ACCESS_KEY=\S+/.exec(message)?.[0] ?? "";
    },
  });
  const [accessKeyId, secretAccessKey] = told.split(" ").map((part) => part.slice(part.indexOf("=") + 1)) as [
    string,
    string,
  ];
  const credentials = { accessKeyId, secretAccessKey };
  const who = new STSClient({ ...clientOptions(cloud), credentials });
  assert.equal((await who.send(new GetCallerIdentityCommand({}))).Arn, "arn:aws:iam::000000000000:root");
  await cloud.reset();
  await who.send(new GetCallerIdentityCommand({}));
});
