import { templateOf } from "./blueprint-template.ts";
import type { StackPlace } from "./events.ts";
import { hasOtherStackTags, isReplaced, isWanted } from "./resource-state.ts";
import { hasType, loadType, type ResourceType } from "./resource-type.ts";
import { isSame, type Value, type Values } from "./sam/value.ts";
import { type Blueprint, type ResourceRecord, resourcesOf, type StackRecord } from "./stack.ts";
import { type Given, scopeOf } from "./surroundings.ts";
import { evaluate, type Scope, UNKNOWN } from "./template/functions.ts";
import { referencesIn } from "./template/references.ts";
import { dependenciesOf, type Template } from "./template/template.ts";

export const NESTED_STACK = "AWS::CloudFormation::Stack";

/** One reason why a property changes. */
export interface PlannedDetail {
  readonly name: string;
  readonly attribute: string;
  readonly source?: string;
  readonly cause?: string;
  readonly isDynamic: boolean;
  readonly recreates: "Always" | "Never" | "Conditionally";
  readonly before?: Value;
  readonly after?: Value;
}

/** What an update does with a resource. */
export interface PlannedChange {
  readonly logicalId: string;
  readonly type: string;
  readonly action: "Add" | "Modify" | "Remove" | "Import";
  readonly physicalId?: string;
  readonly replacement?: "True" | "False";
  readonly policyAction?: string;
  readonly scope: readonly string[];
  readonly details: readonly PlannedDetail[];
  readonly before?: Values;
  readonly after?: Values;
  /** The change set of a nested stack. */
  readonly changeSetId?: string;
}

export interface Plan {
  readonly changes: readonly PlannedChange[];
  /** Does anything else change: outputs, tags? */
  readonly isOtherwise: boolean;
  /** Exports that are not there yet. */
  readonly missing: readonly { readonly logicalId: string; readonly reason: string }[];
  /** Why it is not to be done at all. */
  readonly refusal?: string;
}

/** What would be done to bring a stack to a blueprint. Nothing is done. */
export async function planOf(
  stack: StackRecord,
  to: Blueprint,
  place: StackPlace,
  {
    imports = {},
    drifted = {},
    remakes = [],
    quiet = [],
  }: {
    readonly imports?: Readonly<Record<string, string>>;
    /** What services say of resources that are not as their template says. */
    readonly drifted?: Readonly<Record<string, Values>> | undefined;
    /** Resources that are gone, and are made again. */
    readonly remakes?: readonly string[];
    /** Nested stacks of which it is known that they stay as they are, but for what this template says of them. */
    readonly quiet?: readonly string[];
  } = {},
): Promise<Plan> {
  const template = templateOf(to);
  const old = stack.blueprint.body === "" ? undefined : templateOf(stack.blueprint);
  const records = new Map(
    resourcesOf(stack.id, place)
      .filter(
        ({ logicalId, status, physicalId }) =>
          physicalId !== undefined && !status.startsWith("DELETE") && !remakes.includes(logicalId),
      )
      .map((record) => [
        record.logicalId,
        { ...record, properties: drifted[record.logicalId] ?? record.properties },
      ]),
  );
  const changes = new Map<string, PlannedChange>();
  const missing: { logicalId: string; reason: string }[] = [];
  const surroundings = {
    ...place,
    stackId: stack.id,
    stackName: stack.name,
    notificationArns: to.notificationArns,
  };
  let evaluated = "";
  const isNew = (id: string) => {
    const change = changes.get(id);
    return !records.has(id) || change?.replacement === "True";
  };
  const scope = scopeOf(
    template,
    to.parameters,
    surroundings,
    (id): Given | undefined =>
      template.resources[id] === undefined
        ? undefined
        : isNew(id)
          ? { type: template.resources[id].type, physicalId: UNKNOWN, attributes: {}, properties: {} }
          : records.get(id),
    {
      attribute: (id, name) => {
        const changed = changes.get(id);
        if (template.resources[id] && isNew(id)) return UNKNOWN;
        const isChanged = changed?.details.some(({ name: property }) => property === name.split(".")[0]);
        return isChanged || (changed && template.resources[id]?.type === NESTED_STACK) ? UNKNOWN : undefined;
      },
      missing(reason) {
        missing.push({ logicalId: evaluated, reason });
        return UNKNOWN;
      },
    },
  );
  for (const id of ordered(template, scope)) {
    const declared = template.resources[id]!;
    const record = records.get(id);
    evaluated = id;
    let after: Values;
    try {
      after = evaluate(declared.properties, scope) as Values;
    } catch (error) {
      missing.push({ logicalId: id, reason: (error as Error).message.replace(/ found\.$/, "") });
      continue;
    }
    if (!record) {
      const isImport = imports[id] !== undefined;
      changes.set(id, {
        logicalId: id,
        type: declared.type,
        action: isImport ? "Import" : "Add",
        ...(isImport && { physicalId: imports[id]! }),
        scope: [],
        details: [],
        after,
      });
      continue;
    }
    const type = hasType(declared.type) ? await loadType(declared.type) : undefined;
    const change = modification(record, after, {
      declared: declared.properties,
      written: old?.resources[id]?.properties ?? {},
      type,
      template,
      changes,
      parameters: (name) => to.parameters[name]?.value !== stack.blueprint.parameters[name]?.value,
      metadata: declared.metadata === undefined ? undefined : evaluate(declared.metadata, scope),
      isRetagged: type?.isTagged === true && hasOtherStackTags(record, { stackTags: to.tags }),
      isOpen: declared.type === NESTED_STACK && !quiet.includes(id),
    });
    if (change) changes.set(id, change);
  }
  for (const [id, { type, physicalId, deletionPolicy }] of records) {
    const declared = template.resources[id];
    if (declared && isWanted(declared, scope)) continue;
    changes.set(id, {
      logicalId: id,
      type,
      action: "Remove",
      ...(physicalId !== undefined && { physicalId }),
      policyAction: deletionPolicy?.startsWith("Retain") ? "Retain" : "Delete",
      scope: [],
      details: [],
      before: written(old, id, stack, surroundings) ?? records.get(id)!.properties,
    });
  }
  const sorted = [...changes.values()].sort((a, b) => (a.logicalId < b.logicalId ? -1 : 1));
  const refusal = otherTypes(records, template) ?? (isNotEmpty(imports) ? notImported(sorted) : undefined);
  return {
    changes: sorted,
    isOtherwise: differsOtherwise(stack, to, template, old),
    missing,
    ...(refusal !== undefined && { refusal }),
  };
}

/** What a template says of a resource that it makes no more. What follows other resources is not known then, as recorded. */
function written(
  template: Template | undefined,
  id: string,
  { blueprint }: StackRecord,
  at: Parameters<typeof scopeOf>[2],
): Values | undefined {
  const declared = template?.resources[id];
  if (!declared) return undefined;
  const unknown = { type: declared.type, physicalId: UNKNOWN, attributes: {}, properties: {} };
  const scope = scopeOf(template, blueprint.parameters, at, () => unknown, {
    attribute: () => UNKNOWN,
    missing: () => UNKNOWN,
  });
  return evaluate(declared.properties, scope) as Values;
}

const isNotEmpty = (map: object): boolean => Object.keys(map).length > 0;

function otherTypes(records: ReadonlyMap<string, ResourceRecord>, template: Template): string | undefined {
  const ids = [...records.values()]
    .filter(({ logicalId, type }) => (template.resources[logicalId]?.type ?? type) !== type)
    .map(({ logicalId }) => logicalId);
  return ids.length === 0
    ? undefined
    : `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${ids.join(", ")}]`;
}

function notImported(changes: readonly PlannedChange[]): string | undefined {
  const ids = changes
    // Other tags of the stack are none of the template's.
    .filter(
      ({ action, scope, details }) =>
        action !== "Import" &&
        scope.join() !== "Tags" &&
        !(details.length > 0 && details.every(({ source }) => source === "Automatic")),
    )
    .map(({ logicalId }) => logicalId);
  return ids.length === 0
    ? undefined
    : `You have modified resources [${ids.join(", ")}] in your template that are not being imported. Update, create or delete operations cannot be executed during import operations.`;
}

function ordered(template: Template, scope: Scope): string[] {
  const wanted = Object.fromEntries(
    Object.entries(template.resources).filter(([, declared]) => isWanted(declared, scope)),
  );
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    for (const other of dependenciesOf(wanted[id]!, wanted, (name) => scope.condition(name))) visit(other);
    order.push(id);
  };
  for (const id of Object.keys(wanted)) visit(id);
  return order;
}

function differsOtherwise(
  stack: StackRecord,
  to: Blueprint,
  template: Template,
  old: Template | undefined,
): boolean {
  const { blueprint } = stack;
  const outputs = (of: Template | undefined, values: Blueprint) => {
    const text = JSON.stringify(of?.outputs ?? {});
    const names = [...referencesIn((of?.outputs ?? {}) as Values).refs];
    return text + JSON.stringify(names.map((name) => values.parameters[name] ?? null));
  };
  return (
    outputs(template, to) !== outputs(old, blueprint) ||
    !isSame({ ...to.tags }, { ...blueprint.tags }) ||
    template.description !== old?.description
  );
}

interface Basis {
  readonly declared: Values;
  readonly written: Values;
  readonly type: ResourceType | undefined;
  readonly template: Template;
  readonly changes: ReadonlyMap<string, PlannedChange>;
  /** Has a parameter another value? */
  readonly parameters: (name: string) => boolean;
  readonly metadata: Value | undefined;
  /** The stack has other tags, and the resource takes them. */
  readonly isRetagged: boolean;
  /** What a nested stack's template says by now is seen only when it is updated. */
  readonly isOpen: boolean;
}

function modification(record: ResourceRecord, after: Values, basis: Basis): PlannedChange | undefined {
  const { type } = basis;
  const before = record.properties;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const differing = names.filter((name) => !isSame(before[name], after[name]));
  const isMetadata = !isSame(record.metadata, basis.metadata);
  const isSaidAlike = differing.length === 0 && !isMetadata && !basis.isRetagged;
  if (isSaidAlike && !basis.isOpen) return undefined;
  const details = differing.flatMap((name) => {
    const recreates = recreationOf(name, type);
    const detail = {
      name,
      attribute: "Properties",
      recreates,
      ...(before[name] !== undefined && { before: before[name] }),
      ...(after[name] !== undefined && { after: after[name] }),
    } as const;
    return causesOf(basis.declared[name], basis).map((cause): PlannedDetail => ({ ...detail, ...cause }));
  });
  if (isMetadata)
    details.push({
      name: "",
      attribute: "Metadata",
      isDynamic: false,
      source: "DirectModification",
      recreates: "Never",
    });
  if (basis.isRetagged)
    details.push({
      name: "",
      attribute: "Tags",
      isDynamic: false,
      source: "DirectModification",
      recreates: "Never",
    });
  if (isSaidAlike)
    details.push({
      name: "",
      attribute: "Properties",
      isDynamic: true,
      source: "Automatic",
      recreates: "Never",
    });
  const replaces = type !== undefined && isReplaced(type, before, after);
  return {
    logicalId: record.logicalId,
    type: record.type,
    action: "Modify",
    ...(record.physicalId !== undefined && { physicalId: record.physicalId }),
    replacement: replaces ? "True" : "False",
    ...(replaces && {
      policyAction: record.updateReplacePolicy === "Retain" ? "ReplaceAndRetain" : "ReplaceAndDelete",
    }),
    scope: [
      ...(differing.length > 0 || isSaidAlike ? ["Properties"] : []),
      ...(isMetadata ? ["Metadata"] : []),
      ...(basis.isRetagged ? ["Tags"] : []),
    ],
    details,
    before,
    after,
  };
}

function recreationOf(name: string, type: ResourceType | undefined): PlannedDetail["recreates"] {
  const by = type?.replacedBy ?? [];
  if (by.includes("*") || by.includes(name)) return type?.inPlace ? "Conditionally" : "Always";
  return by.some((path) => path.startsWith(`${name}.`)) ? "Conditionally" : "Never";
}

function causesOf(declared: Value | undefined, { template, changes, parameters }: Basis) {
  const { refs, attributes } = referencesIn(declared);
  const causes: { source: string; cause?: string; isDynamic: boolean }[] = [];
  for (const name of refs)
    if (Object.hasOwn(template.parameters, name)) {
      if (parameters(name)) causes.push({ source: "ParameterReference", cause: name, isDynamic: false });
    } else if (changes.has(name)) causes.push({ source: "ResourceReference", cause: name, isDynamic: false });
  for (const [id, names] of attributes)
    if (changes.has(id))
      for (const name of names) {
        // What an attribute of a resource that stays will be is known once it has been changed.
        const isDynamic = changes.get(id)?.replacement !== "True";
        causes.push({ source: "ResourceAttribute", cause: `${id}.${name}`, isDynamic });
      }
  const direct = { source: "DirectModification", isDynamic: causes.length > 0 };
  return [...causes, direct];
}
