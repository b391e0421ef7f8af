import { stringify } from "yaml";
import type { FaultEffect, FaultRule, Parameter } from "../../src/core/fault.ts";
import { formOf } from "../../src/faults/describe.ts";
import { loadEffects } from "../../src/faults/registry.ts";
import { type Cloud, createCloud } from "../../src/index.ts";
import { type Observed, observe } from "./observed.ts";
import { picture } from "./picture.ts";
import { STORIES, type Story } from "./stories.ts";

/** By path from the repository's root: a page for each effect, with a picture of what a client met on its socket. */
export async function faultPages(): Promise<Record<string, string>> {
  const pages: Record<string, string> = {};
  const effects = [...(await loadEffects()).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const effect of effects) {
    const story = STORIES[effect.name];
    if (!story) throw new Error(`scripts/wire/stories.ts has no story of the effect ${effect.name}.`);
    const told = await tell(effect.name, story);
    pages[`docs/images/wire/${effect.name}.svg`] = picture(story.sent, told.observed, [
      ruleLine(effect.name, story),
      told.became,
    ]);
    pages[`docs/faults/${effect.name}.md`] = page(effect, story, told);
  }
  pages["docs/faults/index.md"] = [
    "# Every fault, and its picture",
    "",
    "What a client meets on its socket, recorded by `npm run docs` from a Squall that runs: a page each, with its parameters and a rule to begin with. How rules match, how often they fire and how long they last stands in [faults](../guide/faults.md).",
    "",
    "| fault | |",
    "|---|---|",
    ...effects.map(({ name, description }) => `| [\`${name}\`](${name}.md) | ${description} |`),
    "",
  ].join("\n");
  return pages;
}

interface Told {
  readonly observed: Observed;
  /** What became of the call. */
  readonly became: string;
}

async function tell(effect: string, { rule, sent }: Story): Promise<Told> {
  await using cloud = await createCloud({
    port: 0,
    seed: "docs",
    services: ["dynamodb", "sqs", "s3", "logs"],
  });
  await prepare(cloud);
  const added = await cloud.faults.add({ ...rule, effect, id: "rule-1" } as Parameters<
    Cloud["faults"]["add"]
  >[0]);
  // The one call that a bucket lets pass has been.
  if (effect === "rate-limit") await observe(cloud, sent, () => true);
  const before = await worldOf(cloud);
  const observed = await observe(cloud, sent, () => (cloud.faults.counts(added.id)?.fired ?? 0) > 0);
  return { observed, became: becameOf(rule, before !== (await worldOf(cloud))) };
}

async function prepare(cloud: Cloud): Promise<void> {
  await cloud.call("dynamodb", "CreateTable", {
    TableName: "orders",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  });
  await cloud.call("dynamodb", "PutItem", {
    TableName: "orders",
    Item: { id: { S: "1" }, total: { N: "42" } },
  });
  await cloud.call("sqs", "CreateQueue", { QueueName: "jobs" });
  await cloud.call("s3", "CreateBucket", { Bucket: "orders" });
  await cloud.call("s3", "PutObject", { Bucket: "orders", Key: "1.json", Body: Buffer.from("{}") });
  await cloud.call("logs", "CreateLogGroup", { logGroupName: "orders" });
}

/** What the calls of the stories change. */
async function worldOf(cloud: Cloud): Promise<string> {
  const { resources } = (await (await fetch(`${cloud.url}/_squall/digest`)).json()) as {
    resources: object[];
  };
  return JSON.stringify(resources);
}

const ruleLine = (effect: string, { rule: { params = {} } }: Story): string =>
  [effect, ...Object.entries(params).map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(" ");

function becameOf({ match }: Story["rule"], isChanged: boolean): string {
  const isReading = String(match?.operation).startsWith("Get") || match?.operation === "StartLiveTail";
  if (isReading) return "the call reads, and changes nothing";
  return isChanged ? "the call takes effect" : "the call does not happen";
}

function page(effect: FaultEffect<never> | FaultEffect, { rule }: Story, { observed, became }: Told): string {
  const { name, description, parameters } = effect;
  const { match, params, ...more } = rule as Partial<FaultRule>;
  const written = { match, effect: name, ...(params && { params }), ...more };
  const shown = JSON.stringify(written);
  return [
    `# ${name}`,
    "",
    description,
    "",
    `![The wire between a client and Squall: ${became}; ${observed.text.split("\n")[0] || "no answer"}](../images/wire/${name}.svg)`,
    "",
    "In a rules file (`squall start --faults faults.yaml`):",
    "",
    "```yaml",
    stringify({ rules: [written] }).trimEnd(),
    "```",
    "",
    "In a running Squall:",
    "",
    "```sh",
    `curl http://127.0.0.1:4566/_squall/faults -d '${shown}'`,
    "```",
    "",
    ...parametersTable(parameters),
    "What it matches, how often it strikes and how long it lasts: [faults](../guide/faults.md). What SDKs make of it: [SDKs](../sdks.md).",
    "",
  ].join("\n");
}

function parametersTable(parameters: Readonly<Record<string, Parameter>>): string[] {
  const rows = Object.entries(parameters).map(([name, parameter]) => {
    const { required, default: given, description } = parameter;
    const usual = required ? "required" : given === undefined ? "" : `\`${String(given)}\``;
    return `| \`${name}\` | ${formOf(parameter).join("; ")} | ${usual} | ${description.replaceAll("|", "\\|")} |`;
  });
  if (rows.length === 0) return ["It has no parameters.", ""];
  return ["| parameter | | default | |", "|---|---|---|---|", ...rows, ""];
}
