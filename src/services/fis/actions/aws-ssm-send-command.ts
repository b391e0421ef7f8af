import { parseDuration } from "../../../core/clock.ts";
import { ActionFailure, type ActionRun, type FisAction, type ParameterValues } from "../action.ts";
import type { Owed } from "../debts.ts";
import { documentParameters } from "../document-parameters.ts";

const POLL_MS = 500;

const DOCUMENT_ARN = { type: "string", description: "ARN of the SSM document.", required: true } as const;
const PARAMETERS = {
  documentVersion: { type: "string", description: "Version of the document; default: its default version." },
  documentParameters: { type: "json", description: "Parameters of the document, as JSON." },
  duration: {
    type: "duration",
    description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
    how: "The command runs on the machines that are registered here.",
    required: true,
  },
} as const;

interface Invocation {
  readonly InstanceId: string;
  readonly Status: string;
  readonly StatusDetails: string;
}

/** A step of a command on an instance. */
interface Plugin {
  readonly Status: string;
  readonly Output?: string;
}

const common = {
  description: "Run the specified SSM document.",
  targets: { Instances: "aws:ec2:instance" },
  targetQuota: 5,
  callsServices: true,
  settle: cancel,
} as const;

/** https://docs.aws.amazon.com/fis/latest/userguide/actions-ssm-agent.html */
const action: FisAction = {
  ...common,
  id: "aws:ssm:send-command",
  parameters: { documentArn: DOCUMENT_ARN, ...PARAMETERS },
  start: (run) => send(run, run.parameters),
  below: (document) => ({
    ...common,
    id: `aws:ssm:send-command/${document}`,
    description: `Run the SSM document ${document}.`,
    parameters: { documentArn: { ...DOCUMENT_ARN, required: false }, ...PARAMETERS },
    start: (run) => send(run, { documentArn: document, ...run.parameters }),
  }),
};

export default action;

/** Sends the command to the targets of each account, and ends with it. */
async function send(run: ActionRun, parameters: ParameterValues) {
  const { documentArn, documentVersion, documentParameters: given } = parameters;
  const sent: Sent[] = [];
  const leave = () => {
    for (const one of sent) one.isOver = true;
  };
  const targets = Map.groupBy(run.targets("Instances") ?? [], ({ account }) => account);
  for (const [account, instances] of targets) {
    const call = callIn(run, account);
    const { Command } = await call<{ Command: { CommandId: string } }>("SendCommand", {
      DocumentName: documentArn,
      InstanceIds: instances.map(({ arn }) => arn.split("/").at(-1)),
      ...(documentVersion !== undefined && { DocumentVersion: documentVersion }),
      ...(given !== undefined && { Parameters: documentParameters(given) }),
      Comment: `Sent by AWS FIS, experiment ${run.experiment.id}.`,
    });
    run.owe({ id: Command.CommandId, account });
    sent.push({ id: Command.CommandId, call, isOver: false });
  }
  watch(run, sent, parameters);
  return leave;
}

/** What the command has done is undone before the action is over. */
async function cancel({ id, account }: Owed, run: ActionRun): Promise<void> {
  const call = callIn(run, String(account));
  const command = { id: String(id), call };
  if (!(await invocationsOf(command)).some(isUnderWay)) return;
  await call("CancelCommand", { CommandId: id });
  while ((await invocationsOf(command)).some(isUnderWay)) await run.host.clock.sleep(POLL_MS);
}

const callIn =
  (run: ActionRun, account: string) =>
  <O>(operation: string, input: object) =>
    run.call<O>("ssm", operation, input, { account });

interface Sent {
  readonly id: string;
  readonly call: <O>(operation: string, input: object) => Promise<O>;
  isOver: boolean;
}

/** Ends the action as its commands end; one that lasts longer than the action is cancelled as that ends. */
function watch(run: ActionRun, sent: readonly Sent[], parameters: ParameterValues): void {
  const { clock } = run.host;
  const untilMs = clock.now() + (parseDuration(parameters["duration"]) ?? 0);
  const look = async (): Promise<void> => {
    for (const one of sent) {
      while (!one.isOver) {
        const invocations = await invocationsOf(one);
        if (one.isOver) return;
        const failed = invocations.find(({ Status }) => /^(?:Failed|TimedOut|Cancelled)$/.test(Status));
        if (failed) {
          one.isOver = true;
          throw new ActionFailure(await whyFailed(one, failed));
        }
        if (!invocations.some(isUnderWay)) one.isOver = true;
        else await clock.sleep(Math.max(1, Math.min(POLL_MS, untilMs - clock.now())), run.signal);
      }
    }
    run.complete();
  };
  look().catch((error: Error) => {
    if (!run.signal.aborted) run.fail(error);
  });
}

/** The longest part of a command's own words that a reason has. */
const WORDS_LENGTH = 300;

/** How a command has ended, with the last of what it said of it. */
async function whyFailed(
  { id, call }: Sent,
  { InstanceId, Status, StatusDetails }: Invocation,
): Promise<string> {
  const { CommandInvocations } = await call<{ CommandInvocations: { CommandPlugins?: Plugin[] }[] }>(
    "ListCommandInvocations",
    { CommandId: id, InstanceId, Details: true },
  );
  const failed = CommandInvocations[0]?.CommandPlugins?.find((plugin) => plugin.Status === Status);
  const said = failed?.Output?.trim().slice(-WORDS_LENGTH) ?? "";
  return `The command ${id} ended on ${InstanceId} as ${Status} (${StatusDetails})${said && `: ${said}`}`;
}

const isUnderWay = ({ Status }: Invocation) => /^(?:Pending|InProgress|Delayed|Cancelling)$/.test(Status);

async function invocationsOf({ id, call }: Pick<Sent, "id" | "call">): Promise<readonly Invocation[]> {
  const input = { CommandId: id };
  return (await call<{ CommandInvocations: Invocation[] }>("ListCommandInvocations", input))
    .CommandInvocations;
}
