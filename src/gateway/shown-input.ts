import { HIDDEN, isSecretName, textWithoutSecrets, withoutSecrets } from "../core/secret-names.ts";
import { loadModel, type ServiceModel } from "../models/model.ts";

type Input = Readonly<Record<string, unknown>>;

/** Places of a service's inputs and outputs where secrets may stand under a name that says nothing of them. */
const PLACES: ReadonlyMap<string, RegExp> = new Map([
  ["lambda", /(?:^|\.)Environment\.Variables\.[^.]+$/],
  ["ecs", /(?:^|\.)environment\.value$|^session\.tokenValue$/],
  // An API key, and what a pipe shows to who it calls.
  ["apigateway", /^(?:items\.)?value$/],
  ["pipes", /HttpParameters\.(?:HeaderParameters|QueryStringParameters)\.[^.]+$/],
  ["events", /HttpParameters\.\w+\.Value$/],
  ["ec2", /(?:^|\.)UserData\.(?:Value|Data)$/],
]);

/** Does a secret stand there, in whatever operation, as its name or its place says? */
const isSecretAt = (service: string, path: readonly string[]): boolean =>
  isSecretName(path.at(-1) ?? "") || (PLACES.get(service)?.test(path.join(".")) ?? false);

/** What of an output is told to who looks on: no credentials, no passwords, and no values of parameters that were decrypted. */
export function shownOutput(service: string, output: Input): Input {
  const isSecret = (path: readonly string[]) => {
    const last = path.at(-1) ?? "";
    if (last === "SessionToken" || isSecretAt(service, path)) return true;
    return service === "ssm" && last === "Value" && /^Parameters?$/.test(path[0] ?? "");
  };
  return withoutSecrets(output, isSecret) as Input;
}

/** What of an input records show, who are there for everybody to look at: no passwords, and no values of secrets. */
export function shownInput(service: string, operation: string, input: Input, whole: Input): Input {
  if (!mayHoldSecrets(service, operation)) return input;
  switch (service) {
    case "ssm":
      return operation === "PutParameter" ? shownParameter(input) : input;
    case "cloudformation":
      return shownStack(input, whole);
    case "cloudcontrol":
      return Object.fromEntries(
        Object.entries(input).map(([name, value]) => [
          name,
          DOCUMENTS.has(name) && typeof value === "string" ? textWithoutSecrets(value) : value,
        ]),
      );
    default:
      return withoutSecrets(input, (path) => isSecretAt(service, path)) as Input;
  }
}

const DOCUMENTS = new Set(["DesiredState", "PatchDocument"]);

/** A parameter that is not said to be plain may be a SecureString that gets another value. */
function shownParameter(input: Input): Input {
  const isPlain = input["Type"] === "String" || input["Type"] === "StringList";
  return isPlain || input["Value"] === undefined ? input : { ...input, Value: HIDDEN };
}

/** Which parameters a stack shows to nobody is said in its template, of which a record has the beginning at most. */
function shownStack(input: Input, { TemplateBody }: Input): Input {
  const { Parameters } = input;
  if (!Array.isArray(Parameters)) return input;
  const hidesSome = typeof TemplateBody !== "string" || TemplateBody.includes("NoEcho");
  const shown = Parameters.map((one: { ParameterKey?: unknown; ParameterValue?: unknown }) =>
    hidesSome && one?.ParameterValue !== undefined ? { ...one, ParameterValue: HIDDEN } : one,
  );
  return { ...input, Parameters: shown };
}

/** By service and operation, of those that are modelled. */
const known = new Map<string, Map<string, boolean>>();

/** Does `shownInput` show something else than the input, perhaps? */
export function mayHoldSecrets(service: string, operation: string): boolean {
  let operations = known.get(service);
  const answer = operations?.get(operation);
  if (answer !== undefined) return answer;
  const model = loadModel(service);
  // What Squall knows by name only may hold anything.
  if (!model) return true;
  if (!Object.hasOwn(model.operations, operation)) return false;
  if (!operations) {
    operations = new Map();
    known.set(service, operations);
  }
  const shape = model.operations[operation]?.input?.shape;
  const found = shape !== undefined && hasSecrets(service, model, shape, [], new Set());
  operations.set(operation, found);
  return found;
}

function hasSecrets(
  service: string,
  model: ServiceModel,
  name: string,
  path: readonly string[],
  seen: Set<string>,
): boolean {
  if (isNamedSo(service, path)) return true;
  const shape = model.shapes[name];
  if (!shape || seen.has(name)) return false;
  seen.add(name);
  const inside = (inner: string | undefined, step?: string) =>
    inner !== undefined &&
    hasSecrets(service, model, inner, step === undefined ? path : [...path, step], seen);
  if (inside(shape.member?.shape) || inside(shape.value?.shape, "x")) return true;
  return Object.entries(shape.members ?? {}).some(([member, ref]) => inside(ref.shape, member));
}

function isNamedSo(service: string, path: readonly string[]): boolean {
  const last = path.at(-1) ?? "";
  if (isSecretAt(service, path)) return true;
  if (service === "ssm") return path.length === 1 && last === "Value";
  if (service === "cloudformation") return last === "ParameterValue";
  return service === "cloudcontrol" && DOCUMENTS.has(last);
}
