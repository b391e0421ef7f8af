import { type OnReadOpts, Socket } from "node:net";

/** Every read of every connection goes here: it has room for what comes at once, and is free again when that has been looked at. */
const LENT = Buffer.allocUnsafeSlow(64 * 1024);

/** What Node's sockets have inside. */
interface Opened {
  _handle: object | null;
}

/**
 * A connection whose bytes can be looked at where they were read. Node makes 64 KB of memory for each read of an accepted connection and cuts it to
 * what has come, a twentieth of what a small call costs; sockets with `onread` have their memory from who opens them.
 */
export class LendingSocket extends Socket {
  #take: ((bytes: Buffer) => void) | undefined;

  private constructor(handle: object) {
    const onread: OnReadOpts = { buffer: LENT, callback: (size) => this.#came(LENT.subarray(0, size)) };
    // Node makes its own sockets so; its types know a handle of another kind only.
    const opened: object = { handle, onread };
    super(opened);
  }

  /** An accepted connection opened anew; as it is where Node has it in another way. It must have been paused from its beginning. */
  static over(accepted: Socket): Socket {
    const inside = accepted as unknown as Opened;
    const handle = inside._handle;
    if (handle === null || typeof handle !== "object" || !("useUserBuffer" in handle)) return accepted;
    inside._handle = null;
    accepted.destroy();
    return new LendingSocket(handle);
  }

  /**
   * From here on, what comes goes to `take`, who has it until it returns (see `kept`), and not through the stream.
   * @param take undefined: it goes through the stream again
   */
  lendTo(take: ((bytes: Buffer) => void) | undefined): void {
    this.#take = take;
  }

  #came(bytes: Buffer): boolean {
    if (this.#take === undefined) return this.push(kept(bytes));
    this.#take(bytes);
    return true;
  }
}

/** The same bytes, in memory of their own if they were lent. */
export function kept(bytes: Buffer): Buffer {
  return bytes.buffer === LENT.buffer ? Buffer.from(bytes) : bytes;
}
