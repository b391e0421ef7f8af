import {
  InvalidEvent,
  InvalidSamTemplate,
  invalidDocument,
  invalidResource,
  type SamFault,
} from "./errors.ts";
import { apiIdOf } from "./events/api.ts";
import { aMap, aText, inEvent, inResource, something } from "./expect.ts";
import { anyOf, when } from "./intrinsics.ts";
import { isOpenApi, openApiSkeleton } from "./openapi/http.ts";
import { ANY_METHOD, addPath } from "./openapi/paths.ts";
import { isSwagger, makeConditional, swaggerSkeleton } from "./openapi/swagger.ts";
import { byCodePoint } from "./python-json.ts";
import { resourcesOf } from "./translation.ts";
import { copy, isFilled, isMap, mapIn, own, type Value, type Values } from "./value.ts";

/** A kind of API that events make when they name none. */
interface ImplicitApi {
  readonly type: string;
  readonly event: string;
  /** The property of an event that names its API. */
  readonly property: string;
  readonly id: string;
  readonly skeleton: () => Values;
  readonly isValid: (document: Value | undefined) => document is Values;
  readonly properties: Values;
}

const REST: ImplicitApi = {
  type: "AWS::Serverless::Api",
  event: "Api",
  property: "RestApiId",
  id: "ServerlessRestApi",
  skeleton: swaggerSkeleton,
  isValid: isSwagger,
  properties: { StageName: "Prod" },
};

const HTTP: ImplicitApi = {
  type: "AWS::Serverless::HttpApi",
  event: "HttpApi",
  property: "ApiId",
  id: "ServerlessHttpApi",
  skeleton: openApiSkeleton,
  isValid: isOpenApi,
  properties: {},
};

/** The owners of events that may make an API. */
const OWNERS = ["AWS::Serverless::Function", "AWS::Serverless::StateMachine"];

/** APIs without a document of their own have one that events fill, and events without an API have one that is made. */
export function addImplicitApis(template: Values): void {
  for (const kind of [REST, HTTP]) fillDocuments(template, kind);
  for (const kind of [REST, HTTP]) new Implicit(template, kind).add();
}

function fillDocuments(template: Values, kind: ImplicitApi): void {
  for (const resource of Object.values(resourcesOf(template))) {
    if (!isMap(resource) || resource["Type"] !== kind.type) continue;
    const properties = mapIn(resource, "Properties");
    if (isFilled(properties["DefinitionBody"]) || isFilled(properties["DefinitionUri"])) continue;
    properties["DefinitionBody"] = kind.skeleton();
    properties["__MANAGE_SWAGGER"] = true;
  }
}

/** What one event says of one method of an API. */
interface Method {
  readonly path: string;
  readonly method: string;
  readonly condition: string | undefined;
}

class Implicit {
  readonly #template: Values;
  readonly #resources: Values;
  readonly #kind: ImplicitApi;
  readonly #methods = new Map<string, Method[]>();
  readonly #deletion: (Value | undefined)[] = [];
  readonly #replacement: (Value | undefined)[] = [];
  readonly #faults: SamFault[] = [];

  constructor(template: Values, kind: ImplicitApi) {
    this.#template = template;
    this.#resources = resourcesOf(template);
    this.#kind = kind;
  }

  add(): void {
    const { id, skeleton, properties, type } = this.#kind;
    const existing = own(this.#resources, id);
    this.#resources[id] = {
      Type: type,
      Properties: { ...properties, DefinitionBody: skeleton(), __MANAGE_SWAGGER: true },
    };
    for (const [owner, resource] of Object.entries(this.#resources)) this.#addEvents(owner, resource);
    this.#conditionApi();
    this.#keepApi();
    this.#conditionPaths();
    const paths = ((this.#api["Properties"] as Values)["DefinitionBody"] as Values)["paths"];
    if (!isFilled(paths)) {
      delete this.#resources[id];
      if (existing !== undefined) this.#resources[id] = existing;
    }
    if (this.#faults.length > 0) throw new InvalidSamTemplate(this.#faults);
  }

  get #api(): Values {
    return this.#resources[this.#kind.id] as Values;
  }

  #addEvents(owner: string, resource: Value): void {
    if (!isMap(resource) || !OWNERS.includes(String(resource["Type"]))) return;
    const properties = own(resource, "Properties");
    const events = isMap(properties) ? own(properties, "Events") : undefined;
    if (!isMap(properties) || !isMap(events)) return;
    try {
      for (const [name, event] of Object.entries(events)) {
        if (isMap(event) && event["Type"] === this.#kind.event)
          this.#addEvent(name, event, resource, properties);
      }
    } catch (error) {
      if (!(error instanceof InvalidEvent)) throw error;
      this.#faults.push(invalidResource(owner, error.message));
    }
  }

  #addEvent(name: string, event: Values, resource: Values, owner: Values): void {
    const { property, id } = this.#kind;
    const isHttp = this.#kind === HTTP;
    if (!isHttp && !isFilled(event["Properties"])) return;
    const properties = aMap(event["Properties"] ?? {}, inEvent(name, ""), "Properties should be a map.");
    event["Properties"] = properties;
    if (!Object.hasOwn(properties, property)) {
      this.#propagateTags(resource, owner);
      properties[property] = { Ref: id };
    }
    if (isHttp && !isFilled(properties["Path"]) && !isFilled(properties["Method"])) {
      properties["Path"] = "$default";
      properties["Method"] = ANY_METHOD;
    }
    const apiId = apiIdOf(properties[property] as Value);
    something(own(properties, "Path"), inEvent(name, "Path"));
    something(own(properties, "Method"), inEvent(name, "Method"));
    const api = aText(apiId, inEvent(name, property));
    const path = aText(properties["Path"], inEvent(name, "Path"));
    const method = aText(properties["Method"], inEvent(name, "Method"));
    const condition = own(resource, "Condition") as string | undefined;
    this.#note(api, { path, method, condition });
    if (api === id) {
      this.#deletion.push(own(resource, "DeletionPolicy"));
      this.#replacement.push(own(resource, "UpdateReplacePolicy"));
    }
    this.#addPath(name, api, path, method);
    if (isHttp && Object.hasOwn(properties, "RouteSettings"))
      this.#addRoute(name, api, properties, condition);
  }

  #note(api: string, noted: Method): void {
    const methods = this.#methods.get(api) ?? [];
    const others = methods.filter((other) => other.path !== noted.path || other.method !== noted.method);
    this.#methods.set(api, [...others, noted]);
  }

  /** `PropagateTags` of the owner of an event reaches the API that is made for it. */
  #propagateTags(resource: Values, owner: Values): void {
    const section = String(resource["Type"]).replace("AWS::Serverless::", "");
    const all = own(this.#template, "Globals");
    const globals = isMap(all) ? own(all, section) : undefined;
    const from = (name: string) =>
      isFilled(owner[name]) ? owner[name] : isMap(globals) ? globals[name] : undefined;
    const tags = from("Tags");
    if (!isMap(tags) || !isFilled(tags) || !isFilled(from("PropagateTags"))) return;
    const api = this.#api["Properties"] as Values;
    Object.assign(mapIn(api, "Tags"), tags);
    api["PropagateTags"] = true;
  }

  #addPath(name: string, api: string, path: string, method: string): void {
    const { property, type, isValid } = this.#kind;
    const resource = own(this.#resources, api);
    const isOther = isMap(resource) && resource["Type"] === HTTP.type && type !== HTTP.type;
    if (!isMap(resource) || isOther) {
      throw new InvalidEvent(
        name,
        `${property} must be a valid reference to an '${type}' resource in same template.`,
      );
    }
    const properties = own(resource, "Properties");
    if (!isMap(properties) || !isValid(properties["DefinitionBody"])) return;
    if (!isFilled(properties["__MANAGE_SWAGGER"])) return;
    addPath(properties["DefinitionBody"]["paths"] as Values, path, method);
  }

  /** `RouteSettings` of an event are settings of the API's stage. */
  #addRoute(name: string, api: string, event: Values, condition: string | undefined): void {
    const resource = own(this.#resources, api) as Values;
    const properties = mapIn(resource, "Properties");
    const method = String(event["Method"]);
    const route = method === ANY_METHOD ? String(event["Path"]) : `${method.toUpperCase()} ${event["Path"]}`;
    const settings = aMap(own(properties, "RouteSettings") ?? {}, inResource(api, "RouteSettings"));
    const wanted = event["RouteSettings"] ?? {};
    const added = aMap(condition ? when(condition, wanted) : wanted, inEvent(name, "RouteSettings"));
    Object.assign(mapIn(settings, route), copy(added));
    properties["RouteSettings"] = settings;
  }

  /** The API is there when any of the functions is that need it. */
  #conditionApi(): void {
    const { id } = this.#kind;
    const conditions = sameConditions(this.#methods.get(id) ?? []);
    if (!conditions) return;
    const name = `${id}Condition`;
    this.#api["Condition"] = conditions.length === 1 ? (conditions[0] as string) : name;
    if (conditions.length > 1) Object.assign(mapIn(this.#template, "Conditions"), anyOf(conditions, name));
  }

  #keepApi(): void {
    const strongest = (policies: readonly (Value | undefined)[], order: readonly string[]) =>
      order.find((policy) => policies.includes(policy));
    const deletion = strongest(this.#deletion, ["Retain", "Delete"]);
    const replacement = strongest(this.#replacement, ["Retain", "Snapshot", "Delete"]);
    if (deletion !== undefined) this.#api["DeletionPolicy"] = deletion;
    if (replacement !== undefined) this.#api["UpdateReplacePolicy"] = replacement;
  }

  /** A path is there when any of the functions is that answer it. */
  #conditionPaths(): void {
    for (const [id, resource] of Object.entries(this.#resources)) {
      if (!isMap(resource) || resource["Type"] !== this.#kind.type) continue;
      const properties = mapIn(resource, "Properties");
      if (!isFilled(properties["__MANAGE_SWAGGER"])) continue;
      const document = properties["DefinitionBody"];
      if (!this.#kind.isValid(document)) throw invalidDocument("The document of an API is not valid.");
      const paths = document["paths"] as Values;
      for (const path of Object.keys(paths)) {
        const methods = (this.#methods.get(id) ?? []).filter((method) => method.path === path);
        const conditions = sameConditions(methods);
        if (!conditions) continue;
        const name = pathCondition(id, path);
        if (conditions.length > 1)
          Object.assign(mapIn(this.#template, "Conditions"), anyOf(conditions, name));
        makeConditional(paths, path, conditions.length > 1 ? name : (conditions[0] as string));
      }
    }
  }
}

/** The conditions of methods, when every one has some. */
function sameConditions(methods: readonly Method[]): string[] | undefined {
  if (methods.length === 0) return undefined;
  const conditions = methods.map((method) => method.condition);
  if (conditions.includes(undefined)) return undefined;
  return [...new Set(conditions as string[])].sort(byCodePoint);
}

function pathCondition(id: string, path: string): string {
  return `${id}${path.replaceAll("/", "SLASH").replaceAll("{", "OB").replaceAll("}", "CB")}PathCondition`;
}
