import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { markdownOf, peersMarkdownOf, type Report } from "../bench/report.ts";
import { CHECKS } from "../src/checks/checks.ts";
import type { FaultPoint } from "../src/core/fault.ts";
import { effectsTable } from "../src/faults/describe.ts";
import { presetsTable } from "../src/faults/latency-presets.ts";
import { loadEffects } from "../src/faults/registry.ts";
import { createCloud } from "../src/index.ts";
import { DNS_POINTS } from "../src/server/dns-faults.ts";
import { HTTPS_POINTS } from "../src/server/https/https-faults.ts";
import type { ServiceCoverage } from "../src/server/routes.ts";
import { loadCatalogue } from "../src/services/fis/catalogue.ts";
import { actionsTable } from "../src/services/fis/describe.ts";
import { apiActions } from "../src/services/fis/squall-actions.ts";
import { commandsReference } from "./commands-reference.ts";
import { configSchema } from "./config-schema.ts";
import { effectTypes } from "./effect-types.ts";
import { fidelityPage } from "./fidelity-page.ts";
import { heldAgainst } from "./held-against.ts";
import { httpApiPage } from "./http-api-page.ts";
import { lifecyclesTable } from "./lifecycles-table.ts";
import { recognitionPage } from "./recognition-page.ts";
import { rulesSchema } from "./rules-schema.ts";
import { faultPages } from "./wire/fault-pages.ts";

/** `npm run docs` writes the pages and tables that come from the code: docs/coverage.md, the effects in README.md and docs/guide/faults.md, the lifecycles there, the actions in docs/guide/fis.md, the last run in docs/performance.md. */
if (import.meta.main) {
  for (const [file, text] of Object.entries(await pages())) {
    mkdirSync(new URL("./", fileOf(file)), { recursive: true });
    writeFileSync(fileOf(file), text);
  }
}

/** The generated files as they should be, by path from the repository's root. */
export async function pages(): Promise<Record<string, string>> {
  const effects = await loadEffects();
  const services = await coverage();
  const points = Object.assign(
    {},
    ...services.map(({ faultPoints }) => faultPoints),
    DNS_POINTS,
    HTTPS_POINTS,
  ) as Record<string, FaultPoint>;
  return {
    "README.md": withTables("README.md", { effects: effectsTable(effects) }),
    "docs/guide/faults.md": withTables("docs/guide/faults.md", {
      effects: effectsTable(effects),
      latencies: presetsTable(),
      lifecycles: await lifecyclesTable(),
    }),
    "docs/guide/fis.md": withTables("docs/guide/fis.md", {
      actions: `${actionsTable((await loadCatalogue()).values())}\n`,
      "squall-actions": `${actionsTable(apiActions(effects))}\n`,
    }),
    "docs/performance.md": withTables("docs/performance.md", {
      calls: markdownOf(lastRun("performance")),
      peers: peersMarkdownOf(lastRun("peers")),
    }),
    "docs/guide/checks.md": withTables("docs/guide/checks.md", { checks: checksText() }),
    "docs/rules.schema.json": rulesSchema(effects, points),
    "docs/squall.schema.json": await configSchema(),
    "docs/http-api.md": httpApiPage(),
    "docs/guide/commands.md": withTables("docs/guide/commands.md", {
      commands: `\n${await commandsReference()}\n`,
    }),
    "src/faults/generated/effect-params.ts": effectTypes(effects, points),
    "docs/coverage.md": coveragePage(services),
    "docs/recognition.md": recognitionPage(),
    "docs/fidelity.md": fidelityPage(),
    ...(await faultPages()),
  };
}

/** What `npm run bench -- calls --json docs/performance.json` has written, and the same of `peers`. */
function lastRun(name: "performance" | "peers"): Report {
  return JSON.parse(readFileSync(fileOf(`docs/${name}.json`), "utf8")) as Report;
}

/** Every check with its reasons. */
function checksText(): string {
  return CHECKS.map(({ id, title, why, mend }) => `\n## ${id}\n\n**${title}.** ${why}\n\n${mend}\n`).join("");
}

/** A page with what stands between its marks (`<!-- effects -->` … `<!-- /effects -->`) made new. */
function withTables(file: string, tables: Readonly<Record<string, string>>): string {
  let text = readFileSync(fileOf(file), "utf8");
  for (const [name, table] of Object.entries(tables)) {
    const between = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*(<!-- /${name} -->)`);
    text = text.replace(between, (_, begin: string, end: string) => `${begin}${table}${end}`);
  }
  return text;
}

export function fileOf(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}

/** What every service serves and declares. */
export async function coverage(): Promise<ServiceCoverage[]> {
  await using cloud = await createCloud({ port: 0 });
  const response = await fetch(`${cloud.url}/_squall/services`);
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { services: ServiceCoverage[] }).services;
}

function coveragePage(services: readonly ServiceCoverage[]): string {
  const served = services.filter(({ implemented, missing }) => implemented.length + missing.length > 0);
  return [
    "# Coverage",
    "",
    "Written by `npm run docs` from the handlers that are there. An operation that is not answers `NotImplemented` (501) with its own name; a fault rule can hit it all the same.",
    "",
    "| service | operations |",
    "|---|---|",
    ...served.map(
      ({ service, implemented, missing }) =>
        `| [${service}](#${service}) | ${implemented.length} of ${implemented.length + missing.length} |`,
    ),
    "",
    ...heldAgainst(),
    ...served.flatMap(section),
  ].join("\n");
}

function section({ service, implemented, missing, faultPoints, settings }: ServiceCoverage): string[] {
  const lines = [`## ${service}`, "", implemented.length > 0 ? implemented.join(", ") : "Nothing yet.", ""];
  if (missing.length > 0) lines.push(`Not implemented: ${missing.join(", ")}`, "");
  for (const [point, { description, effects, generic }] of Object.entries(faultPoints)) {
    const names = [...Object.keys(effects), ...(generic ? ["and the generic effects"] : [])];
    lines.push(`* Fault point \`${point}\`: ${description} Effects: ${names.join(", ")}.`);
  }
  if (Object.keys(faultPoints).length > 0) lines.push("");
  if (Object.keys(settings).length > 0) {
    lines.push("| setting | default | environment | what it does |", "|---|---|---|---|");
    lines.push(...settingRows(service, settings), "");
  }
  return lines;
}

/** A service's settings as rows of Markdown: flag, default, variables, what it does. */
export function settingRows(service: string, settings: ServiceCoverage["settings"]): string[] {
  return Object.entries(settings).map(([name, { default: byDefault, env = [], description, values }]) => {
    const choice = values ? ` (${values.join(", ")})` : "";
    return `| \`--${service}-${name}\` | \`${byDefault}\` | ${env.map((one) => `\`${one}\``).join(", ")} | ${description}${choice} |`;
  });
}
