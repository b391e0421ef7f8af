import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import type { ToolName } from "../needs.ts";
import type { Seen } from "./judge.ts";

/*
 * How each SDK is brought here and its driver is run. What is installed stays in a cache, by the digest of what asks for
 * it: a second run installs nothing.
 */

const here = import.meta.dirname;
const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "squall-sdks");
const LONGEST_INSTALL_MS = 30 * 60_000;
const run = promisify(execFile);

export interface Driver {
  readonly sdk: string;
  readonly generation: string;
  /** What the machine must have. */
  readonly tools: readonly ToolName[];
  /** In CI as well; the others only in the night. */
  readonly daily?: true;
  /** Files of this folder that decide what is installed. */
  readonly manifest: readonly string[];
  /** Further texts that decide it: versions. */
  readonly versions?: readonly string[];
  /** Installs into a folder that holds copies of the manifest. */
  readonly install: (folder: string) => Promise<unknown>;
  /** The program and its arguments, before the endpoint. */
  readonly command: (folder: string) => readonly string[];
  /** What follows the endpoint. */
  readonly after?: readonly string[];
  readonly environment?: (folder: string) => Record<string, string>;
}

const sh = (folder: string, command: string, args: readonly string[], env: Record<string, string> = {}) =>
  run(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    timeout: LONGEST_INSTALL_MS,
    maxBuffer: 64 * 1024 * 1024,
  });

function js(generation: string): Driver {
  return {
    sdk: "js",
    generation,
    tools: ["npm"],
    daily: true,
    manifest: [`js/${generation}/package.json`, `js/${generation}/package-lock.json`],
    install: (folder) => sh(folder, "npm", ["ci", "--no-audit", "--no-fund"]),
    command: (folder) => [process.execPath, join(here, "js/driver.mjs"), folder],
  };
}

function python(sdk: string, generation: string, wanted: string, rest: Partial<Driver>): Driver {
  return {
    sdk,
    generation,
    tools: ["pip"],
    manifest: [],
    versions: [wanted],
    install: (folder) => sh(folder, "python3", ["-m", "pip", "install", "-q", "--target", folder, wanted]),
    command: () => ["python3", join(here, `${sdk}/driver.py`)],
    environment: (folder) => ({ PYTHONPATH: folder }),
    ...rest,
  };
}

const cliV1 = (environment: Record<string, string>): Partial<Driver> => ({
  command: () => ["python3", join(here, "cli/driver.py")],
  after: ["python3", "-m", "awscli"],
  environment: (folder) => ({ PYTHONPATH: folder, ...environment }),
});

function java(generation: string, environment: Record<string, string>): Driver {
  return {
    sdk: "java",
    generation,
    tools: ["mvn", "javac"],
    daily: true,
    manifest: ["java/matrix/pom.xml", "java/matrix/Driver.java"],
    install: async (folder) => {
      await sh(folder, "mvn", ["-q", "-B", "dependency:copy-dependencies"]);
      await sh(folder, "javac", ["-cp", "target/dependency/*", "-d", ".", "Driver.java"]);
    },
    command: (folder) => ["java", "-cp", `${folder}/target/dependency/*:${folder}`, "Driver"],
    environment: () => environment,
  };
}

function go(generation: string): Driver {
  return {
    sdk: "go",
    generation,
    tools: ["go"],
    manifest: [`go/${generation}/go.mod`, `go/${generation}/go.sum`, "go/driver.go"],
    install: (folder) => sh(folder, "go", ["build", "-o", "driver", "."], { GOFLAGS: "-mod=mod" }),
    command: (folder) => [join(folder, "driver")],
  };
}

function rust(generation: string): Driver {
  return {
    sdk: "rust",
    generation,
    tools: ["cargo"],
    manifest: ["rust/Cargo.toml", "rust/Cargo.lock", "rust/main.rs"],
    install: (folder) => sh(folder, "cargo", ["build", "-q"]),
    command: (folder) => [join(folder, "target/debug/squall-sdks")],
    environment: () => ({ SQUALL_GENERATION: generation }),
  };
}

export const drivers: readonly Driver[] = [
  js("before"),
  js("since"),
  python("boto3", "before", "boto3==1.43.127", { daily: true }),
  python("boto3", "since", "boto3==1.44.8", { daily: true }),
  // One version has both; the switch chooses until the new one is the default.
  java("before", {}),
  java("since", { AWS_NEW_RETRIES_2026: "true" }),
  go("before"),
  go("since"),
  rust("before"),
  rust("since"),
  // So has version 1 of the AWS CLI, with a botocore of its own.
  python("cli1", "before", "awscli==1.46.3", cliV1({})),
  python("cli1", "since", "awscli==1.46.3", cliV1({ AWS_NEW_RETRIES_2026: "true" })),
  {
    // Debian's. Its generation since November 2026 comes from AWS's own site alone.
    sdk: "cli2",
    generation: "before",
    tools: ["aws2"],
    manifest: [],
    install: async () => {},
    command: () => ["python3", join(here, "cli/driver.py")],
    after: ["/usr/bin/aws"],
  },
  {
    // Debian's. The gems of today are not in the registries that are reached.
    sdk: "ruby",
    generation: "before",
    tools: ["ruby-aws"],
    manifest: [],
    install: async () => {},
    command: () => ["ruby", join(here, "ruby/driver.rb")],
  },
];

/** The folder in which an SDK is installed; installs it when it is not yet there. */
export async function installed(driver: Driver): Promise<string> {
  const digest = createHash("sha256").update(JSON.stringify([process.version, driver.versions ?? []]));
  for (const file of driver.manifest) digest.update(readFileSync(join(here, file)));
  const name = `${driver.sdk}-${digest.digest("hex").slice(0, 12)}`;
  const folder = join(cache, name);
  if (existsSync(join(folder, ".whole"))) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of driver.manifest) copyFileSync(join(here, file), join(folder, file.split("/").at(-1)!));
  await driver.install(folder);
  mkdirSync(join(folder, ".whole"));
  return folder;
}

/** Runs a driver over cells; resolves to what it printed. */
export async function drive(
  driver: Driver,
  endpoint: string,
  cells: readonly object[],
): Promise<Map<string, Seen>> {
  const folder = await installed(driver);
  const [command, ...args] = driver.command(folder);
  const child = spawn(command!, [...args, endpoint, ...(driver.after ?? [])], {
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: process.env["HOME"] ?? "",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_REGION: "us-east-1",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_PAGER: "",
      LC_ALL: "C.UTF-8",
      ...driver.environment?.(folder),
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(cells.map((cell) => `${JSON.stringify(cell)}\n`).join(""));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const seen = out
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Seen);
  if (seen.length < cells.length)
    throw new Error(`The driver said too little (${seen.length}):\n${err.slice(-4000)}`);
  return new Map(seen.map((one) => [one.id, one]));
}
