import { readdirSync } from "node:fs";
import type { Lifecycle } from "../src/aws/lifecycle.ts";

const SERVICES = new URL("../src/services/", import.meta.url);

/** Where services declare them. */
const FILES = new Set(["lifecycle.ts", "lifecycles.ts", "lasting-states.ts"]);

/** Every lifecycle's states and what they can fail into, as services declare them. */
export async function lifecyclesTable(): Promise<string> {
  const rows = (await lifecycles()).map(({ point, of, stages }) => {
    const failures = new Set(Object.values(stages).flatMap(({ failed }) => failed ?? []));
    return `| \`${point}\` | ${of} | ${codes(Object.keys(stages))} | ${codes([...failures])} |\n`;
  });
  return ["| point | of | states | can `fail` into |\n|---|---|---|---|\n", ...rows].join("");
}

const codes = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");

async function lifecycles(): Promise<Lifecycle[]> {
  const found: Lifecycle[] = [];
  for (const service of readdirSync(SERVICES).sort())
    for (const file of readdirSync(new URL(`${service}/`, SERVICES)))
      if (FILES.has(file)) {
        const module: Record<string, unknown> = await import(new URL(`${service}/${file}`, SERVICES).href);
        found.push(...Object.values(module).filter(isLifecycle));
      }
  return found;
}

/** S3's files of these names are about something else. */
const isLifecycle = (value: unknown): value is Lifecycle =>
  typeof value === "object" && value !== null && "stages" in value;
