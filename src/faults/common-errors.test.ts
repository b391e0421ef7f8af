import assert from "node:assert/strict";
import { test } from "node:test";
import { commonError, type ServiceErrors } from "./common-errors.ts";

function codes(service: string, operation: string, known?: ServiceErrors): string[] {
  return (["throttle", "internal", "unavailable"] as const).map((kind) => {
    const { code, status } = commonError(kind, service, operation, known);
    return `${code} ${status}`;
  });
}

test("each service has its own names for throttled, broken and down", () => {
  assert.deepEqual(codes("dynamodb", "PutItem"), [
    "ProvisionedThroughputExceededException 400",
    "InternalServerError 500",
    "ServiceUnavailable 503",
  ]);
  assert.deepEqual(codes("s3", "GetObject"), ["SlowDown 503", "InternalError 500", "ServiceUnavailable 503"]);
  assert.deepEqual(codes("lambda", "Invoke"), [
    "TooManyRequestsException 429",
    "ServiceException 500",
    "ServiceUnavailableException 503",
  ]);
});

test("the control planes of DynamoDB and Kinesis are throttled otherwise than reads and writes", () => {
  const throttle = (service: string, operation: string) => commonError("throttle", service, operation).code;
  assert.equal(throttle("dynamodb", "BatchWriteItem"), "ProvisionedThroughputExceededException");
  assert.equal(throttle("dynamodb", "CreateTable"), "ThrottlingException");
  assert.equal(throttle("kinesis", "GetRecords"), "ProvisionedThroughputExceededException");
  assert.equal(throttle("kinesis", "CreateStream"), "LimitExceededException");
});

test("Lambda says when to come back", () => {
  const { headers, members } = commonError("throttle", "lambda", "Invoke");
  assert.deepEqual(headers, { "retry-after": "1" });
  assert.deepEqual(members, { Reason: "CallerRateLimitExceeded", Type: "User" });
});

test("a service that nothing is known about follows the convention of its protocol", () => {
  const first = (protocol: string) => codes("unheard-of", "Do", { protocol })[0];
  assert.equal(first("json"), "ThrottlingException 400");
  assert.equal(first("query"), "Throttling 400");
  assert.equal(first("ec2"), "RequestLimitExceeded 503");
  assert.equal(first("rest-json"), "ThrottlingException 429");
  assert.equal(first("rest-xml"), "Throttling 400");
  assert.equal(first("smithy-rpc-v2-cbor"), "ThrottlingException 400");
  assert.equal(codes("unheard-of", "Do")[0], "ThrottlingException 400");
});

test("an error of the service's model goes before the convention", () => {
  const known = {
    protocol: "json",
    shapes: ["NotFound", "InternalServiceException", "TooManyRequestsException"],
  };
  assert.deepEqual(codes("secretsmanager", "GetSecretValue", known), [
    "TooManyRequestsException 400",
    "InternalServiceException 500",
    "ServiceUnavailable 503",
  ]);
});

test("what a service declares itself goes before everything", () => {
  const common = { throttle: { code: "Slower", status: 420, message: "Calm down." } };
  assert.equal(codes("s3", "GetObject", { common })[0], "Slower 420");
  assert.equal(codes("s3", "GetObject", { common })[1], "InternalError 500");
});
