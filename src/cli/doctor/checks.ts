import { execFile } from "node:child_process";
import { lookup } from "node:dns/promises";
import { existsSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { makeFolder } from "../../core/make-folder.ts";
import { numberOf } from "../../core/text.ts";
import { whyNot } from "../../core/why-not.ts";
import { installed } from "../../processes/mysql/programs.ts";
import { CliError } from "../cli-error.ts";
import { readCompose } from "../compose.ts";
import { unfollowedVariables } from "../localstack-variables.ts";
import { type Finding, good, hint, wrong } from "./finding.ts";

const OLDEST_NODE = 24;

export function checkNode(version: string = process.versions.node): Finding {
  return Number(version.split(".")[0]) >= OLDEST_NODE
    ? good(`Node.js ${version} runs Squall.`)
    : wrong(`Node.js ${version} is too old.`, `Install Node.js ${OLDEST_NODE} or newer: https://nodejs.org`);
}

/** What runs something, what it says of its version with, and what is missing without it. */
const PROGRAMS: readonly {
  name: string;
  /** Where it is, when it is looked for elsewhere than on the PATH. */
  program?: () => string | undefined;
  args: readonly string[];
  without: string;
  install: string;
}[] = [
  {
    name: "python3",
    args: ["--version"],
    without: "Python functions do not run.",
    install: "https://www.python.org, with boto3 for functions that bring none",
  },
  {
    name: "java",
    args: ["-version"],
    without: "Java functions do not run.",
    install: "a JDK or JRE, for example apt-get install openjdk-21-jre-headless",
  },
  {
    name: "ruby",
    args: ["--version"],
    without: "Ruby functions do not run.",
    install: "https://www.ruby-lang.org",
  },
  {
    name: "dotnet",
    args: ["--version"],
    without: ".NET functions do not run.",
    install: "https://dotnet.microsoft.com/download",
  },
  {
    name: "psql",
    args: ["--version"],
    without: "RDS has no database to run (PostgreSQL).",
    install: "for example apt-get install postgresql",
  },
  {
    name: "mariadbd or mysqld",
    program: () => installed("mysql")?.server,
    args: ["--version"],
    without: "RDS has no database to run (MySQL, MariaDB).",
    install: "for example apt-get install mariadb-server",
  },
  {
    name: "aws",
    args: ["--version"],
    without: "awslocal and init hooks that use it do not run.",
    install: "https://aws.amazon.com/cli",
  },
];

/** Squall's own Node.js runs every nodejs runtime; the others are looked for. */
export async function checkPrograms(): Promise<Finding[]> {
  return await Promise.all(
    PROGRAMS.map(async ({ name, program = () => name, args, without, install }) => {
      const file = program();
      const version = file === undefined ? undefined : await versionOf(file, args);
      return version === undefined
        ? hint(`${name} is not on the PATH: ${without}`, `If you need it, install it: ${install}`)
        : good(`${name} is on the PATH: ${version}.`);
    }),
  );
}

async function versionOf(name: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(name, [...args], { timeout: 10_000 });
    return /\d+(\.\d+)+/.exec(stdout + stderr)?.[0] ?? "some version";
  } catch {
    // It is not there, or a shim for one that is not.
    return undefined;
  }
}

const LOCAL_NAME = "localhost.localstack.cloud";

/** Queue URLs, APIs and buckets have names below this one. */
export async function checkDns(
  find: (name: string) => Promise<{ address: string }> = lookup,
): Promise<Finding> {
  const todo = `Some resolvers refuse names of this machine. Add "127.0.0.1 ${LOCAL_NAME}" to the hosts file (and names below it that you use), or let squall start --dns answer.`;
  try {
    const { address } = await Promise.race([find(`probe.${LOCAL_NAME}`), late()]);
    return address === "127.0.0.1" || address === "::1"
      ? good(`*.${LOCAL_NAME} is this machine.`)
      : hint(`*.${LOCAL_NAME} is ${address}, and not this machine.`, todo);
  } catch (error) {
    return hint(`*.${LOCAL_NAME} is not found (${(error as NodeJS.ErrnoException).code}).`, todo);
  }
}

const DNS_PATIENCE_MS = 5000;

/** A resolver that cannot be reached is waited for by the system for much longer. */
async function late(): Promise<never> {
  await pause(DNS_PATIENCE_MS, undefined, { ref: false });
  throw Object.assign(new Error("No resolver answers."), { code: "ETIMEOUT" });
}

const LITTLE_BYTES = 512 * 1024 * 1024;

/** Could state be kept there? Nothing is left behind. */
export async function checkDataDirectory(folder: string): Promise<Finding> {
  const another = "Give it to this user, or choose another with --data-dir.";
  if (existsSync(folder) && !statSync(folder).isDirectory())
    return wrong(`The data directory ${folder} is a file.`, "Choose a folder with --data-dir.");
  const made = firstMissing(folder);
  try {
    makeFolder(folder);
    const probe = join(folder, ".doctor-probe");
    writeFileSync(probe, "");
    rmSync(probe);
    const holder = await holderOf(folder);
    if (holder) return hint(holder, "That is as it should be, if it is the squall that you mean.");
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    if (free < LITTLE_BYTES)
      return hint(
        `There are only ${Math.round(free / 1024 ** 2)} MiB left for ${folder}.`,
        "Make room, or choose another with --data-dir.",
      );
    return good(`The data directory ${folder} can be written.`);
  } catch (error) {
    return wrong(`The data directory ${folder} cannot be written: ${whyNot(error)}.`, another);
  } finally {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
  }
}

/** The topmost folder that would have to be made. */
function firstMissing(folder: string): string | undefined {
  let missing: string | undefined;
  for (let place = resolve(folder); !existsSync(place); place = dirname(place)) missing = place;
  return missing;
}

async function holderOf(folder: string): Promise<string | undefined> {
  if (!existsSync(join(folder, "squall.lock"))) return undefined;
  const { DirectoryLock } = await import("../../core/directory-lock.ts");
  try {
    new DirectoryLock(folder).release();
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/ Stop it first.*$/, "");
  }
}

const COMPOSE_FILES = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/** @param given undefined: what is here, if it has a LocalStack */
export function checkCompose(given: string | undefined, environment: NodeJS.ProcessEnv): Finding[] {
  const file = given ?? COMPOSE_FILES.find((name) => existsSync(name));
  if (file === undefined) return [];
  try {
    const { environment: variables, hooks } = readCompose(file, environment);
    const started = `squall start --compose ${file} does what it says, without Docker (${numberOf(hooks.length, "folder")} of hooks).`;
    return [good(started), ...unfollowed(variables, file)];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    // Somebody else's compose file is none of our business.
    if (given === undefined) return [];
    return [wrong(error.message, "Name a compose file that has a LocalStack.")];
  }
}

const unfollowed = (variables: NodeJS.ProcessEnv, file: string): Finding[] =>
  unfollowedVariables(variables).map((sentence) => hint(sentence, `It can go from ${file}.`));

/** Where the AWS clients of this shell go. */
export function checkClients(environment: NodeJS.ProcessEnv): Finding {
  const endpoint = environment["AWS_ENDPOINT_URL"];
  return endpoint === undefined
    ? hint(
        "AWS_ENDPOINT_URL is not set: AWS clients of this shell go to real AWS.",
        'eval "$(squall env)" points them at Squall, while it runs.',
      )
    : good(`AWS clients of this shell go to ${endpoint}.`);
}
