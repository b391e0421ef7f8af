import type { ArnTemplate, Names, Place } from "./arn-template.ts";
import { compilePath, type InputPath } from "./input-path.ts";
import { NamesByText } from "./names-by-text.ts";

/**
 * What an input's text names: the value of one placeholder, several of them, or undefined when it names nothing of the
 * type. `input` is the whole of it, for a text that means something only beside another (a function and its qualifier).
 */
export type NameReader = (
  text: string,
  place: Place,
  input: Readonly<Record<string, unknown>>,
) => string | Names | undefined;

/** The text is the placeholder's value, whatever it looks like: an object's key may well be `arn:aws:s3:::another/key`. */
export interface Literally {
  readonly literally: string;
}
export const literally = (placeholder: string): Literally => ({ literally: placeholder });

export type NamedBy = Readonly<Record<InputPath, true | string | NameReader | Literally>>;

type Input = Readonly<Record<string, unknown>>;

/** What reads names at one place of inputs. */
interface Source {
  /** Where it stands in the declaration. */
  readonly turn: number;
  /** Does a text name the same, whatever stands beside it? */
  readonly isPlain: boolean;
  /** Is it the member itself? */
  readonly isTop: boolean;
  readonly texts: (input: unknown) => string[];
  readonly read: (text: string, place: Place, input: Input) => Names | undefined;
}

const NONE: readonly string[] = [];

/** Finds the resources of a type that an input names. */
export class Namer {
  readonly #arn: ArnTemplate;
  readonly #defaults: Names;
  /** By the top-level member of inputs that they read: most inputs have few of those that there are. */
  readonly #sources: ReadonlyMap<string, readonly Source[]>;
  /** What texts have named that are alone in an input. */
  readonly #alone = new NamesByText();

  constructor(arn: ArnTemplate, namedBy: NamedBy, defaults: Names = {}) {
    this.#arn = arn;
    this.#defaults = defaults;
    const sources = Object.entries(namedBy).map(([path, how], turn) => ({
      member: memberOf(path),
      source: {
        turn,
        isPlain: typeof how !== "function",
        isTop: memberOf(path) === path,
        texts: compilePath(path),
        read: reader(arn, path, how),
      },
    }));
    const byMember = Map.groupBy(sources, ({ member }) => member);
    this.#sources = new Map([...byMember].map(([member, own]) => [member, own.map(({ source }) => source)]));
  }

  /** ARNs of the resources that an input names. */
  named(input: Input, place: Place): readonly string[] {
    let asked: readonly Source[] | undefined;
    for (const member in input) {
      const own = this.#sources.get(member);
      if (own !== undefined) asked = asked === undefined ? own : [...asked, ...own];
    }
    const first = asked?.[0];
    if (asked === undefined || first === undefined) return NONE;
    if (asked.length === 1) return this.#only(first, input, place);
    return this.#all(
      asked.toSorted((a, b) => a.turn - b.turn),
      input,
      place,
    );
  }

  /** Does what an input names hang on the text of this member alone, if it has no other that names anything? */
  isNamedBy(member: string): "not" | "text" | "more" {
    const sources = this.#sources.get(member);
    if (sources === undefined) return "not";
    return sources.length === 1 && sources[0]?.isPlain && sources[0].isTop ? "text" : "more";
  }

  #only(source: Source, input: Input, place: Place): readonly string[] {
    const texts = source.texts(input);
    const text = texts[0];
    if (text === undefined) return NONE;
    const all = () => this.#all([source], input, place);
    return source.isPlain && texts.length === 1 ? this.#alone.of(text, place, all) : all();
  }

  #all(sources: readonly Source[], input: Input, place: Place): readonly string[] {
    const complete: Names[] = [];
    const partial: Names[] = [];
    for (const { texts, read } of sources) {
      for (const text of texts(input)) {
        const names = read(text, place, input);
        if (names === undefined) continue;
        const isWhole = this.#arn.placeholders.every((placeholder) => names[placeholder] !== undefined);
        (isWhole ? complete : partial).push(names);
      }
    }
    const found = new Set<string>();
    for (const names of [...complete, ...combined(this.#arn.placeholders, partial)]) {
      const filled = this.#arn.fill({ ...this.#defaults, ...names }, place);
      if (filled !== undefined) found.add(filled);
    }
    return [...found];
  }
}

/** The top-level member that a path begins with. */
export const memberOf = (path: InputPath) => path.replace(/[.[{].*$/s, "");

/** The placeholder that a member fills, when it is not read by a function. */
export const placeholderOf = (arn: ArnTemplate, path: InputPath, how: true | string) =>
  how === true ? placeholderAt(arn, path) : how;

function reader(
  arn: ArnTemplate,
  path: InputPath,
  how: true | string | NameReader | Literally,
): Source["read"] {
  if (typeof how === "object") return (text) => ({ [how.literally]: text });
  const placeholder = typeof how === "string" ? how : placeholderAt(arn, path);
  if (placeholder === undefined || (typeof how === "string" && !arn.placeholders.includes(how)))
    throw new Error(`${path} names no placeholder of ${arn.text}.`);
  const read: NameReader = typeof how === "function" ? how : (text) => text;
  return (text, place, input) => {
    const whole = text.startsWith("arn:") ? arn.read(text) : undefined;
    if (whole !== undefined) return whole;
    if (text.startsWith("arn:") && typeof how !== "function") return undefined;
    const names = read(text, place, input);
    return typeof names === "string" ? { [placeholder]: names } : names;
  };
}

function placeholderAt(arn: ArnTemplate, path: InputPath): string | undefined {
  const last = /(\w+)(?:\[\]|\{\})?$/.exec(path)?.[1];
  if (last !== undefined && arn.placeholders.includes(last)) return last;
  return arn.placeholders.length === 1 ? arn.placeholders[0] : arn.placeholders.at(-1);
}

/** A batch of a thousand keys in one bucket is a thousand resources; no input makes more than this. */
const MOST_COMBINATIONS = 1000;

/** Every combination of the values that an input gives for the placeholders. */
function combined(placeholders: readonly string[], partial: readonly Names[]): Names[] {
  if (partial.length === 0) return [];
  let combinations: Record<string, string>[] = [{}];
  for (const placeholder of [...placeholders, "account", "region"]) {
    const values = partial.map((names) => names[placeholder]).filter((value) => value !== undefined);
    if (values.length === 0) continue;
    combinations = combinations
      .flatMap((names) => values.map((value) => ({ ...names, [placeholder]: value })))
      .slice(0, MOST_COMBINATIONS);
  }
  return combinations;
}
