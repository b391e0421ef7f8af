// biome-ignore-all lint/style/noNonNullAssertion: what was packed is there
import type { Course, Told } from "./recorded-call.ts";

/** A slice as it is packed. */
export interface PackedSlice {
  /** As JSON. */
  readonly input: string;
  /** As JSON; undefined for none. */
  readonly heads: string | undefined;
  readonly sliceBytes: number;
}

/** When a packed call was, and what its client saw. */
export type PackedCourse = Omit<Course, "sequence" | "dropped" | "retryAfterMs">;

/** What is packed of a call. */
export interface PackedCall extends Told, PackedCourse, PackedSlice {}

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

/** Behind those, one after the other: first how long each is (one more than it has bytes; 0: none), then all of them. */
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
  /** The common texts of the call before, and where their numbers are: most calls have the same. */
  last: readonly (string | undefined)[] = [];
  lastAt = 0;

  constructor(bytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(bytes);
  }

  clear(): void {
    this.end = 0;
    this.names.length = 0;
    this.numbers.clear();
    this.last = [];
  }

  /** @param names in the order of `COMMON` */
  writeNames(at: number, names: readonly (string | undefined)[]): void {
    const { bytes, last } = this;
    let same = 0;
    while (same < names.length && names[same] === last[same]) same++;
    if (same === names.length && last.length > 0)
      bytes.copyWithin(at, this.lastAt, this.lastAt + names.length * 2);
    else for (let i = 0; i < names.length; i++) bytes.writeUInt16LE(this.#numberOf(names[i]), at + i * 2);
    this.last = names;
    this.lastAt = at;
  }

  #numberOf(name: string | undefined): number {
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
  put(place: number, call: Told, course: PackedCourse, slice: PackedSlice): boolean {
    const { attempt = -1, mostAttempts = -1 } = call;
    if (attempt > LARGEST_COUNT || mostAttempts > LARGEST_COUNT || attempt < -1 || mostAttempts < -1)
      return false;
    const own = [call.id, call.parentId, call.invocationId, call.traceId, slice.input, slice.heads];
    const all = own.join("");
    const most = TEXTS + own.length * 4 + all.length * 3;
    if (most > SEGMENT_BYTES) return false;
    const segment = this.#segmentFor(most);
    const { bytes, end: start } = segment;
    bytes.writeDoubleLE(course.startedAt, start);
    bytes.writeDoubleLE(course.durationMs, start + 8);
    bytes.writeDoubleLE(call.began, start + 16);
    bytes.writeUInt16LE(course.status, start + COUNTS);
    bytes.writeUInt16LE(attempt + 1, start + COUNTS + 2);
    bytes.writeUInt16LE(mostAttempts + 1, start + COUNTS + 4);
    bytes[start + COUNTS + 6] = call.isInternal ? 1 : 0;
    bytes.writeUInt32LE(slice.sliceBytes, start + COUNTS + 7);
    segment.writeNames(start + NAMES, [
      call.service,
      call.operation,
      call.account,
      call.region,
      call.callerArn,
      call.accessKeyId,
      course.errorCode,
      call.userAgent,
      call.origin,
      call.gatheredBy,
    ]);
    const lengths = start + TEXTS;
    const texts = lengths + own.length * 4;
    const written = bytes.write(all, texts, "utf8");
    for (let i = 0; i < own.length; i++) {
      const text = own[i];
      // Most are ASCII.
      const length = written === all.length ? text?.length : text && Buffer.byteLength(text);
      bytes.writeUInt32LE(text === undefined ? 0 : Number(length) + 1, lengths + i * 4);
    }
    segment.end = texts + written;
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
    let at = start + TEXTS + OWN.length * 4;
    const own = Object.fromEntries(
      OWN.map((name, i) => {
        const length = bytes.readUInt32LE(start + TEXTS + i * 4) - 1;
        if (length < 0) return [name, undefined];
        const text = bytes.toString("utf8", at, at + length);
        at += length;
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
