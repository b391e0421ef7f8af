import { join } from "node:path";
import { disownGroup } from "../../../core/process-groups.ts";
import { reaper } from "../../../core/reaper.ts";
import { postgresFolder } from "../../../processes/postgres/installation.ts";
import { runProgram } from "../../../processes/program.ts";

/** One of PostgreSQL's settings, as PostgreSQL itself describes it. */
export interface Setting {
  /** It changes only with a restart. */
  readonly isStatic: boolean;
  readonly type: "BOOLEAN" | "ENUM" | "INTEGER" | "REAL" | "STRING";
  readonly min: number;
  readonly max: number;
  readonly description: string;
}

let known: Promise<ReadonlyMap<string, Setting>> | undefined;

/** The settings of this machine's PostgreSQL, by name; none on a machine without. */
export function postgresSettings(): Promise<ReadonlyMap<string, Setting>> {
  known ??= describe().catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return known;
}

async function describe(): Promise<ReadonlyMap<string, Setting>> {
  const folder = postgresFolder();
  if (folder === undefined) return new Map();
  const out: Buffer[] = [];
  let group = 0;
  await runProgram([join(folder, "postgres"), "--describe-config"], {
    cwd: "/",
    environment: { PATH: process.env["PATH"] ?? "", LC_ALL: "C", ...reaper.environment },
    started: (pid) => {
      group = pid;
    },
    out: (chunk) => out.push(chunk),
  }).finally(() => disownGroup(group));
  return new Map(
    Buffer.concat(out)
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [name = "", context, , type, , min, max, description = ""] = line.split("\t");
        return [
          name,
          {
            isStatic: context === "postmaster",
            type: type as Setting["type"],
            min: Number(min),
            max: Number(max),
            description,
          },
        ];
      }),
  );
}

/** What a setting may be, as RDS writes it (`6-8388607`); undefined when a value is one of that, or only PostgreSQL knows. */
export function wrongFor({ type, min, max }: Setting, value: string): string | undefined {
  if (type === "BOOLEAN") return /^(?:0|1|on|off|true|false|yes|no)$/i.test(value) ? undefined : "0,1";
  if (type !== "INTEGER" && type !== "REAL") return undefined;
  const isNumber =
    type === "INTEGER" ? /^-?\d+$/.test(value) : /^-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i.test(value);
  return isNumber && Number(value) >= min && Number(value) <= max ? undefined : `${min}-${max}`;
}
