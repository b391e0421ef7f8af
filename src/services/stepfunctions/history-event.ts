import { defineCollection } from "../../core/storage.ts";
import { uncapitalized } from "../../core/text.ts";
import type * as SFN from "../../models/generated/stepfunctions.ts";

/** An event of an execution's history as it is kept, by machine, execution and id. */
export interface EventRecord {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: SFN.HistoryEventType;
  readonly atMs: number;
  /** The members of the type's details; texts of inputs and outputs under their AWS names. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export const eventRecords = defineCollection<EventRecord>({ name: "history" });

/** So many events a history has at most: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const MOST_EVENTS = 25_000;

/** What holds users' data, with what says whether it was cut short. */
const DATA: Readonly<Record<string, string>> = {
  input: "inputDetails",
  output: "outputDetails",
  assignedVariables: "assignedVariablesDetails",
};

/** The member that an event's details are in: `PassStateEntered` has `stateEnteredEventDetails`. */
function detailsMember(type: string): string | undefined {
  if (/StateEntered$/.test(type)) return "stateEnteredEventDetails";
  if (/StateExited$/.test(type)) return "stateExitedEventDetails";
  if (WITHOUT_DETAILS.test(type)) return undefined;
  return `${uncapitalized(type)}EventDetails`;
}

const WITHOUT_DETAILS =
  /^(?:LambdaFunctionStarted|MapState(?:Succeeded|Failed|Aborted)|ParallelState\w+|TaskStateAborted|WaitStateAborted|MapRun(?:Succeeded|Aborted))$/;

/** Details with AWS's notes on whether data was cut short; without the data when it is not asked for. */
export function shownDetails(
  details: Readonly<Record<string, unknown>>,
  withData: boolean,
): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(details)) {
    const note = DATA[name];
    if (note === undefined) {
      if (withData || (name !== "parameters" && name !== "cause" && name !== "error")) shown[name] = value;
      continue;
    }
    if (!withData) continue;
    shown[name] = value;
    shown[note] = { truncated: false };
  }
  return shown;
}

export function describeEvent(event: EventRecord, withData: boolean): SFN.HistoryEvent {
  const member = detailsMember(event.type);
  return {
    timestamp: new Date(event.atMs),
    type: event.type,
    id: event.id,
    previousEventId: event.previousEventId,
    ...(member !== undefined && event.details && { [member]: shownDetails(event.details, withData) }),
  };
}
