import { createHash } from "node:crypto";
import { stateOf, type Transition } from "../../aws/lifecycle.ts";
import { tagList } from "../../aws/tags.ts";
import type { Context, ServiceHost } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import { invalidDocument, invalidDocumentVersion, noPowerShell, notServed } from "./errors.ts";
import { documentLifecycle } from "./lifecycles.ts";
import { publicDocument } from "./public-documents.ts";

/** A document as it is kept, by its name. */
export interface DocumentRecord {
  readonly name: string;
  readonly type: string;
  /** Default: the account that it is kept in. */
  readonly owner?: "Amazon";
  readonly createdMs: number;
  readonly latest: number;
  readonly default: number;
  readonly targetType?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** One version of a document, by its name and number. */
export interface DocumentVersionRecord {
  readonly version: number;
  readonly versionName?: string;
  readonly displayName?: string;
  readonly content: string;
  readonly format: "JSON" | "YAML" | "TEXT";
  readonly schemaVersion: string;
  readonly description?: string;
  readonly parameters: readonly SSM.DocumentParameter[];
  readonly createdMs: number;
  readonly transition?: Transition | undefined;
}

export const documentRecords = defineCollection<DocumentRecord>({ name: "documents" });
export const documentVersionRecords = defineCollection<DocumentVersionRecord>({ name: "document-versions" });

/**
 * @throws InvalidDocument; UnsupportedPlatformType for PowerShell, NotImplemented for AWS's other documents, which are there on AWS
 */
export function findDocument(nameOrArn: string, ctx: Pick<Context, "store">): DocumentRecord {
  const name = nameOrArn.replace(/^arn:.*:document\//, "");
  const document = ctx.store.collection(documentRecords).get([name]) ?? publicDocument(name)?.document;
  if (name === "AWS-RunPowerShellScript" && !document) throw noPowerShell(name);
  if (!document) throw OF_AWS.test(name) ? notServed(`the document ${name}`) : invalidDocument(name);
  return document;
}

/** Nobody else's documents may be called so. */
const OF_AWS = /^(?:AWS|Amazon|AMZN)[A-Za-z]*-/;

/** The version of a number, `$LATEST`, `$DEFAULT` or a version's name. @throws InvalidDocumentVersion */
export function findVersion(
  document: DocumentRecord,
  {
    version = "$DEFAULT",
    versionName,
  }: { readonly version?: string | undefined; readonly versionName?: string | undefined },
  ctx: Pick<Context, "store">,
): DocumentVersionRecord {
  if (document.owner) return publicVersion(document, version);
  const versions = ctx.store.collection(documentVersionRecords);
  const number =
    version === "$LATEST" ? document.latest : version === "$DEFAULT" ? document.default : Number(version);
  const found =
    versionName === undefined
      ? versions.get([document.name, number])
      : [...versions.values({ prefix: [document.name] })].find((one) => one.versionName === versionName);
  if (!found) throw invalidDocumentVersion();
  return found;
}

function publicVersion({ name }: DocumentRecord, version: string): DocumentVersionRecord {
  const found = publicDocument(name)?.version;
  if (!found || !/^(?:\$LATEST|\$DEFAULT|1)$/.test(version)) throw invalidDocumentVersion();
  return found;
}

/** Its status, with the reason of a failure. */
export function statusOf({ transition }: DocumentVersionRecord, host: ServiceHost) {
  const Status = stateOf(documentLifecycle, transition, "Active", host);
  return { Status, ...(Status === "Failed" && { StatusInformation: transition?.failure }) };
}

export function describeDocument(
  document: DocumentRecord,
  version: DocumentVersionRecord,
  { account, host }: Pick<Context, "account" | "host">,
): SSM.DocumentDescription {
  return {
    Hash: createHash("sha256").update(version.content).digest("hex"),
    HashType: "Sha256",
    Name: document.name,
    ...(version.displayName !== undefined && { DisplayName: version.displayName }),
    ...(version.versionName !== undefined && { VersionName: version.versionName }),
    Owner: document.owner ?? account,
    CreatedDate: new Date(version.createdMs),
    ...statusOf(version, host),
    DocumentVersion: String(version.version),
    ...(version.description !== undefined && { Description: version.description }),
    Parameters: [...version.parameters],
    PlatformTypes: ["Windows", "Linux", "MacOS"],
    DocumentType: document.type,
    SchemaVersion: version.schemaVersion,
    LatestVersion: String(document.latest),
    DefaultVersion: String(document.default),
    DocumentFormat: version.format,
    ...(document.targetType !== undefined && { TargetType: document.targetType }),
    Tags: tagList(document.tags),
  };
}
