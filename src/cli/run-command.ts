import { spawn } from "node:child_process";
import { CliError } from "./cli-error.ts";

/**
 * Runs a command in this terminal. Its exit code; 128 and the signal's number when a signal ended it.
 * @throws CliError when it cannot be run
 */
export function runCommand(command: readonly string[], variables: Record<string, string>): Promise<number> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: "inherit", env: { ...process.env, ...variables } });
  // The terminal sends Ctrl-C to both: the command decides what it does about it.
  const wait = () => {};
  process.on("SIGINT", wait);
  const pass = () => child.kill("SIGTERM");
  process.on("SIGTERM", pass);
  return new Promise<number>((resolve, reject) => {
    child.once("error", ({ code }: NodeJS.ErrnoException) =>
      reject(new CliError(`${program} cannot be run (${code}). Is it installed, and on the PATH?`)),
    );
    child.once("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  }).finally(() => {
    process.removeListener("SIGINT", wait);
    process.removeListener("SIGTERM", pass);
  });
}
