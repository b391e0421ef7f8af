import {
  createWriteStream,
  existsSync,
  openAsBlob,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import Table from "cli-table3";
import type { Command } from "commander";
import { whyNot } from "../../core/why-not.ts";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";
import { withProgress } from "../progress.ts";
import { countedByType } from "../resource-list.ts";

export default function addState(program: Command): void {
  const state = program.command("state").description("Save and load everything that a running squall holds.");
  state.option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)");
  const client = (command: Command) => new SquallClient((command.optsWithGlobals() as { url?: string }).url);

  state
    .command("save <file>")
    .description("Write a state file.")
    .option("--force", "replace what is there")
    .action(async (file: string, flags: { force?: boolean }, command: Command) => {
      if (!flags.force && existsSync(file))
        throw new CliError(`${file} is there already. --force replaces it.`);
      await withProgress(`Saving to ${file}`, save(client(command), file));
      console.log(`Saved to ${file}.`);
    });

  state
    .command("load <file>")
    .description("Replace everything with a state file's content.")
    .action(async (file: string, _flags: unknown, command: Command) => {
      await withProgress(`Loading ${file}`, load(client(command), file));
      console.log(`Loaded ${file}.`);
    });

  state
    .command("list [place]")
    .description("What is in a state file, or which state files a folder has (default: this one).")
    .option("--json", "as JSON")
    .action(async (place: string = ".", flags: { json?: boolean }) => {
      if (!existsSync(place)) throw new CliError(`${place} is not there.`);
      await (statSync(place).isDirectory() ? listFolder(place, flags.json) : listFile(place, flags.json));
    });

  state
    .command("diff <a> <b>")
    .description(
      "In what two states differ: state files, running squalls (URLs), or files of GET /_squall/digest.",
    )
    .option("--json", "as JSON")
    .action(async (a: string, b: string, flags: { json?: boolean }) => {
      const { compare } = await import("../world-of.ts");
      await compare(a, b, flags.json ?? false);
    });
}

async function save(squall: SquallClient, file: string): Promise<void> {
  const response = await squall.fetch("GET", "/_squall/state");
  if (!response.ok || !response.body) throw new CliError(`Saving failed: ${await messageOf(response)}`);
  // The name is the file's once it is whole.
  const part = `${file}.part`;
  try {
    await pipeline(Readable.fromWeb(response.body), createWriteStream(part, { flush: true }));
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw new CliError(`${file} cannot be written: ${whyNot(error)}.`);
  }
}

async function load(squall: SquallClient, file: string): Promise<void> {
  if (!existsSync(file)) throw new CliError(`${file} is not there.`);
  if (!statSync(file).isFile()) throw new CliError(`${file} is no file.`);
  const response = await squall.fetch("POST", "/_squall/state", await openAsBlob(file));
  if (!response.ok) throw new CliError(`Loading ${file} failed: ${await messageOf(response)}`);
}

async function messageOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    return (JSON.parse(text) as { message: string }).message;
  } catch {
    return text || `the answer was ${response.status}.`;
  }
}

async function listFile(file: string, asJson: boolean | undefined): Promise<void> {
  const { digestOfStateFile } = await import("../state-file.ts");
  const resources = await withProgress(`Reading ${file}`, digestOfStateFile(file));
  const shown = resources.map(({ service, type, arn, contents }) => ({
    service,
    type,
    arn,
    holds: contents.length,
  }));
  if (asJson) return console.log(JSON.stringify(shown, undefined, 2));
  const rows = new Table({ head: ["type", "arn", "holds"], style: { head: [], border: [] } });
  for (const { service, type, arn, holds } of shown) rows.push([`${service} ${type}`, arn, holds || ""]);
  console.log(shown.length === 0 ? `${file} has no resources in it.` : rows.toString());
}

async function listFolder(folder: string, asJson: boolean | undefined): Promise<void> {
  const { digestOfStateFile, looksLikeState } = await import("../state-file.ts");
  const files = readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() && looksLikeState(file));
  const shown: { file: string; bytes: number; saved: string; holds: string }[] = [];
  for (const file of files) {
    const { size, mtime } = statSync(file);
    const resources = await withProgress(`Reading ${file}`, digestOfStateFile(file)).catch(
      (error: unknown) => {
        // Another zip: it is no state.
        if (error instanceof CliError) return undefined;
        throw error;
      },
    );
    if (resources !== undefined)
      shown.push({
        file,
        bytes: size,
        saved: mtime.toISOString(),
        holds: countedByType(resources) || "nothing",
      });
  }
  if (asJson) return console.log(JSON.stringify(shown, undefined, 2));
  if (shown.length === 0)
    return console.log(`There is no state file in ${folder}. squall state save <file> writes one.`);
  const rows = new Table({ head: ["file", "size", "saved", "holds"], style: { head: [], border: [] } });
  for (const { file, bytes, saved, holds } of shown)
    rows.push([file, `${Math.ceil(bytes / 1024)} KiB`, saved, holds]);
  console.log(rows.toString());
}
