import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { testCloud } from "../../../../test/cloud.ts";
import { until } from "../../../../test/until.ts";
import { ssmCloud } from "../fixture.test.ts";

type Bed = Awaited<ReturnType<typeof ssmCloud>>;

async function make({ call }: Bed, name: string, mainSteps: object[], more: object = {}) {
  const content = { schemaVersion: "0.3", mainSteps, ...more };
  await call("CreateDocument", {
    Name: name,
    DocumentType: "Automation",
    Content: JSON.stringify(content),
  });
}

async function start({ call }: Bed, DocumentName: string, Parameters?: object): Promise<string> {
  return (await call("StartAutomationExecution", { DocumentName, ...(Parameters && { Parameters }) }))
    .AutomationExecutionId;
}

async function get({ call }: Bed, id: string) {
  return (await call("GetAutomationExecution", { AutomationExecutionId: id })).AutomationExecution;
}

/** The execution once it is as it is wanted. */
async function ended(bed: Bed, id: string, status: string) {
  return await until(
    () => get(bed, id),
    ({ AutomationExecutionStatus }) => AutomationExecutionStatus === status,
  );
}

const api = (name: string, Service: string, Api: string, inputs: object, more: object = {}) => ({
  name,
  action: "aws:executeAwsApi",
  inputs: { Service, Api, ...inputs },
  ...more,
});
const steps = (execution: { StepExecutions: { StepName: string; StepStatus: string }[] }) =>
  execution.StepExecutions.map(({ StepName, StepStatus }) => `${StepName} ${StepStatus}`);

test("a runbook calls APIs, hands their outputs on, branches and ends", async () => {
  await using bed = await ssmCloud();
  await make(
    bed,
    "Queues",
    [
      api(
        "create",
        "sqs",
        "CreateQueue",
        { QueueName: "{{ Name }}-{{ global:REGION }}" },
        {
          outputs: [{ Name: "Url", Selector: "$.QueueUrl", Type: "String" }],
        },
      ),
      api(
        "read",
        "sqs",
        "get_queue_attributes",
        { QueueUrl: "{{ create.Url }}", AttributeNames: ["All"] },
        {
          outputs: [{ Name: "Arn", Selector: "$.Attributes.QueueArn", Type: "String" }],
        },
      ),
      {
        name: "remember",
        action: "aws:updateVariable",
        inputs: { Name: "variable:seen", Value: "{{ read.Arn }}" },
      },
      {
        name: "choose",
        action: "aws:branch",
        inputs: {
          Choices: [{ Variable: "{{ variable:seen }}", EndsWith: "us-east-1", NextStep: "good" }],
          Default: "bad",
        },
      },
      { name: "bad", action: "aws:sleep", inputs: { Duration: "PT1H" }, isEnd: true },
      {
        name: "good",
        action: "aws:assertAwsResourceProperty",
        isEnd: true,
        inputs: {
          Service: "sqs",
          Api: "GetQueueAttributes",
          QueueUrl: "{{ create.Url }}",
          AttributeNames: ["VisibilityTimeout"],
          PropertySelector: "$.Attributes.VisibilityTimeout",
          DesiredValues: ["30"],
        },
      },
    ],
    {
      parameters: { Name: { type: "String", default: "jobs" } },
      variables: { seen: { type: "String", default: "" } },
      outputs: ["read.Arn"],
    },
  );
  const execution = await ended(bed, await start(bed, "Queues"), "Success");
  assert.deepEqual(steps(execution), [
    "create Success",
    "read Success",
    "remember Success",
    "choose Success",
    "good Success",
  ]);
  assert.deepEqual(execution.Outputs, {
    "read.Arn": [`arn:aws:sqs:us-east-1:${bed.account}:jobs-us-east-1`],
  });
  await assert.rejects(start(bed, "Queues", { Other: ["x"] }), {
    code: "InvalidAutomationExecutionParametersException",
  });
  await assert.rejects(start(bed, "None"), { code: "AutomationDefinitionNotFoundException" });
});

test("a branch that is an end ends what none of its choices leads on", async () => {
  await using bed = await ssmCloud();
  const rest = (name: string, more: object = {}) => ({
    name,
    action: "aws:sleep",
    inputs: { Duration: "PT0S" },
    ...more,
  });
  const branch = {
    name: "choose",
    action: "aws:branch",
    inputs: { Choices: [{ NextStep: "chosen", Variable: "{{ State }}", StringEquals: "stopped" }] },
    isEnd: true,
  };
  const parameters = { State: { type: "String" } };
  await make(bed, "Branch", [branch, rest("other"), rest("chosen", { isEnd: true })], { parameters });
  const loop = { name: "each", action: "aws:loop" };
  const Steps = [branch, rest("other"), rest("chosen", { isEnd: true })];
  await make(bed, "Within", [{ ...loop, inputs: { Iterators: ["a"], Steps } }], { parameters });
  for (const [name, after] of [
    ["Branch", []],
    ["Within", ["each Success"]],
  ] as const)
    for (const [State, wanted] of [
      ["stopped", ["choose Success", "chosen Success"]],
      ["running", ["choose Success"]],
    ] as const) {
      const execution = await ended(bed, await start(bed, name, { State: [State] }), "Success");
      assert.deepEqual(steps(execution), [...wanted, ...after], `${name} ${State}`);
    }
});

test("a step that fails is tried again, then leads where onFailure says", async () => {
  await using bed = await ssmCloud();
  const fails = api("fails", "sqs", "GetQueueUrl", { QueueName: "none" });
  const last = { name: "last", action: "aws:sleep", inputs: { Duration: "PT0S" } };
  const cases: [object, string, string[]][] = [
    [{}, "Failed", ["fails Failed"]],
    [{ onFailure: "Continue" }, "Success", ["fails Failed", "last Success"]],
    [{ onFailure: "Continue", isCritical: true }, "Failed", ["fails Failed", "last Success"]],
    [{ onFailure: "step:last" }, "Failed", ["fails Failed", "last Success"]],
    [{ onFailure: "step:last", isCritical: false }, "Success", ["fails Failed", "last Success"]],
  ];
  for (const [at, [how, status, wanted]] of cases.entries()) {
    await make(bed, `Fails${at}`, [{ ...fails, ...how, maxAttempts: 2 }, last]);
    const execution = await ended(bed, await start(bed, `Fails${at}`), status);
    assert.deepEqual(steps(execution), wanted);
    assert.match(
      execution.StepExecutions[0].FailureMessage,
      /An error occurred \(.*\) when calling the GetQueueUrl operation/,
    );
  }
  const asked = bed.cloud.calls.of("sqs", "GetQueueUrl");
  assert.equal(asked.length, 2 * cases.length);
});

test("sleeps, waits and time limits go by the clock", async () => {
  await using bed = await ssmCloud();
  const { cloud, call } = bed;
  await call("CreateQueue", { QueueName: "q" }, "sqs");
  const wait = {
    name: "wait",
    action: "aws:waitForAwsResourceProperty",
    timeoutSeconds: 600,
    inputs: {
      Service: "sqs",
      Api: "GetQueueAttributes",
      QueueUrl: "q",
      AttributeNames: ["DelaySeconds"],
      PropertySelector: "$.Attributes.DelaySeconds",
      DesiredValues: ["7"],
    },
  };
  await make(bed, "Waits", [{ name: "sleep", action: "aws:sleep", inputs: { Duration: "PT1H" } }, wait]);
  const id = await start(bed, "Waits");
  await cloud.clock.advance(3_599_000);
  assert.deepEqual(steps(await get(bed, id)), ["sleep InProgress"]);
  await cloud.clock.advance(60_000);
  assert.deepEqual(steps(await get(bed, id)), ["sleep Success", "wait InProgress"]);
  await call("SetQueueAttributes", { QueueUrl: "q", Attributes: { DelaySeconds: "7" } }, "sqs");
  await cloud.clock.advance(10_000);
  await ended(bed, id, "Success");
  await call("SetQueueAttributes", { QueueUrl: "q", Attributes: { DelaySeconds: "8" } }, "sqs");
  const late = await start(bed, "Waits");
  await cloud.clock.advance(3_600_000);
  await cloud.clock.advance(700_000);
  assert.deepEqual(steps(await ended(bed, late, "TimedOut")), ["sleep Success", "wait TimedOut"]);
});

test("an execution that is cancelled undoes what it did by onCancel", async () => {
  await using bed = await ssmCloud();
  const { call } = bed;
  await make(bed, "Undone", [
    api("deny", "sqs", "CreateQueue", { QueueName: "denied" }),
    {
      name: "hold",
      action: "aws:sleep",
      inputs: { Duration: "PT1H" },
      onCancel: "step:undo",
      nextStep: "undo",
    },
    api("undo", "sqs", "DeleteQueue", { QueueUrl: "denied" }, { isEnd: true }),
  ]);
  const id = await start(bed, "Undone");
  await until(async () => steps(await get(bed, id)).includes("hold InProgress"));
  await call("StopAutomationExecution", { AutomationExecutionId: id });
  const execution = await ended(bed, id, "Cancelled");
  assert.deepEqual(steps(execution), ["deny Success", "hold Cancelled", "undo Success"]);
  assert.equal((await call("ListQueues", {}, "sqs")).QueueUrls, undefined);
  await assert.rejects(call("StopAutomationExecution", { AutomationExecutionId: id }), {
    code: "InvalidAutomationStatusUpdateException",
  });
});

test("an automation hands another values of every type", async () => {
  await using bed = await ssmCloud();
  const parameters = {
    Map: { type: "StringMap" },
    List: { type: "StringList" },
    Flag: { type: "Boolean" },
  };
  const rest = { name: "rest", action: "aws:sleep", inputs: { Duration: "PT0S" } };
  await make(bed, "Takes", [rest], { parameters });
  const RuntimeParameters = Object.fromEntries(
    Object.keys(parameters).map((name) => [name, `{{ ${name} }}`]),
  );
  const call = { name: "call", action: "aws:executeAutomation" };
  await make(bed, "Hands", [{ ...call, inputs: { DocumentName: "Takes", RuntimeParameters } }], {
    parameters,
  });
  const given = { Map: ['{"a":"b"}'], List: ["x", "y"], Flag: ["true"] };
  const id = await start(bed, "Hands", given);
  for (let turns = 0; turns < 20; turns++) await bed.cloud.clock.advance(1000);
  const { StepExecutions } = await ended(bed, id, "Success");
  assert.deepEqual((await get(bed, StepExecutions[0].Outputs.ExecutionId[0])).Parameters, given);
});

test("an approval is waited for, and a rejection fails the step; an automation runs another", async () => {
  await using bed = await ssmCloud();
  const { call } = bed;
  const Approvers = [`arn:aws:iam::${bed.account}:root`];
  await make(bed, "Asks", [{ name: "ask", action: "aws:approve", inputs: { Approvers } }]);
  await make(bed, "Outer", [
    { name: "inner", action: "aws:executeAutomation", inputs: { DocumentName: "Asks" } },
  ]);
  for (const [SignalType, status] of [
    ["Approve", "Success"],
    ["Reject", "Failed"],
  ] as const) {
    const outer = await start(bed, "Outer");
    const inner = async () => {
      const Filters = [
        { Key: "ParentExecutionId", Values: [outer] },
        { Key: "DocumentNamePrefix", Values: ["Asks"] },
        { Key: "ExecutionStatus", Values: ["Waiting"] },
      ];
      return (await call("DescribeAutomationExecutions", { Filters })).AutomationExecutionMetadataList[0];
    };
    await until(async () => (await inner())?.CurrentStepName);
    await call("SendAutomationSignal", {
      AutomationExecutionId: (await inner()).AutomationExecutionId,
      SignalType,
    });
    for (let turns = 0; turns < 20; turns++) await bed.cloud.clock.advance(1000);
    await ended(bed, outer, status);
  }
});

test("documents have versions, a default one, and are checked", async () => {
  await using bed = await ssmCloud();
  const { call } = bed;
  const yaml = (seconds: number) =>
    `schemaVersion: "0.3"\nmainSteps:\n  - name: wait\n    action: aws:sleep\n    inputs:\n      Duration: PT${seconds}S\n`;
  const document = { Name: "Waits", DocumentFormat: "YAML" };
  const made = await call("CreateDocument", { ...document, DocumentType: "Automation", Content: yaml(1) });
  assert.equal(made.DocumentDescription.DefaultVersion, "1");
  await call("UpdateDocument", { ...document, Content: yaml(2), DocumentVersion: "$LATEST" });
  assert.equal((await call("GetDocument", { Name: "Waits" })).Content, yaml(1));
  await call("UpdateDocumentDefaultVersion", { Name: "Waits", DocumentVersion: "2" });
  assert.equal((await call("GetDocument", { Name: "Waits" })).Content, yaml(2));
  const refused: [string, object, string][] = [
    ["UpdateDocument", { ...document, Content: yaml(2) }, "DuplicateDocumentContent"],
    [
      "CreateDocument",
      { ...document, DocumentType: "Automation", Content: yaml(1) },
      "DocumentAlreadyExists",
    ],
    ["CreateDocument", { Name: "Bad", DocumentType: "Automation", Content: "{" }, "InvalidDocumentContent"],
    [
      "CreateDocument",
      { Name: "Bad", DocumentType: "Automation", Content: '{"schemaVersion":"2.2"}' },
      "InvalidDocumentSchemaVersion",
    ],
    [
      "CreateDocument",
      { Name: "Bad", DocumentType: "Automation", Content: '{"schemaVersion":"0.3"}' },
      "InvalidDocumentContent",
    ],
    ["GetDocument", { Name: "None" }, "InvalidDocument"],
    ["GetDocument", { Name: "Waits", DocumentVersion: "9" }, "InvalidDocumentVersion"],
    ["DeleteDocument", { Name: "Waits", DocumentVersion: "2" }, "InvalidDocumentOperation"],
  ];
  for (const [operation, input, code] of refused)
    await assert.rejects(call(operation, input), { code }, JSON.stringify(input));
  await call("DeleteDocument", { Name: "Waits" });
  assert.deepEqual(
    (await call("ListDocuments", { Filters: [{ Key: "Owner", Values: ["Self"] }] })).DocumentIdentifiers,
    [],
  );
});

test("an execution goes on after a restart with the step that was under way", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-automation-"));
  const where = { account: "123456789012", region: "us-east-1" };
  try {
    let id: unknown;
    {
      await using cloud = await testCloud({ listen: false, dataDir });
      const mainSteps = [
        { name: "first", action: "aws:sleep", inputs: { Duration: "PT0S" } },
        { name: "second", action: "aws:sleep", inputs: { Duration: "PT1H" } },
      ];
      const Content = JSON.stringify({ schemaVersion: "0.3", mainSteps });
      const document = { Name: "Goes-On", DocumentType: "Automation", Content };
      await cloud.call("ssm", "CreateDocument", document, where);
      const started = await cloud.call("ssm", "StartAutomationExecution", { DocumentName: "Goes-On" }, where);
      id = started["AutomationExecutionId"];
      await cloud.clock.advance(60_000);
    }
    await using cloud = await testCloud({ listen: false, dataDir });
    await cloud.clock.advance(3_600_000);
    const input = { AutomationExecutionId: id };
    // biome-ignore lint/suspicious/noExplicitAny: as the answer comes
    const { AutomationExecution } = await cloud.call<any>("ssm", "GetAutomationExecution", input, where);
    assert.deepEqual(steps(AutomationExecution), ["first Success", "second Success"]);
    assert.equal(AutomationExecution.AutomationExecutionStatus, "Success");
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});

test("what a step had begun before a restart is waited for, and not begun again", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-automation-"));
  const where = { account: "123456789012", region: "us-east-1" };
  const sleep = (name: string, Duration: string) => ({ name, action: "aws:sleep", inputs: { Duration } });
  const documents = {
    Child: [sleep("rest", "PT1H")],
    Parent: [{ name: "child", action: "aws:executeAutomation", inputs: { DocumentName: "Child" } }],
    Loop: [
      {
        name: "each",
        action: "aws:loop",
        inputs: { Iterators: ["a", "b", "c"], Steps: [sleep("rest", "PT40M")] },
      },
    ],
    Cancelled: [{ ...sleep("hold", "PT10H"), onCancel: "step:undo" }, sleep("undo", "PT0S")],
  };
  try {
    const ids: Record<string, string> = {};
    {
      await using cloud = await testCloud({ listen: false, dataDir });
      const call = (operation: string, input: object) =>
        cloud.call<Record<string, string>>("ssm", operation, input, where);
      for (const [Name, mainSteps] of Object.entries(documents)) {
        const Content = JSON.stringify({ schemaVersion: "0.3", mainSteps });
        await call("CreateDocument", { Name, DocumentType: "Automation", Content });
        if (Name === "Child") continue;
        ids[Name] =
          (await call("StartAutomationExecution", { DocumentName: Name }))["AutomationExecutionId"] ?? "";
      }
      for (let turns = 0; turns < 5; turns++) await cloud.clock.advance(600_000);
      // It ends before the automation can have been cancelled, or after it: the outcome is the same.
      await call("StopAutomationExecution", { AutomationExecutionId: ids["Cancelled"] });
    }
    await using cloud = await testCloud({ listen: false, dataDir });
    // biome-ignore lint/suspicious/noExplicitAny: outputs of several operations
    const call = (operation: string, input: object = {}) => cloud.call<any>("ssm", operation, input, where);
    const get = async (name: string) =>
      (await call("GetAutomationExecution", { AutomationExecutionId: ids[name] })).AutomationExecution;
    for (let turns = 0; turns < 15; turns++) await cloud.clock.advance(600_000);
    for (const name of ["Parent", "Loop"])
      await until(
        () => get(name),
        ({ AutomationExecutionStatus }) => AutomationExecutionStatus === "Success",
      );
    const { AutomationExecutionMetadataList: all } = await call("DescribeAutomationExecutions");
    assert.equal(
      all.filter(({ DocumentName }: { DocumentName: string }) => DocumentName === "Child").length,
      1,
    );
    // The second of the loop was under way: the first is not done again.
    assert.deepEqual(steps(await get("Loop")), [
      "rest Success",
      "rest Success",
      "rest Success",
      "each Success",
    ]);
    const cancelled = await until(
      () => get("Cancelled"),
      ({ AutomationExecutionStatus }) => AutomationExecutionStatus === "Cancelled",
    );
    assert.deepEqual(steps(cancelled), ["hold Cancelled", "undo Success"]);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});

test("a step has as long as it is given each time that it is tried, and a wait an hour", async () => {
  await using bed = await ssmCloud();
  const { cloud, call } = bed;
  await call("CreateQueue", { QueueName: "q" }, "sqs");
  const waits = (more: object) => ({
    name: "wait",
    action: "aws:waitForAwsResourceProperty",
    inputs: {
      Service: "sqs",
      Api: "GetQueueAttributes",
      QueueUrl: "q",
      AttributeNames: ["DelaySeconds"],
      PropertySelector: "$.Attributes.DelaySeconds",
      DesiredValues: ["7"],
    },
    ...more,
  });
  for (const [at, [more, seconds]] of (
    [
      [{}, 3600],
      [{ timeoutSeconds: "{{ Seconds }}", maxAttempts: 2 }, 120],
    ] as const
  ).entries()) {
    await make(bed, `Waits${at}`, [waits(more)], {
      parameters: { Seconds: { type: "Integer", default: 60 } },
    });
    const id = await start(bed, `Waits${at}`);
    await until(async () => steps(await get(bed, id)).includes("wait InProgress"));
    for (let half = 0; half < 2 * (seconds / 60) - 1; half++) await cloud.clock.advance(30_000);
    assert.deepEqual(steps(await get(bed, id)), ["wait InProgress"], String(seconds));
    for (let half = 0; half < 3; half++) await cloud.clock.advance(30_000);
    assert.deepEqual(steps(await ended(bed, id, "TimedOut")), ["wait TimedOut"]);
  }
});

test("an automation waits while it is paused, has tags, and takes no signal that it does not wait for", async () => {
  await using bed = await ssmCloud();
  const { call } = bed;
  await make(bed, "Pauses", [
    { name: "pause", action: "aws:pause", inputs: {} },
    { name: "ask", action: "aws:approve", inputs: { Approvers: [`arn:aws:iam::${bed.account}:root`] } },
  ]);
  const { AutomationExecutionId } = await call("StartAutomationExecution", {
    DocumentName: "Pauses",
    Tags: [{ Key: "a", Value: "b" }],
  });
  const named = { ResourceType: "Automation", ResourceId: AutomationExecutionId };
  await call("AddTagsToResource", { ...named, Tags: [{ Key: "c", Value: "d" }] });
  await call("RemoveTagsFromResource", { ...named, TagKeys: ["a"] });
  assert.deepEqual((await call("ListTagsForResource", named)).TagList, [{ Key: "c", Value: "d" }]);
  const waitsAt = (name: string) =>
    until(
      () => get(bed, AutomationExecutionId),
      ({ AutomationExecutionStatus, CurrentStepName }) =>
        AutomationExecutionStatus === "Waiting" && CurrentStepName === name,
    );
  const signal = (SignalType: string) => call("SendAutomationSignal", { AutomationExecutionId, SignalType });
  const refused = { code: "InvalidAutomationSignalException" };
  await waitsAt("pause");
  await assert.rejects(signal("Approve"), refused);
  await signal("Resume");
  await waitsAt("ask");
  await assert.rejects(signal("Resume"), refused);
  await signal("Approve");
  const { StepExecutions } = await ended(bed, AutomationExecutionId, "Success");
  const { ApprovalStatus, ApproverDecisions } = StepExecutions[1].Outputs;
  assert.deepEqual([ApprovalStatus, ApproverDecisions.length], [["Approved"], 1]);
  await assert.rejects(signal("Resume"), refused);
});

test("approvers hear of a step by its topic, and a topic that there is not fails it", async () => {
  await using bed = await ssmCloud();
  const { call } = bed;
  const { TopicArn } = await call("CreateTopic", { Name: "approvals" }, "sns");
  const { QueueUrl } = await call("CreateQueue", { QueueName: "approver" }, "sqs");
  const Endpoint = `arn:aws:sqs:us-east-1:${bed.account}:approver`;
  await call(
    "Subscribe",
    { TopicArn, Protocol: "sqs", Endpoint, Attributes: { RawMessageDelivery: "true" } },
    "sns",
  );
  const ask = (NotificationArn: string) => [
    {
      name: "ask",
      action: "aws:approve",
      inputs: { Approvers: [`arn:aws:iam::${bed.account}:root`], Message: "May it?", NotificationArn },
    },
  ];
  await make(bed, "Tells", ask(TopicArn));
  const id = await start(bed, "Tells");
  const { Messages } = await until(
    () => call("ReceiveMessage", { QueueUrl }, "sqs"),
    ({ Messages: all = [] }) => all.length > 0,
  );
  const { AutomationExecutionId, StepName, Message } = JSON.parse(Messages[0].Body);
  assert.deepEqual([AutomationExecutionId, StepName, Message], [id, "ask", "May it?"]);
  await call("SendAutomationSignal", { AutomationExecutionId: id, SignalType: "Approve" });
  await ended(bed, id, "Success");
  await make(bed, "TellsNobody", ask(`${TopicArn}-none`));
  await ended(bed, await start(bed, "TellsNobody"), "Failed");
});

test("parameters are held against what their document allows, and may refer to Parameter Store's", async () => {
  await using bed = await ssmCloud();
  await bed.put("/app/name", "stored");
  await make(bed, "Refers", [{ name: "rest", action: "aws:sleep", inputs: { Duration: "PT0S" } }], {
    parameters: {
      Name: { type: "String", allowedPattern: "^[a-z]+$", default: "{{ ssm:/app/name }}" },
      Other: { type: "String" },
    },
  });
  const { Parameters } = await get(bed, await start(bed, "Refers", { Other: ["x-{{ssm:/app/name}}"] }));
  assert.deepEqual(Parameters, { Name: ["stored"], Other: ["x-stored"] });
  await make(bed, "Takes", [{ name: "rest", action: "aws:sleep", inputs: { Duration: "PT0S" } }], {
    parameters: {
      Action: { type: "String", allowedValues: ["Install", "Uninstall"], default: "Install" },
      Name: { type: "String", allowedPattern: "^[a-z]+$", default: "a" },
    },
  });
  await start(bed, "Takes", { Action: ["Uninstall"], Name: ["b"] });
  const code = "InvalidAutomationExecutionParametersException";
  await assert.rejects(start(bed, "Takes", { Action: ["install"] }), {
    code,
    message: 'Parameter "Action" has value "install" not found in [Install, Uninstall].',
  });
  await assert.rejects(start(bed, "Takes", { Name: ["B"] }), {
    code,
    message: /"Name" has value "B" not match/,
  });
});
