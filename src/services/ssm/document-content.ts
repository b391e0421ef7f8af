import { lazily } from "../../core/lazily.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import { invalidDocumentContent, invalidDocumentSchemaVersion } from "./errors.ts";

const yaml = lazily<typeof import("yaml")>("yaml");

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html */

export interface DocumentContent {
  readonly schemaVersion: string;
  readonly description?: string;
  readonly assumeRole?: string;
  readonly parameters?: Readonly<Record<string, ParameterDeclaration>>;
  readonly variables?: Readonly<Record<string, { readonly type?: string; readonly default?: unknown }>>;
  readonly mainSteps?: readonly StepDeclaration[];
  /** Of Command documents with the schema 1.2: plugins with what they are to do. */
  readonly runtimeConfig?: Readonly<
    Record<
      string,
      {
        readonly properties: Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[];
      }
    >
  >;
  readonly outputs?: readonly string[];
}

export interface ParameterDeclaration {
  readonly type: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly allowedValues?: readonly unknown[];
  readonly allowedPattern?: string;
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html#automation-common */
export interface StepDeclaration {
  readonly name: string;
  readonly action: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: readonly { readonly Name: string; readonly Selector: string; readonly Type?: string }[];
  readonly onFailure?: string;
  readonly onCancel?: string;
  readonly isCritical?: boolean | string;
  readonly isEnd?: boolean | string;
  readonly nextStep?: string;
  readonly maxAttempts?: number;
  readonly timeoutSeconds?: number;
  /** Of Command documents. */
  readonly precondition?: Readonly<Record<string, unknown>>;
}

const SCHEMAS: Readonly<Record<string, readonly string[]>> = {
  Automation: ["0.3"],
  Command: ["1.2", "2.0", "2.2"],
  Session: ["1.0"],
  Policy: ["2.0"],
};

/** @throws AwsError `InvalidDocumentContent`, `InvalidDocumentSchemaVersion` */
export function readContent(text: string, format: string, type: string): DocumentContent {
  const content = parseContent(text, format);
  const schemas = SCHEMAS[type];
  if (schemas && !schemas.includes(String(content.schemaVersion)))
    throw invalidDocumentSchemaVersion(String(content.schemaVersion));
  if (type === "Automation") checkSteps(content);
  return content;
}

/** @throws AwsError `InvalidDocumentContent` */
export function parseContent(text: string, format: string): DocumentContent {
  let content: unknown;
  try {
    content = format === "YAML" ? yaml().parse(text, { maxAliasCount: 100 }) : JSON.parse(text);
  } catch (error) {
    throw invalidDocumentContent(
      `${format === "YAML" ? "YAML" : "JSON"} not well-formed. ${(error as Error).message}`,
    );
  }
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw invalidDocumentContent(`${format} not well-formed. The document is not an object.`);
  return content as DocumentContent;
}

function checkSteps({ mainSteps }: DocumentContent): void {
  if (!Array.isArray(mainSteps) || mainSteps.length === 0)
    throw invalidDocumentContent("The document has no steps: mainSteps must have at least one.");
  const names = new Set<string>();
  for (const step of mainSteps as readonly StepDeclaration[]) {
    if (typeof step?.name !== "string" || !/^\w{3,128}$/.test(step.name))
      throw invalidDocumentContent(
        `The step name is not valid: ${String(step?.name)}. It must match ^[a-zA-Z0-9_]{3,128}$.`,
      );
    if (names.has(step.name)) throw invalidDocumentContent(`The step name ${step.name} is not unique.`);
    names.add(step.name);
    if (typeof step.action !== "string" || !step.action.startsWith("aws:"))
      throw invalidDocumentContent(
        `The action of the step ${step.name} is not valid: ${String(step.action)}.`,
      );
  }
  for (const { name, nextStep, onFailure, onCancel } of mainSteps as readonly StepDeclaration[]) {
    for (const target of [nextStep, stepIn(onFailure), stepIn(onCancel)]) {
      if (target !== undefined && !names.has(target))
        throw invalidDocumentContent(`The step ${name} leads to ${target}, and there is no such step.`);
    }
  }
}

/** `step:undo` → `undo` */
export const stepIn = (text: string | undefined): string | undefined =>
  /^step:\s*(.+)$/.exec(text ?? "")?.[1];

export const describeParameters = ({ parameters = {} }: DocumentContent): SSM.DocumentParameter[] =>
  Object.entries(parameters).map(([Name, { type, description, default: value }]) => ({
    Name,
    Type: type,
    ...(description !== undefined && { Description: description }),
    ...(value !== undefined && { DefaultValue: typeof value === "string" ? value : JSON.stringify(value) }),
  }));
