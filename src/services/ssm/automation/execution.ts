import type { Caller } from "../../../core/call.ts";
import type { Context, ServiceHost } from "../../../core/service.ts";
import { defineCollection, type Store } from "../../../core/storage.ts";
import type * as SSM from "../../../models/generated/ssm.ts";
import type { DocumentContent, StepDeclaration } from "../document-content.ts";
import { automationNotFound } from "../errors.ts";
import { asTexts } from "../references.ts";
import { describeFleet, type Fleet } from "./fleet.ts";

/** An execution of a runbook as it is kept, by its id. */
export interface ExecutionRecord {
  readonly id: string;
  readonly documentName: string;
  readonly documentVersion: string;
  /** Who shares the document; default: the execution's account. */
  readonly documentOwner?: string;
  /** The runbook as it was when the execution began. */
  readonly content: DocumentContent;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly status: SSM.AutomationExecutionStatus;
  readonly steps: readonly StepRecord[];
  /** The step that comes next, or is under way. */
  readonly next?: string | undefined;
  readonly outputs: Readonly<Record<string, readonly string[]>>;
  readonly failureMessage?: string | undefined;
  /** A critical step has failed: however the rest goes, it has failed. */
  readonly hasFailed?: true;
  readonly stopping?: "Cancel" | "Complete";
  /** The step that was under way is over, and what its `onCancel` leads to is done. */
  readonly isUndoing?: true;
  readonly startedMs: number;
  readonly endedMs?: number;
  readonly executedBy: string;
  /** The role that its steps act with. */
  readonly role?: string;
  /** Who began it, as whom its steps act without a role. */
  readonly caller: Caller;
  /** The automation that has begun it. */
  readonly parentId?: string;
  /** Where that is kept, when it is another account or Region. */
  readonly parentPlace?: { readonly account: string; readonly region: string };
  /** What it runs on, of its parent's targets. */
  readonly target?: string;
  /** It runs its runbook on targets. */
  readonly fleet?: Fleet;
  readonly account: string;
  readonly region: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface StepRecord {
  readonly id: string;
  readonly name: string;
  readonly action: string;
  readonly status: SSM.AutomationExecutionStatus;
  readonly startedMs: number;
  readonly endedMs?: number;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly failureMessage?: string;
}

export interface Signal {
  readonly type: SSM.SignalType;
  /** Who has sent it. */
  readonly by: string;
}

/** Steps that wait for somebody's signal, with the signals that they know. */
export const AWAITED: Readonly<Record<string, readonly string[]>> = {
  "aws:approve": ["Approve", "Reject"],
  "aws:pause": ["Resume"],
};

/** The step that waits for a signal, if one does. */
export const waitingStep = ({ steps }: ExecutionRecord): StepRecord | undefined =>
  steps.find(({ status, endedMs }) => status === "Waiting" && endedMs === undefined);

/** Who calls in its steps. */
export const actorOf = ({ role, caller }: ExecutionRecord): string | Caller => role ?? caller;

export const executionRecords = defineCollection<ExecutionRecord>({
  name: "automation-executions",
  indexes: { open: ({ endedMs, startedMs }) => (endedMs === undefined ? [startedMs] : undefined) },
});

/** @throws AutomationExecutionNotFoundException */
export function findExecution(id: string, ctx: Pick<Context, "store">): ExecutionRecord {
  const execution = ctx.store.collection(executionRecords).get([id]);
  if (!execution) throw automationNotFound(id);
  return execution;
}

export const saveExecution = (execution: ExecutionRecord, store: Store): void =>
  store.collection(executionRecords).put([execution.id], execution);

/** What an action sees of its execution and its step. */
export interface StepRun {
  /** The step that is run, by the id of its record: the same when another process takes it up. */
  readonly id: string;
  /** Since when it is tried. */
  readonly sinceMs: number;
  /** What a former process had set as outputs when it ended, and this one goes on from. */
  readonly progress: Readonly<Record<string, unknown>>;
  readonly execution: ExecutionRecord;
  readonly step: StepDeclaration;
  /** With what stands between braces put in. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly host: ServiceHost;
  readonly signal: AbortSignal;
  /** Resolves when somebody sends a signal to this step. */
  signalled(): Promise<Signal>;
  setVariable(name: string, value: unknown): void;
  /** What others may refer to while the step is still under way. */
  setOutputs(outputs: Readonly<Record<string, unknown>>): void;
  /** A value with what stands between braces put in, as it is by now. */
  filledAgain(value: unknown): unknown;
  /** Runs steps of its own, as the runbook's are run. @throws Error when one of them ends it */
  runSteps(steps: readonly StepDeclaration[]): Promise<void>;
}

/**
 * What a step begins once, whatever process it is run in: its id is the output of that name from there on.
 * @returns the id
 */
export async function begunOnce(
  { progress, setOutputs }: StepRun,
  output: string,
  begin: () => Promise<string>,
): Promise<string> {
  const before = progress[output] as string | undefined;
  if (before !== undefined) return before;
  const id = await begin();
  setOutputs({ [output]: id });
  return id;
}

/** Why a step ends when Squall does: what it has begun goes on, and is found again by the next process. */
export class Stopping extends Error {
  override readonly message = "Squall stops.";
}

/** Is a step to end what it has begun? */
export const isCancelled = ({ aborted, reason }: AbortSignal): boolean =>
  aborted && !(reason instanceof Stopping);

export interface StepResult {
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** The step that comes next, whatever the step itself says. */
  readonly next?: string;
}

/** Does the work of one kind of step. @throws Error when the step fails, with what it says of it */
export type StepAction = (run: StepRun) => Promise<StepResult>;

const entriesOf = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, asTexts(value)]));

export function describeStep(step: StepRecord, declaration: StepDeclaration | undefined): SSM.StepExecution {
  return {
    StepName: step.name,
    Action: step.action,
    ...(declaration?.timeoutSeconds !== undefined && { TimeoutSeconds: Number(declaration.timeoutSeconds) }),
    OnFailure: declaration?.onFailure ?? "Abort",
    MaxAttempts: Number(declaration?.maxAttempts ?? 1),
    ExecutionStartTime: new Date(step.startedMs),
    ...(step.endedMs !== undefined && { ExecutionEndTime: new Date(step.endedMs) }),
    StepStatus: step.status,
    ...(step.endedMs !== undefined && { ResponseCode: step.status === "Success" ? "0" : "1" }),
    Inputs: Object.fromEntries(
      Object.entries(step.inputs).map(([name, value]) => [name, JSON.stringify(value) ?? ""]),
    ),
    Outputs: entriesOf(step.outputs),
    ...(step.failureMessage !== undefined && { FailureMessage: step.failureMessage }),
    StepExecutionId: step.id,
    OverriddenParameters: {},
  };
}

/** Of an automation with targets, what was given for all of them. */
const givenOf = ({ parameters, fleet }: ExecutionRecord) =>
  fleet ? Object.fromEntries(fleet.given.map((name) => [name, parameters[name] ?? []])) : parameters;

export function describeExecution(execution: ExecutionRecord): SSM.AutomationExecution {
  const current = execution.endedMs === undefined ? execution.steps.at(-1) : undefined;
  return {
    AutomationExecutionId: execution.id,
    DocumentName: execution.documentName,
    DocumentVersion: execution.documentVersion,
    ExecutionStartTime: new Date(execution.startedMs),
    ...(execution.endedMs !== undefined && { ExecutionEndTime: new Date(execution.endedMs) }),
    AutomationExecutionStatus:
      execution.status === "InProgress" && waitingStep(execution) ? "Waiting" : execution.status,
    Parameters: entriesOf(givenOf(execution)),
    Outputs: entriesOf(execution.outputs),
    ...(execution.failureMessage !== undefined && { FailureMessage: execution.failureMessage }),
    Mode: "Auto",
    ...(execution.parentId !== undefined && { ParentAutomationExecutionId: execution.parentId }),
    ExecutedBy: execution.executedBy,
    ...(current && { CurrentStepName: current.name, CurrentAction: current.action }),
    ...(execution.target !== undefined && { Target: execution.target }),
    ...describeFleet(execution),
  };
}
