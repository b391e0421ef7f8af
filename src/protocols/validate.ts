/**
 * Checks an input against the model's constraints in AWS's words:
 * "1 validation error detected: Value 'x' at 'tableName' failed to satisfy constraint: Member must …".
 */

import type { AwsError } from "../core/aws-error.ts";
import { isQuick, linearRegex, RegexError } from "../core/regex.ts";
import { uncapitalized } from "../core/text.ts";
import { isLarge, type Unhurried } from "../core/unhurried.ts";
import type { Constraint, ShapeRules, ValidationOptions } from "../core/validation-options.ts";
import type { MemberRef, ServiceModel } from "../models/model.ts";
import { compilePattern } from "./patterns.ts";
import { CodecCache, entryOf, itemOf, keyOf, membersOf, type ResolvedShape, resolve } from "./shapes.ts";
import { type Problem, validationError } from "./validation-errors.ts";

/** AWS reports no more problems than these at once. */
const MAX_PROBLEMS = 10;
/** How long a text is matched when its shape has no length of its own. */
const MAX_MATCHED_LENGTH = 10_000;
/** A text longer than its shape allows is still matched up to here, so that both problems are told. */
const MIN_MATCHED_LENGTH = 1024;

/** SQS says in its own words which attribute it does not know. */
const DEFAULT_SKIP: Readonly<Record<string, readonly Constraint[]>> = { SQS: ["enum"] };

type Check = (value: unknown, path: string, problems: Problem[]) => void;
/** The same of a map, whose entries are at hand. */
type EntriesCheck = (...asked: [...Parameters<Check>, entries: readonly [string, unknown][]]) => void;
/** A member that is required or constrained. */
interface CheckedMember {
  readonly name: string;
  readonly ref: MemberRef;
  readonly path: string;
  readonly required: boolean;
  readonly check: Check | undefined;
}

function checkMember(
  { name, path, required, check }: CheckedMember,
  typed: unknown,
  prefix: string,
  problems: Problem[],
): void {
  if (typed !== undefined && typed !== null) check?.(typed, prefix + path, problems);
  else if (required) {
    problems.push({
      kind: "required",
      member: name,
      path: prefix + path,
      value: "null",
      text: "Member must not be null",
    });
  }
}

/** Java prints the whole numbers among doubles with a fraction. */
const boundText = (type: string, bound: number): string =>
  (type === "double" || type === "float") && Number.isInteger(bound) ? `${bound}.0` : String(bound);

/** One rule of a scalar, list or map: what must hold, and how AWS says so. */
interface Rule {
  readonly text: string;
  holds(value: unknown): boolean;
}

/**
 * Throws the service's validation error when an input breaks its model: required, length, range, pattern, enum.
 * Compiled at an operation's first use; shapes without constraints cost nothing.
 */
export function validateInput(
  model: ServiceModel,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  options: ValidationOptions = {},
): void {
  const error = checkInput(model, operation, input, options);
  if (error) throw error;
}

/** As `validateInput`, but returns the error. */
export function checkInput(
  model: ServiceModel,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  options: ValidationOptions = {},
): AwsError | undefined {
  const early = options.before?.(operation, input);
  if (early) return early;
  const check = validatorOf(model, options).operation(operation);
  if (check === undefined) return undefined;
  const problems: Problem[] = [];
  check(input, "", problems);
  return errorOf(model, operation, problems);
}

/** As `validateInput`, with pauses, for an input whose large parts are marked. */
export function* validateLarge(
  model: ServiceModel,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  options: ValidationOptions = {},
): Unhurried<void> {
  const early = options.before?.(operation, input);
  if (early) throw early;
  const ref = model.operations[operation]?.input;
  if (ref === undefined) return;
  const problems: Problem[] = [];
  yield* validatorOf(model, options).large(ref, input, "", problems);
  const error = errorOf(model, operation, problems);
  if (error) throw error;
}

/** The error that tells the first problems; undefined when there are none. */
function errorOf(model: ServiceModel, operation: string, problems: readonly Problem[]): AwsError | undefined {
  const [first, ...others] = problems;
  return first && validationError(model, operation, [first, ...others.slice(0, MAX_PROBLEMS - 1)]);
}

const validators = new WeakMap<ServiceModel, Map<ValidationOptions | string, Validator>>();

function validatorOf(model: ServiceModel, options: ValidationOptions): Validator {
  const known = validators.get(model) ?? new Map<ValidationOptions | string, Validator>();
  const skip = options.skip ?? DEFAULT_SKIP[model.metadata.serviceId] ?? [];
  // Options of a service are one object for as long as it lives; those that only skip are alike when they skip alike.
  const key = options.shapes || options.firstMembers || options.namesStructures ? options : skip.join();
  const validator = known.get(key) ?? new Validator(model, new Set(skip), options);
  known.set(key, validator);
  validators.set(model, known);
  return validator;
}

class Validator {
  readonly #model: ServiceModel;
  readonly #skip: ReadonlySet<Constraint>;
  readonly #options: ValidationOptions;
  readonly #operations = new Map<string, Check | undefined>();
  readonly #checks = new CodecCache<Check>();
  readonly #constrained = new Map<string, boolean>();

  constructor(model: ServiceModel, skip: ReadonlySet<Constraint>, options: ValidationOptions) {
    this.#model = model;
    this.#skip = skip;
    this.#options = options;
  }

  operation(name: string): Check | undefined {
    if (!this.#operations.has(name)) {
      const input = this.#model.operations[name]?.input;
      this.#operations.set(name, input && this.#check(input));
    }
    return this.#operations.get(name);
  }

  /**
   * What `#check` does, with pauses between the parts of what is marked as large.
   * @param isEntry of a list that is a map's entry: what it must satisfy as a whole is said of the map
   */
  *large(
    ref: MemberRef,
    value: unknown,
    path: string,
    problems: Problem[],
    isEntry = false,
  ): Unhurried<void> {
    const shape = this.#resolve(ref);
    const check = isEntry && shape.type === "list" ? this.#list(shape) : this.#check(ref);
    if (check === undefined) return;
    if (!isLarge(value) || !this.#hasAggregates(shape)) return check(value, path, problems);
    yield;
    if (shape.type === "structure") return yield* this.#largeStructure(shape, value, path, problems);
    if (!isEntry) this.#rulesCheck(shape)(value, path, problems);
    if (shape.type === "list") {
      for (const [index, part] of (value as unknown[]).entries()) {
        if (part !== null) yield* this.large(itemOf(shape), part, `${path}.${index + 1}.member`, problems);
        if (problems.length >= MAX_PROBLEMS) return;
        yield;
      }
      return;
    }
    const entries = Object.entries(value);
    this.#entriesCheck(shape)?.(value, path, problems, entries);
    for (const [key, part] of entries) {
      if (part !== null) yield* this.large(entryOf(shape), part, `${path}.${key}.member`, problems, true);
      if (problems.length >= MAX_PROBLEMS) return;
      yield;
    }
  }

  /** Does a shape have parts that are looked at one by one? */
  #hasAggregates(shape: ResolvedShape): boolean {
    if (shape.type === "structure") return !shape.document && !shape.eventstream;
    const item = shape.member ?? shape.value;
    return item !== undefined && isAggregate(this.#resolve(item));
  }

  *#largeStructure(shape: ResolvedShape, value: object, path: string, problems: Problem[]): Unhurried<void> {
    const prefix = path === "" ? "" : `${path}.`;
    for (const member of this.#membersToCheck(shape)) {
      const typed = (value as Record<string, unknown>)[member.name];
      if (isLarge(typed)) yield* this.large(member.ref, typed, prefix + member.path, problems);
      else checkMember(member, typed, prefix, problems);
      if (problems.length >= MAX_PROBLEMS) return;
    }
  }

  #check(ref: MemberRef): Check | undefined {
    if (!this.#isConstrained(ref.shape)) return undefined;
    return this.#checks.get(`${ref.shape} ${ref.location ?? ""}`, () => this.#compile(this.#resolve(ref)));
  }

  #resolve(ref: MemberRef): ConstrainedShape {
    const shape = resolve(this.#model, ref);
    const own = this.#options.shapes?.[shape.shape];
    return own ? { ...shape, ...own } : shape;
  }

  #compile(shape: ConstrainedShape): Check {
    const own = this.#rulesCheck(shape);
    switch (shape.type) {
      case "structure":
        return shape.document || shape.eventstream ? () => {} : this.#structure(shape);
      case "list":
        return both(own, this.#list(shape));
      case "map":
        return both(own, this.#map(shape));
      default:
        return own;
    }
  }

  #structure(shape: ResolvedShape): Check {
    const members = this.#membersToCheck(shape);
    return (value, path, problems) => {
      const prefix = path === "" ? "" : `${path}.`;
      for (const member of members) {
        checkMember(member, (value as Record<string, unknown>)[member.name], prefix, problems);
        if (problems.length >= MAX_PROBLEMS) return;
      }
    };
  }

  #membersToCheck(shape: ResolvedShape): CheckedMember[] {
    const required = new Set(this.#skip.has("required") ? [] : shape.required);
    return membersOf(this.#model, shape)
      .map(({ name, shape: ref }) => ({
        name,
        ref,
        path: uncapitalized(name),
        required: required.has(name),
        check: this.#check(ref),
      }))
      .filter((member) => member.required || member.check)
      .sort((a, b) => this.#turnOf(a.name) - this.#turnOf(b.name));
  }

  #turnOf(member: string): number {
    const turn = this.#options.firstMembers?.indexOf(member) ?? -1;
    return turn < 0 ? Number.MAX_SAFE_INTEGER : turn;
  }

  /** AWS walks into lists of structures, but says of a list of scalars as a whole what its members must satisfy. */
  #list(shape: ConstrainedShape): Check {
    const item = this.#resolve(itemOf(shape));
    const check = this.#check(itemOf(shape));
    if (check === undefined) return () => {};
    if (isAggregate(item)) {
      return (value, path, problems) => {
        for (const [index, entry] of (value as unknown[]).entries()) {
          if (entry !== null) check(entry, `${path}.${index + 1}.member`, problems);
          if (problems.length >= MAX_PROBLEMS) return;
        }
      };
    }
    const rules = this.#rules(item);
    const text =
      shape.membersText ?? `Member must satisfy constraint: [${ruleTexts(rules)}${this.#notNull(item)}]`;
    return (value, path, problems) => {
      const broken = (value as unknown[]).some(
        (entry) => entry !== null && !rules.every((rule) => rule.holds(entry)),
      );
      if (broken) problems.push({ kind: "value", member: path, path, value: this.#text(value, shape), text });
    };
  }

  /** Lambda tells it of members, too, but not of texts that may be empty (recorded: layers, architectures, weights; not subnets). */
  #notNull(item: ResolvedShape): string {
    const mayBeEmpty = item.type === "string" && item.min === 0;
    return this.#model.metadata.serviceId === "Lambda" && !mayBeEmpty ? ", Member must not be null" : "";
  }

  #map(shape: ResolvedShape): Check {
    const item = this.#resolve(entryOf(shape));
    // What a map's lists must satisfy is said of the map as a whole; what is in them, of them.
    const check = item.type === "list" ? this.#list(item) : this.#check(entryOf(shape));
    const whole = this.#entriesCheck(shape);
    const walks = check !== undefined && isAggregate(item);
    if (!walks && whole === undefined) return () => {};
    return (value, path, problems) => {
      const entries = Object.entries(value as Record<string, unknown>);
      whole?.(value, path, problems, entries);
      if (!walks) return;
      for (const [key, entry] of entries) {
        if (entry !== null) check(entry, `${path}.${key}.member`, problems);
        if (problems.length >= MAX_PROBLEMS) return;
      }
    };
  }

  /** What all keys and all values of a map must satisfy is said of the map as a whole. */
  #entriesCheck(shape: ResolvedShape): EntriesCheck | undefined {
    const keyRules = this.#rules(this.#resolve(keyOf(shape)));
    const keyText = `Map keys must satisfy constraint: [${ruleTexts(keyRules)}]`;
    const item = this.#resolve(entryOf(shape));
    const valueRules = item.type === "structure" || item.type === "map" ? [] : this.#rules(item);
    const valueText = `Map value must satisfy constraint: [${ruleTexts(valueRules)}${this.#notNull(item)}]`;
    if (keyRules.length + valueRules.length === 0) return undefined;
    return (value, path, problems, entries) => {
      const broken = (rules: readonly Rule[], part: 0 | 1) =>
        entries.some((entry) => entry[part] !== null && !rules.every((rule) => rule.holds(entry[part])));
      const report = (text: string) =>
        problems.push({ kind: "value", member: path, path, value: this.#text(value, shape), text });
      if (keyRules.length > 0 && broken(keyRules, 0)) report(keyText);
      if (valueRules.length > 0 && broken(valueRules, 1)) report(valueText);
    };
  }

  #rulesCheck(shape: ConstrainedShape): Check {
    const rules = this.#rules(shape);
    return (value, path, problems) => {
      for (const rule of rules) {
        if (rule.holds(value)) continue;
        const text = this.#text(value, shape);
        problems.push({
          kind: "value",
          member: path,
          path,
          value: text,
          text: rule.text,
          ...wholeOf(shape, path, rule.text),
        });
      }
    };
  }

  /** A shape's own rules, in the order in which AWS checks them. */
  #rules({ exempt, ...shape }: ConstrainedShape): Rule[] {
    const rules = this.#rulesOf(shape);
    if (!exempt) return rules;
    return rules.map(({ text, holds }) => ({
      text,
      holds: (value) => exempt.test(String(value)) || holds(value),
    }));
  }

  #rulesOf(shape: ResolvedShape): Rule[] {
    const rules: Rule[] = [];
    const pattern = this.#skip.has("pattern") || shape.type !== "string" ? undefined : shape.pattern;
    const regExp = pattern === undefined ? undefined : compilePattern(pattern);
    if (regExp) {
      // Some patterns are slow on what is far too long: its length is a problem of its own, or it takes another engine.
      const limit = Math.max(shape.max ?? MAX_MATCHED_LENGTH, MIN_MATCHED_LENGTH);
      rules.push({
        text: `Member must satisfy regular expression pattern: ${pattern}`,
        holds: (value) => {
          const text = String(value);
          if (text.length <= limit) return regExp.test(text);
          return shape.max !== undefined || matchesSlowly(regExp, text);
        },
      });
    }
    rules.push(...this.#bounds(shape));
    if (shape.enum && !this.#skip.has("enum") && !isS3Choice(this.#model, shape)) {
      const values = new Set(shape.enum);
      rules.push({
        text: `Member must satisfy enum value set: [${shape.enum.join(", ")}]`,
        holds: (value) => values.has(value as string),
      });
    }
    return rules;
  }

  #bounds({ type, min, max }: ResolvedShape): Rule[] {
    const isNumber = NUMBERS.has(type);
    if (!isNumber && !LENGTHS.has(type)) return [];
    if (this.#skip.has(isNumber ? "range" : "length")) return [];
    const what = isNumber ? "value" : "length";
    const rules: Rule[] = [];
    // Zero always holds, and is told where AWS tells all rules of a list's or a map's members.
    if (min !== undefined) {
      rules.push({
        text: `Member must have ${what} greater than or equal to ${boundText(type, min)}`,
        holds: isNumber
          ? (value) => (value as number) >= min
          : // Most texts are long enough even if each of their characters took two units.
            (value) => (typeof value === "string" && value.length >= 2 * min) || lengthOf(value) >= min,
      });
    }
    if (max !== undefined) {
      rules.push({
        text: `Member must have ${what} less than or equal to ${boundText(type, max)}`,
        holds: isNumber
          ? (value) => (value as number) <= max
          : (value) => (typeof value === "string" && value.length <= max) || lengthOf(value) <= max,
      });
    }
    return rules;
  }

  /** A value as messages show it: in quotes, as Java prints it. */
  #text(value: unknown, shape: ResolvedShape): string {
    return `'${this.#options.namesStructures ? this.#namedText(value, shape) : this.#plainText(value, shape)}'`;
  }

  #plainText(value: unknown, shape: ResolvedShape): string {
    if (typeof value === "number") return boundText(shape.type, value);
    if (shape.type !== "map" || typeof value !== "object" || value === null) return plainText(value);
    const item = this.#resolve(entryOf(shape));
    const entries = Object.entries(value).map(([key, entry]) => `${key}=${this.#plainText(entry, item)}`);
    return `{${entries.join(", ")}}`;
  }

  /** `WriteRequest(putRequest=PutRequest(item={…}), deleteRequest=null)`: all members, also those that are not there. */
  #namedText(value: unknown, shape: ConstrainedShape): string {
    if (typeof value !== "object" || value === null) return plainText(value);
    if (shape.type === "list" && Array.isArray(value)) {
      const item = this.#resolve(itemOf(shape));
      return `[${value.map((entry) => this.#namedText(entry, item)).join(", ")}]`;
    }
    if (shape.type === "map") {
      const item = this.#resolve(entryOf(shape));
      const entries = Object.entries(value).map(([key, entry]) => `${key}=${this.#namedText(entry, item)}`);
      return `{${entries.join(", ")}}`;
    }
    if (shape.type !== "structure") return plainText(value);
    const members = (shape.printed ?? Object.keys(shape.members ?? {})).map((name) => {
      // A service prints members, too, that its model does not show.
      const member = shape.members?.[name];
      const text = member
        ? this.#namedText((value as Record<string, unknown>)[name], this.#resolve(member))
        : "null";
      return `${uncapitalized(name)}=${text}`;
    });
    return `${shape.shape}(${members.join(", ")})`;
  }

  /** Does a shape, or one that it reaches, constrain anything? */
  #isConstrained(name: string): boolean {
    const known = this.#constrained.get(name);
    if (known !== undefined) return known;
    const seen = new Set<string>();
    const visit = (shapeName: string): boolean => {
      if (seen.has(shapeName)) return false;
      seen.add(shapeName);
      const shape = this.#resolve({ shape: shapeName });
      if (!this.#skip.has("required") && shape.required && shape.required.length > 0) return true;
      if (this.#rules(shape).length > 0) return true;
      const parts = [...Object.values(shape.members ?? {}), shape.member, shape.key, shape.value];
      return parts.some((part) => part !== undefined && visit(part.shape));
    };
    const constrained = visit(name);
    this.#constrained.set(name, constrained);
    return constrained;
  }
}

type ConstrainedShape = ResolvedShape & ShapeRules;

/** What a message says instead of value, path and rule. Passwords and the like are not shown again. */
function wholeOf(
  { complaint, secret, sensitive }: ConstrainedShape,
  path: string,
  text: string,
): { whole?: string } {
  if (complaint !== undefined) return { whole: complaint };
  return secret || sensitive ? { whole: `Value at '${path}' failed to satisfy constraint: ${text}` } : {};
}

/** S3 has an error of its own for each wrong header or parameter, and for a wrong region. */
const isS3Choice = (model: ServiceModel, shape: ResolvedShape) =>
  model.metadata.serviceId === "S3" &&
  (shape.location !== undefined || shape.shape === "BucketLocationConstraint");

const NUMBERS = new Set(["byte", "short", "integer", "long", "float", "double"]);
const LENGTHS = new Set(["string", "list", "map", "blob"]);

const isAggregate = (shape: ResolvedShape) => ["structure", "list", "map"].includes(shape.type);

const both =
  (first: Check, second: Check): Check =>
  (value, path, problems) => {
    first(value, path, problems);
    second(value, path, problems);
  };

/** As one constraint of a list or map they come the other way round: longest first, pattern last. */
function ruleTexts(rules: readonly Rule[]): string {
  return rules
    .map((rule) => rule.text)
    .reverse()
    .join(", ");
}

function lengthOf(value: unknown): number {
  if (typeof value === "string") {
    // Characters outside of the basic plane count once.
    let length = value.length;
    for (const char of value) if (char.length === 2) length--;
    return length;
  }
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return Object.keys(value as object).length;
}

function plainText(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (value instanceof Uint8Array)
    return `java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]`;
  if (value instanceof Date) return value.toUTCString();
  if (Array.isArray(value)) return `[${value.map(plainText).join(", ")}]`;
  if (typeof value === "object") {
    return `{${Object.entries(value)
      .map(([key, entry]) => `${key}=${plainText(entry)}`)
      .join(", ")}}`;
  }
  return String(value);
}

/** The same in linear time. What that engine cannot express is matched as it is when it is sure to be quick, and else let pass. */
function matchesSlowly({ source, flags }: RegExp, text: string): boolean {
  try {
    return linearRegex(source, flags.replace("u", "")).test(text);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    return !isQuick(source, text.length) || new RegExp(source, flags).test(text);
  }
}
