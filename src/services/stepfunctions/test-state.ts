import { makeArn } from "../../core/arn.ts";
import { readJson } from "../../core/read-json.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SFN from "../../models/generated/stepfunctions.ts";
import { mockCannotBe, stateNotFound, testedComposite, validation } from "./errors.ts";
import type { ExecutionRecord } from "./execution.ts";
import { type Definition, processorOf, type State } from "./language/definition.ts";
import { refuseDefinition } from "./language/diagnose.ts";
import { StateFailure } from "./language/failure.ts";
import { isObject, type Json, type JsonObject } from "./language/json.ts";
import { checkMock } from "./mock-check.ts";
import { checkRole } from "./names.ts";
import { Branch } from "./run/branch.ts";
import { PASSING_JOURNAL } from "./run/journal.ts";
import { catcherOf, nextAttempt } from "./run/retry.ts";
import { Run } from "./run/run.ts";
import type { TestBench } from "./run/test-bench.ts";
import { Visit } from "./run/visit.ts";
import type { Runner } from "./runner.ts";
import { checkInput } from "./start-execution.ts";

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html */
export const testState = (runner: Runner): Handlers<SFN.Operations> => ({
  async TestState(input, ctx) {
    if (input.input !== undefined) checkInput(input.input);
    const { name, state, definition } = tested(input);
    checkRequest(input, state);
    const notes: Record<string, Json> = {};
    const bench = benchOf(input, notes);
    const run = new Run(runner, executionOf(input, ctx), {
      definition,
      flow: definition,
      place: "",
      journal: PASSING_JOURNAL,
      bench,
    });
    const text = input.input ?? "{}";
    const branch = new Branch(run, run, [], {
      state: name,
      input: text,
      variables: parsed(input.variables, "variables") as Record<string, Json>,
      lastId: 1,
      enteredId: 1,
      enteredMs: ctx.clock.now(),
      beforeId: 0,
      retries: [bench.retryCount],
    });
    ctx.signal.addEventListener("abort", () => run.abort.abort(), { once: true });
    notes["input"] = readJson(text) as Json;
    const outcome = await outcomeOf(new Visit(branch, name, state), runner, input);
    const { errorDetails, output, ...rest } = outcome;
    const given = asGiven(input);
    const answer = { ...rest, ...(output !== undefined && { output: given(output) }) };
    if (input.inspectionLevel !== "DEBUG" && input.inspectionLevel !== "TRACE") return answer;
    return {
      ...answer,
      inspectionData: {
        ...inspected(state, definition, notes, given),
        ...(errorDetails && { errorDetails }),
      },
    };
  },
});

/** What nobody has changed comes back in the text in which it was given, with its spaces (recorded). */
function asGiven({ input, mock }: SFN.TestStateInput): (text: string) => string {
  const texts = [input, mock?.result].filter((text) => text !== undefined);
  const byValue = new Map(texts.map((text) => [JSON.stringify(readJson(text)), text]));
  return (text) => byValue.get(text) ?? text;
}

/** The state that is tested: the definition itself, or one of a machine's. @throws InvalidDefinition, ValidationException */
function tested(input: SFN.TestStateInput): {
  readonly name: string;
  readonly state: State;
  readonly definition: Definition;
} {
  const given = parsed(input.definition, "definition");
  if (Object.hasOwn(given, "States")) {
    refuseDefinition(input.definition, "STANDARD");
    const definition = given as unknown as Definition;
    const name = input.stateName ?? definition.StartAt;
    const found = flowWith(name, definition);
    const state = found?.[name];
    if (state === undefined) throw stateNotFound();
    return { name, state, definition: { ...definition, States: found ?? {} } };
  }
  const name = input.stateName ?? "StateName";
  const whole = { StartAt: name, States: { [name]: given } };
  // As it was written: what is nested too deeply to be written out again is the definition's fault.
  const quoted = JSON.stringify(name);
  const text = `{"StartAt":${quoted},"States":{${quoted}:${input.definition ?? "{}"}}}`;
  refuseDefinition(text, "STANDARD", { alone: true });
  const definition = whole as unknown as Definition;
  const state = definition.States[name];
  if (state === undefined) throw stateNotFound();
  return { name, state, definition };
}

/** The states among which a name stands: the machine's, or those of a Map or a Parallel in it, however deep (recorded). */
function flowWith(name: string, { States }: Pick<Definition, "States">): Definition["States"] | undefined {
  if (Object.hasOwn(States, name)) return States;
  for (const state of Object.values(States)) {
    const flows = state.Type === "Map" ? [processorOf(state)] : (state.Branches ?? []);
    for (const flow of flows) {
      const found = flowWith(name, flow);
      if (found) return found;
    }
  }
  return undefined;
}

function parsed(text: string | undefined, field: string): JsonObject {
  if (text === undefined) return {};
  try {
    const value = readJson(text) as Json;
    if (isObject(value)) return value;
  } catch {
    // Refused below.
  }
  throw validation(`Invalid JSON object provided for '${field}'`);
}

/** @throws InvalidArn, ValidationException, InvalidDefinition */
function checkRequest(input: SFN.TestStateInput, state: State): void {
  const { mock, context } = input;
  if (input.roleArn !== undefined) checkRole(input.roleArn);
  if (context !== undefined && Object.hasOwn(parsed(context, "context"), "Map"))
    throw validation(
      "Invalid Context object provided: 'Map' field is not supported when mocking a Context object",
    );
  if (mock) {
    if (mock.result !== undefined && mock.errorOutput !== undefined)
      throw validation("A test mock should have only one of the following fields: [result, errorOutput].");
    if (input.revealSecrets)
      throw validation("TestState does not support RevealSecrets when a mock is specified.");
    if (!MOCKABLE.has(state.Type)) throw mockCannotBe(state.Type);
    checkMock(mock, state);
    return;
  }
  if (state.Type === "Map" || state.Type === "Parallel") throw testedComposite();
  if (state.Type !== "Task") return;
  if (input.roleArn === undefined) throw validation("RoleArn must be specified when testing a Task state");
  const waits = /\.(?:sync(?::2)?|waitForTaskToken)$|:activity:/.exec(state.Resource ?? "");
  if (waits) throw validation(`A mock must be specified when testing a Task state with '${waits[0]}'`);
}

const MOCKABLE = new Set(["Task", "Map", "Parallel"]);

function benchOf(input: SFN.TestStateInput, notes: Record<string, Json>): TestBench {
  const { mock, stateConfiguration } = input;
  const { result, errorOutput } = mock ?? {};
  return {
    note(name, value) {
      notes[name] = value;
    },
    context: input.context === undefined ? undefined : parsed(input.context, "context"),
    retryCount: stateConfiguration?.retrierRetryCount ?? 0,
    failedIterations: stateConfiguration?.mapIterationFailureCount,
    ...(mock && {
      mock: () =>
        errorOutput
          ? new StateFailure(errorOutput.error, errorOutput.cause, "task")
          : (readJson(result ?? "null") as Json),
    }),
  };
}

/** The execution that the state believes itself in. */
function executionOf(input: SFN.TestStateInput, ctx: Context): ExecutionRecord {
  const { account, region, random } = ctx;
  const [machine, name] = [random.uuid(), random.uuid()];
  const arn = (resource: string) => makeArn("states", region, account, resource);
  const nowMs = ctx.clock.now();
  return {
    machine,
    name,
    arn: arn(`express:${machine}:${name}`),
    type: "EXPRESS",
    stateMachineArn: arn(`stateMachine:${machine}`),
    definition: "",
    roleArn: input.roleArn ?? "",
    account,
    region,
    input: input.input ?? "{}",
    status: "RUNNING",
    startedMs: nowMs,
    redriveCount: 0,
    parentId: ctx.id,
    updatedMs: nowMs,
  };
}

interface TestOutcome extends SFN.TestStateOutput {
  readonly errorDetails?: SFN.InspectionErrorDetails;
}

async function outcomeOf(
  visit: Visit,
  runner: Runner,
  { stateConfiguration }: SFN.TestStateInput,
): Promise<TestOutcome> {
  const { state } = visit;
  try {
    const exit = await runner.states[state.Type](visit);
    return {
      output: exit.output.text,
      status: "SUCCEEDED",
      ...(exit.next !== undefined && { nextState: exit.next }),
    };
  } catch (error) {
    const failure = visit.failureOf(error);
    const said = {
      ...(failure.error !== undefined && { error: failure.error }),
      ...(failure.reason !== undefined && { cause: failure.reason }),
    };
    const before = stateConfiguration?.retrierRetryCount ?? 0;
    const again = nextAttempt(
      state.Retry,
      (state.Retry ?? []).map(() => before),
      failure,
      () => visit.run.host.random.next(),
    );
    if (again)
      return {
        ...said,
        status: "RETRIABLE",
        errorDetails: {
          retryIndex: again.index,
          retryBackoffIntervalSeconds: Math.round(again.delayMs / 1000),
        },
      };
    const caught = catcherOf(state.Catch, failure);
    if (!caught) return { ...said, status: "FAILED" };
    const exit = await visit.exitByCatch(failure, caught.catcher);
    return {
      ...said,
      status: "CAUGHT_ERROR",
      output: exit.output.text,
      ...(exit.next !== undefined && { nextState: exit.next }),
      errorDetails: { catchIndex: caught.index },
    };
  }
}

/** What is told of a state's way, by its type. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  Pass: ["input", "afterInputPath", "afterParameters", "result", "afterResultSelector", "afterResultPath"],
  Task: [
    "input",
    "afterArguments",
    "afterInputPath",
    "afterParameters",
    "result",
    "afterResultSelector",
    "afterResultPath",
  ],
  Parallel: ["input", "afterResultSelector", "afterResultPath"],
  Map: [
    "input",
    "afterInputPath",
    "afterItemsPath",
    "afterItemSelector",
    "afterItemBatcher",
    "afterResultSelector",
    "afterResultPath",
    "maxConcurrency",
    "toleratedFailureCount",
    "toleratedFailurePercentage",
  ],
};
const OTHERS = ["input", "afterInputPath"];
const BY_QUERY = new Set([
  "input",
  "afterArguments",
  "maxConcurrency",
  "toleratedFailureCount",
  "toleratedFailurePercentage",
]);

function inspected(
  state: State,
  definition: Definition,
  notes: Readonly<Record<string, Json>>,
  given: (text: string) => string,
): SFN.InspectionData {
  const isJsonata = (state.QueryLanguage ?? definition.QueryLanguage) === "JSONata";
  const told = (TOLD[state.Type] ?? OTHERS).filter(
    (name) => Object.hasOwn(notes, name) && (!isJsonata || BY_QUERY.has(name)),
  );
  // A Pass that has a result of its own does not look at its input.
  const skipped =
    state.Type === "Pass" &&
    (state.Result !== undefined ? ["afterInputPath", "afterParameters"] : ["result"]);
  return Object.fromEntries(
    told
      .filter((name) => skipped === false || !skipped.includes(name))
      .map((name) => [name, NUMBERS.has(name) ? notes[name] : given(JSON.stringify(notes[name]))]),
  );
}

const NUMBERS = new Set(["maxConcurrency", "toleratedFailureCount", "toleratedFailurePercentage"]);
