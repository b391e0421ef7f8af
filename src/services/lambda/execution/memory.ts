import { readFileSync } from "node:fs";
import type { SandboxProcess } from "./process.ts";

const WATCH_MS = 500;

/** Keeps an eye on how much memory a runtime takes. Only Linux tells; elsewhere nothing is seen. */
export class MemoryWatch {
  #runtime: SandboxProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #peakMB: number | undefined;
  #readAt = 0;

  /** Kills the runtime once it takes more than the limit. */
  watch(runtime: SandboxProcess, limitMB: number | undefined): void {
    this.stop();
    this.#runtime = runtime;
    if (limitMB === undefined || process.platform !== "linux") return;
    this.#timer = setInterval(() => {
      const memory = residentMemory(runtime);
      if (memory && memory.nowMB > limitMB) runtime.kill();
    }, WATCH_MS).unref();
  }

  /** The most so far, for the REPORT line, which never says more than the function has. */
  used(memorySizeMB: number): { maxMemoryMB?: number } {
    const now = performance.now();
    if (this.#runtime && now - this.#readAt > WATCH_MS) {
      this.#readAt = now;
      this.#peakMB = residentMemory(this.#runtime)?.peakMB ?? this.#peakMB;
    }
    return this.#peakMB === undefined ? {} : { maxMemoryMB: Math.min(this.#peakMB, memorySizeMB) };
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** The resident memory of a process, now and at most so far. */
function residentMemory({ pid, isRunning }: SandboxProcess): { nowMB: number; peakMB: number } | undefined {
  if (process.platform !== "linux" || pid === undefined || !isRunning) return undefined;
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    const megabytes = (field: string) =>
      Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024);
    return { nowMB: megabytes("VmRSS"), peakMB: megabytes("VmHWM") };
  } catch {
    return undefined;
  }
}
