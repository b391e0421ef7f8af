// biome-ignore-all lint/style/noNonNullAssertion: what was packed is there
import type { Course, Told } from "./recorded-call.ts";

/** What is packed of a call. */
export interface PackedCall extends Told, Omit<Course, "sequence" | "dropped" | "retryAfterMs"> {
  /** Of its slice, as JSON. */
  readonly input: string;
  /** As JSON; undefined for none. */
  readonly heads: string | undefined;
  readonly sliceBytes: number;
}

/** Texts that many calls have in common stand once in a segment. */
const COMMON = [
  "service",
  "operation",
  "account",
  "region",
  "callerArn",
  "accessKeyId",
  "errorCode",
  "userAgent",
  "origin",
  "gatheredBy",
] as const satisfies readonly (keyof PackedCall)[];

const OWN = [
  "id",
  "parentId",
  "invocationId",
  "traceId",
  "input",
  "heads",
] as const satisfies readonly (keyof PackedCall)[];

const SEGMENT_BYTES = 256 * 1024;
/** Of the first one, which a Squall has that nobody calls. */
const FIRST_BYTES = 16 * 1024;
/** Behind three doubles: status, attempts, most attempts (one more than each, 0: none), whether it is internal, and its slice's size. */
const COUNTS = 24;
const NAMES = COUNTS + 11;
const TEXTS = NAMES + COMMON.length * 2;
const LARGEST_COUNT = 0xfffe;
const MOST_NAMES = 0xffff;

/** A stretch of memory with calls behind one another. */
class Segment {
  readonly bytes: Buffer;
  end = 0;
  /** How many calls in it are still remembered. */
  calls = 0;
  readonly names: string[] = [];
  readonly numbers = new Map<string, number>();

  constructor(bytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(bytes);
  }

  clear(): void {
    this.end = 0;
    this.names.length = 0;
    this.numbers.clear();
  }

  numberOf(name: string | undefined): number {
    if (name === undefined) return 0;
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const number = this.names.push(name);
    this.numbers.set(name, number);
    return number;
  }
}

/**
 * Calls as bytes outside of the heap: as objects, thousands of them that live for some moments would be copied by each young
 * collection, which all calls wait for.
 */
export class PackedCalls {
  /** By place, and where in it: as many as have been in use. */
  readonly #segments: (Segment | undefined)[] = [];
  readonly #starts: number[] = [];
  #current = new Segment(FIRST_BYTES);
  #spare: Segment | undefined;

  /** @param place not much further than any before. @returns false when it cannot be packed */
  put(place: number, call: PackedCall): boolean {
    const { status, attempt = -1, mostAttempts = -1 } = call;
    if (attempt > LARGEST_COUNT || mostAttempts > LARGEST_COUNT || attempt < -1 || mostAttempts < -1)
      return false;
    let most = TEXTS;
    for (const name of OWN) most += 4 + (call[name]?.length ?? 0) * 3;
    if (most > SEGMENT_BYTES) return false;
    const segment = this.#segmentFor(most);
    const { bytes, end: start } = segment;
    bytes.writeDoubleLE(call.startedAt, start);
    bytes.writeDoubleLE(call.durationMs, start + 8);
    bytes.writeDoubleLE(call.began, start + 16);
    bytes.writeUInt16LE(status, start + COUNTS);
    bytes.writeUInt16LE(attempt + 1, start + COUNTS + 2);
    bytes.writeUInt16LE(mostAttempts + 1, start + COUNTS + 4);
    bytes[start + COUNTS + 6] = call.isInternal ? 1 : 0;
    bytes.writeUInt32LE(call.sliceBytes, start + COUNTS + 7);
    let at = start + NAMES;
    for (const name of COMMON) {
      bytes.writeUInt16LE(segment.numberOf(call[name]), at);
      at += 2;
    }
    for (const name of OWN) {
      const text = call[name];
      const length = text === undefined ? 0 : bytes.write(text, at + 4, "utf8");
      bytes.writeUInt32LE(text === undefined ? 0 : length + 1, at);
      at += 4 + length;
    }
    segment.end = at;
    segment.calls++;
    while (this.#segments.length < place) {
      this.#segments.push(undefined);
      this.#starts.push(0);
    }
    this.#segments[place] = segment;
    this.#starts[place] = start;
    return true;
  }

  get(place: number): PackedCall | undefined {
    const segment = this.#segments[place];
    if (!segment) return undefined;
    const { bytes, names } = segment;
    const start = this.#starts[place]!;
    const count = (offset: number) => {
      const read = bytes.readUInt16LE(start + COUNTS + offset);
      return read === 0 ? undefined : read - 1;
    };
    const common = Object.fromEntries(
      COMMON.map((name, i) => [name, names[bytes.readUInt16LE(start + NAMES + i * 2) - 1]]),
    );
    let at = start + TEXTS;
    const own = Object.fromEntries(
      OWN.map((name) => {
        const length = bytes.readUInt32LE(at);
        const text = length === 0 ? undefined : bytes.toString("utf8", at + 4, at + 3 + length);
        at += 4 + Math.max(length - 1, 0);
        return [name, text];
      }),
    );
    return {
      startedAt: bytes.readDoubleLE(start),
      durationMs: bytes.readDoubleLE(start + 8),
      began: bytes.readDoubleLE(start + 16),
      status: bytes.readUInt16LE(start + COUNTS),
      attempt: count(2),
      mostAttempts: count(4),
      isInternal: bytes[start + COUNTS + 6] === 1,
      sliceBytes: bytes.readUInt32LE(start + COUNTS + 7),
      ...common,
      ...own,
    } as PackedCall;
  }

  delete(place: number): void {
    const segment = this.#segments[place];
    if (!segment) return;
    this.#segments[place] = undefined;
    segment.calls--;
    if (segment.calls > 0) return;
    segment.clear();
    if (segment !== this.#current && segment.bytes.length === SEGMENT_BYTES) this.#spare = segment;
  }

  #segmentFor(more: number): Segment {
    const { bytes, end, names } = this.#current;
    if (end + more <= bytes.length && names.length + COMMON.length <= MOST_NAMES) return this.#current;
    this.#current = this.#spare ?? new Segment(SEGMENT_BYTES);
    this.#spare = undefined;
    return this.#current;
  }
}
