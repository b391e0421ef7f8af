import assert from "node:assert/strict";
import { test } from "node:test";

import { InvalidSamTemplate } from "./errors.ts";
import { transformSam } from "./transform.ts";
import type { Values } from "./value.ts";

const SURROUNDINGS = { parameters: {}, region: "us-east-1", partition: "aws", now: 1_000_000 };

function resources(template: Values): Values {
  return transformSam(template, SURROUNDINGS)["Resources"] as Values;
}

function withFunction(properties: Values, more: Values = {}): Values {
  return {
    Transform: "AWS::Serverless-2016-10-31",
    Resources: {
      Hello: {
        Type: "AWS::Serverless::Function",
        Properties: { InlineCode: "x", Handler: "index.handler", Runtime: "nodejs22.x", ...properties },
      },
      ...more,
    },
  };
}

test("a function has a role, and the template that was given stays as it was", () => {
  const template = withFunction({});
  const before = structuredClone(template);
  const made = transformSam(template, SURROUNDINGS);
  assert.deepEqual(template, before);
  assert.deepEqual(Object.keys(made), ["Resources"]);
  assert.deepEqual(made["Resources"], {
    Hello: {
      Type: "AWS::Lambda::Function",
      Properties: {
        Handler: "index.handler",
        Runtime: "nodejs22.x",
        Code: { ZipFile: "x" },
        Tags: [{ Key: "lambda:createdBy", Value: "SAM" }],
        Role: { "Fn::GetAtt": ["HelloRole", "Arn"] },
      },
    },
    HelloRole: {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            { Action: ["sts:AssumeRole"], Effect: "Allow", Principal: { Service: ["lambda.amazonaws.com"] } },
          ],
        },
        ManagedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
        Tags: [{ Key: "lambda:createdBy", Value: "SAM" }],
      },
    },
  });
});

test("a version has another id when the code is another", () => {
  const versionOf = (code: string) =>
    Object.keys(resources(withFunction({ InlineCode: code, AutoPublishAlias: "live" }))).find((id) =>
      id.startsWith("HelloVersion"),
    );
  assert.equal(versionOf("x"), versionOf("x"));
  assert.notEqual(versionOf("x"), versionOf("y"));
  assert.match(String(versionOf("x")), /^HelloVersion[0-9a-f]{10}$/);
});

test("a deployment has another id when a method is another, and with AlwaysDeploy when the time is another", () => {
  const deploymentOf = (template: Values, now = 0) =>
    Object.keys(transformSam(template, { ...SURROUNDINGS, now })["Resources"] as Values).find((id) =>
      id.includes("Deployment"),
    );
  const get = withFunction({ Events: { A: { Type: "Api", Properties: { Path: "/", Method: "get" } } } });
  const put = withFunction({ Events: { A: { Type: "Api", Properties: { Path: "/", Method: "put" } } } });
  assert.equal(deploymentOf(get, 0), deploymentOf(get, 5000));
  assert.notEqual(deploymentOf(get), deploymentOf(put));
  const always = { ...get, Globals: { Api: { AlwaysDeploy: true } } };
  assert.notEqual(deploymentOf(always, 0), deploymentOf(always, 5000));
});

test("other regions have other partitions", () => {
  const template = withFunction({
    Policies: "AmazonS3ReadOnlyAccess",
    Events: { A: { Type: "Api", Properties: { Path: "/", Method: "get" } } },
  });
  const made = transformSam(template, { ...SURROUNDINGS, region: "cn-north-1", partition: "aws-cn" });
  const { HelloRole, ServerlessRestApi } = made["Resources"] as Record<string, { Properties: Values }>;
  assert.deepEqual(HelloRole?.Properties["ManagedPolicyArns"], [
    "arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess",
  ]);
  assert.deepEqual(ServerlessRestApi?.Properties["EndpointConfiguration"], { Types: ["REGIONAL"] });
});

test("a parameter's value stands in place of its default", () => {
  const template = {
    ...withFunction({ AutoPublishAlias: { Ref: "Alias" } }),
    Parameters: { Alias: { Type: "String", Default: "live" } },
  };
  const made = transformSam(template, { ...SURROUNDINGS, parameters: { Alias: "beta" } });
  assert.ok(Object.hasOwn(made["Resources"] as Values, "HelloAliasbeta"));
});

for (const type of ["GraphQLApi", "CapacityProvider", "NetworkConnector", "MicrovmImage", "WebFunction"]) {
  test(`${type} is refused by name`, () => {
    const template = { Resources: { One: { Type: `AWS::Serverless::${type}`, Properties: {} } } };
    assert.throws(
      () => transformSam(template, SURROUNDINGS),
      (error) =>
        error instanceof InvalidSamTemplate &&
        error.message.includes(`Squall does not translate AWS::Serverless::${type}: it does not serve`),
    );
  });
}

test("an application of the Serverless Application Repository is refused", () => {
  const Location = {
    ApplicationId: "arn:aws:serverlessrepo:us-east-1:1:applications/a",
    SemanticVersion: "1.0.0",
  };
  const template = { Resources: { One: { Type: "AWS::Serverless::Application", Properties: { Location } } } };
  assert.throws(
    () => transformSam(template, SURROUNDINGS),
    /does not serve the Serverless Application Repository/,
  );
});

test("names that JavaScript knows are names like others", () => {
  const { HelloRole } = resources(withFunction({ Policies: [{ Ref: "constructor" }] }));
  assert.deepEqual(
    ((HelloRole as Values)["Properties"] as { ManagedPolicyArns: Values[] }).ManagedPolicyArns[1],
    {
      Ref: "constructor",
    },
  );
  assert.throws(
    () => resources(withFunction({ Events: { A: { Type: "constructor" } } })),
    /Event with id \[A\] is invalid/,
  );
});
