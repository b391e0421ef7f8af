import { parseDuration } from "../../core/clock.ts";
import type { FaultEffect, FaultPoint, FaultRuleInput, Parameter, Parameters } from "../../core/fault.ts";
import { readJson } from "../../core/read-json.ts";
import { checkParameters } from "../../faults/parameters.ts";
import type { ActionParameter, FisAction, ParameterValues } from "./action.ts";
import { byRoles } from "./caller-roles.ts";
import { LONGEST_MS } from "./localstack-fault.ts";
import { ANY_RESOURCE } from "./resource-types.ts";
import { commaList, DATA_PLANES, inRegion, servicesNamed, unknownOperation } from "./service-names.ts";

/**
 * `squall:*`: what AWS has no action for. There is one for each effect of the fault engine (`squall:api:latency`), and
 * one for each effect at a service's fault point (`squall:sqs:deliver-duplicate`): they are made from the effects
 * themselves, so that none is missing and none is promised that is not there.
 */
export function apiActions(effects: ReadonlyMap<string, FaultEffect>): FisAction[] {
  return [...effects.values()].map((effect) =>
    ruleAction({
      id: `squall:api:${effect.name}`,
      description: effect.description,
      effect: effect.name,
      parameters: effect.parameters,
      check: (params) => effect.check?.(params),
    }),
  );
}

/** The actions of a service's fault points: its own effects, and the generic ones where they may wrap what happens. */
export function pointActions(
  points: Readonly<Record<string, FaultPoint>>,
  effects: ReadonlyMap<string, FaultEffect>,
): FisAction[] {
  return Object.entries(points).flatMap(([point, declared]) => {
    const generic = declared.generic
      ? [...effects.values()].filter(({ name, onTheWire }) => !onTheWire && !(name in declared.effects))
      : [];
    return [
      ...Object.entries(declared.effects).map(([name, { description, parameters }]) =>
        ruleAction({ id: `squall:${point}-${name}`, description, point, effect: name, parameters }),
      ),
      ...generic.map((effect) =>
        ruleAction({
          id: `squall:${point}-${effect.name}`,
          description: `At "${declared.description.replace(/\.$/, "")}": ${effect.description}`,
          point,
          effect: effect.name,
          parameters: effect.parameters,
          check: (params) => effect.check?.(params),
        }),
      ),
    ];
  });
}

const FREQUENCY = {
  duration: {
    type: "duration",
    description: "How long the action lasts (ISO 8601 duration); default: until the experiment is stopped.",
  },
  percentage: {
    type: "number",
    min: 0,
    max: 100,
    description: "Share of matches that are struck (default 100).",
  },
  times: { type: "integer", min: 1, description: "Strike at most so often." },
  skip: { type: "integer", min: 0, description: "Let so many matches pass first." },
  every: { type: "integer", min: 1, description: "Strike only each n-th match." },
} as const satisfies Record<string, ActionParameter>;

const AT_API = {
  service: { type: "list", description: "Services, with commas between them; default: all but fis." },
  operations: { type: "list", description: "Operations, with commas between them; default: all." },
  resources: { type: "list", description: "ARNs of resources that calls name; * stands for any characters." },
  region: { type: "string", description: "Region; default: the experiment's." },
} as const satisfies Record<string, ActionParameter>;

const AT_POINT = {
  resources: { type: "list", description: "ARNs of resources; * stands for any characters. Default: all." },
} as const satisfies Record<string, ActionParameter>;

interface RuleAction {
  readonly id: string;
  readonly description: string;
  /** Absent: `api`. */
  readonly point?: string;
  readonly effect: string;
  readonly parameters: Parameters;
  readonly check?: (params: Record<string, unknown>) => string | undefined;
}

function ruleAction({ id, description, point, effect, parameters, check }: RuleAction): FisAction {
  const own = Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [shownAs(name, effect), asText(parameter)]),
  );
  const params = (values: ParameterValues) => paramsOf(effect, parameters, values);
  return {
    id,
    description,
    targets: { Resources: ANY_RESOURCE, ...(point === undefined && { Roles: "aws:iam:role" }) },
    optionalTargets: ["Resources", "Roles"],
    parameters: { ...own, ...(point === undefined ? AT_API : AT_POINT), ...FREQUENCY },
    lasts: ({ duration }) => parseDuration(duration) ?? LONGEST_MS,

    check(values) {
      try {
        const checked = params(values);
        return check?.(checked) ?? wrongNames(values);
      } catch (error) {
        return (error as Error).message.replace(/\.$/, "");
      }
    },

    async start(run) {
      for (const name of commaList(run.parameters["service"]).flatMap(servicesNamed))
        await run.host.load(name);
      const { percentage, times, skip, every, resources } = run.parameters;
      const arns = [...commaList(resources), ...(run.targets("Resources") ?? []).map(({ arn }) => arn)];
      const frequency: Partial<FaultRuleInput> = {
        ...(percentage !== undefined && { percentage: Number(percentage) }),
        ...(times !== undefined && { times: Number(times) }),
        ...(skip !== undefined && { skip: Number(skip) }),
        ...(every !== undefined && { every: Number(every) }),
      };
      const match =
        point === undefined
          ? { ...callsNamed(run.parameters, run.experiment.region), ...byRoles(run) }
          : { region: run.experiment.region, account: run.experiment.accounts };
      run.addRule({
        effect,
        params: params(run.parameters),
        match: { ...match, ...(arns.length > 0 && { resource: arns }) },
        ...frequency,
        ...(point !== undefined && { point }),
      });
    },
  };
}

function callsNamed({ service, operations, region }: ParameterValues, ownRegion: string) {
  const named = commaList(service).flatMap(servicesNamed);
  const services = named.length > 0 ? named : ["fis", ...DATA_PLANES].map((name) => `!${name}`);
  const names = commaList(operations);
  return {
    service: services,
    ...(region === undefined ? inRegion(services, ownRegion) : { region }),
    ...(names.length > 0 && { operation: names }),
  };
}

function wrongNames({ service, operations }: ParameterValues): string | undefined {
  const names = commaList(service);
  const unknown = names.find((name) => servicesNamed(name).length === 0);
  if (unknown !== undefined) return `Unknown service "${unknown}"`;
  const services = names.flatMap(servicesNamed);
  if (services.includes("fis")) return "The API of fis is exempt from experiments";
  if (services.length === 0) return undefined;
  const operation = unknownOperation(services, commaList(operations));
  return operation && `Unknown operation "${operation}" of the service "${service}"`;
}

/** An effect's parameter whose name every rule has already (`times`) is shown with the effect's: `duplicateTimes`. */
function shownAs(name: string, effect: string): string {
  if (!(name in FREQUENCY) && !(name in AT_API)) return name;
  const camel = effect.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return `${camel}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** An effect's params out of a template's texts. @throws Error for one that the effect does not take */
function paramsOf(effect: string, parameters: Parameters, values: ParameterValues): Record<string, unknown> {
  const given = Object.entries(parameters).flatMap(([name, { type }]) => {
    const text = values[shownAs(name, effect)];
    return text === undefined ? [] : [[name, fromText(type, text)]];
  });
  return checkParameters(`The effect "${effect}"`, parameters, Object.fromEntries(given));
}

function fromText(type: Parameter["type"], text: string): unknown {
  if (type === "object") return readJson(text);
  return type === "strings" ? commaList(text) : text;
}

/** A parameter of an effect as a template's text; the effect itself looks at durations, which may be in milliseconds. */
function asText({ type, description, unit, required, values, min, max }: Parameter): ActionParameter {
  const text = unit === undefined || description.includes(unit) ? description : `${description} (${unit})`;
  if (type === "integer" || type === "number" || type === "boolean") {
    return { type, description: text, ...(required && { required }), ...limits({ values, min, max }) };
  }
  const form = type === "object" ? "json" : type === "strings" ? "list" : "string";
  return { type: form, description: text, ...(required && { required }), ...limits({ values }) };
}

function limits({ values, min, max }: Pick<Parameter, "values" | "min" | "max">) {
  return {
    ...(values !== undefined && { values }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  };
}
