import { randomUUID } from "node:crypto";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServiceHost } from "../../../core/service.ts";
import type { Machine } from "../../../processes/machine.ts";
import type { CommandRecord } from "./command.ts";

/** What a step of a Command document sees of its instance. */
export interface PluginRun {
  readonly command: CommandRecord;
  readonly machine: Machine;
  /** With what stands between braces put in. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly host: ServiceHost;
  /** Aborted when the command is cancelled or has taken too long. */
  readonly signal: AbortSignal;
  out(text: string): void;
  err(text: string): void;
}

/** Does the work of one step and gives its exit code. @throws Error when it cannot be done, with what the step says of it */
export type Plugin = (run: PluginRun) => Promise<number>;

/** `aws:runShellScript`: https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html */
export const runShellScript: Plugin = async ({ machine, inputs, host, signal, out, err }) => {
  const { runCommand, workingDirectory } = inputs;
  if (typeof workingDirectory === "string" && workingDirectory !== "" && !existsSync(workingDirectory)) {
    err(`failed to run commands: chdir ${workingDirectory}: no such file or directory`);
    return 1;
  }
  const script = [runCommand].flat(2).map(String).join("\n");
  // AWS's agent runs it as a file: one that names an interpreter has that.
  const file = script.startsWith("#!") ? join(host.scratch("commands"), randomUUID()) : undefined;
  if (file !== undefined) writeFileSync(file, script, { mode: 0o700 });
  const { code } = await machine
    .run(file === undefined ? ["/bin/sh", "-c", script] : [file], {
      ...(typeof workingDirectory === "string" && workingDirectory !== "" && { cwd: workingDirectory }),
      signal,
      out: (chunk) => out(chunk.toString("utf8")),
      err: (chunk) => err(chunk.toString("utf8")),
    })
    .finally(() => file !== undefined && rmSync(file, { force: true }));
  if (code !== 0) err(`failed to run commands: exit status ${code}`);
  return code;
};
