import { partitionOf } from "../core/arn.ts";

/** Where a resource is, when its names do not say so. */
export interface Place {
  readonly account: string;
  readonly region: string;
  /** The operation whose input is read, where that is known: SSM's `Name` is a parameter's or a document's. */
  readonly operation?: string;
}

/** A resource's own names, by placeholder: `{ TableName: "orders" }`; `account` and `region` when they are not the caller's. */
export type Names = Readonly<Record<string, string>>;

/**
 * The form of a type's ARNs: `arn:{partition}:sqs:{region}:{account}:{QueueName}`. Everything between braces but
 * partition, region and account names the resource. `{Name}` has neither slash nor colon, `{Name/}` may have slashes
 * (a log group's), `{Name+}` anything (an object's key).
 */
export class ArnTemplate {
  readonly text: string;
  /** The placeholders that name the resource, in order. */
  readonly placeholders: readonly string[];
  readonly #parts: readonly Part[];
  readonly #pattern: RegExp;
  #pieces: readonly Piece[] | undefined;

  constructor(text: string) {
    this.text = text;
    this.#parts = [...text.matchAll(/([^{]*)(?:\{(\w+)([/+]?)\})?/g)].map(
      ([, literal = "", placeholder, extent]) => ({
        literal,
        ...(placeholder && { placeholder, extent: extent as Extent }),
      }),
    );
    this.placeholders = this.#parts.flatMap(({ placeholder }) =>
      placeholder === undefined || PLACES.has(placeholder) ? [] : [placeholder],
    );
    this.#pattern = patternOf(this.#parts);
  }

  /** The ARN; undefined while a placeholder has no value. */
  fill(names: Names, place: Place): string | undefined {
    const region = names["region"] ?? place.region;
    let arn = "";
    for (const { literal, placeholder } of this.#parts) {
      arn += literal;
      if (placeholder === undefined) continue;
      const value =
        placeholder === "partition"
          ? partitionOf(region)
          : placeholder === "region"
            ? region
            : (names[placeholder] ?? (placeholder === "account" ? place.account : undefined));
      if (value === undefined) return undefined;
      arn += value;
    }
    return arn;
  }

  /** The names in an ARN of this form, with its account and region; undefined for any other text. */
  read(arn: string): Names | undefined {
    return this.#pattern.exec(arn)?.groups;
  }

  /** Can an ARN of this form fit a pattern with `*` and `?`? */
  meets(pattern: string): boolean {
    this.#pieces ??= this.#parts.flatMap(({ literal, placeholder, extent = "" }) => [
      ...lettersOf(literal),
      ...(placeholder === undefined ? [] : textOf(placeholder, extent)),
    ]);
    return meet(this.#pieces, piecesOf(pattern));
  }
}

/** What a placeholder may hold: `""` neither slash nor colon, `/` slashes too, `+` anything. */
type Extent = "" | "/" | "+";

interface Part {
  readonly literal: string;
  readonly placeholder?: string;
  readonly extent?: Extent;
}

const PLACES: ReadonlySet<string> = new Set(["partition", "region", "account"]);
const HOLDS: Readonly<Record<Extent, string>> = { "": "[^:/]+", "/": "[^:]+", "+": ".+" };

/** What a placeholder's text never has. */
const NOT_IN: Readonly<Record<Extent, string>> = { "": ":/", "/": ":", "+": "" };

/** One character, or any but some; many of them when it repeats. */
interface Piece {
  readonly letter?: string;
  readonly not: string;
  readonly repeats: boolean;
}

const lettersOf = (text: string): Piece[] => [...text].map((letter) => ({ letter, not: "", repeats: false }));
/** A region or an account may be empty, a name has a character at least. */
function textOf(placeholder: string, extent: Extent): Piece[] {
  if (PLACES.has(placeholder)) return [{ not: ":/", repeats: true }];
  const not = NOT_IN[extent];
  return [
    { not, repeats: false },
    { not, repeats: true },
  ];
}

const piecesOf = (pattern: string): Piece[] =>
  [...pattern].map((letter) =>
    letter === "*" || letter === "?"
      ? { not: "", repeats: letter === "*" }
      : { letter, not: "", repeats: false },
  );

/** Is there a text that both are? Each pair of places in them is looked at once. */
function meet(a: readonly Piece[], b: readonly Piece[]): boolean {
  const width = b.length + 1;
  const reached = new Set<number>([0]);
  // What is added while it goes on is met, too.
  for (const pair of reached) {
    const [i, j] = [Math.floor(pair / width), pair % width];
    const [one, other] = [a[i], b[j]];
    if (!one && !other) return true;
    if (one?.repeats) reached.add(pair + width);
    if (other?.repeats) reached.add(pair + 1);
    if (one && other && agree(one, other))
      reached.add(pair + (one.repeats ? 0 : width) + (other.repeats ? 0 : 1));
  }
  return false;
}

function agree(a: Piece, b: Piece): boolean {
  if (a.letter !== undefined && b.letter !== undefined) return a.letter === b.letter;
  const letter = a.letter ?? b.letter;
  return letter === undefined || !(a.not + b.not).includes(letter);
}

function patternOf(parts: readonly Part[]): RegExp {
  const source = parts.map(({ literal, placeholder, extent = "" }, at) => {
    if (placeholder === undefined) return RegExp.escape(literal);
    const next = parts[at + 1];
    // A path that a name follows at once ends with its slash: `role{Path/}{RoleName}`.
    const isPath = extent === "/" && next?.literal === "" && next.placeholder !== undefined;
    const holds = PLACES.has(placeholder) ? "[^:]*" : isPath ? "[^:]*/" : HOLDS[extent];
    return `${RegExp.escape(literal)}(?<${placeholder}>${holds})`;
  });
  return new RegExp(`^${source.join("")}$`, "s");
}
