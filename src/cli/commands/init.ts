import { existsSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { makeFolder } from "../../core/make-folder.ts";
import { whyNot } from "../../core/why-not.ts";
import { CliError } from "../cli-error.ts";
import { configTemplate } from "../config/template.ts";
import { programFor } from "../program.ts";

const FILE = "squall.yaml";

export default function addInit(program: Command): void {
  program
    .command("init [folder]")
    .description("Write a squall.yaml that says everything that squall start can be told, commented out.")
    .option("--hooks", "and a folder of init hooks, which prepare what is to be there (hooks/ready.d)")
    .option("--force", "replace what is there")
    .action(async (folder: string | undefined, flags: { hooks?: boolean; force?: boolean }) => {
      const place = folder ?? ".";
      const { loadDeclarations } = await import("../../service-folders.ts");
      const declarations = (await loadDeclarations()).sort((a, b) => (a.name < b.name ? -1 : 1));
      const [start] = (await programFor("start", false)).commands;
      if (start === undefined) throw new Error("There is no squall start.");
      let text = configTemplate(start, declarations, schemaSeenFrom(place));
      if (flags.hooks) text = text.replace(/^#init: hooks$/m, "init: hooks");
      const isNew = flags.force ? {} : { flag: "wx" };
      write(join(place, FILE), text, isNew);
      if (flags.hooks) write(join(place, HOOK), HOOK_TEXT, { ...isNew, mode: 0o755 });
      console.log("squall start reads it in that folder; squall start --no-config does not.");
    });
}

function write(file: string, text: string, options: { flag?: string; mode?: number }): void {
  try {
    makeFolder(dirname(file));
    writeFileSync(file, text, options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && options.flag)
      throw new CliError(`${file} is there already. --force replaces it.`);
    throw new CliError(`${file} cannot be written: ${whyNot(error)}.`);
  }
  console.log(`Wrote ${file}.`);
}

/** Installed in a project, wherever above it; else where this squall is. */
function schemaSeenFrom(folder: string): string {
  const schema = join("node_modules", "squall", "docs", "squall.schema.json");
  for (let place = resolve(folder); ; place = dirname(place)) {
    const found = join(place, schema);
    if (existsSync(found)) {
      const seen = relative(resolve(folder), found).replaceAll(sep, "/");
      return seen.startsWith(".") ? seen : `./${seen}`;
    }
    if (dirname(place) === place) break;
  }
  return fileURLToPath(new URL("../../../docs/squall.schema.json", import.meta.url));
}

const HOOK = join("hooks", "ready.d", "resources.sh");

const HOOK_TEXT = `#!/bin/sh
# Runs when squall listens; awslocal is the AWS CLI (https://aws.amazon.com/cli) with its endpoint at squall.
set -eu
awslocal sqs create-queue --queue-name orders
`;
