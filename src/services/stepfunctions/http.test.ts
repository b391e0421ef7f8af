import assert from "node:assert/strict";
import { test } from "node:test";
import { receiver, restApi } from "../events/receiver.fixture.ts";
import { Bed } from "./bed.fixture.ts";

const task = (Resource: string, Parameters: object, more: object = {}) => ({
  StartAt: "Call",
  States: {
    Call: { Type: "Task", Resource: `arn:aws:states:::${Resource}`, Parameters, End: true, ...more },
    ...("Catch" in more && { Caught: { Type: "Pass", End: true } }),
  },
});
const caught = (name: string) => ({ Catch: [{ ErrorEquals: [name], Next: "Caught" }] });

async function connection(bed: Bed, auth: object): Promise<unknown> {
  const asked = { Name: `c${bed.next()}`, ...auth };
  return (await bed.call("events", "CreateConnection", asked))["ConnectionArn"];
}

const AUTHORIZATIONS: readonly [
  what: string,
  auth: (url: string) => object,
  header: string,
  value: string,
][] = [
  [
    "an API key",
    () => ({
      AuthorizationType: "API_KEY",
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "s3cret" } },
    }),
    "x-key",
    "s3cret",
  ],
  [
    "a name and a password",
    () => ({
      AuthorizationType: "BASIC",
      AuthParameters: { BasicAuthParameters: { Username: "ann", Password: "pw" } },
    }),
    "authorization",
    `Basic ${Buffer.from("ann:pw").toString("base64")}`,
  ],
  [
    "a token",
    (url) => ({
      AuthorizationType: "OAUTH_CLIENT_CREDENTIALS",
      AuthParameters: {
        OAuthParameters: {
          AuthorizationEndpoint: `${url}/token`,
          HttpMethod: "POST",
          ClientParameters: { ClientID: "id", ClientSecret: "cs" },
        },
      },
    }),
    "authorization",
    "Bearer t0k3n",
  ],
];

for (const [what, auth, header, value] of AUTHORIZATIONS) {
  test(`an HTTP task is let in by ${what} of its connection, and has the answer as its result`, async () => {
    await using web = await receiver((body) => JSON.stringify({ got: JSON.parse(body) as unknown }));
    await using bed = await Bed.start();
    const { output, cause } = await bed.run(
      task("http:invoke", {
        ApiEndpoint: `${web.url}/charges`,
        Method: "POST",
        Authentication: { ConnectionArn: await connection(bed, auth(web.url)) },
        QueryParameters: { dry: "true" },
        Headers: { "x-own": "1" },
        RequestBody: { "amount.$": "$.amount" },
      }),
      { amount: 5 },
    );
    assert.ok(output, cause);
    const { ResponseBody, StatusCode } = JSON.parse(output) as Record<string, unknown>;
    assert.deepEqual([ResponseBody, StatusCode], [{ got: { amount: 5 } }, 200]);
    const asked = web.asked.find(({ url }) => url === "/charges?dry=true")!;
    assert.equal(asked.headers[header], value);
    assert.equal(asked.headers["x-own"], "1");
    assert.equal(asked.headers["user-agent"], "Amazon|StepFunctions|HttpInvoke");
  });
}

test("what a connection adds to every request is added, to the body, too", async () => {
  await using web = await receiver();
  await using bed = await Bed.start();
  const ConnectionArn = await connection(bed, {
    AuthorizationType: "API_KEY",
    AuthParameters: {
      ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "s3cret" },
      InvocationHttpParameters: {
        HeaderParameters: [{ Key: "x-tenant", Value: "t1", IsValueSecret: true }],
        QueryStringParameters: [{ Key: "v", Value: "2" }],
        BodyParameters: [{ Key: "tenant", Value: "t1" }],
      },
    },
  });
  const Authentication = { ConnectionArn };
  const RequestBody = { a: 1 };
  const { status } = await bed.run(
    task("http:invoke", { ApiEndpoint: `${web.url}/x`, Method: "PUT", Authentication, RequestBody }),
  );
  assert.equal(status, "SUCCEEDED");
  const [{ url, headers, body }] = web.asked as [(typeof web.asked)[number]];
  assert.deepEqual([url, headers["x-tenant"], JSON.parse(body)], ["/x?v=2", "t1", { a: 1, tenant: "t1" }]);
});

test("a refusal, and a server that is not there, come under the names that a Catch must match", async () => {
  await using web = await receiver();
  await using bed = await Bed.start();
  const ConnectionArn = await connection(bed, AUTHORIZATIONS[0]![1](web.url));
  const call = (ApiEndpoint: string) => ({ ApiEndpoint, Method: "GET", Authentication: { ConnectionArn } });
  for (const [endpoint, status, name] of [
    [`${web.url}/x`, 404, "States.Http.StatusCode.404"],
    [`${web.url}/x`, 503, "States.Http.StatusCode.503"],
    ["http://127.0.0.1:1/x", 200, "States.Http.Socket"],
  ] as const) {
    web.answers.splice(0, Infinity, { status });
    const { output, cause } = await bed.run(task("http:invoke", call(endpoint), caught(name)));
    assert.equal(output && (JSON.parse(output) as { Error: string }).Error, name, cause);
  }
});

test("a token that is refused is replaced, and the call made again", async () => {
  await using web = await receiver();
  await using bed = await Bed.start();
  for (const access_token of ["one", "other"]) web.tokens.push({ answer: { access_token } });
  const ConnectionArn = await connection(bed, AUTHORIZATIONS[2]![1](web.url));
  const call = { ApiEndpoint: `${web.url}/x`, Method: "GET", Authentication: { ConnectionArn } };
  web.answers.push({ status: 200 }, { status: 401 });
  for (let n = 0; n < 2; n++) {
    const { status, cause } = await bed.run(task("http:invoke", call));
    assert.equal(status, "SUCCEEDED", cause);
  }
  assert.deepEqual(
    web.asked.map(({ url, headers }) => (url === "/token" ? url : headers.authorization)),
    ["/token", "Bearer one", "Bearer one", "/token", "Bearer other"],
  );
});

test("a connection that is not there is an error of its own", async () => {
  await using bed = await Bed.start();
  const ConnectionArn = `arn:aws:events:us-east-1:${bed.account}:connection/none/00000000-0000-4000-8000-000000000000`;
  const name = "Events.ConnectionResource.ConnectionNotFound";
  const { output, cause } = await bed.run(
    task(
      "http:invoke",
      { ApiEndpoint: "http://127.0.0.1:1/x", Method: "GET", Authentication: { ConnectionArn } },
      caught(name),
    ),
  );
  assert.equal(output && (JSON.parse(output) as { Error: string }).Error, name, cause);
});

test("a REST API is invoked by its endpoint, stage and path, and its refusals can be caught", async () => {
  await using web = await receiver((body) => body);
  await using bed = await Bed.start();
  const api = await restApi((service, operation, input) => bed.call(service, operation, input), web.url);
  const call = {
    ApiEndpoint: `${api}.execute-api.us-east-1.amazonaws.com`,
    Method: "POST",
    Stage: "v1",
    Path: "/orders/7",
    RequestBody: { n: 1 },
    AuthType: "NO_AUTH",
  };
  const { output, cause } = await bed.run(task("apigateway:invoke", call));
  assert.ok(output, cause);
  const { ResponseBody, StatusCode, StatusText } = JSON.parse(output) as Record<string, unknown>;
  assert.deepEqual([ResponseBody, StatusCode, StatusText], [{ n: 1 }, 200, "OK"]);
  assert.equal(web.asked[0]!.url, "/orders/7");
  web.answers.push({ status: 418 });
  const refused = await bed.run(task("apigateway:invoke", call, caught("ApiGateway.418")));
  assert.equal((JSON.parse(refused.output!) as { Error: string }).Error, "ApiGateway.418");
});
