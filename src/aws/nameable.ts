import { loadModel, type MemberRef, operationIn, type ServiceModel } from "../models/model.ts";
import type { Catalog } from "./catalog.ts";
import type { ResourceType } from "./resource.ts";

/**
 * Which resources the calls of a service can name at all, as far as its declaration and its model say: what a rule by resource is
 * checked against. In doubt a call can.
 */
export class Nameable {
  readonly #types: readonly ResourceType[];
  readonly #model: ServiceModel | undefined;

  constructor(catalog: Catalog, service: string) {
    this.#types = catalog.types(service);
    this.#model = loadModel(service);
  }

  /**
   * @param operation absent: any of the service's
   * @param pattern an ARN with wildcards; absent: any resource
   */
  canName(operation: string | undefined, pattern?: string): boolean {
    // One that is newer than the model may name anything.
    if (operation !== undefined && this.#model && !operationIn(this.#model, operation)) return true;
    if (operation === undefined && this.#model)
      return Object.keys(this.#model.operations).some((name) => this.canName(name, pattern));
    const types = this.typesNamed(operation);
    if (pattern === undefined) return types.length > 0 || this.#holds(operation, NAMES_ARN);
    if (types.some(({ arn }) => arn.meets(pattern)) || this.#holds(operation, NAMES_ARN)) return true;
    if (this.#model === undefined) return types.length > 0 && !this.#isOwn(pattern);
    // An ARN of another service may stand where no declaration knows of it; one of its own does not.
    return !this.#isOwn(pattern) && this.#holds(operation, NAMES_SOMETHING);
  }

  /** The declared types that an operation's input can name. */
  typesNamed(operation: string | undefined): readonly ResourceType[] {
    if (!this.#model || operation === undefined) return this.#types;
    const members = Object.keys(this.#inputOf(operation));
    return this.#types.filter((type) => type.canBeNamedBy(members));
  }

  #isOwn(pattern: string): boolean {
    const service = pattern.split(":")[2];
    return this.#types.some(({ arn }) => arn.text.split(":")[2] === service);
  }

  /** Has an operation's input a member, at any depth, whose name or shape says that such a text stands there? */
  #holds(operation: string | undefined, words: RegExp): boolean {
    if (operation === undefined) return false;
    const members = Object.entries(this.#inputOf(operation));
    // A declared member (`TableName`, of the shape TableArn) takes ARNs of its own type alone, unless it is called one.
    const [declared, others] = partitioned(members, ([name]) =>
      this.#types.some((type) => type.hasNamer(name)),
    );
    return (
      declared.some(([name]) => words.test(name)) ||
      this.#anyMember(Object.fromEntries(others), words, new Set())
    );
  }

  #anyMember(members: Readonly<Record<string, MemberRef>>, words: RegExp, met: Set<string>): boolean {
    return Object.entries(members).some(([name, { shape }]) => {
      if (words.test(name) || words.test(shape)) return true;
      if (met.has(shape)) return false;
      met.add(shape);
      const { members: inner = {}, member, value } = this.#model?.shapes[shape] ?? {};
      const items = { ...(member && { item: member }), ...(value && { item: value }) };
      return this.#anyMember({ ...inner, ...items }, words, met);
    });
  }

  #inputOf(operation: string): Readonly<Record<string, MemberRef>> {
    const shape = this.#model && operationIn(this.#model, operation)?.input?.shape;
    return (shape && this.#model?.shapes[shape]?.members) || {};
  }
}

function partitioned<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

const NAMES_ARN = /arn/i;
/** What may hold an ARN of another service under a name of its own: a key, a role, an endpoint, a queue's attributes. */
const NAMES_SOMETHING =
  /key|role|polic|resource|target|source|destination|identifier|principal|endpoint|topic|queue|function|stream|bucket|secret|profile|document|definition|configuration|attribute|parameter|propert|value|variable|uri/i;
