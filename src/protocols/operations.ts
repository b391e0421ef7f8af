import { type Operation, operationIn, type ServiceModel } from "../models/model.ts";
import { type ResolvedShape, resolve } from "./shapes.ts";

/** Compiles something for an operation when it is first asked for. */
export class OperationCache<Compiled> {
  readonly #compiled = new Map<string, Compiled>();
  readonly #model: ServiceModel;
  readonly #compile: (operation: Operation, name: string) => Compiled;

  constructor(model: ServiceModel, compile: (operation: Operation, name: string) => Compiled) {
    this.#model = model;
    this.#compile = compile;
  }

  get(name: string): Compiled | undefined {
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const operation = operationIn(this.#model, name);
    if (operation === undefined) return undefined;
    const compiled = this.#compile(operation, name);
    this.#compiled.set(name, compiled);
    return compiled;
  }

  /** As `get`, for an operation that has been decoded before: its absence is a bug. */
  must(name: string): Compiled {
    const compiled = this.get(name);
    if (compiled === undefined) throw new Error(`the model has no operation "${name}"`);
    return compiled;
  }
}

/** Adds the idempotency tokens that clients may leave out, or undefined when the operation has none. */
export function tokenFiller(
  model: ServiceModel,
  input: ResolvedShape | undefined,
  token: () => string,
): ((input: Record<string, unknown>) => void) | undefined {
  const names = Object.entries(input?.members ?? {})
    .filter(([, ref]) => ref.idempotencyToken || resolve(model, ref).idempotencyToken)
    .map(([name]) => name);
  if (names.length === 0) return undefined;
  return (values) => {
    for (const name of names) values[name] ??= token();
  };
}
