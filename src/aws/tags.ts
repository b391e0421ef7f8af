import type { AwsError } from "../core/aws-error.ts";
import type { TagDeclaration } from "./resource.ts";

/** Tags as services keep them: keys to values. */
export type Tags = Readonly<Record<string, string>>;

/** Tags as most APIs carry them. */
export interface Tag {
  /** Some services' models let it be left out, which none of them takes. */
  readonly Key?: string;
  readonly Value?: string;
}

/** What a service allows of tags, and how it says no. https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
export interface TagRules {
  /** How many a resource can have. Default 50. */
  readonly most?: number;
  /** Keys that differ in case only are the same (IAM). */
  readonly ignoresCase?: boolean;
  readonly longestKey?: number;
  readonly longestValue?: number;
  /** Characters of keys and values. Default: any. */
  readonly allowed?: RegExp;
  readonly errors: TagErrors;
}

type TagErrors = {
  tooMany(most: number): AwsError;
  /** A key is given twice. Default: the last one counts. */
  duplicate?(key: string): AwsError;
} & (
  | ({ /** For what has no words of its own. */ invalid(reason: string): AwsError } & Partial<Refusals>)
  | Refusals
);

/** What no service lets pass, in the words of one. */
interface Refusals {
  /** `aws:` is AWS's own. */
  reserved(key: string): AwsError;
  key(key: string): AwsError;
  value(value: string, key: string): AwsError;
}

/** Limits of keys and values everywhere in AWS, in characters. */
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

/** What CloudFormation, Auto Scaling and launch templates tag resources with, through their services' own operations. They do not count towards a limit. */
const SYSTEM_TAG =
  /^aws:(?:cloudformation:(?:stack-name|stack-id|logical-id)|autoscaling:groupName|ec2launchtemplate:(?:id|version))$/;

const counted = (tags: Tags): number => Object.keys(tags).filter((key) => !SYSTEM_TAG.test(key)).length;

/** Tags of one service: read from its inputs, added, removed, listed, by its rules. */
export class Tagging {
  readonly #rules: TagRules;
  readonly #refusals: Refusals;
  readonly most: number;

  constructor(rules: TagRules) {
    this.#rules = rules;
    this.#refusals = refusalsOf(rules);
    this.most = rules.most ?? 50;
  }

  /** A list or a map of an input, checked. @throws AwsError of the service's */
  read(given: readonly Tag[] | Tags | undefined): Record<string, string> {
    const entries = entriesOf(given);
    const tags: Record<string, string> = Object.create(null);
    const seen = new Set<string>();
    for (const [key, value] of entries) {
      const same = this.#sameKey(key);
      if (seen.has(same) && this.#rules.errors.duplicate) throw this.#rules.errors.duplicate(key);
      seen.add(same);
      this.#check(key, value);
      tags[key] = value;
    }
    if (counted(tags) > this.most) throw this.#rules.errors.tooMany(this.most);
    return { ...tags };
  }

  /** What is there with what an input adds; a key that is there gets the new value. @throws AwsError of the service's */
  add(before: Tags, given: readonly Tag[] | Tags | undefined): Record<string, string> {
    const added = this.read(given);
    const keys = new Set(Object.keys(added).map((key) => this.#sameKey(key)));
    const kept = this.#rules.ignoresCase
      ? Object.entries(before).filter(([key]) => !keys.has(this.#sameKey(key)))
      : Object.entries(before);
    const after = { ...Object.fromEntries(kept), ...added };
    if (counted(after) > this.most) throw this.#rules.errors.tooMany(this.most);
    return after;
  }

  /** What is left without these keys; one that is not there is no error, as everywhere in AWS. */
  remove(before: Tags, keys: readonly string[]): Record<string, string> {
    const gone = new Set(keys.map((key) => this.#sameKey(key)));
    return Object.fromEntries(Object.entries(before).filter(([key]) => !gone.has(this.#sameKey(key))));
  }

  #sameKey(key: string): string {
    return this.#rules.ignoresCase ? key.toLowerCase() : key;
  }

  #check(key: string, value: string): void {
    const { allowed, longestKey = LONGEST_KEY, longestValue = LONGEST_VALUE } = this.#rules;
    if (/^aws:/i.test(key) && !SYSTEM_TAG.test(key)) throw this.#refusals.reserved(key);
    const isKey = key.length > 0 && key.length <= longestKey && (allowed?.test(key) ?? true);
    if (!isKey) throw this.#refusals.key(key);
    const isValue = value.length <= longestValue && (allowed?.test(value) ?? true);
    if (!isValue) throw this.#refusals.value(value, key);
  }
}

/** A service's own words, and where it has none of its own the same reasons in its error. */
function refusalsOf({ errors, longestKey = LONGEST_KEY, longestValue = LONGEST_VALUE }: TagRules): Refusals {
  if (!("invalid" in errors)) return errors;
  return {
    reserved: () => errors.invalid("aws: prefixed tag key names are not allowed for external use."),
    key: () => errors.invalid(`Tag keys must be between 1 and ${longestKey} characters in length.`),
    value: () => errors.invalid(`Tag values must be between 0 and ${longestValue} characters in length.`),
    ...errors,
  };
}

/** What is left without these keys, for a service whose keys tell cases apart. */
export const withoutTags = (before: Tags, keys: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(before).filter(([key]) => !keys.includes(key)));

/** As a list of `Key` and `Value`, in the order in which they were added. */
export const tagList = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** How most services are tagged: `TagResource` and `UntagResource` with an ARN. */
export function taggedByArn<V>(how: {
  of(record: V): Tags | undefined;
  /** The members that hold the ARN, the tags and the keys. */
  readonly members: readonly [arn: string, tags: string, keys: string];
  readonly form: "list" | "map";
}): TagDeclaration<V> {
  const [arnMember, tagsMember, keysMember] = how.members;
  return {
    of: how.of,
    add: {
      operation: "TagResource",
      input: (arn, tags) => ({
        [arnMember]: arn,
        [tagsMember]: how.form === "list" ? tagList(tags) : { ...tags },
      }),
    },
    remove: {
      operation: "UntagResource",
      input: (arn, keys) => ({ [arnMember]: arn, [keysMember]: [...keys] }),
    },
  };
}

function entriesOf(given: readonly Tag[] | Tags | undefined): (readonly [string, string])[] {
  if (given === undefined) return [];
  if (Array.isArray(given)) return given.map(({ Key, Value }: Tag) => [Key ?? "", Value ?? ""] as const);
  return Object.entries(given as Tags);
}
