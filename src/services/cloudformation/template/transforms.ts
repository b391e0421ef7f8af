import { AwsError } from "../../../core/aws-error.ts";
import { validationError } from "../errors.ts";
import { InvalidSamTemplate } from "../sam/errors.ts";
import { transformSam } from "../sam/transform.ts";
import { copy, isMap, type Value, type Values } from "../sam/value.ts";
import { evaluate, type Scope } from "./functions.ts";
import { unrolled, written } from "./language-extensions.ts";
import { prepareTemplate, readTemplate } from "./reading.ts";

/** What transforms need of the world. */
export interface TransformWorld {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly requestId: string;
  readonly nowMs: number;
  /** By parameter's name. */
  readonly parameters: Values;
  /** Evaluates what can be known before anything is made: parameters, mappings, pseudo parameters. */
  scope(template: Values): Scope;
  /** The text at an `s3://` or `https://` location. */
  textAt(location: string): Promise<string>;
  /** The function behind a macro's name; undefined when there is no such macro. */
  macro(name: string): string | undefined;
  invoke(functionName: string, event: Values): Promise<Values>;
}

const SAM = "AWS::Serverless-2016-10-31";
const EXTENSIONS = "AWS::LanguageExtensions";
const INCLUDE = "AWS::Include";

/** The transforms that a template names, wherever they stand. */
export function transformsOf(template: Values): string[] {
  const names = new Set<string>(globalTransforms(template).map(({ name }) => name));
  const visit = (value: Value): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isMap(value))
      for (const [key, member] of Object.entries(value)) {
        if (key === "Fn::Transform") for (const { name } of listed(member)) names.add(name);
        visit(member);
      }
  };
  visit(template);
  return [...names];
}

/** Must they be acknowledged with CAPABILITY_AUTO_EXPAND? */
export const needAutoExpand = (transforms: readonly string[]): boolean =>
  transforms.some((name) => name !== INCLUDE && name !== EXTENSIONS);

interface Named {
  readonly name: string;
  readonly parameters: Values;
}

function listed(value: Value | undefined): Named[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map((one) => {
    if (typeof one === "string") return { name: one, parameters: {} };
    if (!isMap(one) || typeof one["Name"] !== "string")
      throw validationError("Key Name of transform definition must be a string.");
    return { name: one["Name"], parameters: isMap(one["Parameters"]) ? one["Parameters"] : {} };
  });
}

const globalTransforms = (template: Values): Named[] => listed(template["Transform"]);

/**
 * A template with its transforms carried out: those of snippets first, from the inside out, then the template's own in their order.
 * @throws ValidationError `Transform … failed with: …`
 */
export async function transformed(source: Values, world: TransformWorld): Promise<Values> {
  const globals = globalTransforms(source);
  let template = copy(source);
  // Extensions are looked at before all others wherever they stand: macros and SAM know no loops.
  if (globals.some(({ name }) => name === EXTENSIONS)) template = extended(template, world);
  template = (await snippets(template, world)) as Values;
  for (const one of globals) {
    if (one.name === EXTENSIONS) continue;
    const made = await carriedOut(one, template, template, world);
    if (!isMap(made)) throw failed(one.name, "Template format error: unsupported structure.");
    template = made;
  }
  delete template["Transform"];
  return template;
}

function extended(template: Values, world: TransformWorld): Values {
  const scope = { ...world.scope(template), isExtended: true };
  return written(unrolled(template, (collection) => evaluate(collection, scope))) as Values;
}

async function snippets(value: Value, world: TransformWorld): Promise<Value> {
  if (Array.isArray(value)) {
    const items: Value[] = [];
    for (const item of value) items.push(await snippets(item, world));
    return items;
  }
  if (!isMap(value)) return value;
  const map: Values = {};
  for (const [name, member] of Object.entries(value))
    map[name] = name === "Fn::Transform" || name === "Transform" ? member : await snippets(member, world);
  const own = map["Fn::Transform"];
  if (own === undefined) return map;
  delete map["Fn::Transform"];
  let made: Value = map;
  for (const one of listed(own)) made = await carriedOut(one, made, undefined, world);
  return made;
}

/** @param template the whole of it, for a transform of the whole */
async function carriedOut(
  { name, parameters }: Named,
  fragment: Value,
  template: Values | undefined,
  world: TransformWorld,
): Promise<Value> {
  const map = isMap(fragment) ? fragment : {};
  if (name === INCLUDE) return included(parameters, map, world);
  if (name === SAM) {
    if (!template) throw failed(name, "it is a transform of whole templates");
    return sam(template, world);
  }
  return byMacro(name, parameters, fragment, world.scope(map), world);
}

const failed = (name: string, reason: string) => validationError(`Transform ${name} failed with: ${reason}`);

function sam(template: Values, { parameters, region, partition, nowMs }: TransformWorld): Values {
  try {
    return transformSam(template, { parameters, region, partition, now: nowMs });
  } catch (error) {
    if (!(error instanceof InvalidSamTemplate)) throw error;
    throw failed(SAM, error.message);
  }
}

async function included(parameters: Values, fragment: Values, world: TransformWorld): Promise<Values> {
  const location = evaluate(parameters["Location"] ?? "", world.scope(fragment));
  let text: string;
  try {
    text = await world.textAt(String(location));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const bucket = /^s3:\/\/([^/]+)/.exec(String(location))?.[1];
    const isMissing = error.code === "NoSuchBucket" && bucket !== undefined;
    throw failed(INCLUDE, isMissing ? `S3 bucket [${bucket}] does not exist.` : error.message);
  }
  await prepareTemplate(text);
  return (await snippets({ ...withoutTransforms(fragment), ...readTemplate(text) }, world)) as Values;
}

async function byMacro(
  name: string,
  parameters: Values,
  fragment: Value,
  scope: Scope,
  world: TransformWorld,
): Promise<Value> {
  const id = `${world.account}::${name}`;
  const functionName = world.macro(name);
  if (functionName === undefined) throw validationError(`No transform named ${id} found.`);
  let answer: Values;
  try {
    answer = await world.invoke(functionName, {
      accountId: world.account,
      fragment: isMap(fragment) ? withoutTransforms(fragment) : fragment,
      transformId: id,
      requestId: world.requestId,
      region: world.region,
      params: evaluate(parameters, scope) ?? {},
      templateParameterValues: world.parameters,
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw failed(id, error.message);
  }
  if (String(answer["status"]).toLowerCase() !== "success") {
    const reason = answer["errorMessage"];
    throw validationError(
      reason === undefined
        ? `Transform ${id} failed without an error message.`
        : `Transform ${id} failed with: ${String(reason)}.`,
    );
  }
  return answer["fragment"] ?? {};
}

function withoutTransforms({ Transform: _, ...rest }: Values): Values {
  return rest;
}
