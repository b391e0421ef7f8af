import { keptThat } from "../../../aws/kept.ts";
import { page } from "../../../aws/page.ts";
import { AwsError } from "../../../core/aws-error.ts";
import { readJson } from "../../../core/read-json.ts";
import type { CallService, Context, Handlers } from "../../../core/service.ts";
import type { Store } from "../../../core/storage.ts";
import { Slices } from "../../../core/unhurried.ts";
import type * as CloudControl from "../../../models/generated/cloudcontrol.ts";
import { asUnwritten } from "../mapping/shown.ts";
import { readingContext } from "../resource-context.ts";
import {
  type Existing,
  hasType,
  loadType,
  type Made,
  missingKeys,
  type ResourceContext,
  type ResourceType,
} from "../resource-type.ts";
import { isMap, isSame, type Values } from "../sam/value.ts";
import {
  invalidModel,
  invalidRequest,
  notUpdatable,
  resourceNotFound,
  typeNotFound,
  unsupportedAction,
} from "./errors.ts";
import { identifierIn, identifierOf, identifiersOfKept, identifying, readIdentifier } from "./identifier.ts";
import { patched } from "./json-patch.ts";
import { type ControlledRecord, controlledRecords } from "./request.ts";
import type { Requests } from "./requests.ts";

const PAGE_SIZE = 100;

/** Types that only mean something within a stack. */
const OF_STACKS = /^AWS::(?:CloudFormation|CDK)::/;

/** https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_CreateResource.html and its neighbours */
export function resources(requests: Requests): Handlers<CloudControl.Operations> {
  return {
    async CreateResource({ TypeName, DesiredState, ClientToken, RoleArn }, ctx) {
      const type = await typeOf(TypeName, "CREATE");
      const properties = readProperties(DesiredState);
      const missing = missingKeys(type, properties);
      if (missing.length > 0) throw invalidModel(missing.join(", "));
      const named = identifierIn(TypeName, properties);
      const asked = {
        type: TypeName,
        operation: "CREATE",
        ...(named !== undefined && { identifier: named }),
        clientToken: ClientToken,
        roleArn: RoleArn,
      } as const;
      return {
        ProgressEvent: await requests.begin(asked, ctx, async (at) => {
          const { id, attributes = {} } = await madeWhole(type, properties, at);
          const identifier = identifierOf(TypeName, id, properties);
          // What has been made is told by GetResource: a request for it tells no model, as recorded.
          return {
            identifier,
            keep: keeping({ type: TypeName, identifier, id, properties, attributes }),
          };
        }),
      };
    },

    async GetResource({ TypeName, Identifier, RoleArn }, ctx) {
      const type = await typeOf(TypeName, "READ");
      const at = readingBy(ctx, RoleArn);
      const existing = existingOf(TypeName, Identifier, ctx);
      const model = await modelOf(type, existing, at);
      if (!model) throw resourceNotFound(TypeName, Identifier, ctx.random.uuid());
      return {
        TypeName,
        ResourceDescription: { Identifier, Properties: JSON.stringify(model) },
      };
    },

    async UpdateResource({ TypeName, Identifier, PatchDocument, ClientToken, RoleArn }, ctx) {
      const type = await typeOf(TypeName, "UPDATE");
      if (!type.update) throw unsupportedAction(TypeName, "UPDATE");
      const existing = existingOf(TypeName, Identifier, ctx);
      const model = await modelOf(type, existing, readingBy(ctx, RoleArn));
      if (!model) throw resourceNotFound(TypeName, Identifier, ctx.random.uuid());
      const before = isKnown(TypeName, Identifier, ctx) ? existing.properties : model;
      const changed = patched(model, PatchDocument);
      const after = Object.fromEntries(
        Object.entries(changed).filter(
          // What the service alone says of it is no wish.
          ([name, value]) => Object.hasOwn(before, name) || !isSame(value, model[name]),
        ),
      );
      const kept = type.inPlace?.(changed) ?? [];
      const replaced = type.replacedBy.filter((path) => {
        if (kept.includes(path)) return false;
        const name = path.split(".")[0] ?? path;
        return name === "*" ? !isSame(model, changed) : !isSame(model[name], changed[name]);
      });
      if (replaced.length > 0) throw notUpdatable(replaced);
      const asked = {
        type: TypeName,
        operation: "UPDATE",
        identifier: Identifier,
        clientToken: ClientToken,
        roleArn: RoleArn,
      } as const;
      return {
        ProgressEvent: await requests.begin(asked, ctx, async (at) => {
          const made = await type.update?.({ ...existing, properties: before }, after, at);
          const { id = existing.id, attributes = existing.attributes } = made ?? {};
          return {
            identifier: Identifier,
            model: await modelOf(type, { id, properties: after, attributes }, at),
            keep: keeping({ type: TypeName, identifier: Identifier, id, properties: after, attributes }),
          };
        }),
      };
    },

    async DeleteResource({ TypeName, Identifier, ClientToken, RoleArn }, ctx) {
      const type = await typeOf(TypeName, "DELETE");
      const asked = {
        type: TypeName,
        operation: "DELETE",
        identifier: Identifier,
        clientToken: ClientToken,
        roleArn: RoleArn,
      } as const;
      return {
        ProgressEvent: await requests.begin(asked, ctx, async (at) => {
          const existing = existingOf(TypeName, Identifier, ctx);
          if (type.read && !(await type.read(existing, at)))
            throw new AwsError(
              "NotFound",
              `Resource of type '${TypeName}' with identifier '${Identifier}' was not found.`,
            );
          await type.delete(existing, at);
          return {
            identifier: Identifier,
            keep: (store) => store.collection(controlledRecords).delete([TypeName, Identifier]),
          };
        }),
      };
    },

    async ListResources(input, ctx) {
      const { TypeName, NextToken: token, MaxResults: size = PAGE_SIZE, ...query } = input;
      await typeOf(TypeName, "LIST");
      const call: CallService = (service, operation, inputOf, options) =>
        ctx.call(service, operation, inputOf, { as: input.RoleArn ?? ctx.caller, ...options });
      const kept = await keptThat(ctx, ({ cloudFormationType }) => cloudFormationType === TypeName);
      const slices = new Slices();
      const identify = identifiersOfKept(call);
      const identifiers = await Promise.all(
        kept.map(async (one) => {
          await slices.next();
          return await identify(one);
        }),
      );
      const made = [...ctx.store.collection(controlledRecords).values({ prefix: [TypeName] })];
      const all = new Set([
        ...identifiers,
        ...(kept.length === 0 ? made.map(({ identifier }) => identifier) : []),
      ]);
      const { items, nextToken } = page(all, (identifier) => [identifier], {
        size,
        token,
        query: { TypeName, ...query },
        refuse: () => invalidRequest("Invalid NextToken"),
      });
      return {
        TypeName,
        ResourceDescriptions: items.map((Identifier) => ({
          Identifier,
          Properties: JSON.stringify(identifying(TypeName, Identifier)),
        })),
        ...(nextToken && { NextToken: nextToken }),
      };
    },
  };
}

/** @throws TypeNotFoundException, UnsupportedActionException */
async function typeOf(name: string, action: string): Promise<ResourceType> {
  if (!hasType(name)) throw typeNotFound(name);
  if (OF_STACKS.test(name)) throw unsupportedAction(name, action);
  return loadType(name);
}

function readProperties(text: string): Values {
  try {
    const properties: unknown = readJson(text);
    if (isMap(properties)) return properties;
  } catch {
    // It is no JSON.
  }
  throw invalidRequest("DesiredState is not a valid JSON object");
}

const keeping =
  (record: ControlledRecord) =>
  (store: Store): void =>
    store.collection(controlledRecords).put([record.type, record.identifier], record);

const isKnown = (type: string, identifier: string, ctx: Context): boolean =>
  ctx.store.collection(controlledRecords).has([type, identifier]);

/** A resource as Cloud Control has made it, or as its identifier says. */
function existingOf(type: string, identifier: string, ctx: Context): Existing {
  const known = ctx.store.collection(controlledRecords).get([type, identifier]);
  if (known) return known;
  const { id, properties } = readIdentifier(type, identifier);
  return { id, properties: asUnwritten(properties), attributes: {} };
}

/** All that is known of a resource; undefined when it is gone. A type that cannot be read is as it was asked for. */
async function modelOf(
  { read, attributes }: ResourceType,
  existing: Existing,
  at: ResourceContext,
): Promise<Values | undefined> {
  const properties = read ? await read(existing, at) : existing.properties;
  if (!properties) return undefined;
  const isForeign = Object.keys(existing.attributes).length === 0;
  const found = isForeign ? await attributes?.(existing.id, properties, at) : existing.attributes;
  return { ...(found as Values | undefined), ...properties };
}

/** A context in which a resource is read by the role that the request names, or by its caller. */
const readingBy = (ctx: Context, roleArn: string | undefined): ResourceContext =>
  readingContext(ctx, (service, operation, input) =>
    ctx.call(service, operation, input, { as: roleArn ?? ctx.caller }),
  );

/** Makes a resource. Should that fail when a part of it is there, that part goes again. */
async function madeWhole(type: ResourceType, properties: Values, at: ResourceContext): Promise<Made> {
  let part: Made | undefined;
  try {
    return await type.create(properties, {
      ...at,
      made: (made) => {
        part = made;
      },
    });
  } catch (error) {
    // Should this fail, too, its client is told of the first failure.
    if (part) await type.delete({ attributes: {}, ...part, properties }, at).catch(() => {});
    throw error;
  }
}
