import { accessSync, constants, existsSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { makeFolder } from "../../core/make-folder.ts";
import { whyNot } from "../../core/why-not.ts";
import type { Exploration } from "../explore.ts";
import { htmlReport } from "./html.ts";
import { jsonReport } from "./json.ts";
import { junitReport } from "./junit.ts";
import { markdownReport } from "./markdown.ts";

type Write = (exploration: Exploration, command: readonly string[]) => string;

const FORMATS: Readonly<Record<string, Write>> = {
  junit: junitReport,
  md: markdownReport,
  html: htmlReport,
  json: jsonReport,
};

/** A file to be written, and how. */
export interface Report {
  readonly file: string;
  readonly write: Write;
}

/** `junit=explore.xml,md=explore.md`. @throws Error that names the formats that there are */
export function readReports(text: string | undefined): Report[] {
  if (text === undefined) return [];
  return text.split(",").map((part) => {
    const at = part.indexOf("=");
    const [format, file] = [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    const write = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
    if (at < 0 || !file || !write)
      throw new Error(
        `--report wants ${Object.keys(FORMATS)
          .map((name) => `${name}=FILE`)
          .join(", ")}, not "${part}".`,
      );
    return { file, write };
  });
}

/** Before hours are spent on what cannot be written. @throws Error that names the file */
export function checkWritable(file: string): void {
  try {
    makeFolder(dirname(resolve(file)));
    if (existsSync(file) && statSync(file).isDirectory()) throw new Error("it is a folder");
    accessSync(existsSync(file) ? file : dirname(resolve(file)), constants.W_OK);
  } catch (error) {
    throw new Error(`${file} cannot be written: ${whyNot(error)}.`);
  }
}

export async function writeReports(
  reports: readonly Report[],
  exploration: Exploration,
  command: readonly string[],
): Promise<void> {
  for (const { file, write } of reports) {
    makeFolder(dirname(file));
    writeFileSync(file, write(exploration, command));
  }
}
