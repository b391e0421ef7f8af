import { embedConnectors } from "./connectors-attribute.ts";
import { DeploymentPreferences } from "./deployment-preferences.ts";
import type { Draft } from "./draft.ts";
import { duplicateId, InvalidSamTemplate, invalidDocument, invalidResource, SamFault } from "./errors.ts";
import { apiIdOf } from "./events/api.ts";
import { mergeGlobals } from "./globals.ts";
import { addImplicitApis } from "./implicit-apis.ts";
import { isVersion3 } from "./openapi/paths.ts";
import { followIds, followReferences, mappingResolver, parameterResolver } from "./parameters.ts";
import { ORDER, SAM_RESOURCES } from "./resources/resources.ts";
import { SharedUsagePlan } from "./resources/usage-plan.ts";
import { mayTakeOver } from "./taken-over.ts";
import { addConditions, resourcesOf, type Translation } from "./translation.ts";
import { copy, isFilled, isMap, own, type Value, type Values } from "./value.ts";

/** What the transform has to know beside the template. */
export interface SamSurroundings {
  /** The values of the stack's parameters; defaults of the template stand for those that are not given. */
  readonly parameters: Values;
  readonly region: string;
  readonly partition: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * The template with SAM's resources, events, globals and policies written out as CloudFormation's. The template that is given
 * stays as it is.
 *
 * Throws `InvalidSamTemplate` with all that is wrong.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
 */
export function transformSam(template: Values, surroundings: SamSurroundings): Values {
  const source = copy(template);
  check(source);
  const faults: SamFault[] = [];
  addImplicitApis(source);
  mergeGlobals(source);
  setOpenApiVersions(source);
  embedConnectors(source, faults);
  const translation = begin(source, surroundings);
  const references = new Map<string, Map<string, string>>();
  const renamed = new Map<string, string>();
  for (const [id, resource, type] of inOrder(source)) {
    attempt(faults, () => {
      noteFunctionNames(resource, translation);
      const kind = SAM_RESOURCES[type];
      const translated = kind?.translate(id, resource, translation);
      if (!kind || !translated) return;
      if (translated.id !== undefined) renamed.set(id, translated.id);
      references.set(translated.id ?? id, referencesOf(translated.drafts, kind.references ?? {}));
      delete resourcesOf(translation.output)[id];
      for (const draft of translated.drafts) place(id, draft, translation, faults);
    });
  }
  placeDeployments(translation, faults);
  delete translation.output["Transform"];
  if (faults.length > 0) throw new InvalidSamTemplate(faults);
  followIds(translation.output, renamed);
  followReferences(translation.output, (id, property) => references.get(id)?.get(property));
  return translation.output;
}

function check(template: Values): void {
  const resources = own(template, "Resources");
  if (!isMap(resources) || !isFilled(resources)) throw invalidDocument("'Resources' section is required");
  for (const [id, resource] of Object.entries(resources)) {
    if (!isMap(resource)) {
      throw invalidDocument(
        "All 'Resources' must be Objects. If you're using YAML, this may be an indentation issue.",
      );
    }
    if (!isSam(resource)) continue;
    if (isFilled(resource["Condition"]) && typeof resource["Condition"] !== "string") {
      throw invalidDocument("Every Condition member must be a string.");
    }
    if (Object.hasOwn(resource, "Properties") && !isMap(resource["Properties"])) {
      throw new InvalidSamTemplate([invalidResource(id, "Attribute 'Properties' should be a map.")]);
    }
  }
}

function isSam(resource: Values): boolean {
  return typeof resource["Type"] === "string" && Object.hasOwn(SAM_RESOURCES, resource["Type"]);
}

function begin(source: Values, { parameters, region, partition, now }: SamSurroundings): Translation {
  const output = copy(source);
  const mappings = own(source, "Mappings") ?? {};
  if (!isMap(mappings)) {
    throw invalidDocument("'Mappings' or 'Parameters' is either null or not a valid dictionary.");
  }
  return {
    source,
    output,
    partition,
    resolve: parameterResolver({
      ...defaults(source),
      "AWS::Region": region,
      "AWS::Partition": partition,
      ...parameters,
    }),
    findInMap: mappingResolver(mappings),
    deployments: new DeploymentPreferences(partition),
    usagePlan: new SharedUsagePlan(),
    recordSetGroups: new Map(),
    functionNames: new Map(),
    now,
  };
}

function defaults(template: Values): Values {
  const declared = own(template, "Parameters");
  const values: Values = {};
  for (const [name, parameter] of Object.entries(isMap(declared) ? declared : {})) {
    if (isMap(parameter) && Object.hasOwn(parameter, "Default")) values[name] = parameter["Default"] as Value;
  }
  return values;
}

/** `OpenApiVersion`, the API's own or the global one, is that of a document that events fill. */
function setOpenApiVersions(template: Values): void {
  for (const resource of Object.values(resourcesOf(template))) {
    if (!isMap(resource) || resource["Type"] !== "AWS::Serverless::Api") continue;
    const properties = own(resource, "Properties");
    if (!isMap(properties) || !Object.hasOwn(properties, "__MANAGE_SWAGGER")) continue;
    const version = own(properties, "OpenApiVersion");
    if (version === undefined || !isVersion3(version)) continue;
    properties["OpenApiVersion"] = String(version);
    const document = own(properties, "DefinitionBody");
    if (!isMap(document)) continue;
    document["openapi"] = String(version);
    delete document["swagger"];
  }
}

function* inOrder(template: Values): Generator<[id: string, resource: Values, type: string]> {
  for (const types of ORDER) {
    for (const [id, resource] of Object.entries(resourcesOf(template))) {
      const type = isMap(resource) ? String(resource["Type"]) : "";
      if (types.includes(type)) yield [id, resource as Values, type];
    }
  }
}

/** The names that functions behind REST APIs have, in the order of the functions. */
function noteFunctionNames(resource: Values, { functionNames, resolve }: Translation): void {
  if (resource["Type"] !== "AWS::Serverless::Function") return;
  const properties = own(resource, "Properties");
  const events = isMap(properties) ? own(properties, "Events") : undefined;
  if (!isMap(properties) || !isMap(events)) return;
  for (const event of Object.values(events)) {
    const written = isMap(event) && event["Type"] === "Api" ? own(event, "Properties") : undefined;
    const api = isMap(written) && isFilled(written["RestApiId"]) ? apiIdOf(written["RestApiId"]) : undefined;
    const name = resolve(copy(own(properties, "FunctionName")));
    if (typeof api !== "string" || !isFilled(name)) continue;
    functionNames.set(
      api,
      (functionNames.get(api) ?? "") + (typeof name === "string" ? name : JSON.stringify(name)),
    );
  }
}

function referencesOf(
  drafts: readonly Draft[],
  wanted: Readonly<Record<string, string>>,
): Map<string, string> {
  const ids = new Map(drafts.map((draft) => [draft.type, draft.id]));
  const found = new Map<string, string>();
  for (const [name, type] of Object.entries(wanted)) {
    const id = ids.get(type);
    if (id !== undefined) found.set(name, id);
  }
  return found;
}

/** Puts what was made into the template, unless something else has its id. */
function place(id: string, draft: Draft, { source, output }: Translation, faults: SamFault[]): void {
  const there = own(resourcesOf(source), draft.id);
  if (isMap(there) && !mayTakeOver(draft.type, String(there["Type"]))) {
    faults.push(duplicateId(id, draft.id, draft.type));
    return;
  }
  resourcesOf(output)[draft.id] = copy(draft.toResource());
}

function placeDeployments(translation: Translation, faults: SamFault[]): void {
  const { deployments, output } = translation;
  const resources = resourcesOf(output);
  const conditions = deployments.conditions();
  if (isFilled(conditions)) addConditions(translation, conditions);
  for (const draft of deployments.drafts()) resources[draft.id] = copy(draft.toResource());
  for (const group of deployments.groups()) {
    attempt(faults, () => {
      const draft = group();
      resources[draft.id] = copy(draft.toResource());
    });
  }
}

/** A fault of one resource is noted, and the others are looked at. */
function attempt(faults: SamFault[], act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof SamFault)) throw error;
    faults.push(error);
  }
}
