import { spawn } from "node:child_process";
import { count, object, type Tool, text } from "./tool.ts";

const path = (text: unknown): string => encodeURIComponent(String(text));

/** What changes something, or runs something: only with --allow-writes. */
export const WRITE_TOOLS: readonly Tool[] = [
  {
    name: "add_fault",
    writes: true,
    description:
      'Add a fault rule, in the form of rules files: {"service": "dynamodb", "operation": "PutItem", "error": "throttle", "times": 2}. list_effects has the effects.',
    properties: { rule: object("The rule.") },
    required: ["rule"],
    run: ({ rule }, { squall }) => squall.ask("POST", "/_squall/faults", rule),
  },
  {
    name: "remove_fault",
    writes: true,
    description: "Remove a fault rule.",
    properties: { id: text("The rule's id.") },
    required: ["id"],
    run: ({ id }, { squall }) => squall.ask("DELETE", `/_squall/faults/${path(id)}`),
  },
  {
    name: "clear_faults",
    writes: true,
    description: "Remove all fault rules.",
    run: (_given, { squall }) => squall.ask("DELETE", "/_squall/faults"),
  },
  {
    name: "start_experiment",
    writes: true,
    description: "Start an FIS experiment from a template, as CreateExperimentTemplate takes it.",
    properties: { template: object("The template: actions, targets, stopConditions, roleArn.") },
    required: ["template"],
    run: ({ template }, { squall }) => squall.ask("POST", "/_squall/experiments", { template }),
  },
  {
    name: "stop_experiment",
    writes: true,
    description: "Stop an experiment; what it does is undone.",
    properties: { id: text("The experiment's id.") },
    required: ["id"],
    run: ({ id }, { squall }) => squall.ask("DELETE", `/_squall/experiments/${path(id)}`),
  },
  {
    name: "call_aws",
    writes: true,
    description: "Make one AWS call in Squall, in account 000000000000 and its default region.",
    properties: {
      service: text("botocore's name: sqs, dynamodb …"),
      operation: text("CreateQueue, PutItem …"),
      input: object("The operation's input, with AWS's own members."),
    },
    required: ["service", "operation"],
    run: (given, { squall }) => squall.ask("POST", "/_squall/call", given),
  },
  {
    name: "advance_clock",
    writes: true,
    description: "Move Squall's clock on: what falls due on the way happens.",
    properties: { by: text("A duration: PT5M, 30s.") },
    required: ["by"],
    run: ({ by }, { squall }) => squall.ask("POST", "/_squall/clock", { advance: by }),
  },
  {
    name: "reset",
    writes: true,
    description: "Empty everything that Squall holds, or one service.",
    properties: { service: text("Only this service.") },
    run: ({ service }, { squall }) =>
      squall.ask("POST", `/_squall/reset${service === undefined ? "" : `?service=${path(service)}`}`),
  },
  {
    name: "explore",
    writes: true,
    description:
      "Run a command under one fault after another, each run in a cloud of its own, and find the faults that it does not survive. It takes as long as many runs of the command. list_findings has the findings afterwards.",
    properties: {
      command: {
        type: "array",
        items: { type: "string" },
        minItems: 1,
        description: 'The command: ["npm", "test"].',
      },
      budget: text("How long at most: 2m, PT5M."),
      service: text("Strike only calls of these services, separated by commas."),
      workers: count("So many runs at a time.", 64),
    },
    required: ["command"],
    run: ({ command, ...flags }, box) => {
      const given = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
      return commandOfSquall(["explore", ...given, "--", ...(command as string[])], box);
    },
  },
];

/** Runs another command of squall, and gives what it said and how it ended. */
function commandOfSquall(args: readonly string[], box: Parameters<Tool["run"]>[1]): Promise<unknown> {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? "", ...args], {
    cwd: box.cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  // As Ctrl-C does: the runs that are under way end with it.
  const end = () => void child.kill("SIGTERM");
  box.signal.addEventListener("abort", end, { once: true });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream.setEncoding("utf8").on("data", (some: string) => {
      const whole = (rest + some).split("\n");
      rest = whole.pop() ?? "";
      for (const line of whole) {
        lines.push(line);
        box.say(line);
      }
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => {
      box.signal.removeEventListener("abort", end);
      resolve({ exitCode, output: lines.join("\n") });
    });
  });
}
