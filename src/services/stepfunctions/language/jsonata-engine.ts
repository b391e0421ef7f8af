import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Context, createContext, Script } from "node:vm";
import { LimitExceeded } from "../../../core/limited.ts";
import { uuidOf } from "../../../core/uuid-of.ts";
import { digest, drawn } from "./digest.ts";

/*
 * The JSONata library in a place of its own, where even what it leaves for later (it is all promises) runs before a call returns:
 * an evaluation is as good as synchronous, and can be ended from outside when it takes too long. What is in there knows nothing of
 * Squall: texts go in, texts come out.
 */

/** What an evaluation is given. */
export interface Evaluation {
  readonly expression: string;
  /** Values of variables, as JSON: `{"states": …}`. */
  readonly bindings: string;
  /** Epoch milliseconds of `$now()` and `$millis()`. */
  readonly nowMs: number;
  /** What `$random()` and `$uuid()` come of. */
  readonly seed: string;
}

interface Given extends Evaluation {
  readonly deadlineMs: number;
  /** Others wait: what looks at no clock in between, as a pattern does, is late at once. */
  readonly isInPlace: boolean;
}

/** `value` is JSON; absent for nothing at all. */
export type Evaluated =
  | { readonly value?: string }
  | { readonly error: { readonly message: string; readonly code?: string } };

interface Sandbox {
  given?: Given;
  evaluated?: Evaluated;
}

/** Runs in the sandbox. Functions that AWS adds: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html */
const PRELUDE = `
  const compiled = new Map();
  let drawn = 0;
  const digests = globalThis.digest;
  const draw = globalThis.draw;
  const uuid = globalThis.uuid;
  const base64 = globalThis.base64;
  for (const name of ["digest", "draw", "uuid", "base64"]) delete globalThis[name];
  const limits = { timeout: 0 };
  const hasPattern = (node) =>
    typeof node === "object" && node !== null && (node.type === "regex" || Object.values(node).some(hasPattern));
  function compile(text) {
    let found = compiled.get(text);
    if (found === undefined) {
      const expression = jsonata(text, limits);
      found = { expression, hasPattern: hasPattern(expression.ast()) };
      if (compiled.size > 500) compiled.clear();
      compiled.set(text, found);
    }
    return found;
  }
  const wrong = (name) => { throw { code: "T0410", message: "The argument of function " + name + " is not valid" }; };
  function functions(bindings) {
    bindings.partition = (array, size) => {
      if (array === undefined) return undefined;
      if (!(size >= 1)) wrong("partition");
      const by = Math.floor(size);
      const chunks = [];
      for (let at = 0; at < array.length; at += by) chunks.push(array.slice(at, at + by));
      return chunks;
    };
    bindings.range = (from, to, by) => {
      if (by === 0) wrong("range");
      const items = [];
      for (let value = from; by > 0 ? value <= to : value >= to; value += by) {
        items.push(value);
        if (items.length > 1000000) wrong("range");
      }
      return items;
    };
    bindings.hash = (text, algorithm) => {
      const made = digests(typeof text === "string" ? text : JSON.stringify(text), algorithm ?? "SHA-256");
      return made === undefined ? wrong("hash") : made;
    };
    // The library's own take the machine's globals, and of a character the last eight bits.
    for (const name of ["base64encode", "base64decode"])
      bindings[name] = (text) =>
        text === undefined ? undefined : typeof text === "string" ? base64[name](text) : wrong(name);
    bindings.random = (seed) => seed === undefined ? draw(given.seed + drawn++) : draw(seed);
    bindings.uuid = () => uuid(given.seed + drawn++);
    bindings.parse = (text) => {
      if (text === undefined) return undefined;
      try { return JSON.parse(text); } catch { wrong("parse"); }
    };
    bindings.eval = () => { throw { code: "T1006", message: "Attempted to invoke a non-function" }; };
    return bindings;
  }
  function report(error) {
    evaluated = { error: { message: String((error && error.message) || error), code: error && error.code } };
  }
  globalThis.go = () => {
    evaluated = undefined;
    drawn = 0;
    try {
      const bindings = functions(JSON.parse(given.bindings));
      const now = new Date(given.nowMs);
      bindings.millis = () => given.nowMs;
      const { expression, hasPattern } = compile(given.expression);
      if (given.isInPlace && hasPattern) throw { code: "D1012" };
      limits.timeout = given.deadlineMs;
      bindings.now = (picture, zone) =>
        picture === undefined ? now.toISOString() : jsonata("$fromMillis(m, p, z)").evaluate({ m: given.nowMs, p: picture, z: zone });
      expression.evaluate(undefined, bindings).then(
        (value) => { evaluated = value === undefined || typeof value === "function" ? {} : { value: JSON.stringify(value) }; },
        report,
      );
    } catch (error) {
      report(error);
    }
  };
  // What is asked of no value that there is: the context item, where the first step of a path, or a function's body, reads it.
  const READS = {
    path: ({ steps: [first, second] }, found) => {
      read(first, found);
      if (first.type === "variable" && first.value === "states" && second?.value === "errorOutput")
        found.add("$states.errorOutput");
    },
    name: ({ value }, found) => found.add(value),
    variable: ({ value }, found) => { if (value === "" || value === "$") found.add("$" + value); },
    unary: ({ value, expressions, lhs, expression }, found) =>
      readAll(value === "[" ? expressions : value === "{" ? lhs.flat() : [expression], found),
    binary: ({ lhs, rhs }, found) => readAll([lhs, rhs], found),
    apply: ({ lhs, rhs }, found) => readAll([lhs, rhs], found),
    bind: ({ rhs }, found) => read(rhs, found),
    function: ({ procedure, arguments: given }, found) => readAll([procedure, ...given], found),
    partial: ({ procedure, arguments: given }, found) => readAll([procedure, ...given], found),
    lambda: ({ body }, found) => read(body, found),
    condition: ({ condition, then: yes, else: no }, found) => readAll([condition, yes, no], found),
    block: ({ expressions }, found) => readAll(expressions, found),
  };
  const read = (node, found) => { if (node && Object.hasOwn(READS, node.type)) READS[node.type](node, found); };
  const readAll = (nodes, found) => { for (const node of nodes) read(node, found); };
  globalThis.check = () => {
    evaluated = {};
    try {
      const found = new Set();
      read(compile(given.expression).expression.ast(), found);
      evaluated = { value: JSON.stringify([...found]) };
    } catch (error) { report(error); }
  };
`;

interface Engine {
  readonly sandbox: Sandbox & Context;
  readonly evaluate: Script;
  readonly check: Script;
}

let engine: Engine | undefined;

function start(): Engine {
  const library = createRequire(import.meta.url).resolve("jsonata/jsonata.min.js");
  const sandbox = createContext(
    { digest, draw: drawn, uuid, base64 },
    { microtaskMode: "afterEvaluate" },
  ) as Sandbox & Context;
  const source = readFileSync(library, "utf8");
  new Script(
    `{ const module = { exports: {} }, exports = module.exports; ${source}; globalThis.jsonata = module.exports; }`,
  ).runInContext(sandbox);
  new Script(`{ ${PRELUDE} }`).runInContext(sandbox);
  return { sandbox, evaluate: new Script("go()"), check: new Script("check()") };
}

/** What JSONata says of an evaluation that took too long. */
const LATE = "D1012";
/** How much later an evaluation is ended from outside, which does not look at the clock itself. */
const GRACE_MS = 500;

/**
 * Evaluates an expression, in a process of its own or while others wait. It ends itself: ended from outside in the middle of a promise,
 * it leaves Node.js's async hooks, where somebody uses them (`node:test` does), in a state that is the end of the process.
 * @throws LimitExceeded
 */
export function evaluateWithin(deadlineMs: number, given: Evaluation, isInPlace = false): Evaluated {
  const evaluated = run("evaluate", deadlineMs + GRACE_MS, { ...given, deadlineMs, isInPlace });
  if ("error" in evaluated && evaluated.error.code === LATE) throw late(deadlineMs);
  return evaluated;
}

const late = (ms: number) => new LimitExceeded(`it took more than ${ms} ms`);

/**
 * What can be said of an expression as it stands.
 * @returns what is wrong with it, or the names that it reads where there is nothing to read them of: `phone`, `$`, `$$`,
 * `$states.errorOutput`
 */
export function check(
  expression: string,
): { readonly wrong: string } | { readonly reads: readonly string[] } {
  const found = run("check", 500, {
    ...{ expression, bindings: "{}", nowMs: 0, seed: "" },
    ...{ deadlineMs: 0, isInPlace: false },
  });
  if ("error" in found) return { wrong: found.error.message };
  return { reads: JSON.parse(found.value ?? "[]") as string[] };
}

function run(script: "evaluate" | "check", deadlineMs: number, given: Given): Evaluated {
  engine ??= start();
  const { sandbox } = engine;
  sandbox.given = given;
  sandbox.evaluated = undefined;
  try {
    engine[script].runInContext(sandbox, { timeout: deadlineMs });
  } catch (error) {
    // What was going on when it was ended is in no state to be used again.
    engine = undefined;
    if ((error as NodeJS.ErrnoException)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw late(deadlineMs);
  }
  return (
    sandbox.evaluated ?? { error: { message: "The expression waits for something that never happens." } }
  );
}

/** Of a text's UTF-8, and the other way. */
const base64 = {
  base64encode: (text: string): string => Buffer.from(text, "utf8").toString("base64"),
  base64decode: (text: string): string => Buffer.from(text, "base64").toString("utf8"),
};

const uuid = (seed: string): string => uuidOf(`uuid ${seed}`);
