import { writeFileSync } from "node:fs";
import { createCloud } from "../src/index.ts";
import type { ServiceCoverage } from "../src/server/routes.ts";

/** `npm run coverage` writes docs/coverage.md from the handlers that are there. */
if (import.meta.main) writeFileSync(new URL("../docs/coverage.md", import.meta.url), await coveragePage());

/** docs/coverage.md, as it should be. */
export async function coveragePage(): Promise<string> {
  await using cloud = await createCloud({ port: 0 });
  const response = await fetch(`${cloud.url}/_squall/services`);
  const { services } = (await response.json()) as { services: ServiceCoverage[] };
  const served = services.filter(({ implemented, missing }) => implemented.length + missing.length > 0);
  return [
    "# Coverage",
    "",
    "Written by `npm run coverage` from the handlers that are there. An operation that is not answers `NotImplemented` (501) with its own name; a fault rule can hit it all the same.",
    "",
    "| service | operations |",
    "|---|---|",
    ...served.map(
      ({ service, implemented, missing }) =>
        `| [${service}](#${service}) | ${implemented.length} of ${implemented.length + missing.length} |`,
    ),
    "",
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
    for (const [name, setting] of Object.entries(settings)) {
      const values = setting.values ? ` (${setting.values.join(", ")})` : "";
      lines.push(
        `| \`--${service}-${name}\` | \`${setting.default}\` | ${(setting.env ?? []).map((env) => `\`${env}\``).join(", ")} | ${setting.description}${values} |`,
      );
    }
    lines.push("");
  }
  return lines;
}
