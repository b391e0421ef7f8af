import assert from "node:assert/strict";
import { test } from "node:test";
import { loadModel, wireIndex, wireService } from "./model.ts";

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
  assert.deepEqual(wireService("acm")!.operations["DescribeCertificate"], ["POST", "/"]);
  assert.equal(wireService("lambda")!.errors["TooManyRequestsException"], 429);
  for (const service of wireIndex().keys()) assert.ok(wireService(service), service);
});
