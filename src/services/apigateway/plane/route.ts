/**
 * Path matching of REST APIs: a literal part beats a variable, a variable beats a greedy one, the longer literal beginning wins.
 * A method is looked for on every matching resource, the most specific first, its own name before ANY.
 */
export interface Routed<R> {
  readonly resource: R;
  readonly method: string;
  /** Path variables, decoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
  /** As they were called, still encoded. */
  readonly rawPathParameters: Readonly<Record<string, string>>;
}

type Found<R> = Omit<Routed<R>, "pathParameters">;

interface Node<R> {
  readonly literals: Map<string, Node<R>>;
  variable?: { readonly name: string; readonly node: Node<R> };
  greedy?: { readonly name: string; readonly resource: R };
  resource?: R;
}

export class Routes<R extends { readonly path: string }> {
  readonly #root: Node<R> = { literals: new Map() };
  readonly #methodsOf: (resource: R) => Readonly<Record<string, unknown>>;

  constructor(resources: readonly R[], methodsOf: (resource: R) => Readonly<Record<string, unknown>>) {
    this.#methodsOf = methodsOf;
    for (const resource of resources) this.#add(resource);
  }

  /** @param path still percent-encoded, without the stage; a slash at its end does not count */
  match(httpMethod: string, path: string): Routed<R> | undefined {
    const parts = path
      .replace(/^\/+/, "/")
      .split("/")
      .filter((part, at, all) => at > 0 && !(part === "" && at === all.length - 1));
    const found = this.#walk(this.#root, parts, 0, {}, httpMethod);
    if (!found) return undefined;
    const decoded = Object.entries(found.rawPathParameters).map(([name, value]) => [name, decode(value)]);
    return { ...found, pathParameters: Object.fromEntries(decoded) as Record<string, string> };
  }

  #walk(
    node: Node<R>,
    parts: readonly string[],
    at: number,
    params: Readonly<Record<string, string>>,
    httpMethod: string,
  ): Found<R> | undefined {
    const part = parts[at];
    if (part === undefined) return this.#choose(node.resource, params, httpMethod);
    const literal = node.literals.get(decode(part));
    const exact = literal && this.#walk(literal, parts, at + 1, params, httpMethod);
    if (exact) return exact;
    if (node.variable && part !== "") {
      const named = { ...params, [node.variable.name]: part };
      const found = this.#walk(node.variable.node, parts, at + 1, named, httpMethod);
      if (found) return found;
    }
    if (!node.greedy) return undefined;
    const rest = { ...params, [node.greedy.name]: parts.slice(at).join("/") };
    return this.#choose(node.greedy.resource, rest, httpMethod);
  }

  #choose(
    resource: R | undefined,
    rawPathParameters: Readonly<Record<string, string>>,
    httpMethod: string,
  ): Found<R> | undefined {
    if (!resource) return undefined;
    const methods = this.#methodsOf(resource);
    if (Object.hasOwn(methods, httpMethod)) return { resource, method: httpMethod, rawPathParameters };
    if (Object.hasOwn(methods, "ANY")) return { resource, method: "ANY", rawPathParameters };
    return undefined;
  }

  #add(resource: R): void {
    let node = this.#root;
    for (const part of resource.path.split("/").filter(Boolean)) {
      if (part.endsWith("+}")) {
        node.greedy = { name: part.slice(1, -2), resource };
        return;
      }
      if (part.startsWith("{")) {
        node.variable ??= { name: part.slice(1, -1), node: { literals: new Map() } };
        node = node.variable.node;
      } else {
        let next = node.literals.get(part);
        if (!next) {
          next = { literals: new Map() };
          node.literals.set(part, next);
        }
        node = next;
      }
    }
    node.resource = resource;
  }
}

/** Percent-decoding that leaves what is malformed as it is. */
export function decode(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
