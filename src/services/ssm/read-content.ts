import { checkCommandDocument } from "./command-document-checks.ts";
import { type DocumentContent, parseContent } from "./document-content.ts";
import { invalidDocumentSchemaVersion } from "./errors.ts";
import { checkRunbook } from "./runbook-checks.ts";

/** Schemas by the types of documents: https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html */
const SCHEMAS: Readonly<Record<string, readonly string[]>> = {
  Automation: ["0.3"],
  Command: ["1.2", "2.0", "2.2"],
  Session: ["1.0"],
  Policy: ["2.0"],
};

/** What a document that is to be kept says. @throws AwsError `InvalidDocumentContent`, `InvalidDocumentSchemaVersion` */
export function readContent(text: string, format: string, type: string): DocumentContent {
  const content = parseContent(text, format);
  const schemas = SCHEMAS[type];
  if (schemas && !schemas.includes(String(content.schemaVersion)))
    throw invalidDocumentSchemaVersion(String(content.schemaVersion));
  if (type === "Automation") checkRunbook(content);
  if (type === "Command") checkCommandDocument(content);
  return content;
}
