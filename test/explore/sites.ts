import type { CallRecord } from "../../src/core/bus.ts";
import { type Site, sitesOf } from "../../src/explore/sites.ts";

/** A call as it is remembered: `test > sqs.SendMessage@jobs#1`. What is not said is what it usually is. */
export function callAt(site: string, more: Partial<CallRecord> = {}): CallRecord {
  const steps = site.split(" > ");
  const [, service = "", operation = ""] = /^([\w-]+)\.(\w+)/.exec(steps.at(-1)!) ?? [];
  const sequence = ++calls;
  return {
    sequence,
    id: `call-${sequence}`,
    identity: site,
    site,
    parent: steps.slice(0, -1).join(" > "),
    service,
    operation,
    account: "000000000000",
    region: "us-east-1",
    callerArn: "arn:aws:iam::000000000000:root",
    accessKeyId: "test",
    startedAt: sequence,
    durationMs: 1,
    status: 200,
    input: {},
    decisions: [],
    ...more,
  };
}

let calls = 0;

/** The sites of calls that are made one after the other. */
export const sitesAt = (...texts: readonly (string | CallRecord)[]): Site[] =>
  sitesOf(texts.map((text) => (typeof text === "string" ? callAt(text) : text)));
