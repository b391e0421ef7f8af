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
