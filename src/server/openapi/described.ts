import type { Schema } from "./schema.ts";

/** What one page of the HTTP API is for, what it takes and what it answers. Its examples are run by tests. */
export interface Described {
  readonly summary: string;
  readonly description?: string;
  /** By the name in the path: an example for each. */
  readonly path?: Readonly<Record<string, Parameter>>;
  readonly query?: Readonly<Record<string, Parameter>>;
  readonly headers?: Readonly<Record<string, Parameter>>;
  readonly body?: {
    readonly type?: string;
    readonly schema: Schema;
    readonly example?: unknown;
    readonly isOptional?: true;
  };
  /** By status, the good ones first. What every page may answer (400, 401, 403, 500) goes without saying. */
  readonly answers: Readonly<Record<number, Answer>>;
}

export interface Parameter {
  readonly description: string;
  readonly schema: Schema;
  /** As the example asks; a query's parameter without one is left out of it. */
  readonly example?: string;
}

export interface Answer {
  readonly description: string;
  readonly schema?: Schema;
  /** Default: JSON. */
  readonly type?: string;
}

/** The pages of a subject, by method and path. */
export interface Subject {
  readonly name: string;
  readonly description: string;
  readonly pages: Readonly<Record<string, Described>>;
}
