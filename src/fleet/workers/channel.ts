/** As much of a process's or a worker's messages as is needed: those of others pass by here, too. */
export interface Channel {
  send(message: object, sent: (error: Error | null) => void): unknown;
  on(event: "message", hear: (message: unknown) => void): unknown;
  off(event: "message", hear: (message: unknown) => void): unknown;
}

/** What one end can be asked for, by name. What is said is JSON. */
export type Answers = Readonly<Record<string, (given: never) => unknown>>;

interface Asked {
  readonly squall: "asks";
  readonly id: number;
  readonly what: string;
  readonly given: unknown;
}

interface Answered {
  readonly squall: "answers";
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** What comes by a channel, of whomever. */
type Heard = Partial<Omit<Asked, "squall"> & Omit<Answered, "squall">> & { readonly squall?: string };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One end of a channel between two processes: asks the other one, and answers what that asks. */
export class ChannelEnd {
  readonly #channel: Channel;
  readonly #answers: Answers;
  readonly #waiting = new Map<number, Waiting>();
  readonly #hear = (message: unknown) => this.#hears(message as Heard | null);
  #last = 0;
  #isGone = false;

  constructor(channel: Channel, answers: Answers) {
    this.#channel = channel;
    this.#answers = answers;
    channel.on("message", this.#hear);
  }

  /** @throws Error that the other end has thrown, or because it is gone */
  async ask<T>(what: string, given?: unknown): Promise<T> {
    if (this.#isGone) throw gone();
    const id = ++this.#last;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#say({ squall: "asks", id, what, given });
    return (await answer) as T;
  }

  /** Nobody answers any more. */
  close(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#channel.off("message", this.#hear);
    for (const { reject } of this.#waiting.values()) reject(gone());
    this.#waiting.clear();
  }

  #say(message: Asked | Answered): void {
    this.#channel.send(message, (error) => {
      if (error) this.close();
    });
  }

  #hears(message: Heard | null): void {
    if (typeof message !== "object" || message === null) return;
    const { squall, id = 0 } = message;
    if (squall === "asks") void this.#answer(id, String(message.what), message.given);
    if (squall !== "answers") return;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (message.error === undefined) waiting?.resolve(message.value);
    else waiting?.reject(new Error(message.error));
  }

  async #answer(id: number, what: string, given: unknown): Promise<void> {
    try {
      const answer = Object.hasOwn(this.#answers, what) ? this.#answers[what] : undefined;
      if (answer === undefined) throw new Error(`Nobody here answers "${what}".`);
      const value = await answer(given as never);
      if (!this.#isGone) this.#say({ squall: "answers", id, value });
    } catch (error) {
      if (!this.#isGone) this.#say({ squall: "answers", id, error: (error as Error).message });
    }
  }
}

const gone = () => new Error("The process at the other end of the channel is gone.");
