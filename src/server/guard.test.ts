import assert from "node:assert/strict";
import { test } from "node:test";
import type { HttpRequest } from "../core/http.ts";
import { type Recognized, recognize } from "../gateway/recognize.ts";
import { Guard, type GuardRules } from "./guard.ts";

interface Given extends Partial<HttpRequest> {
  readonly headers?: Record<string, string>;
  readonly text?: string;
}

function guard(rules: Partial<GuardRules> & { listens?: string; given?: string[]; origins?: string[] } = {}) {
  const { listens = "127.0.0.1", given = [], origins = [] } = rules;
  const guarded = new Guard(
    {
      hosts: { listens, given },
      pages: { origins, allowedHeaders: [], exposedHeaders: [] },
      allowsDeliveries: rules.allowsDeliveries ?? false,
    },
    (_request, _recognized, body) => ({ status: 403, headers: {}, body }),
    () => {},
  );
  return ({ text = "", headers, ...rest }: Given, more: Partial<Recognized> = {}) => {
    const request: HttpRequest = {
      method: "GET",
      path: "/",
      query: "",
      body: Buffer.from(text),
      ...rest,
      headers: { host: "localhost:4566", ...headers },
    };
    return guarded.refusal(request, { ...recognize(request), ...more });
  };
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const BROWSER = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0" };
const CREATE = "Action=CreateUser&Version=2010-05-08&UserName=mallory";

/** Requests that a page of another site can make a browser send; every browser adds what stands in `headers`. */
const attacks: readonly (Given & { readonly name: string })[] = [
  {
    name: "an image that is an AWS call",
    query: CREATE,
    headers: { ...BROWSER, "sec-fetch-site": "cross-site", "sec-fetch-dest": "image" },
  },
  {
    name: "the same to a name that browsers send no Sec-Fetch-Site to",
    query: CREATE,
    headers: { ...BROWSER, host: "localhost.localstack.cloud:4566" },
  },
  {
    name: "the same from a page of this machine, which needs no such image",
    query: CREATE,
    headers: { ...BROWSER, "sec-fetch-site": "same-site" },
  },
  {
    name: "a typed address that another site leads on to here",
    query: CREATE,
    headers: { ...BROWSER, "sec-fetch-site": "none", "sec-fetch-mode": "navigate" },
  },
  {
    name: "an old browser's image, which says no more than where it stands",
    query: CREATE,
    headers: { host: "127.0.0.1:4566", referer: "http://evil.example/page" },
  },
  {
    name: "a form",
    method: "POST",
    text: CREATE,
    headers: { ...BROWSER, ...FORM, origin: "http://evil.example" },
  },
  { name: "a form of a sandboxed frame", method: "POST", text: CREATE, headers: { ...FORM, origin: "null" } },
  {
    name: "a form to a path that only resembles a data plane's",
    method: "POST",
    path: "/restapis/_user_request_",
    text: CREATE,
    headers: { ...FORM, origin: "http://evil.example" },
  },
  {
    name: "a form under a name that only resembles a data plane's",
    method: "POST",
    text: CREATE,
    headers: { ...FORM, host: "a.b.execute-api.evil.example", origin: "http://a.b.execute-api.evil.example" },
  },
  {
    name: "a presigned creation of a function",
    method: "POST",
    path: "/2015-03-31/functions",
    query: "X-Amz-Credential=test%2F20261128%2Fus-east-1%2Flambda%2Faws4_request&X-Amz-Signature=0",
    text: "{}",
    headers: { origin: "http://evil.example" },
  },
  {
    name: "a preflight",
    method: "OPTIONS",
    headers: { origin: "http://evil.example", "access-control-request-method": "PUT" },
  },
  {
    name: "a WebSocket API's connections, which are an AWS API",
    method: "POST",
    path: "/dev/@connections/abc",
    headers: { host: "a1.execute-api.localhost:4566", origin: "http://evil.example" },
  },
  {
    name: "a link that looks like one of SNS's mails, and does more",
    query: "Action=ConfirmSubscription&Action=CreateTopic&Name=x&Version=2010-03-31",
    headers: { ...BROWSER, "sec-fetch-site": "cross-site" },
  },
  ...["/_squall/reset", "/_localstack/state/reset", "/_aws/sqs/messages"].map((path) => ({
    name: `a form to ${path}`,
    method: "POST",
    path,
    headers: { ...FORM, origin: "http://evil.example" },
  })),
  {
    name: "an object that it would read",
    path: "/bucket/key",
    headers: { ...BROWSER, origin: "http://evil.example", "sec-fetch-site": "cross-site" },
  },
  {
    name: "an image of the admin API",
    path: "/_squall/state",
    headers: { ...BROWSER, "sec-fetch-site": "cross-site" },
  },
  {
    name: "a rebound name, on the AWS API",
    query: "Action=ListUsers",
    headers: { host: "evil.example:4566" },
  },
  { name: "a rebound name, on the admin API", path: "/_squall/calls", headers: { host: "evil.example" } },
  {
    name: "a rebound name, on a data plane, whose CORS settings it would get round",
    headers: { host: "a1.execute-api.evil.example:4566" },
  },
  {
    name: "a rebound name that forwards to one of ours",
    headers: { host: "evil.example", "x-forwarded-host": "a1.execute-api.localhost" },
  },
  {
    name: "a name that only begins like one of ours",
    query: "Action=ListUsers",
    headers: { host: "localhost.evil.example" },
  },
  { name: "a name that only ends like one", headers: { host: "evillocalhost:4566" } },
  { name: "SQS at a name that only resembles AWS's", headers: { host: "sqs.amazonaws.evil.example" } },
];

for (const { name, ...attack } of attacks) {
  test(`a page of another site gets nowhere with ${name}`, () => {
    assert.notEqual(guard()(attack), undefined);
  });
}

const SIGNED =
  "AWS4-HMAC-SHA256 Credential=test/20261128/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0";

/** What must go on working. */
const honest: readonly (Given & { readonly name: string; readonly more?: Partial<Recognized> })[] = [
  { name: "an SDK", method: "POST", headers: { authorization: SIGNED, "user-agent": "aws-sdk-js/3" } },
  {
    name: "Node's fetch",
    query: "Action=ListQueues",
    headers: { "sec-fetch-mode": "cors", "user-agent": "node" },
  },
  { name: "curl", query: "Action=ListQueues", headers: { "user-agent": "curl/8.1" } },
  ...[
    "127.0.0.1",
    "[::1]:4566",
    "192.168.1.7:4566",
    "localhost.",
    "sqs.eu-west-1.localhost.localstack.cloud:4566",
  ].map((host) => ({ name: `an SDK at ${host}`, headers: { authorization: SIGNED, host } })),
  { name: "an SDK whose AWS names point here", headers: { host: "sqs.us-east-1.amazonaws.com" } },
  { name: "an SDK in a container of Docker Desktop", headers: { host: "host.docker.internal:4566" } },
  {
    name: "a page of this machine",
    method: "POST",
    headers: {
      ...BROWSER,
      origin: "http://localhost:3000",
      "sec-fetch-site": "cross-site",
      host: "127.0.0.1:4566",
    },
  },
  {
    name: "a page that Squall serves",
    path: "/_squall/calls",
    headers: { ...BROWSER, "sec-fetch-site": "same-origin" },
  },
  {
    name: "the admin API's pages in the address bar",
    path: "/_squall/health",
    headers: { ...BROWSER, "sec-fetch-site": "none" },
  },
  {
    name: "a page of another site on a data plane",
    method: "POST",
    path: "/restapis/a1/dev/_user_request_/pets",
    headers: { ...BROWSER, origin: "https://shop.example", "sec-fetch-site": "cross-site" },
  },
  {
    name: "a page of another site at a function URL",
    headers: { host: "abc.lambda-url.us-east-1.localhost:4566", "sec-fetch-site": "cross-site" },
  },
  {
    name: "a custom domain that API Gateway serves",
    headers: { host: "api.shop.example", "sec-fetch-site": "cross-site" },
    more: { service: "execute-api", kind: "data-plane", isClaimed: true },
  },
  {
    name: "a presigned link to an object",
    path: "/bucket/key",
    query: "X-Amz-Credential=test%2F20261128%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=0",
    headers: { ...BROWSER, "sec-fetch-site": "cross-site" },
  },
  {
    name: "a link of one of SNS's mails",
    query: "Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-east-1:1:t&Token=abc",
    headers: { ...BROWSER, "sec-fetch-site": "none" },
  },
];

for (const { name, more, ...given } of honest) {
  test(`${name} gets through`, () => {
    assert.equal(guard()(given, more), undefined);
  });
}

test("an origin is allowed by name, all are with *", () => {
  const page = { method: "POST", headers: { origin: "https://tool.example" } };
  assert.match(guard()(page) ?? "", /EXTRA_CORS_ALLOWED_ORIGINS=https:\/\/tool\.example/);
  assert.equal(guard({ origins: ["https://tool.example"] })(page), undefined);
  assert.equal(guard({ origins: ["*"] })(page), undefined);
  assert.notEqual(
    guard({ origins: ["https://tool.example"] })({ ...page, headers: { origin: "null" } }),
    undefined,
  );
});

test("a container's name is refused in words that say what allows it, and then allowed with the names below it", () => {
  const call = { method: "POST", headers: { host: "squall:4566", authorization: SIGNED } };
  const refusal = guard()(call) ?? "";
  assert.match(refusal, /--host-name squall /);
  assert.match(refusal, /LOCALSTACK_HOST=squall:4566/);
  const named = guard({ given: ["squall"] });
  assert.equal(named(call), undefined);
  assert.equal(named({ headers: { host: "a1.execute-api.squall:4566" } }), undefined);
  assert.notEqual(named({ headers: { host: "evilsquall:4566" } }), undefined);
});

test("a name without a dot is a neighbour's where neighbours can come, but no browser's", () => {
  const listening = guard({ listens: "0.0.0.0" });
  const headers = { host: "localstack:4566", authorization: SIGNED };
  assert.equal(listening({ method: "POST", headers }), undefined);
  assert.notEqual(listening({ method: "POST", headers: { ...headers, ...BROWSER } }), undefined);
  assert.notEqual(
    listening({ method: "POST", headers: { ...headers, host: "squall.evil.example" } }),
    undefined,
  );
});

test("what Squall delivers reaches data planes, and its own APIs only when that is allowed", () => {
  const delivery = { "x-squall-delivery": "sns" };
  const creation = {
    method: "POST",
    path: "/2015-03-31/functions",
    query: "X-Amz-Credential=test%2F20261128%2Fus-east-1%2Flambda%2Faws4_request",
    headers: delivery,
  };
  assert.match(guard()(creation) ?? "", /--allow-deliveries-to-self/);
  assert.notEqual(guard()({ method: "POST", path: "/_squall/reset", headers: delivery }), undefined);
  assert.equal(guard()({ method: "POST", path: "/_aws/execute-api/a1/dev/x", headers: delivery }), undefined);
  assert.equal(guard({ allowsDeliveries: true })(creation), undefined);
});
