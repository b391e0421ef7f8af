import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Machine } from "./machine.ts";

/** Load on a machine, for as long as `lasts` does; it is taken away however that ends. */

const SCRIPT = fileURLToPath(new URL("../../runtimes/stress.mjs", import.meta.url));
const IO_BYTES = 64 * 1024 * 1024;
/** How long the machine's processes run and pause in turns. */
const TURN_MS = 100;

/**
 * Whoever shares processors with as many busy workers as there are gets half of them: so the machine's processes pause half of the
 * time at 100 percent, and nobody else feels it.
 */
export async function withCpuStress(
  machine: Machine,
  loadPercent: number,
  lasts: () => Promise<void>,
): Promise<void> {
  const pausedMs = (TURN_MS / 2) * (loadPercent / 100);
  let pause: NodeJS.Timeout | undefined;
  const turns = setInterval(() => {
    machine.signal("SIGSTOP");
    pause = setTimeout(() => machine.signal("SIGCONT"), pausedMs);
  }, TURN_MS);
  try {
    await lasts();
  } finally {
    clearInterval(turns);
    clearTimeout(pause);
    machine.signal("SIGCONT");
  }
}

/** How load is put on a machine by processes of its own. */
export interface Workers {
  readonly count: number;
  readonly lasts: () => Promise<void>;
  readonly signal?: AbortSignal;
  readonly err?: (chunk: Buffer) => void;
}

/** Workers that together take so many bytes of memory. */
export const withMemoryStress = (machine: Machine, bytes: number, workers: Workers): Promise<void> =>
  withWorkers(machine, ["memory", String(Math.floor(bytes / workers.count))], workers);

/** Workers that write through to the disk, 64 MB each, into a folder that is removed with them. */
export async function withIoStress(machine: Machine, folder: string, workers: Workers): Promise<void> {
  try {
    await withWorkers(machine, ["io", folder, String(IO_BYTES)], workers);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withWorkers(
  machine: Machine,
  args: readonly string[],
  { count, lasts, signal, err }: Workers,
): Promise<void> {
  const over = new AbortController();
  const ended = Array.from({ length: count }, () =>
    machine.run([process.execPath, SCRIPT, ...args], {
      signal: signal ? AbortSignal.any([signal, over.signal]) : over.signal,
      ...(err && { err }),
    }),
  );
  try {
    await lasts();
  } finally {
    over.abort();
    await Promise.allSettled(ended);
  }
}
