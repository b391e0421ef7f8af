import assert from "node:assert/strict";
import { test } from "node:test";
import { declaredErrors, loadModel, serviceErrors, wireIndex, wireService } from "./model.ts";

test("a model is read once", () => {
  assert.equal(loadModel("sqs")!.metadata.serviceId, "SQS");
  assert.equal(loadModel("sqs"), loadModel("sqs"));
});

test("a service without a full model has none, and no name reads another file", () => {
  for (const name of ["acm", "nothing", "../../../package", "wire/index", "__proto__", ""]) {
    assert.equal(loadModel(name), undefined, name);
    if (name !== "acm") assert.equal(wireService(name), undefined, name);
  }
});

test("the wire index knows every AWS service", () => {
  assert.ok(wireIndex().size > 400);
  assert.deepEqual(wireIndex().get("dynamodbstreams"), {
    serviceId: "DynamoDB Streams",
    signingName: "dynamodb",
    endpointPrefix: "streams.dynamodb",
    protocols: ["json"],
    apiVersion: "2012-08-10",
    jsonVersion: "1.0",
    targetPrefix: "DynamoDBStreams_20120810",
  });
  assert.deepEqual(wireService("acm")!.operations["DescribeCertificate"]!.slice(0, 2), ["POST", "/"]);
  assert.equal(wireService("lambda")!.errors["TooManyRequestsException"], 429);
  for (const service of wireIndex().keys()) assert.ok(wireService(service), service);
});

test("an operation's errors are those that it declares", () => {
  assert.ok(declaredErrors("logs", "PutLogEvents").includes("ServiceUnavailableException"));
  assert.ok(!declaredErrors("logs", "PutLogEvents").includes("ThrottlingException"));
  assert.deepEqual(declaredErrors("logs", "Nothing"), []);
  assert.deepEqual(declaredErrors("nothing", "Nothing"), []);
});

test("a service's errors are declared by most of its operations or by none", () => {
  assert.ok(serviceErrors("cognito-idp").includes("TooManyRequestsException"));
  assert.ok(!serviceErrors("logs").includes("InternalServerException"));
});
