import { parseDuration } from "../../../core/clock.ts";
import { ActionFailure, type ActionRun, type FisAction, type ParameterValues } from "../action.ts";
import { documentParameters } from "../document-parameters.ts";

const POLL_MS = 500;

interface Execution {
  readonly AutomationExecutionStatus: string;
  readonly FailureMessage?: string;
}

/** https://docs.aws.amazon.com/fis/latest/userguide/actions-ssm-agent.html */
const action: FisAction = {
  id: "aws:ssm:start-automation-execution",
  description: "Run the specified SSM automation document.",
  how: "The runbook runs, step by step, with its role.",
  parameters: {
    documentArn: { type: "string", description: "ARN of the SSM document.", required: true },
    documentVersion: {
      type: "string",
      description: "Version of the document; default: its default version.",
    },
    documentParameters: { type: "json", description: "Parameters of the document, as JSON." },
    maxDuration: {
      type: "duration",
      description: "How long the automation may take (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
  },
  callsServices: true,
  // Whoever watches the automation ends the action, and fails it when it takes longer than it may.
  lasts: (parameters) => maxDuration(parameters) + 2 * POLL_MS,

  async start(run) {
    const { documentArn, documentVersion, documentParameters: given } = run.parameters;
    const { AutomationExecutionId: id } = await run.call<{ AutomationExecutionId: string }>(
      "ssm",
      "StartAutomationExecution",
      {
        DocumentName: documentArn,
        ...(documentVersion !== undefined && { DocumentVersion: documentVersion }),
        ...(given !== undefined && { Parameters: documentParameters(given) }),
      },
    );
    run.owe({ id });
    const watched = watch(id, run);
    return () => {
      watched.done = true;
    };
  },

  async settle({ id }, run) {
    if (!isOver((await executionOf(String(id), run)).AutomationExecutionStatus))
      await cancel(String(id), run);
  },
};

export default action;

const maxDuration = (parameters: ParameterValues): number => parseDuration(parameters["maxDuration"]) ?? 0;

/** Ends the action as the automation ends. */
function watch(id: string, run: ActionRun): { done: boolean } {
  const watched = { done: false };
  const { clock } = run.host;
  const untilMs = clock.now() + maxDuration(run.parameters);
  const look = async (): Promise<void> => {
    while (!watched.done) {
      const { AutomationExecutionStatus: status, FailureMessage } = await executionOf(id, run);
      // It may have been stopped meanwhile: then it is cancelled there.
      if (watched.done) return;
      if (status === "Success") {
        watched.done = true;
        return run.complete();
      }
      if (isOver(status)) {
        watched.done = true;
        throw new ActionFailure(
          `The automation execution ${id} ended as ${status}. ${FailureMessage ?? ""}`.trim(),
        );
      }
      if (clock.now() >= untilMs)
        throw new ActionFailure(`The automation execution ${id} took longer than the action's maxDuration.`);
      await clock.sleep(Math.min(POLL_MS, untilMs - clock.now()), run.signal);
    }
  };
  look().catch((error: Error) => {
    if (!run.signal.aborted) run.fail(error);
  });
  return watched;
}

async function cancel(id: string, run: ActionRun): Promise<void> {
  await run.call("ssm", "StopAutomationExecution", { AutomationExecutionId: id, Type: "Cancel" });
  // What the document's onCancel does is part of stopping.
  while (!isOver((await executionOf(id, run)).AutomationExecutionStatus)) await run.host.clock.sleep(POLL_MS);
}

const isOver = (status: string) => /^(?:Success|Failed|TimedOut|Cancelled)$/.test(status);

async function executionOf(id: string, run: ActionRun): Promise<Execution> {
  const input = { AutomationExecutionId: id };
  const answer = await run.call<{ AutomationExecution: Execution }>("ssm", "GetAutomationExecution", input);
  return answer.AutomationExecution;
}
