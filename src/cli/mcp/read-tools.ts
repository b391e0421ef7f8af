import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { ResourceDigest } from "../../aws/digest.ts";
import { check } from "../../checks/checks.ts";
import type { CallRecord } from "../../core/bus.ts";
import { FindingsFolder } from "../../explore/findings-folder.ts";
import { listResources } from "../resource-list.ts";
import { count, flag, type Tool, text } from "./tool.ts";

const MOST_CALLS = 10_000;
const SHOWN_CALLS = 50;

/** Nothing was found: a service that is none is why. @throws CliError with the nearest */
async function refuseUnknown(tool: string, service: unknown): Promise<void> {
  if (typeof service === "string") (await import("../start-options.ts")).checkService(service, tool);
}

/** What changes nothing. */
export const READ_TOOLS: readonly Tool[] = [
  {
    name: "status",
    description:
      "Is Squall running, with which seed and what time on its clock, and how many calls and fault rules does it hold?",
    run: (_given, { squall }) => squall.ask("GET", "/_squall/info"),
  },
  {
    name: "list_calls",
    description:
      "The newest AWS calls that were made, with status, error, attempt, and which fault rules struck them. parentId says which call made it; site is its path.",
    properties: {
      service: text("Only this service (botocore's name, such as dynamodb), or a glob."),
      operation: text("Only this operation, or a glob."),
      site: text("Only calls at this site: lambda.Invoke@worker > sqs.SendMessage@jobs"),
      faulted: flag("Only calls that a rule had a hand in."),
      failed: flag("Only calls that failed."),
      limit: count(`How many at most (default: ${SHOWN_CALLS}).`, 1000),
    },
    async run({ failed, limit = SHOWN_CALLS, ...filters }, { squall }) {
      const query = new URLSearchParams(texts(filters));
      query.set("limit", String(failed ? MOST_CALLS : limit));
      const { calls, last } = await squall.ask<{ calls: CallRecord[]; last: number }>(
        "GET",
        `/_squall/calls?${query}`,
      );
      if (calls.length === 0) await refuseUnknown("list_calls", filters["service"]);
      const wanted = failed ? calls.filter(({ status }) => status === 0 || status >= 400) : calls;
      return { calls: wanted.slice(-Number(limit)).map(brief), last };
    },
  },
  {
    name: "show_call",
    description: "One call whole: its input, who made it, and what every rule that matched decided about it.",
    properties: { id: text("The call's id.") },
    required: ["id"],
    async run({ id }, { squall }) {
      const { calls } = await squall.ask<{ calls: CallRecord[] }>(
        "GET",
        `/_squall/calls?limit=${MOST_CALLS}`,
      );
      const call = calls.find((one) => one.id === id);
      if (call === undefined) throw new Error(`No call ${id} is remembered. list_calls has those that are.`);
      return call;
    },
  },
  {
    name: "list_faults",
    description: "The fault rules in force, how often each matched and fired.",
    run: (_given, { squall }) => squall.ask("GET", "/_squall/faults"),
  },
  {
    name: "list_effects",
    description:
      "The ways to make a call go wrong (error, latency, lost-reply …); with a name, its parameters.",
    properties: { name: text("One effect, with its parameters.") },
    async run({ name }) {
      const { loadEffects } = await import("../../faults/registry.ts");
      const effects = await loadEffects();
      if (name === undefined)
        return [...effects.values()].map((one) => ({ name: one.name, description: one.description }));
      const effect = effects.get(String(name));
      if (effect === undefined)
        throw new Error(`There is no effect "${name}". There is ${[...effects.keys()].join(", ")}.`);
      return { name: effect.name, description: effect.description, parameters: effect.parameters };
    },
  },
  {
    name: "list_services",
    description:
      "The services that are served; with a name, which of its operations are there, its settings and fault points.",
    properties: { name: text("One service.") },
    async run({ name }, { squall }) {
      const { services } = await squall.ask<{
        services: { service: string; implemented: string[]; missing: string[] }[];
      }>("GET", "/_squall/services");
      if (name === undefined)
        return services.map(({ service, implemented, missing }) => ({
          service,
          implemented: implemented.length,
          missing: missing.length,
        }));
      const found = services.find(({ service }) => service === name);
      if (found === undefined) throw new Error(`Squall does not serve "${name}".`);
      return found;
    },
  },
  {
    name: "list_resources",
    description: "The resources that are there (queues, tables, functions …) with their tags.",
    properties: {
      service: text("Only this service's, or a glob."),
      type: text("Only this type: queue, AWS::SQS::Queue, or a glob."),
      arn: text("Only this one, or a glob."),
      tag: text("Only those with this tag: key=value."),
    },
    async run(filters, { squall }) {
      const found = await listResources(squall, new URLSearchParams(texts(filters)));
      if (found.length === 0) await refuseUnknown("list_resources", filters["service"]);
      return found;
    },
  },
  {
    name: "show_contents",
    description:
      "What is in the resources of a service: items of tables, messages of queues, objects. What differs from run to run is left out.",
    properties: { service: text("The service."), arn: text("Only resources whose ARN has this in it.") },
    required: ["service"],
    async run({ service, arn = "" }, { squall }) {
      const path = `/_squall/digest?service=${encodeURIComponent(String(service))}`;
      const { resources } = await squall.ask<{ resources: ResourceDigest[] }>("GET", path);
      return resources.filter((one) => one.arn.includes(String(arn)));
    },
  },
  {
    name: "list_experiments",
    description: "The FIS experiments, and how they ended.",
    run: (_given, { squall }) => squall.ask("GET", "/_squall/experiments"),
  },
  {
    name: "show_experiment",
    description: "The report of an experiment: its actions, what was struck, before, during and after.",
    properties: { id: text("The experiment's id.") },
    required: ["id"],
    run: ({ id }, { squall }) =>
      squall.ask("GET", `/_squall/experiments/${encodeURIComponent(String(id))}/report?format=json`),
  },
  {
    name: "check",
    description:
      "What will go wrong one day, seen in the calls and resources that are there: each finding with its place.",
    async run(_given, { squall }) {
      const { calls } = await squall.ask<{ calls: CallRecord[] }>(
        "GET",
        `/_squall/calls?limit=${MOST_CALLS}`,
      );
      const { resources } = await squall.ask<{ resources: ResourceDigest[] }>("GET", "/_squall/digest");
      const began = [...calls].sort((a, b) => a.startedAt - b.startedAt || a.sequence - b.sequence);
      return check({ calls: began, resources }, []);
    },
  },
  {
    name: "retries",
    description:
      "What SDKs made of the failures that they met: attempts, waits, how much more load they made.",
    run: (_given, { squall }) => squall.ask("GET", "/_squall/retries"),
  },
  {
    name: "list_findings",
    description:
      "What squall explore has found in this project (.squall/explore): faults that the program does not survive; with an id, one with its rules.",
    properties: { id: text("One finding: F-7c1e.") },
    async run({ id }, { cwd }) {
      const place = join(cwd, ".squall/explore");
      const folder = new FindingsFolder(place);
      if (id !== undefined) return folder.read(String(id));
      if (!existsSync(place)) return [];
      const ids = readdirSync(place).map((name) => /^(F-[0-9a-f]{4})\.json$/.exec(name)?.[1]);
      return ids
        .filter((one) => one !== undefined)
        .map((one) => folder.read(one))
        .map(({ id, title, place, story }) => ({ id, title, place, story }));
    },
  },
];

/** Without its input, and of the rules those that did something. */
function brief(call: CallRecord): object {
  const {
    id,
    parentId,
    site,
    service,
    operation,
    status,
    errorCode,
    dropped,
    attempt,
    durationMs,
    startedAt,
    decisions,
  } = call;
  const fired = decisions.filter((one) => one.fired).map(({ ruleId, effect }) => ({ ruleId, effect }));
  return {
    id,
    ...(parentId !== undefined && { parentId }),
    at: new Date(startedAt).toISOString(),
    call: `${service}.${operation}`,
    site,
    status,
    ...(errorCode !== undefined && { errorCode }),
    ...(dropped !== undefined && { dropped }),
    ...(attempt !== undefined && { attempt }),
    durationMs,
    ...(fired.length > 0 && { fired }),
  };
}

const texts = (given: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
