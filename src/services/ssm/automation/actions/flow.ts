import { parseDuration } from "../../../../core/clock.ts";
import { asText } from "../../references.ts";
import { approversIn, MOST_APPROVERS } from "../approvers.ts";
import { actorOf, type StepAction, type StepRecord, type StepRun } from "../execution.ts";

/** `aws:sleep`: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-sleep.html */
export const sleep: StepAction = async ({ inputs, sinceMs, host, signal }) => {
  const { Duration, Timestamp } = inputs;
  const lasts = parseDuration(Duration);
  const untilMs = Timestamp === undefined ? sinceMs + (lasts ?? Number.NaN) : Date.parse(String(Timestamp));
  if (Number.isNaN(untilMs)) throw new Error(`The duration ${String(Duration ?? Timestamp)} is not valid.`);
  await host.clock.sleep(Math.max(0, untilMs - host.clock.now()), signal);
  return {};
};

/** `aws:branch`: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-branch.html */
export const branch: StepAction = async ({ inputs }) => {
  const choices = (inputs["Choices"] ?? []) as Choice[];
  const chosen = choices.find((choice) => holds(choice));
  const next = chosen?.NextStep ?? (inputs["Default"] as string | undefined);
  return { ...(next !== undefined && { next }), outputs: { ...(next !== undefined && { NextStep: next }) } };
};

type Choice = Readonly<Record<string, unknown>> & { readonly NextStep?: string };

const COMPARISONS: Readonly<Record<string, (value: unknown, wanted: unknown) => boolean>> = {
  StringEquals: (value, wanted) => asText(value) === asText(wanted),
  EqualsIgnoreCase: (value, wanted) => asText(value).toLowerCase() === asText(wanted).toLowerCase(),
  StartsWith: (value, wanted) => asText(value).startsWith(asText(wanted)),
  EndsWith: (value, wanted) => asText(value).endsWith(asText(wanted)),
  Contains: (value, wanted) =>
    Array.isArray(value)
      ? value.map(asText).includes(asText(wanted))
      : asText(value).includes(asText(wanted)),
  NumericEquals: (value, wanted) => Number(value) === Number(wanted),
  NumericGreater: (value, wanted) => Number(value) > Number(wanted),
  NumericLesser: (value, wanted) => Number(value) < Number(wanted),
  NumericGreaterOrEquals: (value, wanted) => Number(value) >= Number(wanted),
  NumericLesserOrEquals: (value, wanted) => Number(value) <= Number(wanted),
  BooleanEquals: (value, wanted) => asText(value).toLowerCase() === asText(wanted).toLowerCase(),
};

/** Is what a choice compares so? @throws Error for one that compares nothing */
export function holds(choice: Choice): boolean {
  if (Array.isArray(choice["And"])) return (choice["And"] as Choice[]).every(holds);
  if (Array.isArray(choice["Or"])) return (choice["Or"] as Choice[]).some(holds);
  if (choice["Not"]) return !holds(choice["Not"] as Choice);
  const name = Object.keys(choice).find((member) => Object.hasOwn(COMPARISONS, member));
  const compares = name === undefined ? undefined : COMPARISONS[name];
  if (name === undefined || !compares)
    throw new Error(`The choice ${JSON.stringify(choice)} compares nothing.`);
  return compares(choice["Variable"], choice[name]);
}

/** `aws:updateVariable`: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-update-variable.html */
export const updateVariable: StepAction = async ({ inputs, setVariable }) => {
  setVariable(String(inputs["Name"]).replace(/^variable:/, ""), inputs["Value"]);
  return {};
};

/** `aws:approve`: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-approve.html */
export const approve: StepAction = async (run) => {
  const { inputs, progress, signalled, setOutputs } = run;
  const needed = Number(inputs["MinRequiredApprovals"] ?? 1);
  const approvers = approversIn(inputs["Approvers"]);
  if (approvers.length > MOST_APPROVERS)
    throw new Error(`The step has ${approvers.length} approvers: it can have at most ${MOST_APPROVERS}.`);
  if (!(needed >= 1 && needed <= approvers.length))
    throw new Error(
      `MinRequiredApprovals is ${needed}: it must be positive, and can't exceed the number of approvers, which is ${approvers.length}.`,
    );
  const ApproverDecisions = [...((progress["ApproverDecisions"] ?? []) as string[])];
  if (progress["ApproverDecisions"] === undefined) await tellApprovers(run);
  setOutputs({ ApprovalStatus: "Waiting", ApproverDecisions });
  while (ApproverDecisions.length < needed) {
    const { type, by } = await signalled();
    // Two that came at once were both let through.
    if (deciders({ outputs: { ApproverDecisions } }).includes(by)) continue;
    ApproverDecisions.push(JSON.stringify({ approver: by, decision: type }));
    const ApprovalStatus = type === "Reject" ? "Rejected" : "Waiting";
    setOutputs({ ApprovalStatus, ApproverDecisions: [...ApproverDecisions] });
    if (type === "Reject") throw new Error("The step was rejected by an approver.");
  }
  return { outputs: { ApprovalStatus: "Approved", ApproverDecisions } };
};

/** Who has decided a step that waits. */
export const deciders = ({ outputs }: Pick<StepRecord, "outputs">): string[] =>
  ((outputs["ApproverDecisions"] ?? []) as string[]).map((text) => JSON.parse(text).approver as string);

/** The topic that approvers hear of the step by. The words around the runbook's message are inferred. */
async function tellApprovers({ inputs, execution, step, host, signal }: StepRun): Promise<void> {
  const { NotificationArn, Message = "", Approvers = [] } = inputs;
  if (NotificationArn === undefined) return;
  const { account, region, id, documentName } = execution;
  const request = {
    AutomationExecutionId: id,
    DocumentName: documentName,
    StepName: step.name,
    Approvers,
    Message,
  };
  await host.call(
    "sns",
    "Publish",
    {
      TopicArn: NotificationArn,
      Subject: "Approval request for an automation",
      Message: JSON.stringify(request),
    },
    { account, region, as: actorOf(execution), signal, origin: `automation(${documentName})` },
  );
}

/** `aws:pause`: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-pause.html */
export const pause: StepAction = async ({ signalled }) => {
  await signalled();
  return {};
};
