import assert from "node:assert/strict";
import { test } from "node:test";
import { ParameterNotFound } from "@aws-sdk/client-ssm";
import { allCalled } from "../../../test/every-operation.ts";
import { until } from "../../../test/until.ts";
import { instanceCloud } from "./commands/fixture.test.ts";

/** Systems Manager as its SDK sees it: every operation that is served. */
const lab = await instanceCloud();
const { ssm } = lab;
test.after(() => lab.cloud.stop());

const runbook = (steps: object[]) => JSON.stringify({ schemaVersion: "0.3", mainSteps: steps });
const sleep = { name: "wait", action: "aws:sleep", inputs: { Duration: "PT1S" } };

test("parameters are put, read in every way, labelled and deleted", async () => {
  const Name = "/shop/url";
  const { Version, Tier } = await ssm.putParameter({ Name, Type: "String", Value: "one" });
  assert.deepEqual([Version, Tier], [1, "Standard"]);
  await ssm.putParameter({ Name, Value: "two", Overwrite: true });
  await ssm.putParameter({ Name: "/shop/secret", Type: "SecureString", Value: "hidden" });
  await ssm.labelParameterVersion({ Name, ParameterVersion: 1, Labels: ["live"] });
  const { Parameter } = await ssm.getParameter({ Name: `${Name}:live` });
  assert.deepEqual([Parameter?.Value, Parameter?.LastModifiedDate instanceof Date], ["one", true]);
  const many = await ssm.getParameters({ Names: [Name, "/shop/secret", "/none"], WithDecryption: true });
  assert.deepEqual(many.Parameters?.map(({ Value }) => Value).sort(), ["hidden", "two"]);
  assert.deepEqual(many.InvalidParameters, ["/none"]);
  const below = await ssm.getParametersByPath({ Path: "/shop" });
  assert.equal(below.Parameters?.length, 2);
  const { Parameters } = await ssm.getParameterHistory({ Name });
  assert.deepEqual(
    Parameters?.map(({ Value, Labels }) => [Value, Labels]),
    [
      ["one", ["live"]],
      ["two", []],
    ],
  );
  await ssm.unlabelParameterVersion({ Name, ParameterVersion: 1, Labels: ["live"] });
  const described = await ssm.describeParameters({
    ParameterFilters: [{ Key: "Type", Values: ["SecureString"] }],
  });
  assert.deepEqual(
    described.Parameters?.map((one) => one.Name),
    ["/shop/secret"],
  );
  const of = { ResourceType: "Parameter", ResourceId: Name } as const;
  await ssm.addTagsToResource({ ...of, Tags: [{ Key: "a", Value: "b" }] });
  assert.deepEqual((await ssm.listTagsForResource(of)).TagList, [{ Key: "a", Value: "b" }]);
  await ssm.removeTagsFromResource({ ...of, TagKeys: ["a"] });
  await ssm.deleteParameter({ Name });
  assert.deepEqual((await ssm.deleteParameters({ Names: ["/shop/secret", Name] })).InvalidParameters, [Name]);
  await assert.rejects(ssm.getParameter({ Name }), ParameterNotFound);
});

test("documents have versions, and automations of them run", async () => {
  const Name = "Wait";
  const { DocumentDescription } = await ssm.createDocument({
    Name,
    DocumentType: "Automation",
    Content: runbook([
      sleep,
      { name: "ask", action: "aws:approve", inputs: { Approvers: [`arn:aws:iam::${lab.account}:root`] } },
    ]),
  });
  assert.equal(DocumentDescription?.Status, "Active");
  await ssm.updateDocument({ Name, Content: runbook([sleep]), DocumentVersion: "$LATEST" });
  await ssm.updateDocumentDefaultVersion({ Name, DocumentVersion: "1" });
  assert.equal((await ssm.describeDocument({ Name })).Document?.DefaultVersion, "1");
  assert.match((await ssm.getDocument({ Name })).Content ?? "", /aws:approve/);
  assert.equal((await ssm.listDocumentVersions({ Name })).DocumentVersions?.length, 2);
  assert.deepEqual(
    (await ssm.listDocuments({ Filters: [{ Key: "Owner", Values: ["Self"] }] })).DocumentIdentifiers?.map(
      (one) => one.Name,
    ),
    [Name],
  );
  const sharing = { Name, PermissionType: "Share" } as const;
  await ssm.modifyDocumentPermission({ ...sharing, AccountIdsToAdd: ["100000000001"] });
  assert.deepEqual((await ssm.describeDocumentPermission(sharing)).AccountSharingInfoList, [
    { AccountId: "100000000001", SharedDocumentVersion: "$DEFAULT" },
  ]);
  await ssm.modifyDocumentPermission({ ...sharing, AccountIdsToRemove: ["100000000001"] });

  const { AutomationExecutionId: id = "" } = await ssm.startAutomationExecution({ DocumentName: Name });
  const status = async () =>
    (await ssm.getAutomationExecution({ AutomationExecutionId: id })).AutomationExecution;
  const isAt = (wanted: string) => {
    const isThere = (execution: Awaited<ReturnType<typeof status>>) =>
      execution?.StepExecutions?.at(-1)?.StepStatus === wanted;
    return until(async () => {
      const execution = await status();
      if (!isThere(execution)) await lab.cloud.clock.advance("PT1S");
      return execution;
    }, isThere);
  };
  await isAt("Waiting");
  await ssm.sendAutomationSignal({ AutomationExecutionId: id, SignalType: "Approve" });
  const done = await isAt("Success");
  assert.equal(done.AutomationExecutionStatus, "Success");
  const { StepExecutions } = await ssm.describeAutomationStepExecutions({ AutomationExecutionId: id });
  assert.deepEqual(
    StepExecutions?.map(({ StepName }) => StepName),
    ["wait", "ask"],
  );
  const second = await ssm.startAutomationExecution({ DocumentName: Name });
  await ssm.stopAutomationExecution({ AutomationExecutionId: second.AutomationExecutionId, Type: "Cancel" });
  const { AutomationExecutionMetadataList } = await ssm.describeAutomationExecutions({});
  assert.equal(AutomationExecutionMetadataList?.length, 2);
  await ssm.deleteDocument({ Name });
});

test("service settings are set and taken back", async () => {
  const SettingId = "/ssm/parameter-store/high-throughput-enabled";
  await ssm.updateServiceSetting({ SettingId, SettingValue: "true" });
  assert.equal((await ssm.getServiceSetting({ SettingId })).ServiceSetting?.SettingValue, "true");
  assert.equal((await ssm.resetServiceSetting({ SettingId })).ServiceSetting?.SettingValue, "false");
});

test("commands are sent to instances", async () => {
  const id = await lab.add("web", ["sleep", "600"]);
  const { InstanceInformationList } = await ssm.describeInstanceInformation({});
  assert.equal(InstanceInformationList?.[0]?.LastPingDateTime instanceof Date, true);
  const command = await lab.send(id, ["echo hello; sleep 600"]);
  await ssm.cancelCommand({ CommandId: command });
  assert.equal((await lab.ended(command, id)).Status, "Cancelled");
  const { Commands } = await ssm.listCommands({ CommandId: command });
  assert.equal(Commands?.[0]?.RequestedDateTime instanceof Date, true);
  assert.equal((await ssm.listCommandInvocations({ CommandId: command })).CommandInvocations?.length, 1);
});

test("every operation has been called by the SDK", async () => {
  await allCalled(lab.cloud, "ssm");
});
