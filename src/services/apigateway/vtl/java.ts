import { spend, spendOnRegex, spendOnText } from "./effort.ts";

/**
 * The methods that templates call on values. API Gateway's engine is written in Java, so texts, lists, maps and numbers
 * answer to the methods of String, List, Map and Number.
 */
type Method = (self: never, args: readonly unknown[]) => unknown;
type Methods = Readonly<Record<string, Method>>;

const text = (value: unknown): string => javaText(value) ?? "";

const javaLists = new WeakSet<readonly unknown[]>();

/** A list that a template makes itself. */
export function asJavaList<T extends readonly unknown[]>(list: T): T {
  javaLists.add(list);
  return list;
}

/**
 * A value as API Gateway's engine prints it, as recorded: maps are Java's (`{a=b, c=[{"d":1}]}`), lists of documents are JSON with all
 * that is in them. Lists that a template makes are Java's (`[a, {b=c}]`), as Velocity's are: inferred. Undefined for nothing.
 */
export function javaText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) {
    if (!javaLists.has(value)) return JSON.stringify(value);
    return `[${value.map((item) => javaText(item) ?? "null").join(", ")}]`;
  }
  if (!isMap(value)) return String(value);
  const entries = Object.entries(value).map(([key, entry]) => `${key}=${javaText(entry) ?? "null"}`);
  return `{${entries.join(", ")}}`;
}

/** `==`: of two kinds, their texts are compared; nothing equals an empty text. */
export function javaEquals(left: unknown, right: unknown): boolean {
  if (typeof left === "object" || typeof left !== typeof right) return text(left) === text(right);
  return left === right;
}

/** A Java regular expression as ours, to be used on a text. */
const regex = (pattern: unknown, self: string, flags = ""): RegExp => {
  spendOnRegex(text(pattern), self);
  return new RegExp(text(pattern), flags);
};

/** In Java's replacement texts a backslash makes the next character plain. */
const replacement = (given: unknown): string =>
  text(given).replace(/\\(.)|\$(?!\d)/gs, (_, plain: string | undefined) =>
    (plain ?? "$").replaceAll("$", "$$$$"),
  );

const STRING: Methods = {
  length: (self: string) => self.length,
  isEmpty: (self: string) => self.length === 0,
  isBlank: (self: string) => self.trim().length === 0,
  equals: (self: string, [other]) => self === other,
  equalsIgnoreCase: (self: string, [other]) => self.toLowerCase() === text(other).toLowerCase(),
  compareTo: (self: string, [other]) => (self < text(other) ? -1 : self > text(other) ? 1 : 0),
  contains: (self: string, [part]) => self.includes(text(part)),
  matches: (self: string, [pattern]) => {
    spendOnRegex(text(pattern), self);
    return new RegExp(`^(?:${text(pattern)})$`, "s").test(self);
  },
  replace: (self: string, [from, to]) => {
    spend((self.length * text(to).length) / 64);
    return self.replaceAll(text(from), () => text(to));
  },
  replaceAll: (self: string, [pattern, to]) => {
    spend((self.length * text(to).length) / 64);
    return self.replace(regex(pattern, self, "g"), replacement(to));
  },
  replaceFirst: (self: string, [pattern, to]) => self.replace(regex(pattern, self), replacement(to)),
  split: (self: string, [pattern, limit]) => split(self, text(pattern), limit as number | undefined),
  concat: (self: string, [other]) => self + text(other),
  charAt: (self: string, [at]) => self.charAt(Number(at)),
  toString: (self: string) => self,
  hashCode: (self: string) => [...self].reduce((hash, c) => (Math.imul(31, hash) + c.charCodeAt(0)) | 0, 0),
};

/** Java leaves trailing empty parts out. */
function split(self: string, pattern: string, limit = 0): string[] {
  const parts = self.split(regex(pattern, self));
  if (limit > 0 && parts.length > limit) {
    const sticky = regex(pattern, self, "g");
    let end = 0;
    for (let n = 1; n < limit; n++) {
      const match = sticky.exec(self);
      if (!match) break;
      end = match.index + match[0].length;
    }
    return [...parts.slice(0, limit - 1), self.slice(end)];
  }
  while (limit === 0 && parts.length > 1 && parts.at(-1) === "") parts.pop();
  return parts;
}

const LIST: Methods = {
  toString: (self: unknown[]) => text(self),
  size: (self: unknown[]) => self.length,
  isEmpty: (self: unknown[]) => self.length === 0,
  get: (self: unknown[], [at]) => self[Number(at)],
  set: (self: unknown[], [at, value]) => {
    const before = self[Number(at)];
    self[Number(at)] = value;
    return before;
  },
  add: (self: unknown[], args) => {
    if (args.length > 1) self.splice(Number(args[0]), 0, args[1]);
    else self.push(args[0]);
    return true;
  },
  addAll: (self: unknown[], [others]) => self.push(...(others as unknown[])) > 0,
  contains: (self: unknown[], [item]) => self.includes(item),
  indexOf: (self: unknown[], [item]) => self.indexOf(item),
  clear: (self: unknown[]) => {
    self.length = 0;
  },
};

type JavaMap = Record<string, unknown>;

const own = (self: JavaMap, key: unknown): unknown =>
  Object.hasOwn(self, text(key)) ? self[text(key)] : undefined;

const MAP: Methods = {
  toString: (self: JavaMap) => text(self),
  size: (self: JavaMap) => Object.keys(self).length,
  isEmpty: (self: JavaMap) => Object.keys(self).length === 0,
  get: (self: JavaMap, [key]) => own(self, key),
  getOrDefault: (self: JavaMap, [key, otherwise]) => own(self, key) ?? otherwise,
  put: (self: JavaMap, [key, value]) => {
    const before = own(self, key);
    if (text(key) !== "__proto__") self[text(key)] = value;
    return before;
  },
  putAll: (self: JavaMap, [others]) => {
    for (const [key, value] of Object.entries((others as JavaMap | undefined) ?? {})) {
      if (key !== "__proto__") self[key] = value;
    }
  },
  containsKey: (self: JavaMap, [key]) => Object.hasOwn(self, text(key)),
  containsValue: (self: JavaMap, [value]) => Object.values(self).includes(value),
  remove: (self: JavaMap, [key]) => {
    const before = own(self, key);
    delete self[text(key)];
    return before;
  },
  keySet: (self: JavaMap) => asJavaList(Object.keys(self)),
  values: (self: JavaMap) => asJavaList(Object.values(self)),
  entrySet: (self: JavaMap) => Object.entries(self).map(([key, value]) => ({ key, value })),
};

const NUMBER: Methods = {
  intValue: (self: number) => Math.trunc(self),
  longValue: (self: number) => Math.trunc(self),
  doubleValue: (self: number) => self,
  toString: (self: number) => String(self),
  equals: (self: number, [other]) => self === other,
};

const BOOLEAN: Methods = {
  toString: (self: boolean) => String(self),
  equals: (self: boolean, [other]) => self === other,
};

function methodsOf(value: unknown): Methods | undefined {
  if (typeof value === "string") return STRING;
  if (typeof value === "number") return NUMBER;
  if (typeof value === "boolean") return BOOLEAN;
  if (Array.isArray(value)) return LIST;
  return isMap(value) ? MAP : undefined;
}

/** Plain objects are maps; `$input` and `$util` are not. */
export function isMap(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}

/** The Java method of that name, when the value is of a kind that has it. */
export function javaMethod(value: unknown, name: string): Method | undefined {
  const methods = methodsOf(value);
  const method = methods && Object.hasOwn(methods, name) ? methods[name] : undefined;
  return (
    method &&
    ((self, args) => {
      spend(1 + sizeOf(self) / 64);
      spendOnText(...args);
      return method(self, args);
    })
  );
}

const sizeOf = (value: unknown): number => {
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  return isMap(value) ? Object.keys(value).length : 0;
};
