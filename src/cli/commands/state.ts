import { createWriteStream, existsSync, openAsBlob, renameSync, rmSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";

export default function addState(program: Command): void {
  const state = program.command("state").description("Save and load everything that a running squall holds.");
  state.option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)");
  const client = (command: Command) => new SquallClient((command.optsWithGlobals() as { url?: string }).url);

  state
    .command("save <file>")
    .description("Write a state file.")
    .action(async (file: string, _flags: unknown, command: Command) => {
      if (existsSync(file)) throw new CliError(`${file} is there already.`);
      const response = await client(command).fetch("GET", "/_squall/state");
      if (!response.ok || !response.body) throw new CliError(`Saving failed: ${await response.text()}`);
      // The name is the file's once it is whole.
      const part = `${file}.part`;
      try {
        await pipeline(Readable.fromWeb(response.body), createWriteStream(part, { flush: true }));
        renameSync(part, file);
      } catch (error) {
        rmSync(part, { force: true });
        throw new CliError(`Saving failed: ${(error as Error).message}`);
      }
      console.log(`Saved to ${file}.`);
    });

  state
    .command("load <file>")
    .description("Replace everything with a state file's content.")
    .action(async (file: string, _flags: unknown, command: Command) => {
      if (!existsSync(file)) throw new CliError(`${file} is not there.`);
      const response = await client(command).fetch("POST", "/_squall/state", await openAsBlob(file));
      if (!response.ok) throw new CliError(`Loading failed: ${await response.text()}`);
      console.log(`Loaded ${file}.`);
    });
}
