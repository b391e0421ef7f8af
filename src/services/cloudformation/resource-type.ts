import { readdirSync } from "node:fs";
import type { Values } from "./sam/value.ts";
import type { Answerer } from "./signals.ts";

/*
 * How to write a resource type: one file in `types/`, named after it (`AWS::SQS::Queue` is `types/sqs-queue.ts`), that exports it as
 * default. It makes, changes and deletes the resource by its service's own operations (`at.call`), so that the same faults, policies
 * and records apply as for any client. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/ says of each type
 * what `Ref` and `Fn::GetAtt` give, and which properties can only change by replacement ("Update requires").
 */

/** A resource as it is in a stack. */
export interface Existing {
  /** What `Ref` gives: the physical id. */
  readonly id: string;
  /** The properties that it was made with, all functions evaluated. */
  readonly properties: Values;
  /** What `Fn::GetAtt` gives. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What came of making or changing a resource. */
export interface Made {
  readonly id: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Where a resource belongs, and what it is made with. */
export interface ResourceContext {
  readonly logicalId: string;
  readonly stackName: string;
  readonly stackId: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** The stack's tags and CloudFormation's own (`aws:cloudformation:stack-name`, …), for types that take tags. A resource's own come first. */
  readonly stackTags: Readonly<Record<string, string>>;
  /** Those that a resource that is there has been given before. */
  readonly stackTagsBefore: Readonly<Record<string, string>>;
  /** `stack-LogicalId-1A2B3C4D5E6F`: for a resource whose template names none. @param most characters; lower: without capitals */
  name(most?: number, options?: { readonly lower?: boolean; readonly suffix?: string }): string;
  /** The name of the snapshot that a resource leaves when it is deleted, where its policy wants one. */
  readonly finalSnapshot?: string | undefined;
  /** One operation of a service, in the stack's account and region, by the stack's role. */
  call<O = Record<string, unknown>>(service: string, operation: string, input: object): Promise<O>;
  /** Waits by the clock until it holds, a second between two looks. @throws when it takes longer than ten minutes */
  until(holds: () => Promise<boolean>): Promise<void>;
  /** The resource is there, though not all of it: should what is still to be done fail, the stack deletes it. */
  made(made: Made): void;
  /** The template of a nested stack, a custom resource's answer: what only the engine can do. */
  readonly engine: ResourceEngine;
}

/** What some types need of CloudFormation itself. */
export interface ResourceEngine {
  /** A URL that a custom resource or a wait condition answers at, and what comes there. */
  awaitSignals(
    key: string,
    options: { readonly count: number; readonly timeoutMs: number },
  ): Promise<readonly Values[]>;
  signalUrl(key: string, by?: Answerer): string;
  /** A UUID. */
  newId(): string;
  /** The change set by which a nested stack is made or changed, when there is one. */
  readonly nestedChangeSet?: string | undefined;
}

/** A type of resource that stacks can have. */
export interface ResourceType {
  /** `AWS::SQS::Queue` */
  readonly type: string;
  /** Properties that only change by another resource in its place; `*`: each. A nested one as `A.B`. */
  readonly replacedBy: readonly string[];
  /** Those of `replacedBy` that change in place where the properties say so. */
  inPlace?(properties: Values): readonly string[];
  /** Properties without which there is no resource. */
  readonly required?: readonly string[];
  /** It takes tags, the stack's among them: where these change, `update` is asked although no property has changed. */
  readonly isTagged?: true;
  create(properties: Values, at: ResourceContext): Promise<Made>;
  /** What changed needs no replacement. Absent: there is nothing to be done beside keeping it. */
  update?(existing: Existing, properties: Values, at: ResourceContext): Promise<Made | undefined>;
  /** A resource that is gone already counts as deleted: its service's "not found" errors are passed over. */
  delete(existing: Existing, at: ResourceContext): Promise<void>;
  /** What `Fn::GetAtt` gives of a resource that is there already, made by somebody else. */
  attributes?(id: string, properties: Values, at: ResourceContext): Promise<Made["attributes"]>;
  /** The properties as they are now, for drift and Cloud Control; undefined when it is gone. */
  read?(existing: Existing, at: ResourceContext): Promise<Values | undefined>;
}

export const defineType = (type: ResourceType): ResourceType => type;

/** Says of each property that a type requires and that is not there that it was not found. */
export const missingKeys = ({ required = [] }: ResourceType, properties: Values): string[] =>
  required
    .filter((name) => properties[name] === undefined)
    .map((name) => `#: required key [${name}] not found`);

const folder = new URL("./types/", import.meta.url);
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/** `AWS::SQS::Queue` → `sqs-queue` */
export const fileOf = (type: string): string =>
  type
    .replace(/^AWS::/, "")
    .replaceAll("::", "-")
    .toLowerCase();

let files: ReadonlySet<string> | undefined;
const loaded = new Map<string, ResourceType>();

/** Is there a type of that name? */
export function hasType(type: string): boolean {
  files ??= new Set(
    readdirSync(folder).filter((file) => file.endsWith(extension) && !/\.(?:d|test)\./.test(file)),
  );
  return type.startsWith("AWS::") && files.has(`${fileOf(type)}${extension}`);
}

/** A type by its name. @throws Error for a file whose type has another name */
export async function loadType(name: string): Promise<ResourceType> {
  const known = loaded.get(name);
  if (known) return known;
  const file = `${fileOf(name)}${extension}`;
  const { default: type } = (await import(new URL(file, folder).href)) as { default: ResourceType };
  if (type.type !== name) throw new Error(`types/${file} holds ${type.type}: the names must agree.`);
  loaded.set(name, type);
  return type;
}

/** Files of all types, for lists of what there is. */
export async function allTypes(): Promise<ResourceType[]> {
  hasType("AWS::None::None");
  const modules = await Promise.all([...files!].sort().map((file) => import(new URL(file, folder).href)));
  return modules.map(({ default: type }) => type as ResourceType);
}
