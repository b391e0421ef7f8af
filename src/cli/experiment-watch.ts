import { setTimeout as sleep } from "node:timers/promises";
import { numberOf } from "../core/text.ts";
import type { SquallClient } from "./client.ts";

/** An experiment as the admin API shows it: AWS's shape, with where it is. */
export interface Experiment {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly startTime: string;
  readonly state: { readonly status: string; readonly reason: string };
  readonly actions: Readonly<Record<string, { actionId: string; state: { status: string; reason: string } }>>;
}

interface Report {
  readonly strikeCount: number;
  readonly strikes: readonly {
    readonly at: string;
    readonly action: string;
    readonly service: string;
    readonly operation: string;
    readonly effect: string;
    readonly status: number;
    readonly errorCode?: string;
  }[];
  readonly byAction: Readonly<
    Record<string, { strikes: number; struck: number; retried: number; recovered: number; failed: number }>
  >;
}

const POLL_MS = 200;

export function isOver({ state }: Experiment): boolean {
  return ["completed", "stopped", "failed", "cancelled"].includes(state.status);
}

/**
 * Says every change of an experiment and its actions until it is over, or in the state `until`.
 * @param options.showsStrikes says every call that is struck, too
 */
export async function follow(
  client: SquallClient,
  id: string,
  options: { say: (line: string) => void; showsStrikes: boolean; until?: string },
): Promise<Experiment> {
  const seen = new Map<string, string>();
  let strikes = 0;
  const tell = (what: string, { status, reason }: { status: string; reason: string }) => {
    if (seen.get(what) === status) return;
    seen.set(what, status);
    options.say(`${what}: ${status}${reason ? ` (${reason})` : ""}`);
  };
  for (;;) {
    const experiment = await client.ask<Experiment>("GET", `/_squall/experiments/${id}`);
    tell("experiment", experiment.state);
    for (const [name, { state }] of Object.entries(experiment.actions)) tell(`  ${name}`, state);
    if (options.showsStrikes) {
      const report = await reportOf(client, id);
      for (const strike of report.strikes.slice(strikes)) {
        const saw = strike.status === 0 ? "dropped" : [strike.status, strike.errorCode].join(" ").trim();
        options.say(
          `    ${strike.at} ${strike.service}.${strike.operation} => ${saw} [${strike.effect} by ${strike.action}]`,
        );
      }
      strikes = report.strikes.length;
    }
    if (isOver(experiment) || experiment.state.status === options.until) return experiment;
    await sleep(POLL_MS);
  }
}

/** What was struck, action by action, and where the whole report is. */
export async function summary(client: SquallClient, { id, state }: Experiment): Promise<string> {
  const { strikeCount, byAction } = await reportOf(client, id);
  const actions = Object.entries(byAction).map(
    ([name, found]) =>
      `  ${name}: ${found.strikes} struck; of ${found.struck} SDK calls ${found.retried} were tried again, ${found.recovered} recovered, ${found.failed} failed`,
  );
  return [
    `${state.status}: ${numberOf(strikeCount, "call")} struck`,
    ...actions,
    `Report: ${client.url}/_squall/experiments/${id}/report`,
  ].join("\n");
}

function reportOf(client: SquallClient, id: string): Promise<Report> {
  return client.ask<Report>("GET", `/_squall/experiments/${id}/report?format=json`);
}
