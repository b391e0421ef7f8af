import assert from "node:assert/strict";
import { test } from "node:test";
import { awsPlace, isAwsHost, labelsBefore } from "./aws-endpoint.ts";
import { placeOf } from "./upstream-place.ts";

const hostOf = (prefix: string, region: string) => awsPlace(prefix, region).host;
const call = (service: string, operation = "Any", input = {}) => ({ service, operation, input });

test("a service is where botocore says: by region, by partition, or at one endpoint for all", () => {
  assert.equal(hostOf("sqs", "eu-west-1"), "sqs.eu-west-1.amazonaws.com");
  assert.equal(hostOf("monitoring", "us-east-1"), "monitoring.us-east-1.amazonaws.com");
  assert.equal(hostOf("s3", "us-east-1"), "s3.us-east-1.amazonaws.com");
  assert.equal(hostOf("dynamodb", "cn-north-1"), "dynamodb.cn-north-1.amazonaws.com.cn");
  assert.equal(hostOf("newer-than-the-models", "eu-west-1"), "newer-than-the-models.eu-west-1.amazonaws.com");
  assert.equal(hostOf("lambda-url", "eu-west-1"), "lambda-url.eu-west-1.on.aws");
  assert.deepEqual(awsPlace("iam", "eu-west-1"), { host: "iam.amazonaws.com", region: "us-east-1" });
  assert.equal(hostOf("iam", "us-gov-west-1"), "iam.us-gov.amazonaws.com");
});

test("what stands before a service's name comes from the client's host, else from the model", () => {
  const before = (prefix: string, asked: Parameters<typeof labelsBefore>[1], host: string) =>
    labelsBefore(prefix, asked, host, undefined);
  assert.equal(before("s3", call("s3"), "orders.s3.localhost.localstack.cloud:4566"), "orders.");
  assert.equal(before("execute-api", call("execute-api"), "a1b2.execute-api.localhost:4566"), "a1b2.");
  assert.equal(before("s3", call("s3"), "127.0.0.1:4566"), "");
  assert.equal(before("states", call("stepfunctions", "StartSyncExecution"), "127.0.0.1:4566"), "sync-");
  const access = call("s3control", "GetAccessPoint", { AccountId: "111122223333" });
  assert.equal(before("s3-control", access, "127.0.0.1:4566"), "111122223333.");
  assert.equal(
    before("s3-control", call("s3control", "GetAccessPoint"), "127.0.0.1:4566"),
    "",
    "no account is said",
  );
});

test("nothing goes to a name of AWS's that was not allowed, however it was written", () => {
  for (const host of [
    "sqs.us-east-1.amazonaws.com",
    "AMAZONAWS.COM:443",
    "x.amazonaws.com.cn.",
    "lambda.us-east-1.api.aws",
  ])
    assert.ok(isAwsHost(host), host);
  for (const host of ["amazonaws.com.example.org", "notamazonaws.com", "127.0.0.1"])
    assert.ok(!isAwsHost(host), host);
  const target = { region: "eu-west-1", signingName: "sqs", endpointPrefix: "sqs" };
  const request = { headers: { host: "localhost:4566" } };
  for (const url of ["aws", "https://sqs.eu-west-1.amazonaws.com", "https://{service}.{region}.api.aws"]) {
    const refused = { code: "AccessDeniedException", message: /is real AWS.*--allow-real-aws/ };
    assert.throws(() => placeOf({ url }, target, call("sqs"), request), refused);
    assert.ok(placeOf({ url, allowsRealAws: true }, target, call("sqs"), request).base.hostname);
  }
});

test("a client that asks for AWS's own host keeps it; a host that is named goes on or is replaced", () => {
  const target = { region: "eu-west-1", signingName: "s3", endpointPrefix: "s3" };
  const at = (url: string, host: string, more = {}) =>
    placeOf({ url, allowsRealAws: true, ...more }, target, call("s3"), { headers: { host } });
  assert.equal(at("aws", "b.s3.eu-west-1.amazonaws.com").base.href, "https://b.s3.eu-west-1.amazonaws.com/");
  assert.equal(at("aws", "b.localhost:4566").host, "b.s3.eu-west-1.amazonaws.com");
  assert.equal(at("http://127.0.0.1:9000", "b.localhost:4566").host, "127.0.0.1:9000");
  assert.equal(at("http://127.0.0.1:9000", "b.localhost:4566", { keepsHost: true }).host, "b.localhost:4566");
});

test("nothing that a client names leads to another host than the service's", () => {
  const upstreams = ["aws", "https://{service}.{region}.localhost:5900"];
  for (const url of upstreams) {
    for (const region of [
      "x@127.0.0.1:6010?",
      "x#",
      "us.evil.com/",
      "a b",
      "us.evil.com",
      "",
      "127.0.0.1:6010?",
    ]) {
      const target = { region, signingName: "sns", endpointPrefix: "sns" };
      const place = () => placeOf({ url, allowsRealAws: true }, target, call("sns"), { headers: {} });
      assert.throws(place, { status: 400, message: /valid Region/ }, `${url} ${region}`);
    }
    const target = { region: "eu-west-1", signingName: "s3", endpointPrefix: "s3-control" };
    for (const AccountId of ["x@127.0.0.1:6010?", "a/", "a#"]) {
      const asked = call("s3control", "GetAccessPoint", { AccountId });
      const place = () => placeOf({ url, allowsRealAws: true }, target, asked, { headers: {} });
      assert.throws(place, { status: 400 }, `${url} ${AccountId}`);
    }
  }
  const target = { region: "eu-west-1", signingName: "sqs", endpointPrefix: "sqs" };
  for (const host of [
    "evil.example/?.amazonaws.com",
    "evil.example#.amazonaws.com",
    "x@evil.example:1?.amazonaws.com",
  ]) {
    const place = () =>
      placeOf({ url: "aws", allowsRealAws: true }, target, call("sqs"), { headers: { host } });
    assert.throws(place, { status: 400 }, host);
  }
});
