import { spawn } from "node:child_process";
import type { Command, Descriptor, ProcessEvents } from "./process-events.ts";

/** Starts a program as a child of ours. */
export function spawnProcess({ file, args, cwd, env }: Command, events: ProcessEvents): void {
  const child = spawn(file, args, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    detached: true,
  });
  if (child.pid) events.born(child.pid);
  for (const descriptor of [1, 2, 3] satisfies Descriptor[]) {
    const pipe = child.stdio[descriptor] as NodeJS.ReadableStream;
    pipe.on("data", (chunk: Buffer) => events.wrote(descriptor, chunk));
  }
  child.once("error", (error) => events.failed(error));
  child.once("exit", (code, signal) => events.exited(code, signal));
  child.once("close", () => events.closed());
}
