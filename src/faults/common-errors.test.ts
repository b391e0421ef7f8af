import assert from "node:assert/strict";
import { test } from "node:test";
import { commonError, type KnownErrors, statusOf } from "./common-errors.ts";

function codes(service: string, operation: string, known?: KnownErrors): string[] {
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

test("SNS throttles as it really does: Throttling, 400, Rate exceeded", () => {
  const { code, status, message } = commonError("throttle", "sns", "Publish", {
    protocol: "query",
    declared: ["Throttled"],
  });
  assert.deepEqual([code, status, message], ["Throttling", 400, "Rate exceeded"]);
});

test("Lambda says when to come back", () => {
  const { headers, members } = commonError("throttle", "lambda", "Invoke");
  assert.deepEqual(headers, { "retry-after": "1" });
  assert.deepEqual(members, { Reason: "CallerRateLimitExceeded", Type: "User" });
});

test("a service that nothing is known about follows the convention of the protocol that is spoken", () => {
  const first = (protocol: string) => codes("unheard-of", "Do", { protocol })[0];
  assert.equal(first("json"), "ThrottlingException 400");
  assert.equal(first("query"), "Throttling 400");
  assert.equal(first("ec2"), "RequestLimitExceeded 503");
  assert.equal(first("rest-json"), "ThrottlingException 429");
  assert.equal(first("rest-xml"), "Throttling 400");
  assert.equal(first("smithy-rpc-v2-cbor"), "ThrottlingException 400");
  assert.equal(codes("unheard-of", "Do")[0], "ThrottlingException 400");
});

test("what the operation declares goes before what the service has, and that before the convention", () => {
  const known = {
    protocol: "json",
    declared: ["NotFound", "InternalServiceException"],
    service: ["InternalServerError", "TooManyRequestsException"],
  };
  assert.deepEqual(codes("ecs", "RunTask", known), [
    "TooManyRequestsException 400",
    "InternalServiceException 500",
    "ServiceUnavailable 503",
  ]);
});

test("refusals are 400 where every client error is, and 403 elsewhere", () => {
  for (const code of ["AccessDeniedException", "ExpiredTokenException", "InvalidSignatureException"]) {
    assert.equal(statusOf(code, "kinesis", "json"), 400, code);
    assert.equal(statusOf(code, "cloudwatch", "smithy-rpc-v2-cbor"), 400, code);
  }
  assert.equal(statusOf("AccessDeniedException", "lambda", "rest-json"), 403);
  assert.equal(statusOf("AccessDenied", "sts", "query"), 403);
  assert.equal(statusOf("AccessDenied", "sqs", "json"), 403);
  assert.equal(statusOf("ExpiredToken", "s3", "rest-xml"), 400);
});
