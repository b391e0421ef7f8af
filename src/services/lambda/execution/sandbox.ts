import type { EnvironmentLog } from "./environment-log.ts";
import { SandboxProcess } from "./process.ts";
import type { Command } from "./process-events.ts";

/** The processes of an environment: its runtime's and its extensions'. */
export class Sandbox {
  readonly #log: EnvironmentLog;
  readonly #exited: (how: string) => void;
  #runtime: SandboxProcess | undefined;
  #extensions: readonly SandboxProcess[] = [];

  /** @param exited hears how the runtime's process has ended, unless another one has taken its place */
  constructor(log: EnvironmentLog, exited: (how: string) => void) {
    this.#log = log;
    this.#exited = exited;
  }

  /** The runtime's process, once it has been started. */
  get runtime(): SandboxProcess | undefined {
    return this.#runtime;
  }

  /** Starts extensions and the runtime; gives the runtime's process. */
  start(command: Command, extensions: readonly Command[]): SandboxProcess {
    this.#extensions = extensions.map(
      (extension) => new SandboxProcess(extension, (message) => this.#log.extension(message)),
    );
    const runtime = new SandboxProcess(command, (message) => this.#log.application(message));
    this.#runtime = runtime;
    void runtime.ended.then((how) => {
      if (this.#runtime === runtime) this.#exited(how);
    });
    return runtime;
  }

  /** Resolves when every extension has ended. */
  async extensionsEnded(): Promise<void> {
    await Promise.all(this.#extensions.map((process) => process.ended));
  }

  kill(): void {
    this.#runtime?.kill();
    for (const process of this.#extensions) process.kill();
    this.#extensions = [];
  }
}
