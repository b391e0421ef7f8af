import { createHash } from "node:crypto";
import { stateOf, type Transition } from "../../aws/lifecycle.ts";
import { tagList } from "../../aws/tags.ts";
import { parseArn } from "../../core/arn.ts";
import type { Context, ServiceHost } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import {
  accessDenied,
  invalidDocument,
  invalidDocumentVersion,
  noPowerShell,
  notServed,
  ownedByAmazon,
} from "./errors.ts";
import { documentLifecycle } from "./lifecycles.ts";
import { publicDocument } from "./public-documents.ts";

/** A document as it is kept, by its name. */
export interface DocumentRecord {
  readonly name: string;
  readonly type: string;
  /** Amazon, or the account that shares it. Default: the account at hand. */
  readonly owner?: string;
  readonly createdMs: number;
  readonly latest: number;
  readonly default: number;
  readonly targetType?: string;
  /** Accounts, or `all`, with the versions that they may use. */
  readonly sharedWith?: Readonly<Record<string, string>>;
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
  /** Why nothing could be attached to it. */
  readonly failure?: string;
  /** The names of what is attached to it. */
  readonly attachments?: readonly string[];
}

export const documentRecords = defineCollection<DocumentRecord>({ name: "documents" });
export const documentVersionRecords = defineCollection<DocumentVersionRecord>({ name: "document-versions" });

/**
 * @throws InvalidDocument; UnsupportedPlatformType for PowerShell, NotImplemented for AWS's other documents, which are there on AWS
 */
export function findDocument(nameOrArn: string, ctx: Context): DocumentRecord {
  const arn = parseArn(nameOrArn);
  const name = nameOrArn.replace(/^arn:.*:document\//, "");
  if (arn?.account && arn.account !== ctx.account) return sharedDocument(name, arn.account, ctx);
  const document = ctx.store.collection(documentRecords).get([name]) ?? publicDocument(name)?.document;
  if (name === "AWS-RunPowerShellScript" && !document) throw noPowerShell(name);
  if (!document) throw OF_AWS.test(name) ? notServed(`the document ${name}`) : invalidDocument(name);
  return document;
}

/** A document of another account, for whom it is shared with. @throws InvalidDocument, in the words for one that is not there (inferred) */
function sharedDocument(name: string, owner: string, { host, account, region }: Context): DocumentRecord {
  const document = host.store(owner, region).collection(documentRecords).get([name]);
  const { sharedWith = {} } = document ?? {};
  if (!document || !(Object.hasOwn(sharedWith, account) || Object.hasOwn(sharedWith, "all")))
    throw invalidDocument(name);
  return { ...document, owner };
}

/** A document that may be changed. @throws InvalidDocument, InvalidDocumentOperation, AccessDeniedException */
export function ownDocument(name: string, ctx: Context): DocumentRecord {
  const document = findDocument(name, ctx);
  if (document.owner === AMAZON) throw ownedByAmazon(document.name);
  if (document.owner !== undefined)
    throw accessDenied(`The document ${document.name} is shared by ${document.owner}: it can't be changed.`);
  return document;
}

export const AMAZON = "Amazon";

/** Nobody else's documents may be called so. */
const OF_AWS = /^(?:AWS|Amazon|AMZN)[A-Za-z]*-/;

/** The version of a number, `$LATEST`, `$DEFAULT` or a version's name. @throws InvalidDocumentVersion */
export function findVersion(
  document: DocumentRecord,
  {
    version = "$DEFAULT",
    versionName,
  }: { readonly version?: string | undefined; readonly versionName?: string | undefined },
  ctx: Context,
): DocumentVersionRecord {
  if (document.owner === AMAZON) return publicVersion(document, version);
  const versions = keptVersions(document, ctx);
  const number =
    version === "$LATEST" ? document.latest : version === "$DEFAULT" ? document.default : Number(version);
  const found =
    versionName === undefined
      ? versions.get([document.name, number])
      : [...versions.values({ prefix: [document.name] })].find((one) => one.versionName === versionName);
  if (!found) throw invalidDocumentVersion();
  return found;
}

/** Where a document is kept: with whoever shares it. */
export const storeOf = ({ owner }: DocumentRecord, { store, host, region }: Context): Store =>
  owner === undefined ? store : host.store(owner, region);

export const keptVersions = (document: DocumentRecord, ctx: Context) =>
  storeOf(document, ctx).collection(documentVersionRecords);

function publicVersion({ name }: DocumentRecord, version: string): DocumentVersionRecord {
  const found = publicDocument(name)?.version;
  if (!found || !/^(?:\$LATEST|\$DEFAULT|1)$/.test(version)) throw invalidDocumentVersion();
  return found;
}

/** Its status, with the reason of a failure. */
export function statusOf({ transition, failure }: DocumentVersionRecord, host: ServiceHost) {
  const Status = stateOf(documentLifecycle, transition, failure === undefined ? "Active" : "Failed", host);
  return { Status, ...(Status === "Failed" && { StatusInformation: transition?.failure ?? failure }) };
}

export const PLATFORMS: readonly string[] = ["Windows", "Linux", "MacOS"];

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
    PlatformTypes: [...PLATFORMS],
    DocumentType: document.type,
    SchemaVersion: version.schemaVersion,
    LatestVersion: String(document.latest),
    DefaultVersion: String(document.default),
    DocumentFormat: version.format,
    ...(document.targetType !== undefined && { TargetType: document.targetType }),
    Tags: tagList(document.tags),
    ...(version.attachments && { AttachmentsInformation: version.attachments.map((Name) => ({ Name })) }),
  };
}
