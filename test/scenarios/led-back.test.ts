import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
} from "@aws-sdk/client-apigatewayv2";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { Pipes } from "@aws-sdk/client-pipes";
import { SFN } from "@aws-sdk/client-sfn";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import type { Cloud } from "../../src/index.ts";
import { Bed } from "../../src/services/apigateway/bed.fixture.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

/*
 * Whoever may name an address that a service asks must not call AWS, or the admin API, through it: each service below is given an
 * address of Squall's own that would make a queue. Who asks there directly makes one.
 */

let cloud: Cloud;
const lines: string[] = [];

before(async () => {
  cloud = await testCloud({
    logLevel: "DEBUG",
    log: ({ message }) => void lines.push(message),
  });
});
after(() => cloud.stop());

const account = newAccount();
const options = () => clientOptions(cloud, account);
const role = `arn:aws:iam::${account}:role/r`;
const inward = (name: string) =>
  `${cloud.url}/?Action=CreateQueue&Version=2012-11-05&QueueName=${name}&X-Amz-Credential=${account}%2F20261128%2Fus-east-1%2Fsqs%2Faws4_request`;

async function apiDestination(name: string, url: string): Promise<string> {
  const events = new EventBridge(options());
  const { ConnectionArn } = await events.createConnection({
    Name: name,
    AuthorizationType: "API_KEY",
    AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "x-squall-delivery", ApiKeyValue: "nobody" } },
  });
  const { ApiDestinationArn = "" } = await events.createApiDestination({
    Name: name,
    ConnectionArn,
    HttpMethod: "POST",
    InvocationEndpoint: url,
  });
  return ApiDestinationArn;
}

async function execution(resource: string, parameters: object): Promise<void> {
  const sfn = new SFN({ ...options(), disableHostPrefix: true });
  const { stateMachineArn } = await sfn.createStateMachine({
    name: `m${Math.random().toString(36).slice(2)}`,
    type: "EXPRESS",
    roleArn: role,
    definition: JSON.stringify({
      StartAt: "T",
      States: {
        T: { Type: "Task", Resource: `arn:aws:states:::${resource}`, Parameters: parameters, End: true },
      },
    }),
  });
  const { status } = await sfn.startSyncExecution({ stateMachineArn });
  assert.equal(status, "FAILED");
}

/** Services that ask an address which a user gave. */
const SENDERS: Readonly<Record<string, (url: string, name: string) => Promise<unknown>>> = {
  async "a topic's subscription"(url) {
    const sns = new SNS(options());
    const { TopicArn } = await sns.createTopic({ Name: "t" });
    await sns.subscribe({ TopicArn, Protocol: "http", Endpoint: url });
  },
  async "a rule's API destination"(url, name) {
    const events = new EventBridge(options());
    await events.putRule({ Name: name, EventPattern: '{"source":["led"]}' });
    await events.putTargets({
      Rule: name,
      Targets: [{ Id: "t", Arn: await apiDestination(name, url), RoleArn: role }],
    });
    await events.putEvents({ Entries: [{ Source: "led", DetailType: "d", Detail: "{}" }] });
  },
  async "a connection's authorization endpoint"(url, name) {
    const events = new EventBridge(options());
    const { ConnectionArn } = await events.createConnection({
      Name: name,
      AuthorizationType: "OAUTH_CLIENT_CREDENTIALS",
      AuthParameters: {
        OAuthParameters: {
          ClientParameters: { ClientID: "i", ClientSecret: "s" },
          AuthorizationEndpoint: url,
          HttpMethod: "GET",
        },
      },
    });
    const { ApiDestinationArn } = await events.createApiDestination({
      Name: name,
      ConnectionArn,
      HttpMethod: "GET",
      InvocationEndpoint: url,
    });
    await events.putRule({ Name: name, EventPattern: '{"source":["oauth"]}' });
    await events.putTargets({ Rule: name, Targets: [{ Id: "t", Arn: ApiDestinationArn, RoleArn: role }] });
    await events.putEvents({ Entries: [{ Source: "oauth", DetailType: "d", Detail: "{}" }] });
  },
  async "a pipe's API destination"(url, name) {
    const { QueueUrl } = await new SQS(options()).createQueue({ QueueName: `of-${name}` });
    await new Pipes(options()).createPipe({
      Name: name,
      RoleArn: role,
      Source: `arn:aws:sqs:us-east-1:${account}:of-${name}`,
      Target: await apiDestination(name, url),
    });
    await new SQS(options()).sendMessage({ QueueUrl, MessageBody: "m" });
  },
  async "a state machine's HTTP task"(url, name) {
    await apiDestination(name, url);
    const { ConnectionArn } = await new EventBridge(options()).describeConnection({ Name: name });
    await execution("http:invoke", {
      ApiEndpoint: url,
      Method: "GET",
      Authentication: { ConnectionArn },
      Headers: { "x-squall-delivery": "nobody" },
    });
  },
  async "a REST API's integration"(url) {
    const bed = new Bed(cloud);
    const api = await bed.createApi();
    await api.put(api.rootId, "GET", { type: "HTTP_PROXY", integrationHttpMethod: "GET", uri: url });
    await api.deploy();
    assert.equal((await api.send("/")).status, 403);
  },
  async "an HTTP API's integration"(url) {
    const v2 = new ApiGatewayV2Client(options());
    const { ApiId } = await v2.send(new CreateApiCommand({ Name: "h", ProtocolType: "HTTP" }));
    const { IntegrationId } = await v2.send(
      new CreateIntegrationCommand({
        ApiId,
        IntegrationType: "HTTP_PROXY",
        IntegrationMethod: "GET",
        IntegrationUri: url,
        PayloadFormatVersion: "1.0",
        RequestParameters: { "overwrite:header.x-led": "1" },
      }),
    );
    await v2.send(
      new CreateRouteCommand({ ApiId, RouteKey: "GET /", Target: `integrations/${IntegrationId}` }),
    );
    await v2.send(new CreateStageCommand({ ApiId, StageName: "$default", AutoDeploy: true }));
    const answer = await fetch(`${cloud.url}/_aws/execute-api/${ApiId}/`, {
      headers: { authorization: "none" },
    });
    assert.equal(answer.status, 403);
  },
  async "an authorizer's issuer"(url) {
    const v2 = new ApiGatewayV2Client(options());
    const { ApiId } = await v2.send(new CreateApiCommand({ Name: "j", ProtocolType: "HTTP" }));
    const { AuthorizerId } = await v2.send(
      new CreateAuthorizerCommand({
        ApiId,
        Name: "a",
        AuthorizerType: "JWT",
        IdentitySource: ["$request.header.Authorization"],
        JwtConfiguration: { Audience: ["a"], Issuer: url },
      }),
    );
    const { IntegrationId } = await v2.send(
      new CreateIntegrationCommand({
        ApiId,
        IntegrationType: "HTTP_PROXY",
        IntegrationMethod: "GET",
        IntegrationUri: "http://127.0.0.1:1/",
        PayloadFormatVersion: "1.0",
      }),
    );
    await v2.send(
      new CreateRouteCommand({
        ApiId,
        RouteKey: "GET /",
        Target: `integrations/${IntegrationId}`,
        AuthorizationType: "JWT",
        AuthorizerId,
      }),
    );
    await v2.send(new CreateStageCommand({ ApiId, StageName: "$default", AutoDeploy: true }));
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const token = `${part({ alg: "RS256", kid: "k" })}.${part({ iss: url, aud: "a", exp: 4e9 })}.c2ln`;
    const answer = await fetch(`${cloud.url}/_aws/execute-api/${ApiId}/`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.ok(answer.status >= 400);
  },
};

test("whoever asks there directly makes a queue", async () => {
  const answer = await fetch(inward("direct"));
  assert.equal(answer.status, 200, await answer.text());
  assert.match(JSON.stringify(await new SQS(options()).listQueues()), /direct/);
});

let at = 0;
for (const [name, send] of Object.entries(SENDERS)) {
  test(`${name} makes none`, async () => {
    const queue = `led-${++at}`;
    lines.length = 0;
    await send(inward(queue), `s${at}`);
    // It did arrive, and was refused at the door.
    await until(() => lines.some((line) => /What [\w-]+ delivers may not call|=> 403/.test(line)));
    await cloud.settle(0);
    const { QueueUrls = [] } = await new SQS(options()).listQueues();
    assert.deepEqual(
      QueueUrls.filter((url) => url.includes(queue) && !url.includes("of-")),
      [],
    );
  });
}
