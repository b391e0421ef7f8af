import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../core/aws-error.ts";
import { refusalOf, SKEWED } from "./auth-errors.ts";

const said = (code: string, service: string, protocol: string) => {
  const error = refusalOf(new AwsError(code, "No.", { status: 403 }), service, protocol);
  return `${error.code} ${error.status}`;
};

test("a wrong signature has a name in every family of services", () => {
  assert.equal(said("SignatureDoesNotMatch", "sts", "query"), "SignatureDoesNotMatch 403");
  assert.equal(said("SignatureDoesNotMatch", "dynamodb", "json"), "InvalidSignatureException 400");
  assert.equal(
    said("SignatureDoesNotMatch", "cloudwatch", "smithy-rpc-v2-cbor"),
    "InvalidSignatureException 400",
  );
  assert.equal(said("SignatureDoesNotMatch", "lambda", "rest-json"), "InvalidSignatureException 403");
  assert.equal(said("SignatureDoesNotMatch", "ec2", "ec2"), "AuthFailure 401");
  assert.equal(said("SignatureDoesNotMatch", "s3", "rest-xml"), "SignatureDoesNotMatch 403");
});

test("so have an unknown key and an expired token", () => {
  assert.equal(said("InvalidClientTokenId", "kinesis", "json"), "UnrecognizedClientException 400");
  assert.equal(said("InvalidClientTokenId", "s3", "rest-xml"), "InvalidAccessKeyId 403");
  assert.equal(said("ExpiredToken", "logs", "json"), "ExpiredTokenException 400");
  assert.equal(said("ExpiredToken", "s3", "rest-xml"), "ExpiredToken 400");
  assert.equal(said("ExpiredToken", "ec2", "ec2"), "RequestExpired 400");
});

test("a wrong clock is a wrong signature everywhere but in S3 and EC2", () => {
  assert.equal(said(SKEWED, "sns", "query"), "SignatureDoesNotMatch 403");
  assert.equal(said(SKEWED, "kinesis", "json"), "InvalidSignatureException 400");
  assert.equal(said(SKEWED, "s3", "rest-xml"), "RequestTimeTooSkewed 403");
  assert.equal(said(SKEWED, "ec2", "ec2"), "RequestExpired 400");
});

test("SQS keeps the query protocol's names in JSON, too", () => {
  assert.equal(said("InvalidClientTokenId", "sqs", "json"), "InvalidClientTokenId 403");
  assert.equal(said("SignatureDoesNotMatch", "sqs", "json"), "SignatureDoesNotMatch 403");
  assert.equal(said(SKEWED, "sqs", "json"), "SignatureDoesNotMatch 403");
});

test("an error about something else is left as it is", () => {
  assert.equal(said("NoSuchBucket", "s3", "rest-xml"), "NoSuchBucket 403");
});
