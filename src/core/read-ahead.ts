import { LimitExceeded, limited } from "./limited.ts";

/** Texts shorter than this are read in place. */
const LONG_TEXT = 16 * 1024;
/** What has been read ahead is wanted at once, by whoever asked for it, and perhaps once more. */
const MOST_KEPT = 4;
const DEADLINE_MS = 10_000;

/** What came of a text: it is read to a value, or is refused. */
export type Read = { readonly value: unknown } | { readonly refusal: string };

/**
 * Long texts of a language that takes long to read (YAML: a megabyte a second). They are read by another process, with a deadline, and
 * remembered until whoever wants them asks, which is then at once.
 */
export class ReadAhead {
  readonly #task: URL;
  readonly #kept = new Map<string, Read>();

  /** @param task the module whose `run(text)` reads one */
  constructor(task: URL) {
    this.#task = task;
  }

  /** Resolves when a text can be asked for. */
  async prepare(text: string): Promise<void> {
    if (text.length < LONG_TEXT || this.#kept.has(text)) return;
    let read: Read;
    try {
      read = await limited<Read>(this.#task, text, DEADLINE_MS);
    } catch (error) {
      if (!(error instanceof LimitExceeded)) throw error;
      read = { refusal: "It takes too long to read." };
    }
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < MOST_KEPT) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(text, read);
  }

  /** What was read; undefined for a text that was not read ahead. */
  get(text: string): Read | undefined {
    const read = this.#kept.get(text);
    return read && "value" in read ? { value: structuredClone(read.value) } : read;
  }
}
