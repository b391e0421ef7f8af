import assert from "node:assert/strict";
import { test } from "node:test";
import { ssmCloud } from "./fixture.test.ts";

const api = { name: "call", action: "aws:executeAwsApi", inputs: { Service: "sqs", Api: "ListQueues" } };
const step = (more: object) => ({ mainSteps: [{ ...api, ...more }] });
const inputs = (action: string, given: object) => step({ action, inputs: given });
const parameter = (declared: object) => ({ mainSteps: [api], parameters: { Size: declared } });
const choice = (...Choices: object[]) => inputs("aws:branch", { Choices });
const EQUALS = { Variable: "a", StringEquals: "a" };

/** What a runbook says and AWS does not keep; undefined where it keeps it. */
const RUNBOOKS: readonly (readonly [object, RegExp | undefined])[] = [
  [step({}), undefined],
  [{}, /has no steps/],
  [{ mainSteps: [] }, /has no steps/],
  [step({ name: "a" }), /step name is not valid: a\./],
  [{ mainSteps: [api, api] }, /step name call is not unique/],
  [step({ action: "aws:fly" }), /action of the step call is not valid: aws:fly/],
  [step({ nextStep: "none" }), /leads to none/],
  [step({ onFailure: "step:none" }), /leads to none/],
  [step({ onCancel: "step:none" }), /leads to none/],
  [choice({ ...EQUALS, NextStep: "none" }), /leads to none/],
  [inputs("aws:branch", { Choices: [{ ...EQUALS, NextStep: "call" }], Default: "none" }), /leads to none/],
  [step({ onFailure: "Explode" }), /onFailure must be Abort, Continue or step:<step name>, not Explode/],
  [step({ onCancel: "Continue" }), /onCancel must be Abort or step:<step name>, not Continue/],
  [step({ maxAttempts: 0 }), /maxAttempts must be a positive integer/],
  [step({ timeoutSeconds: "soon" }), /timeoutSeconds must be a positive integer/],
  [step({ maxAttempts: 3, timeoutSeconds: "60" }), undefined],
  [inputs("aws:executeAwsApi", { Service: "sqs" }), /required input Api is missing/],
  [inputs("aws:sleep", {}), /required input Duration or Timestamp is missing/],
  [inputs("aws:loop", { Iterators: ["a"] }), /required input Steps is missing/],
  [inputs("aws:loop", { Iterators: ["a"], Steps: [{ ...api, name: "call" }] }), /call is not unique/],
  [
    inputs("aws:loop", { Iterators: ["a"], Steps: [{ ...api, name: "inner", nextStep: "none" }] }),
    /leads to none/,
  ],
  [inputs("aws:runInstances", {}), /required input ImageId is missing/],
  [
    choice({ Or: [EQUALS], NextStep: "call" }),
    /^Expect at lease two expressions for operator: Or in step: call\. Provided: 1$/,
  ],
  [choice({ And: [EQUALS, { Or: [] }], NextStep: "call" }), /for operator: Or in step: call\. Provided: 0$/],
  [choice({ Or: [EQUALS, { Not: EQUALS }], NextStep: "call" }), undefined],
  [inputs("aws:sleep", { Duration: "{{ Size }}" }), /^Parameter "Size" is not declared\.$/],
  [inputs("aws:sleep", { Duration: "PT{{ other.Size }}S" }), /^Parameter "other\.Size" is not declared\.$/],
  [inputs("aws:sleep", { Duration: "{{ variable:size }}" }), /^Parameter "variable:size" is not declared\.$/],
  [
    inputs("aws:sleep", { Duration: "{{ call.Size }}{{ global:DATE }}{{automation:EXECUTION_ID}}" }),
    undefined,
  ],
  [{ mainSteps: [api], outputs: ["other.Size"] }, /^Parameter "other\.Size" is not declared\.$/],
  [{ mainSteps: [api], outputs: ["call.Size"] }, undefined],
  [
    step({
      action: "aws:invokeLambdaFunction",
      inputs: { FunctionName: "f" },
      outputs: [{ Name: "LogResult", Selector: "$.a", Type: "String" }],
    }),
    /^In step call, name: LogResult is conflicting with one of the following reserved output names: \[LogResult, OutputPayload, FunctionError, Payload, StatusCode\]$/,
  ],
  [parameter({}), /Parameter "Size" has no type/],
  [parameter({ type: "Number" }), /has the type Number, which is not supported/],
  [parameter({ type: "List<AWS::EC2::Instance::Id>" }), undefined],
  [
    parameter({ type: "String", allowedValues: ["s", "m"], default: "xl" }),
    /^Parameter "Size" has value "xl" not found in \[s, m\]\.$/,
  ],
  [parameter({ type: "String", allowedValues: ["s", "m"], default: "" }), undefined],
  [parameter({ type: "String", allowedPattern: "^[a-z]$", default: "xl" }), /"xl" not match pattern/],
];

test("a runbook is held against what steps may be before it is kept", async () => {
  await using bed = await ssmCloud();
  for (const [at, [content, message]] of RUNBOOKS.entries()) {
    const made = bed.call("CreateDocument", {
      Name: `Runbook-${at}`,
      DocumentType: "Automation",
      Content: JSON.stringify({ schemaVersion: "0.3", ...content }),
    });
    const said = JSON.stringify(content);
    if (message) await assert.rejects(made, { code: "InvalidDocumentContent", message }, said);
    else await assert.doesNotReject(made, said);
  }
});

test("a Command document has steps, and of plugins that there are", async () => {
  await using bed = await ssmCloud();
  const shell = {
    name: "run",
    action: "aws:runShellScript",
    inputs: { runCommand: ["docker ps --format {{.Names}}"] },
  };
  const cases: readonly (readonly [object, RegExp | undefined])[] = [
    [{ schemaVersion: "2.2", mainSteps: [shell] }, undefined],
    [{ schemaVersion: "1.2", runtimeConfig: { "aws:runShellScript": { properties: [] } } }, undefined],
    [
      { schemaVersion: "2.2" },
      /^\[message: "object has missing required properties \(\[\\"mainSteps\\"\]\)" - parent node: \/\]$/,
    ],
    [{ schemaVersion: "1.2" }, /\[\\"runtimeConfig\\"\]/],
    [{ schemaVersion: "2.2", mainSteps: [] }, /has no steps/],
    [
      { schemaVersion: "2.2", mainSteps: [{ ...shell, name: undefined }] },
      /\[\\"name\\"\].* - parent node: \/mainSteps\/0\]/,
    ],
    [
      { schemaVersion: "2.2", mainSteps: [{ ...shell, action: "aws:configureJava" }] },
      /aws:configureJava is not supported/,
    ],
    [{ schemaVersion: "2.2", mainSteps: [shell], parameters: { a: { type: "Foo" } } }, /has the type Foo/],
  ];
  for (const [at, [content, message]] of cases.entries()) {
    const made = bed.call("CreateDocument", { Name: `Command-${at}`, Content: JSON.stringify(content) });
    if (message) await assert.rejects(made, { code: "InvalidDocumentContent", message });
    else await assert.doesNotReject(made, JSON.stringify(content));
  }
});

test("what is no document, and where, is said; names of AWS's are AWS's", async () => {
  await using bed = await ssmCloud();
  const make = (Name: string, Content: string, DocumentFormat = "YAML") =>
    bed.call("CreateDocument", { Name, Content, DocumentFormat, DocumentType: "Automation" });
  await assert.rejects(make("broken", 'schemaVersion: "0.3"\nmainSteps: [\n  }'), {
    code: "InvalidDocumentContent",
    message: /^YAML not well-formed\. at Line: \d+, Column: \d+$/,
  });
  await assert.rejects(make("broken", "{", "JSON"), { message: /^JSON not well-formed\. / });
  const content = JSON.stringify({ schemaVersion: "0.3", mainSteps: [api] });
  for (const name of ["AWS-Mine", "amazon-mine", "amzn_mine", "awsMine"])
    await assert.rejects(make(name, content, "JSON"), { code: "ValidationException", message: /reserved/ });
});

test("a document is given in the other format, too; only its latest version can be updated", async () => {
  await using bed = await ssmCloud();
  const content = { schemaVersion: "0.3", mainSteps: [api] };
  const Content = JSON.stringify(content);
  await bed.call("CreateDocument", { Name: "Mine", DocumentType: "Automation", Content });
  const yaml = await bed.call("GetDocument", { Name: "Mine", DocumentFormat: "YAML" });
  assert.equal(yaml.DocumentFormat, "YAML");
  assert.match(yaml.Content, /^schemaVersion: "0\.3"\nmainSteps:\n/);
  const update = (description: string, DocumentVersion: string) =>
    bed.call("UpdateDocument", {
      Name: "Mine",
      Content: JSON.stringify({ ...content, description }),
      DocumentVersion,
    });
  await update("second", "1");
  await assert.rejects(update("third", "1"), { code: "InvalidDocumentVersion" });
  await update("third", "2");
  const read = await bed.call("GetDocument", { Name: "Mine", DocumentVersion: "3" });
  assert.equal(JSON.parse(read.Content).description, "third");
});

test("a document is shared with accounts, or with everybody, and goes when it is shared no more", async () => {
  await using bed = await ssmCloud();
  const Content = JSON.stringify({ schemaVersion: "0.3", mainSteps: [api] });
  await bed.call("CreateDocument", { Name: "Shared", DocumentType: "Automation", Content });
  const Name = `arn:aws:ssm:us-east-1:${bed.account}:document/Shared`;
  const as = (account: string) => (operation: string, input: object) =>
    // biome-ignore lint/suspicious/noExplicitAny: outputs of several operations
    bed.cloud.call<any>("ssm", operation, input, { account, region: "us-east-1" });
  const [friend, stranger] = [as("100000000001"), as("100000000002")];
  const share = (given: object) =>
    bed.call("ModifyDocumentPermission", { Name: "Shared", PermissionType: "Share", ...given });
  const reads = (call: typeof friend) =>
    call("GetDocument", { Name }).then(
      (read) => read.Content === Content,
      ({ code }) => code,
    );
  assert.equal(await reads(friend), "InvalidDocument");
  await share({ AccountIdsToAdd: ["100000000001"] });
  assert.deepEqual([await reads(friend), await reads(stranger)], [true, "InvalidDocument"]);
  assert.equal((await friend("DescribeDocument", { Name })).Document.Owner, bed.account);
  await friend("StartAutomationExecution", { DocumentName: Name });
  assert.equal((await friend("ListDocumentVersions", { Name })).DocumentVersions.length, 1);
  await assert.rejects(bed.call("DeleteDocument", { Name: "Shared" }), {
    code: "InvalidDocumentOperation",
    message: /stop sharing/,
  });
  const { AccountIds } = await bed.call("DescribeDocumentPermission", {
    Name: "Shared",
    PermissionType: "Share",
  });
  assert.deepEqual(AccountIds, ["100000000001"]);

  await share({ AccountIdsToRemove: ["100000000001"], AccountIdsToAdd: ["All"] });
  assert.equal(await reads(stranger), true);
  await share({ AccountIdsToRemove: ["all"] });
  assert.equal(await reads(stranger), "InvalidDocument");
  const setting = { SettingId: "/ssm/documents/console/public-sharing-permission" };
  await bed.call("UpdateServiceSetting", { ...setting, SettingValue: "Disable" });
  await assert.rejects(share({ AccountIdsToAdd: ["all"] }), { code: "AccessDeniedException" });
  await bed.call("DeleteDocument", { Name: "Shared" });
});

test("documents are listed by who owns them, AWS's own among them", async () => {
  await using bed = await ssmCloud();
  const Content = JSON.stringify({ schemaVersion: "0.3", mainSteps: [api] });
  await bed.call("CreateDocument", { Name: "Mine", DocumentType: "Automation", Content });
  const names = async (...Filters: object[]) =>
    (await bed.call("ListDocuments", { Filters })).DocumentIdentifiers.map(
      ({ Name }: { Name: string }) => Name,
    );
  const all: string[] = await names();
  assert.ok(
    all.includes("Mine") && all.includes("AWS-RunShellScript") && all.includes("AWSFIS-Run-CPU-Stress"),
  );
  assert.deepEqual(await names({ Key: "Owner", Values: ["Self"] }), ["Mine"]);
  const ofAmazon = await names({ Key: "Owner", Values: ["Amazon"] });
  assert.deepEqual(
    ofAmazon,
    all.filter((name) => name !== "Mine"),
  );
  assert.deepEqual(await names({ Key: "Owner", Values: ["Amazon"] }, { Key: "Name", Values: ["AWS-Run"] }), [
    "AWS-RunShellScript",
  ]);
  await assert.rejects(names({ Key: "Colour", Values: ["red"] }), { code: "InvalidFilterKey" });
  const { DocumentVersions } = await bed.call("ListDocumentVersions", { Name: "AWS-RunShellScript" });
  assert.equal(DocumentVersions.length, 1);
});

test("a service setting says the tier of a parameter that names none", async () => {
  await using bed = await ssmCloud();
  const SettingId = "/ssm/parameter-store/default-parameter-tier";
  const ARN = `arn:aws:ssm:us-east-1:${bed.account}:servicesetting${SettingId}`;
  const get = async () => (await bed.call("GetServiceSetting", { SettingId: ARN })).ServiceSetting;
  const tier = async (name: string, more: object = {}) => (await bed.put(name, "v", more)).Tier;
  assert.deepEqual(
    [(await get()).SettingValue, (await get()).Status, (await get()).ARN],
    ["Standard", "Default", ARN],
  );
  assert.equal(await tier("/a"), "Standard");
  await bed.call("UpdateServiceSetting", { SettingId, SettingValue: "Advanced" });
  assert.deepEqual([(await get()).SettingValue, (await get()).Status], ["Advanced", "Customized"]);
  assert.equal(await tier("/b"), "Advanced");
  assert.equal(await tier("/c", { Tier: "Standard" }), "Standard");
  assert.equal(await tier("/a", { Overwrite: true }), "Standard");
  assert.equal(
    (await bed.call("ResetServiceSetting", { SettingId })).ServiceSetting.SettingValue,
    "Standard",
  );
  assert.equal(await tier("/d"), "Standard");
  await assert.rejects(bed.call("UpdateServiceSetting", { SettingId, SettingValue: "Gold" }), {
    code: "ValidationException",
  });
  await assert.rejects(bed.call("GetServiceSetting", { SettingId: "/ssm/opsinsights/opscenter" }), {
    code: "NotImplemented",
  });
});
