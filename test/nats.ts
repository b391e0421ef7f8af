import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "./free-port.ts";

/** A nats-server with JetStream of one test file's own, that can be stopped and started again. */
export class TestNats implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "squall-nats-"));
  #port = 0;
  #process: ChildProcess | undefined;

  static async start(): Promise<TestNats> {
    const made = new TestNats();
    await made.start();
    return made;
  }

  url(fleet: string): string {
    return `nats://127.0.0.1:${this.#port}?fleet=${fleet}`;
  }

  /** Resolves when it takes connections; on the same port as before, if it has run. */
  async start(): Promise<void> {
    if (this.#port === 0) this.#port = await freePort();
    const server = spawn(
      "nats-server",
      ["-a", "127.0.0.1", "-p", `${this.#port}`, "-js", "-sd", this.#folder],
      {
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    this.#process = server;
    const lines: string[] = [];
    const ended = once(server, "exit").then(() => {
      throw new Error(`nats-server has ended: ${lines.slice(-3).join(" ")}`);
    });
    ended.catch(() => {});
    const ready = new Promise<void>((resolve) => {
      createInterface({ input: server.stderr }).on("line", (line) => {
        lines.push(line);
        if (line.includes("Server is ready")) resolve();
      });
    });
    await Promise.race([ready, ended]);
  }

  async stop(): Promise<void> {
    const server = this.#process;
    this.#process = undefined;
    if (!server || server.exitCode !== null) return;
    const ended = once(server, "exit");
    server.kill("SIGKILL");
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
