import Table from "cli-table3";
import type { Command } from "commander";
import type { ServiceCoverage } from "../../server/routes.ts";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";
import { listResources } from "../resource-list.ts";

export default function addServices(program: Command): void {
  program
    .command("services [name]")
    .description(
      "The services of a running squall: how many of their operations there are, and which ones are in use.",
    )
    .option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)")
    .option("--json", "as JSON")
    .action(async (name: string | undefined, flags: { url?: string; json?: boolean }) => {
      const squall = new SquallClient(flags.url);
      const { services } = await squall.ask<{ services: ServiceCoverage[] }>("GET", "/_squall/services");
      const asked = name === undefined ? services : [await chosen(services, name)];
      if (flags.json) return console.log(JSON.stringify(asked, undefined, 2));
      if (name !== undefined) return console.log(asked.map(described).join("\n"));
      const { services: states } = await squall.ask<{ services: Record<string, string> }>(
        "GET",
        "/_squall/health",
      );
      const resources = await listResources(squall, new URLSearchParams());
      console.log(table(asked, states, countsBy(resources.map(({ service }) => service))));
    });
}

/** @throws CliError with the nearest, for a name that the squall does not serve */
export async function chosen(services: readonly ServiceCoverage[], name: string): Promise<ServiceCoverage> {
  const found = services.find(({ service }) => service === name);
  if (found) return found;
  const { didYouMean } = await import("../../faults/nearest.ts");
  const names = services.map(({ service }) => service);
  throw new CliError(
    `Squall does not serve "${name}".${didYouMean(name, names)} It serves ${names.join(", ")}.`,
  );
}

function table(
  services: readonly ServiceCoverage[],
  states: Readonly<Record<string, string>>,
  resources: ReadonlyMap<string, number>,
): string {
  const rows = new Table({
    head: ["service", "operations", "state", "resources"],
    style: { head: [], border: [] },
  });
  for (const { service, implemented, missing } of services) {
    const all = implemented.length + missing.length;
    rows.push([
      service,
      all === 0 ? "" : `${implemented.length} of ${all}`,
      states[service] ?? "",
      resources.get(service) ?? "",
    ]);
  }
  return rows.toString();
}

function described({ service, implemented, missing, faultPoints, settings }: ServiceCoverage): string {
  const lines = [
    `${service}: ${implemented.length} of ${implemented.length + missing.length} operations`,
    "",
    `There: ${implemented.join(", ") || "none"}.`,
    ...(missing.length > 0 ? ["", `Not there (NotImplemented): ${missing.join(", ")}.`] : []),
    ...(Object.keys(faultPoints).length > 0
      ? ["", `Fault points: ${Object.keys(faultPoints).join(", ")}.`]
      : []),
    ...(Object.keys(settings).length > 0 ? ["", `Settings: ${Object.keys(settings).join(", ")}.`] : []),
    "",
    `squall help ${service} says more of its settings and fault points.`,
  ];
  return lines.join("\n");
}

function countsBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
