import type { YAMLParseError } from "yaml";
import { lazily } from "../../core/lazily.ts";
import { readJson } from "../../core/read-json.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import { invalidDocumentContent } from "./errors.ts";

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
  /** Of what is attached. */
  readonly files?: Readonly<Record<string, { readonly checksums?: { readonly sha256?: string } }>>;
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

/** @throws AwsError `InvalidDocumentContent` */
export function parseContent(text: string, format: string): DocumentContent {
  let content: unknown;
  try {
    content = format === "YAML" ? yaml().parse(text, { maxAliasCount: 100 }) : readJson(text);
  } catch (error) {
    throw invalidDocumentContent(`${format === "YAML" ? "YAML" : "JSON"} not well-formed. ${placeOf(error)}`);
  }
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw invalidDocumentContent(`${format} not well-formed. The document is not an object.`);
  return content as DocumentContent;
}

/** AWS says where (`at Line: 13, Column: 6`); where the parser does not know it, what it says itself. */
function placeOf(error: unknown): string {
  const [at] = (error as Partial<YAMLParseError>).linePos ?? [];
  return at ? `at Line: ${at.line}, Column: ${at.col}` : (error as Error).message;
}

/** A document's text in the other format. */
export function inFormat(text: string, from: string, to: string): string {
  const content = parseContent(text, from);
  return to === "YAML" ? yaml().stringify(content) : JSON.stringify(content, undefined, 2);
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
