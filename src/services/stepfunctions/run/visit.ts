import { languageOf, type State } from "../language/definition.ts";
import { LanguageError, QueryError, StateFailure } from "../language/failure.ts";
import type { World } from "../language/intrinsics.ts";
import { isTooLong, type Json, type JsonObject } from "../language/json.ts";
import { PathNotFound, parsePath, type Roots, readPath, writePath } from "../language/json-path.ts";
import { fillQuery, type Scope } from "../language/jsonata.ts";
import { Payload } from "../language/payload.ts";
import { evaluate, fillTemplate } from "../language/template.ts";
import type { Branch } from "./branch.ts";
import { contextObject } from "./context-object.ts";
import type { Frame } from "./frame.ts";
import type { Run } from "./run.ts";

/** How a state is left. */
export interface Exit {
  readonly output: Payload;
  /** Undefined: the branch ends. */
  readonly next: string | undefined;
  readonly assigned?: Readonly<Record<string, Json>> | undefined;
  /** The event that the exit comes after, when it is not the last one. */
  readonly after?: number;
}

/** One state of a branch while it is at work: its input, its fields, and what they come to. */
export class Visit {
  readonly branch: Branch;
  readonly name: string;
  readonly state: State;
  readonly isJsonata: boolean;
  readonly world: World;
  #item: Frame["item"];

  constructor(branch: Branch, name: string, state: State) {
    this.branch = branch;
    this.name = name;
    this.state = state;
    this.isJsonata = languageOf(this.run.definition, state) === "JSONata";
    const { random } = this.run.host;
    this.world = { uuid: () => random.uuid(), random: () => random.next() };
  }

  get run(): Run {
    return this.branch.run;
  }

  /** The input as it came. */
  get input(): Payload {
    return this.branch.input;
  }

  /** Where the state stands in the definition. */
  get place(): string {
    return `${this.branch.place}/States/${this.name}`;
  }

  get type(): string {
    return this.state.Type;
  }

  context(): JsonObject {
    return contextObject(this.branch, this.state, this.#item);
  }

  /** The same visit as a Map's ItemSelector sees it: with an item in the context object. */
  forItem(item: NonNullable<Frame["item"]>): Visit {
    const visit = new Visit(this.branch, this.name, this.state);
    visit.#item = item;
    return visit;
  }

  roots(input: Json): Roots {
    return {
      input,
      context: () => this.context(),
      variable: (name) => this.branch.variable(name),
    };
  }

  /** What JSONata expressions see. */
  scope(more: Readonly<Record<string, Json>> = {}): Scope {
    const states = () => ({ input: this.input.json, context: this.context(), ...more });
    let bindings: string | undefined;
    return {
      bindings: () => (bindings ??= JSON.stringify({ ...this.branch.allVariables(), states: states() })),
      nowMs: this.run.nowMs,
      seed: this.world.uuid(),
    };
  }

  /** Fills a field of a JSONata state. */
  query(value: Json, field: string, more?: Readonly<Record<string, Json>>): Promise<Json> {
    return fillQuery(value, field, this.scope(more));
  }

  /** The value of a path of a field like InputPath. @throws LanguageError */
  path(text: string, input: Json): Json {
    try {
      return readPath(parsePath(text), this.roots(input));
    } catch (error) {
      if (!(error instanceof PathNotFound)) throw error;
      throw new LanguageError(`Invalid path '${text}' : ${error.message}`);
    }
  }

  /** The value of a field that takes a path or an intrinsic function (ErrorPath). */
  pathOrFunction(text: string, field: string, input: Json): Json {
    return evaluate(text, field, this.roots(input), this.world);
  }

  template(template: Json, input: Json): Json {
    return fillTemplate(template, this.roots(input), this.world);
  }

  /** The input after InputPath. */
  afterInputPath(): Payload {
    const { InputPath } = this.state;
    if (InputPath === undefined || InputPath === "$") return this.#noted("afterInputPath", this.input);
    return this.#noted(
      "afterInputPath",
      InputPath === null ? Payload.of({}) : this.input.with(this.path(InputPath, this.input.json)),
    );
  }

  /** The input after InputPath and Parameters: what a state of JSONPath works with. */
  effectiveInput(): Payload {
    const input = this.afterInputPath();
    const { Parameters } = this.state;
    if (Parameters === undefined) return this.#noted("afterParameters", input);
    return this.#noted("afterParameters", Payload.of(this.template(Parameters, input.json)));
  }

  /** What a task, or the branches of a Parallel, are given. */
  workInput(): Payload | Promise<Payload> {
    if (!this.isJsonata) return this.effectiveInput();
    const { Arguments } = this.state;
    // Without Arguments it is the input; a task's is nothing at all.
    if (Arguments === undefined) return this.input;
    return this.query(Arguments, "Arguments").then((json) => this.#noted("afterArguments", Payload.of(json)));
  }

  /** Leaves with the result of a task, a Map or a Parallel. */
  async exitWithResult(result: Payload, after?: number): Promise<Exit> {
    const { state } = this;
    this.#note("result", result);
    if (this.isJsonata) return this.#exitByQuery(result, { result: result.json }, after);
    const selected = state.ResultSelector
      ? Payload.of(this.template(state.ResultSelector, result.json))
      : result;
    return this.#exitByPath(selected, after);
  }

  /** Leaves a state that has no result of its own (Wait, Choice, Succeed). */
  exitWithInput(
    effective: Payload,
    how: {
      readonly next?: string | undefined;
      readonly assign?: JsonObject | undefined;
      readonly output?: Json | undefined;
    } = { next: this.state.Next, assign: this.state.Assign, output: this.state.Output },
  ): Exit | Promise<Exit> {
    const { assign, next } = how;
    if (this.isJsonata) return this.#exitByQuery(this.input, {}, undefined, how);
    const assigned = assign && (this.template(assign, effective.json) as Record<string, Json>);
    return this.#exit(this.#outputPath(effective), next, assigned);
  }

  /** Leaves a Pass state. */
  exitWithPass(result: Payload): Exit | Promise<Exit> {
    return this.isJsonata
      ? this.#exitByQuery(this.input, {}, undefined)
      : this.#exitByPath(result, undefined);
  }

  /** Leaves by a Catch. */
  async exitByCatch(
    failure: StateFailure,
    catcher: {
      readonly Next: string;
      readonly ResultPath?: string | null;
      readonly Output?: Json;
      readonly Assign?: JsonObject;
    },
  ): Promise<Exit> {
    const error = failure.output;
    if (this.isJsonata)
      return this.#exitByQuery(Payload.of(error), { errorOutput: error }, undefined, {
        assign: catcher.Assign,
        next: catcher.Next,
        output: catcher.Output,
        field: "Catch/",
      });
    const assigned = catcher.Assign && (this.template(catcher.Assign, error) as Record<string, Json>);
    return this.#exit(this.#withResult(Payload.of(error), catcher.ResultPath), catcher.Next, assigned);
  }

  async #exitByQuery(
    otherwise: Payload,
    more: Readonly<Record<string, Json>>,
    after: number | undefined,
    how: {
      readonly assign?: JsonObject | undefined;
      readonly next?: string | undefined;
      readonly output?: Json | undefined;
      readonly field?: string;
    } = {
      assign: this.state.Assign,
      next: this.state.Next,
      output: this.state.Output,
    },
  ): Promise<Exit> {
    const field = how.field ?? "";
    const assigned =
      how.assign && ((await this.query(how.assign, `${field}Assign`, more)) as Record<string, Json>);
    const output =
      how.output === undefined ? otherwise : Payload.of(await this.query(how.output, `${field}Output`, more));
    return this.#exit(output, how.next, assigned, after);
  }

  #exitByPath(result: Payload, after: number | undefined): Exit {
    const { Assign, ResultPath, Next } = this.state;
    const assigned = Assign && (this.template(Assign, result.json) as Record<string, Json>);
    this.#note("afterResultSelector", result);
    const placed = this.#withResult(result, ResultPath);
    this.#note("afterResultPath", placed);
    return this.#exit(this.#outputPath(placed), Next, assigned, after);
  }

  #withResult(result: Payload, resultPath: string | null | undefined): Payload {
    if (resultPath === null) return this.input;
    if (resultPath === undefined || resultPath === "$") return result;
    return Payload.of(writePath(parsePath(resultPath), this.input.json, result.json));
  }

  #outputPath(output: Payload): Payload {
    const { OutputPath } = this.state;
    if (OutputPath === undefined || OutputPath === "$") return output;
    return OutputPath === null ? Payload.of({}) : output.with(this.path(OutputPath, output.json));
  }

  #exit(
    output: Payload,
    next: string | undefined,
    assigned?: Readonly<Record<string, Json>>,
    after?: number,
  ): Exit {
    if (isTooLong(output.text)) throw tooLarge(this.name);
    return { output, next, ...(assigned && { assigned }), ...(after !== undefined && { after }) };
  }

  #note(name: string, value: Payload): void {
    this.run.bench?.note(name, value.json);
  }

  #noted(name: string, value: Payload): Payload {
    this.#note(name, value);
    return value;
  }

  /** The failure that something thrown means. */
  failureOf(error: unknown): StateFailure {
    if (error instanceof StateFailure) return error;
    if (error instanceof QueryError)
      return new StateFailure("States.QueryEvaluationError", this.said(error.message), "query", {
        location: error.location,
      });
    if (error instanceof LanguageError)
      return new StateFailure(error.error, this.said(error.message), "runtime");
    // Values nested deeper than they can be followed.
    if (error instanceof RangeError)
      return new StateFailure("States.Runtime", this.said("The data is nested too deeply."), "runtime");
    throw error;
  }

  /** As AWS says where something has gone wrong. */
  said(message: string): string {
    return `An error occurred while executing the state '${this.name}' (entered at the event id #${this.branch.frame.enteredId}). ${message}`;
  }
}

export const tooLarge = (what: string): StateFailure =>
  new StateFailure(
    "States.DataLimitExceeded",
    `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    "task",
  );
