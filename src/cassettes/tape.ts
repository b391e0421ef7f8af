import { AwsError } from "../core/aws-error.ts";
import type { Call, Next, Outcome } from "../core/call.ts";
import { digestOf, nameOf } from "../core/site.ts";
import type { Slice } from "../core/slice.ts";
import { type Answer, hear, keptError, outcomeOf } from "./answer.ts";
import { type Cassette, keyOf, type Recording } from "./cassette.ts";
import { derivedAnew } from "./derived.ts";
import { differencesOf } from "./differences.ts";
import type { TapeMode } from "./modes.ts";
import { scrubbed } from "./scrub.ts";

/** A call and what of its input is kept. */
type TapedCall = Call & { readonly slice: Slice };

/** What a run has made of a cassette. */
export interface TapeReport {
  readonly mode: TapeMode;
  readonly recorded: number;
  readonly played: number;
  /** Calls that the cassette does not have. */
  readonly missed: readonly string[];
  /** Recordings that nothing has asked for. */
  readonly unplayed: readonly string[];
  readonly differences: readonly { readonly call: string; readonly differences: readonly string[] }[];
}

/** How many are told at most. */
const MOST_TOLD = 1000;
/** What may be asked again and again, and is answered as the last time. */
const READS = /^(?:Get|List|Describe|Head|BatchGet|Query|Scan|Search|Receive|Select|Lookup|Check)/;

/** Stands between a client's calls and who answers them, with a cassette. */
export class Tape {
  readonly #cassette: Cassette;
  readonly #mode: TapeMode;
  readonly #keepsSecrets: boolean;
  readonly #occurrences = new Map<string, number>();
  readonly #played = new Set<string>();
  readonly #missed: string[] = [];
  readonly #differences: { call: string; differences: readonly string[] }[] = [];
  #recorded = 0;

  /** @throws Error when another process records in the same folder */
  constructor(cassette: Cassette, mode: TapeMode, keepsSecrets = false) {
    this.#cassette = cassette;
    this.#mode = mode;
    this.#keepsSecrets = keepsSecrets;
    if (mode === "record" || mode === "fill") cassette.hold();
  }

  close(): void {
    this.#cassette.close();
  }

  /** @throws AwsError that was recorded, that is answered, or `NoRecording` (400) in a replay */
  async play(call: TapedCall, next: Next): Promise<Outcome> {
    const asked = this.#asked(call);
    if (this.#mode === "record") return await this.#record(call, asked, next);
    if (this.#mode === "compare") return await this.#compare(call, asked, next);
    const recording = this.#find(call, asked);
    if (recording !== undefined) {
      this.#played.add(keyOf(recording));
      return derivedAnew(call, outcomeOf(recording.answer, call.headers["host"] ?? ""));
    }
    if (this.#mode === "fill") return await this.#record(call, asked, next);
    this.#miss(asked);
    throw new AwsError("NoRecording", this.#whyMissing(asked), { status: 400 });
  }

  get report(): TapeReport {
    const unplayed = this.#cassette
      .all()
      .map(keyOf)
      .filter((key) => !this.#played.has(key));
    return {
      mode: this.#mode,
      recorded: this.#recorded,
      played: this.#played.size,
      missed: this.#missed,
      unplayed: this.#mode === "record" ? [] : unplayed,
      differences: this.#differences,
    };
  }

  #asked(call: TapedCall): Omit<Recording, "answer"> {
    const { service, operation, region, slice } = call;
    const input = this.#keepsSecrets ? slice.input : scrubbed(service, operation, "input", slice.input);
    const name = nameOf({ service, operation, input });
    const digest = ((digestOf(input, slice.heads) ?? 0) >>> 0).toString(16).padStart(8, "0");
    const counted = `${name}~${digest}`;
    const occurrence = (this.#occurrences.get(counted) ?? 0) + 1;
    this.#occurrences.set(counted, occurrence);
    return { call: name, digest, occurrence, region, input };
  }

  #find(call: Call, asked: Omit<Recording, "answer">): Recording | undefined {
    const found = this.#cassette.get(keyOf(asked));
    if (found !== undefined || !READS.test(call.operation)) return found;
    for (let occurrence = asked.occurrence - 1; occurrence > 0; occurrence--) {
      const before = this.#cassette.get(keyOf({ ...asked, occurrence }));
      if (before !== undefined) return before;
    }
    return undefined;
  }

  async #record(call: Call, asked: Omit<Recording, "answer">, next: Next): Promise<Outcome> {
    // What was there is kept until there is something in its place.
    if (this.#mode === "record" && this.#recorded === 0) this.#cassette.clear();
    const { answer, end } = await this.#answered(call, next);
    if (answer !== undefined) {
      this.#recorded++;
      const recording = { ...asked, answer };
      this.#cassette.add(recording);
      this.#played.add(keyOf(recording));
    }
    return end();
  }

  async #compare(call: Call, asked: Omit<Recording, "answer">, next: Next): Promise<Outcome> {
    const recording = this.#find(call, asked);
    const { answer, end } = await this.#answered(call, next);
    if (recording === undefined) this.#miss(asked);
    else {
      this.#played.add(keyOf(recording));
      const differences = answer === undefined ? [] : differencesOf(recording.answer, answer);
      if (differences.length > 0 && this.#differences.length < MOST_TOLD)
        this.#differences.push({ call: keyOf(asked), differences });
    }
    return end();
  }

  /** What is answered, and how the call then ends. */
  async #answered(call: Call, next: Next): Promise<{ answer?: Answer; end: () => Outcome }> {
    try {
      const { answer, outcome } = await hear(call, await next(), this.#keepsSecrets);
      return { ...(answer && { answer }), end: () => outcome };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const end = () => {
        throw error;
      };
      return { answer: { error: keptError(error, call.headers["host"] ?? "") }, end };
    }
  }

  #miss(asked: Omit<Recording, "answer">): void {
    if (this.#missed.length < MOST_TOLD) this.#missed.push(keyOf(asked));
  }

  /** Names what comes nearest: most often an input has changed. */
  #whyMissing(asked: Omit<Recording, "answer">): string {
    const alike = this.#cassette.all().filter(({ call }) => call === asked.call);
    const [nearest] = alike.filter(({ digest }) => digest !== asked.digest);
    const why = `The cassette has no ${keyOf(asked)}.`;
    if (nearest === undefined) return alike.length === 0 ? why : `${why} It has ${alike.length} of them.`;
    const [difference] = differencesOf(nearest.input, asked.input);
    return `${why} ${keyOf(nearest)} is another one${difference === undefined ? "" : `: ${difference}`}.`;
  }
}
