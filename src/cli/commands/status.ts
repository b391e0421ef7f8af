import type { Command } from "commander";
import { NoSquall, SquallClient } from "../client.ts";
import { type RunRecord, runningRecords } from "../running/run-records.ts";

interface StatusFlags {
  readonly url?: string;
  readonly json?: boolean;
}

interface Info {
  readonly version: string;
  readonly seed: string;
  readonly pid: number;
  readonly now: string;
  readonly uptimeSeconds: number;
  readonly memoryBytes: number;
  readonly rules: number;
  readonly calls: number;
}

/** A squall, whether it was started to stay or not. */
interface Seen {
  readonly url: string;
  readonly info?: Info;
  /** Why it does not say more. */
  readonly trouble?: Error;
  readonly record?: RunRecord;
}

export default function addStatus(program: Command): void {
  program
    .command("status")
    .description("Which squalls run, since when, and what they hold. It ends with 1 when none does.")
    .option(
      "--url <url>",
      "only the one there (default: all that were started with -d, and http://127.0.0.1:4566)",
    )
    .option("--json", "as JSON")
    .action(async (flags: StatusFlags) => {
      const seen = await squalls(flags.url);
      if (flags.json) console.log(JSON.stringify(seen.map(asJson), undefined, 2));
      else if (seen.length === 0)
        console.log(`No squall runs${flags.url === undefined ? "" : ` at ${flags.url}`}.`);
      else console.log(seen.map(described).join("\n\n"));
      if (seen.length === 0) process.exitCode = 1;
    });
}

async function squalls(url: string | undefined): Promise<Seen[]> {
  const records = runningRecords().map((record) => ({ url: record.url, record }));
  const named = new SquallClient(url).place();
  if (url !== undefined) {
    const one = await asked({ url: named, ...records.find((record) => record.url === named) });
    return isThere(one) ? [one] : [];
  }
  const others = records.some((record) => record.url === named) ? [] : [{ url: named }];
  const seen = await Promise.all([...records, ...others].map(asked));
  return seen.filter(isThere);
}

const isThere = ({ info, trouble, record }: Seen) =>
  record !== undefined ||
  info !== undefined ||
  !(trouble instanceof NoSquall || trouble?.message.startsWith("No squall answers"));

const asJson = ({ trouble, ...one }: Seen) => ({ ...one, ...(trouble && { trouble: trouble.message }) });

async function asked(one: Seen): Promise<Seen> {
  try {
    const squall = new SquallClient(one.url);
    return {
      ...one,
      info: await squall.ask<Info>("GET", "/_squall/info", undefined, AbortSignal.timeout(5000)),
    };
  } catch (error) {
    return { ...one, trouble: error as Error };
  }
}

function described({ url, info, trouble, record }: Seen): string {
  const pid = record?.pid ?? info?.pid;
  const rows: [string, string | undefined][] = [
    ["process", pid === undefined ? undefined : String(pid)],
    ["version", info?.version ?? record?.version],
    ["runs for", info && uptime(info.uptimeSeconds)],
    ["time", info?.now],
    ["seed", info?.seed ?? record?.seed],
    ["calls", info && String(info.calls)],
    ["rules", info && String(info.rules)],
    ["memory", info && `${Math.round(info.memoryBytes / 1024 ** 2)} MiB`],
    ["state", record && (record.dataDir ?? "in memory")],
    ["log", record?.log],
    ["but", info === undefined ? trouble?.message : undefined],
  ];
  const lines = rows
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name.padEnd(10)}${value}`);
  return [`${url}${record ? "" : " (not started with -d: it ends where it was started)"}`, ...lines].join(
    "\n",
  );
}

/** `2 d 3 h`, `4 min`, `12 s` */
function uptime(seconds: number): string {
  const units: [number, string][] = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const at = units.findIndex(([length]) => seconds >= length);
  const parts = units.slice(at < 0 ? -1 : at).slice(0, 2);
  let rest = seconds;
  return parts
    .map(([length, name]) => {
      const count = Math.floor(rest / length);
      rest -= count * length;
      return `${count} ${name}`;
    })
    .join(" ");
}
