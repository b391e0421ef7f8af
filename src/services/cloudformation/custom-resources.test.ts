import assert from "node:assert/strict";
import { test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { stacksOf } from "./fixture.test.ts";

/** A provider whose code stands in the template, and a resource of its kind. */
const providedBy = (ZipFile: string, Runtime: string, Handler: string) => ({
  Resources: {
    Role: {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
          ],
        },
      },
    },
    Provider: {
      Type: "AWS::Lambda::Function",
      Properties: { Code: { ZipFile }, Runtime, Handler, Role: { "Fn::GetAtt": ["Role", "Arn"] } },
    },
    Thing: {
      Type: "Custom::Thing",
      Properties: { ServiceToken: { "Fn::GetAtt": ["Provider", "Arn"] }, Size: 3 },
    },
  },
  Outputs: { Said: { Value: { "Fn::GetAtt": ["Thing", "Said"] } } },
});

/** As the CDK's providers and copies of `cfn-response` do: the host and the path, by HTTPS. */
const BY_HTTPS = `
const https = require("https");
exports.handler = (event, context) => new Promise((resolve, reject) => {
  const { hostname, pathname } = new URL(event.ResponseURL);
  const body = JSON.stringify({
    Status: "SUCCESS", StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId,
    PhysicalResourceId: "thing", Data: { Said: event.RequestType + " " + event.ResourceProperties.Size },
  });
  const headers = { "content-type": "", "content-length": Buffer.byteLength(body) };
  const request = https.request({ hostname, path: pathname, method: "PUT", port: 443, headers }, (response) => resolve(response.resume()));
  request.on("error", reject);
  request.end(body);
}).then(() => undefined);
`;

const BY_MODULE = `
const response = require("cfn-response");
exports.handler = (event, context) => {
  response.send(event, context, response.SUCCESS, { Said: event.RequestType + " " + event.ResourceProperties.Size }, "thing");
};
`;

for (const [way, code] of [
  ["by HTTPS at the host and path that it is given", BY_HTTPS],
  ["by the module that CloudFormation puts beside inline code", BY_MODULE],
] as const) {
  test(`a function that provides a resource answers ${way}`, async () => {
    await using cloud = await testCloud();
    const stacks = stacksOf(cloud);
    const id = await stacks.create("custom", providedBy(code, "nodejs22.x", "index.handler"), {
      Capabilities: ["CAPABILITY_IAM"],
    });
    const settled = (status: string) =>
      until(
        () => stacks.describe(id),
        ({ StackStatus }) => StackStatus === status,
      );
    await settled("CREATE_COMPLETE");
    assert.deepEqual(await stacks.outputs("custom"), { Said: "Create 3" });
    await stacks.call("DeleteStack", { StackName: "custom" });
    await settled("DELETE_COMPLETE");
  });
}
