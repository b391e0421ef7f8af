import assert from "node:assert/strict";
import { test } from "node:test";
import type { HttpRequest } from "../core/http.ts";
import { recognize } from "./recognize.ts";

function request(options: Partial<HttpRequest> & { text?: string; scope?: string } = {}): HttpRequest {
  const { text = "", scope, headers = {}, ...rest } = options;
  return {
    method: "POST",
    path: "/",
    query: "",
    body: Buffer.from(text),
    ...rest,
    headers: {
      host: "localhost:4566",
      ...(scope && {
        authorization: `AWS4-HMAC-SHA256 Credential=AKID/20261123/${scope}/aws4_request, SignedHeaders=host;x-amz-date, Signature=abc`,
      }),
      ...headers,
    },
  };
}

const form = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };

const cases: { name: string; given: HttpRequest; service: string; more?: object }[] = [
  {
    name: "X-Amz-Target",
    given: request({ headers: { "x-amz-target": "DynamoDB_20120810.GetItem" } }),
    service: "dynamodb",
  },
  {
    name: "a target that shares its signing name with another service",
    given: request({
      scope: "eu-west-1/dynamodb",
      headers: { "x-amz-target": "DynamoDBStreams_20120810.GetRecords" },
    }),
    service: "dynamodbstreams",
    more: { region: "eu-west-1", accessKeyId: "AKID" },
  },
  {
    name: "the credential scope",
    given: request({ scope: "us-east-2/lambda" }),
    service: "lambda",
    more: { region: "us-east-2" },
  },
  {
    name: "a signing name that is not the service's name",
    given: request({ scope: "us-east-1/monitoring" }),
    service: "cloudwatch",
  },
  {
    name: "the path, where API Gateway's two services share a signing name",
    given: request({ scope: "us-east-1/apigateway", path: "/v2/apis", method: "GET" }),
    service: "apigatewayv2",
  },
  {
    name: "the other one of the two",
    given: request({ scope: "us-east-1/apigateway", path: "/restapis", method: "GET" }),
    service: "apigateway",
  },
  {
    name: "the credential scope before the body: a form-urlencoded S3 upload is still S3",
    given: request({
      scope: "us-east-1/s3",
      method: "PUT",
      path: "/b/k",
      headers: form,
      text: "Action=SendMessage&Version=2012-11-05",
    }),
    service: "s3",
  },
  {
    name: "Action and Version of an unsigned form",
    given: request({ headers: form, text: "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=x" }),
    service: "sts",
  },
  {
    name: "Action in the query string",
    given: request({ method: "GET", query: "Action=ConfirmSubscription&Version=2010-03-31&Token=t" }),
    service: "sns",
  },
  {
    name: "an SQS queue's path",
    given: request({ path: "/000000000000/queue", method: "GET" }),
    service: "sqs",
  },
  {
    name: "the host",
    given: request({ headers: { host: "sqs.eu-central-1.localhost.localstack.cloud:4566" } }),
    service: "sqs",
    more: { region: "eu-central-1" },
  },
  {
    name: "a bucket's host",
    given: request({
      method: "GET",
      path: "/key",
      headers: { host: "my.bucket.s3.localhost.localstack.cloud:4566" },
    }),
    service: "s3",
    more: { bucket: "my.bucket" },
  },
  {
    name: "a presigned URL",
    given: request({
      method: "GET",
      path: "/b/k",
      query:
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20261123%2Fus-west-1%2Fs3%2Faws4_request&X-Amz-SignedHeaders=host&X-Amz-Signature=ab",
    }),
    service: "s3",
    more: { region: "us-west-1", accessKeyId: "AKID" },
  },
  {
    name: "API Gateway's invoke host",
    given: request({
      path: "/dev/x",
      headers: { host: "12345.execute-api.localhost.localstack.cloud:4566" },
    }),
    service: "execute-api",
    more: { kind: "data-plane" },
  },
  {
    name: "its path form",
    given: request({ path: "/restapis/12345/dev/_user_request_/x" }),
    service: "execute-api",
    more: { kind: "data-plane" },
  },
  {
    name: "its other path form",
    given: request({ path: "/_aws/execute-api/12345/dev/x" }),
    service: "execute-api",
    more: { kind: "data-plane" },
  },
  {
    name: "WebSocket connections, which are an AWS API below an invoke URL",
    given: request({
      path: "/dev/%40connections/abc%3D",
      headers: { host: "1.execute-api.us-east-1.localhost:4566" },
    }),
    service: "apigatewaymanagementapi",
    more: { kind: "api" },
  },
  {
    name: "a function URL",
    given: request({ headers: { host: "abc.lambda-url.us-east-1.localhost.localstack.cloud:4566" } }),
    service: "lambda-url",
    more: { kind: "data-plane" },
  },
  {
    name: "nothing at all: S3's anonymous requests say no more",
    given: request({ method: "GET", path: "/bucket/key" }),
    service: "s3",
  },
];

for (const { name, given, service, more } of cases) {
  test(`a request is recognised by ${name}`, () => {
    const recognized = recognize(given);
    assert.equal(recognized.service, service);
    for (const [key, value] of Object.entries(more ?? {}))
      assert.equal(recognized[key as keyof typeof recognized], value);
  });
}
