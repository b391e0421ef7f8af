import type { CallRecord } from "../../../src/core/bus.ts";
import { resourceOf } from "./outcome.ts";

/** A call to be made again from a shell, with the AWS CLI: at this Squall, with any key. */
export function awsCli(call: CallRecord, origin: string): string {
  const keys = `AWS_ACCESS_KEY_ID=${shell(call.account)} AWS_SECRET_ACCESS_KEY=test`;
  const input = shell(JSON.stringify(call.input));
  return `${keys} aws --endpoint-url ${shell(origin)} --region ${shell(call.region)} ${cliService(call.service)} ${kebab(call.operation)} --cli-input-json ${input}`;
}

/** The same without an AWS client. */
export function curl(call: CallRecord, origin: string): string {
  const { service, operation, input, account, region } = call;
  return `curl ${shell(`${origin}/_squall/call`)} -d ${shell(JSON.stringify({ service, operation, input, account, region }))}`;
}

/** A rule as one writes it. */
export interface WrittenRule {
  readonly match: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** How far a rule made from a call reaches. */
export type Reach = "site" | "resource" | "operation";

/** A rule that fails what this call was: this very call in each run, all on its resource, or all of its operation. */
export function ruleOf(call: CallRecord, reach: Reach): WrittenRule {
  const { service, operation, site } = call;
  const resource = resourceOf(call);
  const match: Record<string, unknown> = { service, operation };
  if (reach === "site") match["site"] = site;
  else if (reach === "resource" && resource !== "") match["resource"] = resource;
  return { match, effect: "error", params: { kind: "unavailable" }, percentage: 100 };
}

/** One word of a POSIX shell. */
export const shell = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** `GetItem` → `get-item`, as botocore does it: `ListObjectsV2` → `list-objects-v2`, `CreateDBInstance` → `create-db-instance`. */
const kebab = (name: string): string =>
  name
    .replace(/(.)([A-Z][a-z]+)/g, "$1-$2")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase();

const CLI_NAMES: Readonly<Record<string, string>> = { s3: "s3api" };
const cliService = (service: string): string => CLI_NAMES[service] ?? service;
