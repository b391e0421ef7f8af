import assert from "node:assert/strict";
import { test } from "node:test";
import type { FisAction } from "./action.ts";
import { loadCatalogue } from "./catalogue.ts";
import { ResourceTypes } from "./resource-types.ts";
import type { Blueprint } from "./template.ts";
import { checkTemplate } from "./template-check.ts";

const actions: ReadonlyMap<string, FisAction> = await loadCatalogue();
const types = new ResourceTypes([]);

const TEMPLATE: Blueprint = {
  roleArn: "arn:aws:iam::123456789012:role/experimenter",
  targets: {
    web: { resourceType: "aws:ec2:instance", resourceTags: { tier: "web" }, selectionMode: "ALL" },
  },
  actions: {
    stop: { actionId: "aws:ec2:stop-instances", targets: { Instances: "web" } },
  },
  stopConditions: [{ source: "none" }],
};

function refused(changes: Partial<Blueprint>, strict = false): string {
  try {
    checkTemplate({ ...TEMPLATE, ...changes }, { actions, types, strict });
    return "no error";
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

/** How an action alone is refused, without targets. */
function refusedAction(actionId: string, parameters: Record<string, string>, strict = false): string {
  return refused({ actions: { act: { actionId, parameters } } }, strict);
}

test("a template that AWS takes is taken, and warns of what does not act yet", () => {
  assert.deepEqual(checkTemplate(TEMPLATE, { actions, types, strict: true }), []);
  const interfaces: Blueprint = {
    ...TEMPLATE,
    targets: {
      interfaces: {
        resourceType: "aws:directconnect:virtual-interface",
        resourceTags: { tier: "web" },
        selectionMode: "ALL",
      },
    },
    actions: {
      cut: {
        actionId: "aws:directconnect:virtual-interface-disconnect",
        parameters: { duration: "PT10M" },
        targets: { VirtualInterfaces: "interfaces" },
      },
    },
  };
  assert.deepEqual(checkTemplate(interfaces, { actions, types, strict: true }), [
    'aws:directconnect:virtual-interface-disconnect does not act in Squall yet: action "cut" fails when its turn comes.',
  ]);
});

test("a target key that the action does not have is refused with AWS's words", () => {
  assert.equal(
    refused({
      actions: {
        reboot: { actionId: "aws:fis:wait", targets: { Instances: "web" }, parameters: { duration: "PT1M" } },
      },
    }),
    'ValidationException: Unexpected target "Instances" found in action "reboot".',
  );
});

test("pods are not targeted by ARN, in AWS's words", () => {
  const pods = {
    resourceType: "aws:eks:pod",
    resourceArns: ["arn:aws:eks:us-east-1:123456789012:pod/x"],
    selectionMode: "ALL",
  };
  assert.equal(
    refused({ targets: { ...TEMPLATE.targets, pods } }),
    "ValidationException: TargetResourceType aws:eks:pod does not support resourceArns.",
  );
});

test("an unknown action is not found, in AWS's words", () => {
  assert.equal(
    refusedAction("aws:ec2:explode-instances", {}),
    "ResourceNotFoundException: Action with ID aws:ec2:explode-instances not found.",
  );
});

test("ARNs exclude tags and filters", () => {
  const arns = ["arn:aws:ec2:us-east-1:123456789012:instance/i-1"];
  const target = { resourceType: "aws:ec2:instance", resourceArns: arns, selectionMode: "ALL" };
  assert.equal(
    refused({ targets: { web: { ...target, resourceTags: { a: "b" } } } }),
    'ValidationException: Target "web" cannot specify both resourceArns and resourceTags.',
  );
  assert.equal(
    refused({ targets: { web: { ...target, filters: [{ path: "State.Name", values: ["running"] }] } } }),
    'ValidationException: Target "web" cannot specify both resourceArns and filters.',
  );
  assert.equal(
    refused({ targets: { web: { resourceType: "aws:ec2:instance", selectionMode: "ALL" } } }),
    'ValidationException: Target "web" must specify resourceArns, resourceTags, filters or parameters.',
  );
});

test("a selection mode is ALL, COUNT(n) or PERCENT(n)", () => {
  for (const selectionMode of ["ALL", "COUNT(1)", "PERCENT(1)", "PERCENT(100)"]) {
    assert.equal(refused({ targets: { web: { ...TEMPLATE.targets["web"], selectionMode } } }), "no error");
  }
  for (const selectionMode of [
    "all",
    "COUNT(0)",
    "COUNT",
    "PERCENT(0)",
    "PERCENT(101)",
    "RANDOM(2)",
    "COUNT(1) ",
  ]) {
    assert.match(
      refused({ targets: { web: { ...TEMPLATE.targets["web"], selectionMode } } }),
      /^ValidationException: Invalid selectionMode ".*" found in target "web"/,
    );
  }
});

test("a target has the type that the action needs, and is there", () => {
  const role = { resourceType: "aws:iam:role", resourceArns: [TEMPLATE.roleArn], selectionMode: "ALL" };
  assert.equal(
    refused({ targets: { web: role } }),
    'ValidationException: Target "web" of action "stop" has resource type aws:iam:role; the action needs aws:ec2:instance.',
  );
  assert.equal(refused({ targets: {} }), 'ValidationException: Unknown target "web" found in action "stop".');
  assert.equal(
    refused({ actions: { stop: { actionId: "aws:ec2:stop-instances" } } }),
    'ValidationException: Missing required target "Instances" in action "stop".',
  );
});

test("durations are AWS's when Squall is strict, and start at a second otherwise", () => {
  const wait = (duration: string, strict: boolean) => refusedAction("aws:fis:wait", { duration }, strict);
  assert.equal(wait("PT1M", true), "no error");
  assert.equal(wait("PT12H", true), "no error");
  assert.equal(
    wait("PT59S", true),
    'ValidationException: Invalid value "PT59S" for parameter "duration" in action "act": it must be from PT1M to PT12H.',
  );
  assert.match(wait("PT12H1S", true), /it must be from PT1M to PT12H/);
  assert.equal(wait("PT1S", false), "no error");
  assert.match(wait("PT0.9S", false), /it must be from PT1S to PT12H/);
  assert.match(wait("60", false), /it must be an ISO 8601 duration/);
  assert.match(wait("5m", false), /it must be an ISO 8601 duration/);
  assert.match(refusedAction("aws:fis:wait", {}), /Missing required parameter "duration" in action "act"/);
});

test("parameters are those of the action; LocalStack's take others too", () => {
  assert.equal(
    refusedAction("aws:fis:wait", { duration: "PT1M", color: "red" }),
    'ValidationException: Unexpected parameter "color" found in action "act".',
  );
  assert.equal(
    refusedAction("localstack:generic:api-error", { service: "dynamodb", color: "red" }),
    "no error",
  );
});

test("API errors are for every service, and under --strict for AWS's two", () => {
  const inject = (service: string, operations: string, strict = false) =>
    refused(
      {
        targets: {
          roles: { resourceType: "aws:iam:role", resourceArns: [TEMPLATE.roleArn], selectionMode: "ALL" },
        },
        actions: {
          act: {
            actionId: "aws:fis:inject-api-throttle-error",
            parameters: { duration: "PT1M", service, operations, percentage: "100" },
            targets: { Roles: "roles" },
          },
        },
      },
      strict,
    );
  assert.equal(inject("secretsmanager", "GetSecretValue, PutSecretValue"), "no error");
  assert.equal(inject("states", "StartExecution"), "no error");
  assert.equal(inject("kinesis", "PutRecord", true), "no error");
  assert.match(inject("sqs", "SendMessage", true), /Unsupported service "sqs"; AWS supports ec2 and kinesis/);
  assert.match(inject("dynamo", "GetItem"), /Unknown service "dynamo"/);
  assert.match(inject("dynamodb", "GetItm"), /Unknown operation "GetItm" of the service "dynamodb"/);
  assert.match(inject("fis", "StopExperiment"), /The API of fis is exempt from experiments/);
});

test("percentages are whole numbers from 1 to 100", () => {
  const inject = (percentage: string) =>
    refusedAction("aws:fis:inject-api-internal-error", {
      duration: "PT1M",
      service: "sqs",
      operations: "SendMessage",
      percentage,
    });
  assert.equal(inject("1"), "no error");
  assert.equal(inject("100"), "no error");
  assert.match(inject("0"), /it must be from 1 to 100/);
  assert.match(inject("101"), /it must be from 1 to 100/);
  assert.match(inject("50%"), /it must be a whole number/);
});

test("actions start after actions that are there, and not in a circle", () => {
  const wait = (...startAfter: string[]) => ({
    actionId: "aws:fis:wait",
    parameters: { duration: "PT1M" },
    startAfter,
  });
  assert.equal(refused({ actions: { a: wait(), b: wait("a"), c: wait("a", "b") } }), "no error");
  assert.equal(
    refused({ actions: { a: wait("z") } }),
    'ValidationException: Unknown action "z" found in startAfter of action "a".',
  );
  assert.equal(
    refused({ actions: { a: wait("b"), b: wait("c"), c: wait("a") } }),
    "ValidationException: The actions start after each other in a circle: a -> b -> c -> a.",
  );
});

test("a template has at most twenty actions and five stop conditions", () => {
  const wait = { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } };
  const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`w${i}`, wait]));
  assert.equal(refused({ actions: many(20) }), "no error");
  assert.match(refused({ actions: many(21) }), /^ServiceQuotaExceededException: .* at most 20 actions/);
  const alarm = {
    source: "aws:cloudwatch:alarm",
    value: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors",
  };
  assert.equal(refused({ stopConditions: Array.from({ length: 5 }, () => alarm) }), "no error");
  assert.match(
    refused({ stopConditions: Array.from({ length: 6 }, () => alarm) }),
    /at most 5 stop conditions/,
  );
  assert.match(
    refused({ stopConditions: [{ source: "aws:cloudwatch:alarm" }] }),
    /must be the ARN of a CloudWatch alarm/,
  );
  assert.match(refused({ stopConditions: [{ source: "timer" }] }), /Unknown stop condition source "timer"/);
});

test("a malformed role ARN and no stop condition at all are only refused under --strict", () => {
  const roleArn = "arn:aws:iam:000000000000:role/ExperimentRole";
  assert.equal(refused({ roleArn, stopConditions: [] }), "no error");
  assert.equal(refused({ roleArn }, true), "ValidationException: Invalid roleArn.");
  assert.equal(
    refused({ stopConditions: [] }, true),
    "ValidationException: At least one stop condition is required.",
  );
});

test("where AWS takes tags only, or ARNs only, Squall does when it is strict", () => {
  const tagged = { resourceTags: { tier: "web" } };
  const cases: readonly [string, string, Record<string, string>, string, object, object][] = [
    [
      "aws:s3:bucket-pause-replication",
      "Buckets",
      { duration: "PT1M", region: "us-west-2" },
      "aws:s3:bucket",
      { resourceArns: ["arn:aws:s3:::some-bucket"] },
      tagged,
    ],
    [
      "aws:ec2:api-insufficient-instance-capacity-error",
      "Roles",
      { duration: "PT1M", availabilityZoneIdentifiers: "us-east-1a", percentage: "100" },
      "aws:iam:role",
      tagged,
      { resourceArns: ["arn:aws:iam::123456789012:role/worker"] },
    ],
  ];
  for (const [actionId, key, parameters, resourceType, wrong, right] of cases) {
    const how = (picked: object, strict: boolean) =>
      refused(
        {
          targets: { t: { resourceType, selectionMode: "ALL", ...picked } },
          actions: { act: { actionId, parameters, targets: { [key]: "t" } } },
        },
        strict,
      );
    const [by] = Object.keys(wrong);
    assert.equal(
      how(wrong, true),
      `ValidationException: TargetResourceType ${resourceType} does not support ${by}.`,
    );
    assert.equal(how(wrong, false), "no error");
    assert.equal(how(right, true), "no error");
  }
});
