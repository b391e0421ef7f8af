import { BoundedMap } from "./bounded-map.ts";

const MOST = 1000;
/** What is longer is decrypted each time: a small part of what a call with it costs. */
const LONGEST_BYTES = 4096;

/**
 * What was lately decrypted, by what it was decrypted from: the same key opens the same bytes to the same text. Who asks has been
 * let use the key by then, each time: nothing is answered from here without it.
 */
export class LatelyOpened {
  readonly #known = new BoundedMap<{ readonly key: string; readonly opened: Buffer }>(MOST);

  /**
   * @param sealed all that was sealed, and with what besides: what differs in anything differs here
   * @param key it opens with this key only
   * @param open decrypts it; what it throws is thrown, and nothing is remembered
   * @returns bytes of the caller's own
   */
  open(sealed: string, key: string, open: () => Buffer): Buffer {
    const known = this.#known.get(sealed);
    if (known && known.key === key) return Buffer.from(known.opened);
    const opened = open();
    if (opened.length <= LONGEST_BYTES) this.#known.set(sealed, { key, opened: Buffer.from(opened) });
    return opened;
  }
}
