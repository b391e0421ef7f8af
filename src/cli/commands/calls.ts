import type { Command } from "commander";
import type { CallRecord } from "../../core/bus.ts";
import { lastName, resourceOf } from "../../core/site.ts";
import { onOneLine } from "../../core/text.ts";
import { SquallClient } from "../client.ts";

export default function addCalls(program: Command): void {
  program
    .command("calls")
    .description("The calls that a running squall remembers, as a tree of who called whom.")
    .option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)")
    .option("--service <name>", "only this service, or a glob")
    .option("--operation <name>", "only this operation, or a glob")
    .option("--site <path>", "only calls at this site: lambda.Invoke@worker > sqs.SendMessage@jobs")
    .option("--faulted", "only calls that a rule had a hand in")
    .option("--limit <number>", "the newest so many (default: 100)")
    .option("-f, --follow", "go on as calls come")
    .option("--json", "one JSON object a line")
    .action(async (flags: Record<string, string | boolean | undefined>) => {
      const client = new SquallClient(flags["url"] as string | undefined);
      const query = new URLSearchParams({ limit: String(flags["limit"] ?? 100) });
      for (const name of ["service", "operation", "site"])
        if (flags[name]) query.set(name, String(flags[name]));
      if (flags["faulted"]) query.set("faulted", "true");
      if (flags["follow"]) {
        for await (const { data } of client.events(`/_squall/calls?follow=true&${query}`)) {
          console.log(flags["json"] ? JSON.stringify(data) : line(data as CallRecord, 0));
        }
        return;
      }
      const { calls } = await client.ask<{ calls: CallRecord[] }>("GET", `/_squall/calls?${query}`);
      if (calls.length === 0) return await sayNone(flags["service"] as string | undefined);
      if (flags["json"]) for (const call of calls) console.log(JSON.stringify(call));
      else for (const text of tree(calls)) console.log(text);
    });
}

/** Where what is printed is for programs it stays empty. @throws CliError for a service that is none */
async function sayNone(service: string | undefined): Promise<void> {
  if (service !== undefined) (await import("../start-options.ts")).checkService(service, "--service");
  console.error("There are no such calls.");
}

/** Calls below the calls that made them, in the order of their start. */
export function tree(calls: readonly CallRecord[]): string[] {
  const known = new Set(calls.map((call) => call.id));
  const children = new Map<string, CallRecord[]>();
  for (const call of calls) {
    const parent = call.parentId && known.has(call.parentId) ? call.parentId : "";
    children.set(parent, [...(children.get(parent) ?? []), call]);
  }
  const lines: string[] = [];
  const add = (parent: string, depth: number) => {
    const below = (children.get(parent) ?? []).sort(
      (a, b) => a.startedAt - b.startedAt || a.sequence - b.sequence,
    );
    for (const call of below) {
      lines.push(line(call, depth));
      add(call.id, depth + 1);
    }
  };
  add("", 0);
  return lines;
}

function line(call: CallRecord, depth: number): string {
  const result = call.dropped ?? String(call.status);
  const error = call.errorCode ? ` ${call.errorCode}` : "";
  const attempt = call.attempt && call.attempt > 1 ? ` attempt ${call.attempt}` : "";
  const fired = call.decisions
    .filter((decision) => decision.fired)
    .map((decision) => `${decision.effect} by ${decision.ruleId}`);
  const fault = fired.length > 0 ? `  [${fired.join(", ")}]` : "";
  const resource = resourceOf(call.service, call.input, lastName);
  const on = resource ? ` on ${resource}` : "";
  const at = new Date(call.startedAt).toISOString().slice(11, 23);
  return onOneLine(
    `${at}  ${"  ".repeat(depth)}${call.service}.${call.operation} => ${result}${error}${attempt}${on}  ${call.durationMs} ms${fault}`,
  );
}
