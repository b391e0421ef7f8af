import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { clientEnvironment, testCloud } from "../cloud.ts";

/** How a recorded scenario went when its calls were made again. */
export interface Walked {
  readonly service: string;
  readonly scenario: string;
  readonly outcome: "agree" | "differ" | "not walked";
  /** The first difference, or why it could not be walked. */
  readonly why?: string;
}

export interface Counts {
  recorded: number;
  walked: number;
  agree: number;
}

/**
 * Walks recordings against clouds of their own: strict, for AWS is, and with a clock that passes. In one of them states last as long
 * as on AWS.
 * @param folder one file a service, as `walk.py` says
 * @param asked services and `--only TEXT`
 */
export async function walkRecordings(folder: string, asked: readonly string[]): Promise<Walked[]> {
  await using cloud = await testCloud({ strict: true });
  await using lasting = await testCloud({ strict: true, timings: "real" });
  const program = fileURLToPath(new URL("walk.py", import.meta.url));
  const python = spawn("python3", [program, folder, ...asked], {
    env: { ...clientEnvironment(cloud), SQUALL_LASTING_URL: lasting.url, PYTHONDONTWRITEBYTECODE: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    python.once("error", reject);
    python.once("close", resolve);
  });
  let said = "";
  for await (const part of python.stdout.setEncoding("utf8")) said += part;
  const code = await ended;
  if (code !== 0) throw new Error(`walk.py ended with ${code}`);
  return said
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Walked);
}

/** Of each service: how many scenarios there are, how many were walked, how many agree. */
export function counted(walked: readonly Walked[]): Record<string, Counts> {
  const services: Record<string, Counts> = {};
  for (const { service, outcome } of walked) {
    services[service] ??= { recorded: 0, walked: 0, agree: 0 };
    const counts = services[service];
    counts.recorded++;
    if (outcome !== "not walked") counts.walked++;
    if (outcome === "agree") counts.agree++;
  }
  return services;
}
