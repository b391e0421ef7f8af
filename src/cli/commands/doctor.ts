import { resolve } from "node:path";
import { styleText } from "node:util";
import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import { type ConfigFile, readConfig } from "../config/config-file.ts";
import { configPlace } from "../config/config-place.ts";
import {
  checkClients,
  checkCompose,
  checkDataDirectory,
  checkDns,
  checkNode,
  checkPrograms,
} from "../doctor/checks.ts";
import { type Finding, good, wrong } from "../doctor/finding.ts";
import { checkPort } from "../doctor/port.ts";
import { programFor } from "../program.ts";
import { withProgress } from "../progress.ts";
import { readPort } from "../running/target.ts";

interface DoctorFlags {
  readonly port?: string;
  readonly host?: string;
  readonly dataDir?: string;
  readonly compose?: string;
  readonly json?: boolean;
}

const MARKS = { good: ["green", "ok"], hint: ["yellow", "note"], wrong: ["red", "wrong"] } as const;

export default function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description(
      "What on this machine keeps Squall, or functions in it, from running, and what to do. It ends with 1 when something is wrong.",
    )
    .option("-p, --port <number>", "the port that is to be free (default: squall.yaml's, or 4566)")
    .option("--host <address>", "the address to listen on (default: squall.yaml's, or 127.0.0.1)")
    .option("--data-dir <folder>", "the folder that is to keep state (default: squall.yaml's, or .squall)")
    .option("--compose <file>", "a LocalStack compose file (default: the one that is here)")
    .option("--json", "as JSON")
    .action(async (flags: DoctorFlags) => {
      const findings = await withProgress("Looking", examined(flags));
      if (flags.json) console.log(JSON.stringify(findings, undefined, 2));
      else for (const finding of findings) console.log(line(finding));
      if (findings.some(({ verdict }) => verdict === "wrong")) process.exitCode = 1;
    });
}

async function examined(flags: DoctorFlags): Promise<Finding[]> {
  const [config, ofConfig] = await checkConfig();
  const given = { ...config?.flags, ...flags };
  return [
    checkNode(),
    await checkPort(readPort(given.port ?? "4566"), given.host ?? "127.0.0.1"),
    await checkDataDirectory(resolve(given.dataDir ?? ".squall")),
    ...ofConfig,
    ...checkCompose(given.compose, process.env),
    await checkDns(),
    checkClients(process.env),
    ...(await checkPrograms()),
  ];
}

async function checkConfig(): Promise<[ConfigFile | undefined, Finding[]]> {
  const [start] = (await programFor("start", false)).commands;
  try {
    const place = configPlace(undefined);
    if (start === undefined || place === undefined) return [undefined, []];
    const config = await readConfig(place, start);
    return [config, [good(`${config.path} can be read.`)]];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [undefined, [wrong(error.message, "squall start reads it, unless it is told --no-config.")]];
  }
}

function line({ verdict, what, todo }: Finding): string {
  const [colour, mark] = MARKS[verdict];
  const told = `${styleText(colour, mark.padEnd(6), { stream: process.stdout })}${what}`;
  return todo === undefined ? told : `${told}\n      ${todo}`;
}
