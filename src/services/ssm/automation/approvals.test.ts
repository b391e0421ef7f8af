import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../../test/until.ts";
import { isApprover } from "./approvers.ts";
import { automationCloud } from "./fixture.test.ts";

const ACCOUNT = "111122223333";
const user = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`;
const session = (role: string) => `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/me`;

test("an approver is named by a user's name or ARN, a role's ARN, or that of a session", () => {
  const cases: [caller: string, approver: string, is: boolean][] = [
    [user("ann"), "ann", true],
    [user("team/ann"), "ann", true],
    [user("ann"), user("ann"), true],
    [user("team/ann"), user("ann"), false],
    [user("ann"), "an", false],
    ["arn:aws:iam::999999999999:user/ann", "ann", false],
    [session("ops"), `arn:aws:iam::${ACCOUNT}:role/ops`, true],
    [session("ops"), `arn:aws:iam::${ACCOUNT}:role/team/ops`, true],
    [session("ops"), "arn:aws:iam::999999999999:role/ops", false],
    [session("ops"), session("ops"), true],
    [session("ops"), `arn:aws:sts::${ACCOUNT}:assumed-role/ops/other`, false],
    [session("ops"), "ops", false],
    [session("ops"), user("ops"), false],
    [`arn:aws:iam::${ACCOUNT}:root`, "root", false],
    [`arn:aws:iam::${ACCOUNT}:root`, `arn:aws:iam::${ACCOUNT}:root`, true],
  ];
  for (const [caller, approver, is] of cases)
    assert.equal(isApprover(caller, [approver], ACCOUNT), is, `${caller} ${approver}`);
});

type Bed = Awaited<ReturnType<typeof automationCloud>>;

const signal = ({ cloud, account }: Bed, id: string, SignalType: string, as: string) =>
  cloud.call(
    "ssm",
    "SendAutomationSignal",
    { AutomationExecutionId: id, SignalType },
    { account, region: "us-east-1", as },
  );

const asking = (inputs: object) => [{ name: "ask", action: "aws:approve", inputs }];

async function waiting(bed: Bed, name: string, parameters?: object): Promise<string> {
  const id = await bed.start(name, parameters);
  await until(
    () => bed.get(id),
    ({ StepExecutions: [step] }) => step?.Outputs?.ApprovalStatus !== undefined,
  );
  return id;
}

test("a step goes on when as many approvers as it needs have approved it, each once, and nobody else", async () => {
  await using bed = await automationCloud();
  const [ann, ben, eve] = ["ann", "ben", "eve"].map((name) => `arn:aws:iam::${bed.account}:user/${name}`);
  const parameters = { Who: { type: "StringList" } };
  await bed.make("Asks", asking({ Approvers: "{{ Who }}", MinRequiredApprovals: 2 }), { parameters });
  const id = await waiting(bed, "Asks", { Who: ["ann", ben!, `arn:aws:iam::${bed.account}:role/ops`] });
  const decisions = async () => {
    const [{ Outputs }] = (await bed.get(id)).StepExecutions;
    const made = (Outputs.ApproverDecisions ?? []).map((text: string) => JSON.parse(text).approver);
    return [Outputs.ApprovalStatus[0], ...made];
  };
  assert.deepEqual(await decisions(), ["Waiting"]);
  const refused = (who: string, message: RegExp) =>
    assert.rejects(signal(bed, id, "Approve", who), { code: "InvalidAutomationSignalException", message });
  await refused(eve!, /user\/eve is not an approver of the step ask\./);
  await refused(`arn:aws:iam::${bed.account}:root`, /root is not an approver/);
  await assert.rejects(signal(bed, id, "Reject", eve!), { code: "InvalidAutomationSignalException" });
  await signal(bed, id, "Approve", ann!);
  await until(decisions, (made) => made.length === 2);
  await refused(ann!, /user\/ann has already decided the step ask\./);
  assert.equal((await bed.get(id)).AutomationExecutionStatus, "Waiting");
  const ofRole = `arn:aws:sts::${bed.account}:assumed-role/ops/me`;
  await signal(bed, id, "Approve", ofRole);
  assert.equal((await bed.ended(id)).AutomationExecutionStatus, "Success");
  assert.deepEqual(await decisions(), ["Approved", ann, ofRole]);
  await refused(ben!, /No step of the automation execution .* waits for the signal Approve\./);
});

test("an approver who approves twice at once has approved once", async () => {
  await using bed = await automationCloud();
  const ann = `arn:aws:iam::${bed.account}:user/ann`;
  await bed.make("Asks", asking({ Approvers: ["ann", "ben"], MinRequiredApprovals: 2 }));
  const id = await waiting(bed, "Asks");
  await Promise.allSettled(Array.from({ length: 5 }, () => signal(bed, id, "Approve", ann)));
  const { StepExecutions } = await until(
    () => bed.get(id),
    ({ StepExecutions: [step] }) => step.Outputs.ApproverDecisions.length > 0,
  );
  assert.equal(StepExecutions[0].Outputs.ApproverDecisions.length, 1);
  await signal(bed, id, "Approve", `arn:aws:iam::${bed.account}:user/ben`);
  const { AutomationExecutionStatus, StepExecutions: ended } = await bed.ended(id);
  assert.equal(AutomationExecutionStatus, "Success");
  assert.equal(ended[0].Outputs.ApproverDecisions.length, 2);
});

test("one rejection fails a step, and both stay to be read", async () => {
  await using bed = await automationCloud();
  await bed.make("Asks", asking({ Approvers: ["ann", "ben"], MinRequiredApprovals: 2 }));
  const id = await waiting(bed, "Asks");
  const ben = `arn:aws:iam::${bed.account}:user/ben`;
  await signal(bed, id, "Reject", ben);
  const { AutomationExecutionStatus, StepExecutions } = await bed.ended(id);
  assert.equal(AutomationExecutionStatus, "Failed");
  const [{ Outputs, FailureMessage }] = StepExecutions;
  assert.match(FailureMessage, /The step was rejected by an approver\./);
  assert.deepEqual(Outputs.ApprovalStatus, ["Rejected"]);
  assert.deepEqual(
    Outputs.ApproverDecisions.map((text: string) => JSON.parse(text)),
    [{ approver: ben, decision: "Reject" }],
  );
});

test("more approvals than approvers, none, or too many approvers fail the step", async () => {
  await using bed = await automationCloud();
  const eleven = Array.from({ length: 11 }, (_, at) => `user-${at}`);
  const cases: [object, RegExp][] = [
    [{ Approvers: ["ann"], MinRequiredApprovals: 2 }, /can't exceed the number of approvers, which is 1\./],
    [{ Approvers: ["ann"], MinRequiredApprovals: 0 }, /MinRequiredApprovals is 0: it must be positive/],
    [{ Approvers: eleven }, /The step has 11 approvers: it can have at most 10\./],
  ];
  for (const [at, [inputs, message]] of cases.entries()) {
    const { AutomationExecutionStatus, FailureMessage } = await bed.run(`Asks${at}`, asking(inputs));
    assert.equal(AutomationExecutionStatus, "Failed");
    assert.match(FailureMessage, message);
  }
});
