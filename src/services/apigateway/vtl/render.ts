import { limited } from "../../../core/limited.ts";
import { TooMuchEffort, withEffort } from "./effort.ts";
import { Functions } from "./functions.ts";
import { Input, type Params } from "./input.ts";
import { render } from "./template.ts";

/** What a template can see. */
export interface Scope {
  readonly body: string;
  readonly params: () => Params;
  /** `$context`, made anew each time it is asked for: templates write to it. */
  readonly context: () => Record<string, unknown>;
  readonly stageVariables: Readonly<Record<string, string>>;
}

/** The text that a template makes, and the context that it leaves. */
export interface Rendering {
  readonly text: string;
  readonly context: Record<string, unknown>;
}

/** A few milliseconds. */
const EFFORT_IN_PLACE = 4000;
const LONG_TEMPLATE = 20_000;
/** API Gateway's limit of payloads. */
const MAX_OUTPUT_BYTES = 10 * 1024 * 1024;

interface Job {
  readonly template: string;
  readonly body: string;
  readonly params: Params;
  readonly context: Record<string, unknown>;
  readonly stageVariables: Readonly<Record<string, string>>;
}

/** Renders a template. Rejects with an Error what cannot be parsed or run, and with LimitExceeded what does not end in time. */
export async function renderTemplate(template: string, scope: Scope): Promise<Rendering> {
  const { body, params, stageVariables } = scope;
  if (template.length <= LONG_TEMPLATE) {
    try {
      return withEffort(EFFORT_IN_PLACE, () =>
        rendering(template, new Input(body, params), scope.context(), stageVariables),
      );
    } catch (error) {
      if (!(error instanceof TooMuchEffort)) throw error;
    }
  }
  const job: Job = { template, body, params: params(), context: scope.context(), stageVariables };
  return await limited<Rendering>(new URL(import.meta.url), job);
}

/** The task of the other thread. */
export function run({ template, body, params, context, stageVariables }: Job): Rendering {
  const done = rendering(template, new Input(body, () => params), context, stageVariables);
  if (done.text.length + (JSON.stringify(done.context) ?? "").length > MAX_OUTPUT_BYTES)
    throw new Error(`the output is larger than ${MAX_OUTPUT_BYTES} bytes`);
  return done;
}

function rendering(
  template: string,
  input: Input,
  context: Record<string, unknown>,
  stageVariables: Readonly<Record<string, string>>,
): Rendering {
  const variables = { input, util: new Functions(), context, stageVariables: { ...stageVariables } };
  return { text: render(template, variables), context };
}
