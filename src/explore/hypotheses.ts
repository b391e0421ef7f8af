import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { compile, type JSONValue, TreeInterpreter } from "@jmespath-community/jmespath";
import { parse } from "yaml";
import { parseDuration } from "../core/clock.ts";
import { sure } from "../core/sure.ts";
import { whyNot } from "../core/why-not.ts";

/** Something that must hold, whatever goes wrong. */
export interface Hypothesis {
  readonly name: string;
  /** It must hold all the time, also while an experiment runs. */
  readonly isSustained: boolean;
  /** Otherwise: how long after an experiment it may take until it holds again, in milliseconds. */
  readonly withinMs: number;
  /** What is wrong; undefined when it holds. */
  refuted(world: HypothesisWorld): Promise<string | undefined>;
}

/** What hypotheses look at. */
export interface HypothesisWorld {
  readonly url: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  call(service: string, operation: string, input: object): Promise<object>;
}

const PATIENCE_MS = 30_000;

/**
 * A file of hypotheses (`squall.explore.yaml`): `checks`, each with a `name` and one of
 * `command` (holds when it ends with 0), `http` (an address, or a path at the cloud; `status`, default 200), `aws`
 * (`dynamodb.Scan` with `input`; `expect` is a JMESPath over the answer that must be true), `alarm` (a name; must not be in ALARM).
 * @throws Error that says what is wrong with the file
 */
export function readHypotheses(file: string): Hypothesis[] {
  let content: unknown;
  try {
    content = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file} cannot be read: ${whyNot(error)}`);
  }
  refuseOthers(content, ["checks"], file);
  const checks = isRecord(content) ? content["checks"] : undefined;
  if (!Array.isArray(checks) || checks.length === 0)
    throw new Error(`${file} has no checks: a list of what must hold.`);
  return checks.map((check, at) => hypothesisOf(check, `${file}, check ${at + 1}`));
}

const KINDS = ["command", "http", "aws", "alarm"] as const;
const MEMBERS = [...KINDS, "name", "sustained", "within", "status", "input", "expect"];

/** A word that nobody knows is a slip of the pen: what it was to say would not be looked at. */
function refuseOthers(given: unknown, members: readonly string[], where: string): void {
  if (!isRecord(given)) return;
  const unknown = Object.keys(given).find((name) => !members.includes(name));
  if (unknown !== undefined) throw new Error(`${where}: there is no ${unknown}, only ${members.join(", ")}.`);
}

function hypothesisOf(given: unknown, where: string): Hypothesis {
  if (!isRecord(given))
    throw new Error(`${where} is no check: it needs a name and one of ${KINDS.join(", ")}.`);
  refuseOthers(given, MEMBERS, where);
  const kinds = KINDS.filter((kind) => given[kind] !== undefined);
  if (kinds.length !== 1)
    throw new Error(
      `${where} needs one of ${KINDS.join(", ")}; it has ${kinds.length === 0 ? "none" : kinds.join(" and ")}.`,
    );
  const kind = sure(kinds[0]);
  const value = given[kind];
  if (typeof value !== "string" || value === "") throw new Error(`${where}: ${kind} must be text.`);
  const name = typeof given["name"] === "string" ? given["name"] : `${kind} ${value}`;
  const withinMs = parseDuration(given["within"] ?? "60s");
  if (withinMs === undefined)
    throw new Error(`${where}: within is a duration (30s, PT1M), not ${JSON.stringify(given["within"])}.`);
  const wrong = wrongOf(kind, given);
  if (wrong !== undefined) throw new Error(`${where}: ${wrong}`);
  const about = { name, isSustained: given["sustained"] === true, withinMs };
  switch (kind) {
    case "command":
      return { ...about, refuted: (world) => ended(value, world) };
    case "http":
      return { ...about, refuted: (world) => answered(value, Number(given["status"] ?? 200), world) };
    case "alarm":
      return { ...about, refuted: (world) => quiet(value, world) };
    case "aws":
      return { ...about, refuted: readsOf(value, given["input"], given["expect"], where) };
  }
}

/** What is not of its type, or says nothing for this kind of check. */
function wrongOf(
  kind: (typeof KINDS)[number],
  { name, sustained, status, input, expect }: Record<string, unknown>,
): string | undefined {
  if (name !== undefined && typeof name !== "string") return "name must be text.";
  if (sustained !== undefined && typeof sustained !== "boolean") return "sustained is true or false.";
  if (status !== undefined && kind !== "http") return "status is of http checks only.";
  if (status !== undefined && !(Number.isInteger(status) && Number(status) >= 100 && Number(status) <= 599))
    return "status is an HTTP status, such as 200.";
  if ((input !== undefined || expect !== undefined) && kind !== "aws")
    return "input and expect are of aws checks only.";
  if (input !== undefined && !isRecord(input)) return "input is the operation's input, an object.";
  return undefined;
}

function ended(command: string, { cwd, environment }: HypothesisWorld): Promise<string | undefined> {
  const child = spawn(command, {
    shell: true,
    cwd,
    env: { ...process.env, ...environment },
    stdio: "ignore",
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  return new Promise<string | undefined>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) =>
      resolve(code === 0 ? undefined : `\`${command}\` ended with ${code ?? "a signal"}`),
    );
  }).finally(() => clearTimeout(timer));
}

async function answered(
  address: string,
  status: number,
  { url }: HypothesisWorld,
): Promise<string | undefined> {
  try {
    const response = await fetch(new URL(address, url), { signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.arrayBuffer();
    return response.status === status ? undefined : `${address} answered ${response.status}, not ${status}`;
  } catch (error) {
    return `${address} did not answer: ${(error as Error).message}`;
  }
}

async function quiet(alarm: string, { call }: HypothesisWorld): Promise<string | undefined> {
  const { MetricAlarms = [], CompositeAlarms = [] } = (await call("cloudwatch", "DescribeAlarms", {
    AlarmNames: [alarm],
  })) as Record<string, { StateValue?: string }[]>;
  const [found] = [...MetricAlarms, ...CompositeAlarms];
  if (!found) return `there is no alarm ${alarm}`;
  return found.StateValue === "ALARM" ? `the alarm ${alarm} is in ALARM` : undefined;
}

function readsOf(name: string, input: unknown, expect: unknown, where: string): Hypothesis["refuted"] {
  const [service, operation] = name.split(".");
  if (!service || !operation)
    throw new Error(`${where}: aws names a read as service.Operation, not "${name}".`);
  if (typeof expect !== "string")
    throw new Error(`${where}: expect is a JMESPath expression over the answer.`);
  let expression: ReturnType<typeof compile>;
  try {
    expression = compile(expect);
  } catch (error) {
    throw new Error(`${where}: expect is no JMESPath expression: ${(error as Error).message}`);
  }
  return async ({ call }) => {
    try {
      const answer = JSON.parse(
        JSON.stringify(await call(service, operation, isRecord(input) ? input : {})),
      ) as JSONValue;
      const found = TreeInterpreter.search(expression, answer);
      const holds =
        found !== null && found !== false && found !== "" && !(Array.isArray(found) && found.length === 0);
      return holds ? undefined : `${name}: ${expect} is ${JSON.stringify(found)}`;
    } catch (error) {
      return `${name} failed: ${(error as Error).message}`;
    }
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
