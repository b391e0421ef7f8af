import { page, pageOf } from "../../../aws/page.ts";
import { named } from "../../../core/named.ts";
import type { Context, Handlers } from "../../../core/service.ts";
import type * as SSM from "../../../models/generated/ssm.ts";
import { AMAZON, findDocument, findVersion } from "../document.ts";
import { type DocumentContent, parseContent } from "../document-content.ts";
import {
  automationNotFound,
  definitionNotFound,
  definitionVersionNotFound,
  invalidDocument,
  invalidExecutionParameters,
  invalidFilterKey,
  invalidNextToken,
  invalidSignal,
  invalidStatusUpdate,
  notServed,
} from "../errors.ts";
import { withParameters } from "../parameter-references.ts";
import { asText, asTexts } from "../references.ts";
import { refusalOfValues } from "../runbook-checks.ts";
import { tagging } from "../tagging.ts";
import { deciders } from "./actions/flow.ts";
import { approversIn, isApprover } from "./approvers.ts";
import {
  AWAITED,
  describeExecution,
  describeStep,
  type ExecutionRecord,
  executionRecords,
  findExecution,
  type StepRecord,
  saveExecution,
  waitingStep,
} from "./execution.ts";
import { broughtBy, describeFleetStep, fleetOf, progressOf } from "./fleet.ts";
import { filled } from "./references.ts";
import type { Runner } from "./runner.ts";

const PAGE_SIZE = 50;

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartAutomationExecution.html and its neighbours */
export const executions = (runner: Runner): Handlers<SSM.Operations> => ({
  StartAutomationExecution(input, ctx) {
    refuseWhatIsNotServed(input);
    const before = input.ClientToken && ctx.store.collection(executionRecords).get([input.ClientToken]);
    if (before) return { AutomationExecutionId: before.id };
    const { name, content, version, owner, targetType } = runbook(input, ctx);
    const fleet = fleetOf(input, content.parameters ?? {}, targetType);
    return withParameters(input, content, ctx, invalidExecutionParameters, (given) => {
      const id = input.ClientToken ?? ctx.random.uuid();
      const draft: ExecutionRecord = {
        id,
        documentName: name,
        documentVersion: String(version),
        ...(owner !== undefined && { documentOwner: owner }),
        content,
        parameters: parametersOf(given, content, fleet ? broughtBy(fleet) : []),
        variables: Object.fromEntries(
          Object.entries(content.variables ?? {}).map(([key, { default: value = "" }]) => [key, value]),
        ),
        status: "InProgress",
        steps: [],
        next: content.mainSteps?.[0]?.name,
        outputs: {},
        startedMs: ctx.clock.now(),
        executedBy: ctx.caller.arn,
        caller: ctx.caller,
        account: ctx.account,
        region: ctx.region,
        tags: tagging.read(input.Tags),
        ...(fleet && { fleet }),
      };
      const role = content.assumeRole ? asText(filled(content.assumeRole, draft, ctx.clock.now())) : "";
      if (role) refuseRole(role, input, ctx);
      const execution = role ? { ...draft, role } : draft;
      saveExecution(execution, ctx.store);
      runner.begin(execution);
      return { AutomationExecutionId: id };
    });
  },

  StopAutomationExecution({ AutomationExecutionId: id, Type = "Cancel" }, ctx) {
    const execution = findExecution(id, ctx);
    if (execution.endedMs !== undefined) throw invalidStatusUpdate(id, String(execution.status));
    const stopping = Type === "Complete" ? "Complete" : "Cancel";
    const status = stopping === "Cancel" ? "Cancelling" : execution.status;
    saveExecution({ ...execution, status, stopping }, ctx.store);
    if (execution.fleet) runner.stopFleet(execution, stopping);
    else if (stopping === "Cancel" && execution.stopping !== "Cancel") runner.cancelStep(id);
  },

  GetAutomationExecution({ AutomationExecutionId: id }, ctx) {
    const execution = findExecution(id, ctx);
    return {
      AutomationExecution: {
        ...describeExecution(execution),
        StepExecutions: stepsOf(execution),
        StepExecutionsTruncated: false,
        ...(execution.fleet && { ProgressCounters: progressOf(execution) }),
        Variables: Object.fromEntries(
          Object.entries(execution.variables).map(([name, value]) => [name, asTexts(value)]),
        ),
      },
    };
  },

  DescribeAutomationExecutions(input, ctx) {
    const { NextToken: token, MaxResults: size = PAGE_SIZE, ...query } = input;
    const { items, nextToken } = pageOf(ctx.store.collection(executionRecords), {
      size,
      token,
      query,
      refuse: invalidNextToken,
      keep: (execution) => isWanted(execution, input.Filters),
    });
    const AutomationExecutionMetadataList = items.map((execution) => {
      const { Parameters, ...metadata } = describeExecution(execution);
      return { ...metadata, AutomationType: typeOf(execution), LogFile: "" };
    });
    return { AutomationExecutionMetadataList, ...(nextToken && { NextToken: nextToken }) };
  },

  DescribeAutomationStepExecutions(input, ctx) {
    const { NextToken: token, MaxResults: size = PAGE_SIZE, ...query } = input;
    const execution = findExecution(input.AutomationExecutionId, ctx);
    const steps = stepsOf(execution).map((step, at) => ({ step, at }));
    const wanted = steps.filter(({ step }) =>
      (input.Filters ?? []).every((filter) => isStepWanted(step, filter)),
    );
    const { items, nextToken } = page(wanted, ({ at }) => [at], {
      size,
      token,
      query,
      refuse: invalidNextToken,
      descending: input.ReverseOrder ?? false,
    });
    return { StepExecutions: items.map(({ step }) => step), ...(nextToken && { NextToken: nextToken }) };
  },

  SendAutomationSignal({ AutomationExecutionId: id, SignalType }, ctx) {
    const execution = findExecution(id, ctx);
    if (!/^(?:Approve|Reject|Resume)$/.test(SignalType)) throw notServed(`the signal ${SignalType}`);
    const step = waitingStep(execution);
    if (!step || !AWAITED[step.action]?.includes(SignalType))
      throw invalidSignal(`No step of the automation execution ${id} waits for the signal ${SignalType}.`);
    if (step.action === "aws:approve") refuseDecision(step, execution, ctx);
    if (!runner.signal(id, { type: SignalType, by: ctx.caller.arn })) throw automationNotFound(id);
  },
});

/** Who is no approver, or has decided already, is refused; AWS's words are not known. */
function refuseDecision(step: StepRecord, execution: ExecutionRecord, ctx: Context): void {
  const { caller, clock } = ctx;
  const approvers = approversIn(filled(step.inputs["Approvers"], execution, clock.now()));
  if (!isApprover(caller.arn, approvers, execution.account))
    throw invalidSignal(`${caller.arn} is not an approver of the step ${step.name}.`);
  if (deciders(step).includes(caller.arn))
    throw invalidSignal(`${caller.arn} has already decided the step ${step.name}.`);
}

/** A runbook's role, however it is named, is passed to the service, and must let it in. */
function refuseRole(role: string, input: SSM.StartAutomationExecutionRequest, ctx: Context): void {
  const refusal = ctx.refusalOf(() => [{ action: "iam:PassRole", resources: [role], input: { ...input } }]);
  if (refusal) throw refusal;
  const { account, region } = ctx;
  const by = { as: "ssm.amazonaws.com", account, region };
  if (ctx.host.refusalOfAction("sts:AssumeRole", [role], by))
    throw invalidExecutionParameters("The defined assume role is unable to be assumed.");
}

function refuseWhatIsNotServed(input: SSM.StartAutomationExecutionRequest): void {
  for (const name of ["TargetLocationsURL", "AlarmConfiguration"] as const)
    if (input[name] !== undefined) throw notServed(`${name} of automations`);
  if (input.Mode === "Interactive") throw notServed("automations in the mode Interactive");
}

function runbook({ DocumentName, DocumentVersion }: SSM.StartAutomationExecutionRequest, ctx: Context) {
  const plain = DocumentName.replace(/^arn:.*:(?:document|automation-definition)\//, "");
  const [name = "", versionInArn] = plain.split(":");
  // Who shares it stands in an ARN.
  const asked = DocumentName.startsWith("arn:")
    ? DocumentName.replace(/:automation-definition\/|:document\//, ":document/").replace(plain, name)
    : name;
  const wanted = DocumentVersion ?? versionInArn ?? "$DEFAULT";
  try {
    const document = findDocument(asked, ctx);
    if (document.type !== "Automation") throw invalidDocument(name);
    const { content, format, version } = findVersion(document, { version: wanted }, ctx);
    const owner = document.owner === AMAZON ? undefined : document.owner;
    const { targetType } = document;
    return { name, version, owner, targetType, content: parseContent(content, format) };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "InvalidDocument") throw definitionNotFound(name);
    if (code === "InvalidDocumentVersion") throw definitionVersionNotFound(name, wanted);
    throw error;
  }
}

/** @throws InvalidAutomationExecutionParametersException */
function parametersOf(
  { Parameters = {} }: SSM.StartAutomationExecutionRequest,
  { parameters = {} }: DocumentContent,
  /** What each target has of its own. */
  brought: readonly string[],
): Record<string, string[]> {
  const unknown = Object.keys(Parameters).filter((name) => !Object.hasOwn(parameters, name));
  if (unknown.length > 0) throw invalidExecutionParameters(`Unknown parameters: [${unknown.join(", ")}].`);
  const values = named<string[]>();
  for (const [name, declared] of Object.entries(parameters)) {
    if (brought.includes(name)) continue;
    const { default: value } = declared;
    const given = Parameters[name] ?? (value === undefined ? undefined : asTexts(value));
    if (given === undefined) throw invalidExecutionParameters(`Missing parameters: [${name}].`);
    // A default that stands for nothing is not held against what is allowed.
    const refusal = Parameters[name] && refusalOfValues(name, given, declared);
    if (refusal) throw invalidExecutionParameters(refusal);
    values[name] = [...given];
  }
  return values;
}

const typeOf = ({ fleet, parentPlace }: ExecutionRecord): SSM.AutomationType =>
  fleet?.locations || parentPlace ? "CrossAccount" : "Local";

const stepsOf = ({ steps, content, fleet }: ExecutionRecord): SSM.StepExecution[] =>
  steps.map((step, at) =>
    fleet
      ? describeFleetStep(step, fleet.resolved?.[at]?.location)
      : describeStep(
          step,
          content.mainSteps?.find(({ name }) => name === step.name),
        ),
  );

function isWanted(execution: ExecutionRecord, filters: SSM.AutomationExecutionFilter[] | undefined): boolean {
  return (filters ?? []).every(({ Key, Values }) => {
    switch (Key) {
      case "DocumentNamePrefix":
        return Values.some((value) => execution.documentName.startsWith(value));
      case "ExecutionStatus":
        return Values.includes(String(describeExecution(execution).AutomationExecutionStatus));
      case "ExecutionId":
        return Values.includes(execution.id);
      case "ParentExecutionId":
        return Values.includes(execution.parentId ?? "");
      case "CurrentAction":
        return Values.includes(describeExecution(execution).CurrentAction ?? "");
      case "AutomationType":
        return Values.includes(typeOf(execution));
      case "TagKey":
        return Values.some((value) => Object.hasOwn(execution.tags ?? {}, value));
      case "TargetResourceGroup":
        return (execution.fleet?.targets ?? []).some(
          (target) =>
            target.Key === "ResourceGroup" && target.Values?.some((value) => Values.includes(value)),
        );
      case "StartTimeBefore":
        return Values.some((value) => execution.startedMs <= Date.parse(value));
      case "StartTimeAfter":
        return Values.some((value) => execution.startedMs >= Date.parse(value));
      default:
        throw invalidFilterKey(`Squall does not serve the filter key ${Key}.`);
    }
  });
}

function isStepWanted(step: SSM.StepExecution, { Key, Values }: SSM.StepExecutionFilter): boolean {
  if (Key === "StepExecutionStatus") return Values.includes(String(step.StepStatus));
  if (Key === "StepExecutionId") return Values.includes(step.StepExecutionId ?? "");
  if (Key === "StepName") return Values.includes(step.StepName ?? "");
  if (Key === "Action") return Values.includes(step.Action ?? "");
  throw invalidFilterKey(`Squall does not serve the filter key ${Key}.`);
}
