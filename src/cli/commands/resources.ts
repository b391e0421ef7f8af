import Table from "cli-table3";
import type { Command } from "commander";
import type { ServiceCoverage } from "../../server/routes.ts";
import { SquallClient } from "../client.ts";
import { type ListedResource, listResources } from "../resource-list.ts";

interface ResourcesFlags {
  readonly service?: string;
  readonly type?: string;
  readonly arn?: string;
  readonly account?: string;
  readonly region?: string;
  readonly tag?: readonly string[];
  readonly url?: string;
  readonly json?: boolean;
}

export default function addResources(program: Command): void {
  program
    .command("resources")
    .description("What there is in a running squall: every resource of every service.")
    .option("--service <name>", "only this service's, or a glob")
    .option("--type <name>", "only this type: queue, AWS::SQS::Queue, aws:dynamodb:table, or a glob")
    .option("--arn <arn>", "only this one, or a glob")
    .option("--account <id>", "only this account's")
    .option("--region <name>", "only this region's")
    .option("--tag <key=value...>", "only those with this tag; all of them, where several are given")
    .option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)")
    .option("--json", "as JSON")
    .action(async ({ url, json, ...filters }: ResourcesFlags) => {
      const squall = new SquallClient(url);
      const found = await listResources(squall, queryOf(filters));
      if (found.length === 0) await refuseUnknown(squall, filters.service);
      if (json) console.log(JSON.stringify(found, undefined, 2));
      else if (found.length === 0) console.log("There are no such resources.");
      else console.log(table(found));
    });
}

/** Nothing was found: a service that is none is why. */
async function refuseUnknown(squall: SquallClient, service: string | undefined): Promise<void> {
  if (service === undefined || /[*?]/.test(service)) return;
  const { services } = await squall.ask<{ services: ServiceCoverage[] }>("GET", "/_squall/services");
  await (await import("./services.ts")).chosen(services, service);
}

function queryOf({ tag = [], ...names }: Omit<ResourcesFlags, "url" | "json">): URLSearchParams {
  const query = new URLSearchParams(
    Object.entries(names).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  for (const one of tag) query.append("tag", one);
  return query;
}

function table(resources: readonly ListedResource[]): string {
  const rows = new Table({ head: ["type", "arn", "tags"], style: { head: [], border: [] } });
  for (const { service, type, arn, tags } of resources) {
    const tagged = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
    rows.push([`${service} ${type}`, arn, tagged.join("\n")]);
  }
  return rows.toString();
}
