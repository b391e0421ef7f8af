import { wildcard } from "../../core/wildcard.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { filterLimitExceeded, invalidFilter } from "./errors.ts";

/** Filters of a Describe operation by name: the path of what they look at in its answer, or how that is read. */
export type FilterPaths<D> = Readonly<Record<string, string | ((described: D) => unknown)>>;

const MOST_VALUES = 200;

/**
 * What a list of filters lets pass: every filter must, by any of its values, in which `*` and `?` are wildcards.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 * @throws InvalidParameterValue for a filter that the operation does not have
 */
export function filtering<D>(
  filters: readonly EC2.Filter[] | undefined,
  paths: FilterPaths<D>,
): (described: D) => boolean {
  const given = filters ?? [];
  if (given.reduce((sum, { Values }) => sum + (Values?.length ?? 0), 0) > MOST_VALUES)
    throw filterLimitExceeded(MOST_VALUES);
  const tests = given.map(({ Name = "null", Values = [] }) => {
    const read = readerOf(Name, paths);
    const matches = Values.map((value) => matcherOf(value));
    return (described: D) => textsOf(read(described)).some((text) => matches.some((holds) => holds(text)));
  });
  return (described) => tests.every((holds) => holds(described));
}

function readerOf<D>(name: string, paths: FilterPaths<D>): (described: D) => unknown {
  const path = Object.hasOwn(paths, name) ? paths[name] : undefined;
  if (typeof path === "function") return path;
  if (path !== undefined) return (described) => valueAt(described, path.split("."));
  if (name === "tag-key") return (described) => tagsOf(described).map(({ Key }) => Key);
  if (name.startsWith("tag:")) {
    const key = name.slice("tag:".length);
    return (described) =>
      tagsOf(described)
        .filter(({ Key }) => Key === key)
        .map(({ Value }) => Value);
  }
  throw invalidFilter(name);
}

const tagsOf = (described: unknown): readonly EC2.Tag[] => {
  const { Tags, TagSet } = described as { Tags?: EC2.Tag[]; TagSet?: EC2.Tag[] };
  return Tags ?? TagSet ?? [];
};

/** What stands at a path, through lists. */
function valueAt(value: unknown, path: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => valueAt(item, path));
  const [name, ...rest] = path;
  if (name === undefined || typeof value !== "object" || value === null) return value;
  return valueAt((value as Record<string, unknown>)[name], rest);
}

function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (value === undefined || value === null || typeof value === "object") return [];
  return [String(value)];
}

/** `\*`, `\?` and `\\` stand for themselves. */
function matcherOf(pattern: string): (text: string) => boolean {
  if (!pattern.includes("\\")) return (text) => wildcard(pattern, text);
  // What is escaped takes a place of its own, which no text has, while the wildcards are matched.
  const hidden = (one: string): string => ({ "*": "\uE000", "?": "\uE001", "\\": "\uE002" })[one] ?? one;
  const bare = pattern.replace(/\\([*?\\])/g, (_, one: string) => hidden(one));
  return (text) => wildcard(bare, text.replace(/[*?\\]/g, hidden));
}
