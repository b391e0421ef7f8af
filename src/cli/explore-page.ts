import type { Exploration } from "../explore/explore.ts";
import { reportOf } from "../explore/reports/json.ts";
import { CliError } from "./cli-error.ts";
import { NoSquall, SquallClient } from "./client.ts";

const USUAL = "http://127.0.0.1:4566";
const PATH = "/_squall/explore";
/** A Squall that is asked whether it is there answers sooner, or is not waited for. */
const PATIENCE_MS = 2000;
/** Reports are sent no sooner after each other, and no later: the page tells by that that somebody still explores. */
const SOONEST_MS = 500;
const LATEST_MS = 5000;

/** Shows an exploration on the page of a running Squall, as it goes on. That Squall has no other part in it. */
export class ExplorePage {
  readonly #client: SquallClient;
  readonly #command: readonly string[];
  #newest: (() => Exploration) | undefined;
  #isSending = false;
  #isLost = false;
  #next: NodeJS.Timeout | undefined;
  #sent: Promise<void> = Promise.resolve();

  /**
   * The page of the Squall at a URL; without one, of that at `SQUALL_URL` or the usual port, where there is one.
   * @throws CliError when the one that was named is not there
   */
  static async open(url: string | undefined, command: readonly string[]): Promise<ExplorePage | undefined> {
    const client = new SquallClient(url ?? process.env["SQUALL_URL"] ?? USUAL);
    try {
      const { version } = await client.ask<{ version?: unknown }>(
        "GET",
        "/_squall/info",
        undefined,
        AbortSignal.timeout(PATIENCE_MS),
      );
      if (typeof version !== "string") throw new NoSquall(client.url);
      return new ExplorePage(client, command);
    } catch (error) {
      if (url === undefined && error instanceof CliError) return undefined;
      throw error;
    }
  }

  private constructor(client: SquallClient, command: readonly string[]) {
    this.#client = client;
    this.#command = command;
  }

  get address(): string {
    return `${this.#client.url}/_squall/ui#/explore`;
  }

  /** Shows this when it is time. */
  show(exploration: () => Exploration): void {
    this.#newest = exploration;
    if (!this.#isSending) this.#send();
  }

  /** The last word. Resolves when it has been said, or nobody hears it. */
  async end(exploration: Exploration): Promise<void> {
    clearTimeout(this.#next);
    await this.#sent;
    clearTimeout(this.#next);
    await this.#put(exploration, false);
  }

  #send(): void {
    this.#isSending = true;
    const exploration = this.#newest;
    if (!exploration || this.#isLost) return;
    this.#sent = this.#put(exploration(), true).then(() => {
      this.#next = setTimeout(() => this.#wait(exploration, LATEST_MS - SOONEST_MS), SOONEST_MS).unref();
    });
  }

  /** Until there is more to show, or it is high time to be heard of again. */
  #wait(shown: () => Exploration, leftMs: number): void {
    if (this.#newest !== shown || leftMs <= 0) this.#send();
    else this.#next = setTimeout(() => this.#wait(shown, leftMs - SOONEST_MS), SOONEST_MS).unref();
  }

  /** A page that is gone is no reason to stop. */
  async #put(exploration: Exploration, isRunning: boolean): Promise<void> {
    if (this.#isLost) return;
    const report = reportOf(exploration, this.#command);
    const inTime = AbortSignal.timeout(LATEST_MS);
    await this.#client.ask("PUT", PATH, { isRunning, report }, inTime).catch((error: Error) => {
      this.#isLost = true;
      console.error(`The page shows no more of this: ${error.message}`);
    });
  }
}
