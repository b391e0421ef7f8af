import { begin } from "../../aws/lifecycle.ts";
import { page } from "../../aws/page.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import {
  AMAZON,
  type DocumentRecord,
  type DocumentVersionRecord,
  describeDocument,
  documentRecords,
  documentVersionRecords,
  findDocument,
  findVersion,
  keptVersions,
  ownDocument,
  PLATFORMS,
  statusOf,
} from "./document.ts";
import { describeParameters, inFormat } from "./document-content.ts";
import {
  documentExists,
  documentTooLarge,
  duplicateDocumentContent,
  duplicateVersionName,
  invalidDocumentOperation,
  invalidDocumentVersion,
  invalidFilterKey,
  invalidNextToken,
  notServed,
  reservedDocumentName,
  tooManyDocuments,
  tooManyDocumentVersions,
} from "./errors.ts";
import { documentLifecycle } from "./lifecycles.ts";
import { publicDocuments } from "./public-documents.ts";
import { readContent } from "./read-content.ts";
import { tagging } from "./tagging.ts";

const PAGE_SIZE = 50;

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html and its neighbours */
export const documents: Handlers<SSM.Operations> = {
  CreateDocument(input, ctx) {
    if (input.Attachments?.length) throw notServed("attachments of documents");
    if (ctx.store.collection(documentRecords).has([input.Name])) throw documentExists(input.Name);
    if (/^(?:aws|amazon|amzn)/i.test(input.Name)) throw reservedDocumentName(input.Name);
    if (ctx.store.collection(documentRecords).count() >= MOST_DOCUMENTS) throw tooManyDocuments();
    const document: DocumentRecord = {
      name: input.Name,
      type: input.DocumentType ?? "Command",
      createdMs: ctx.clock.now(),
      latest: 1,
      default: 1,
      ...(input.TargetType !== undefined && { targetType: input.TargetType }),
      tags: tagging.read(input.Tags),
    };
    const version = changing("Creating", newVersion(input, document, 1, ctx), document, ctx);
    save(document, version, ctx);
    return { DocumentDescription: describeDocument(document, version, ctx) };
  },

  UpdateDocument(input, ctx) {
    if (input.Attachments?.length) throw notServed("attachments of documents");
    const before = ownDocument(input.Name, ctx);
    // It may be said which version is changed: there is but one that can be, the latest.
    const changed = findVersion(before, { version: input.DocumentVersion ?? "$LATEST" }, ctx);
    if (changed.version !== before.latest) throw invalidDocumentVersion();
    const versions = versionsOf(before, ctx);
    if (changed.content === input.Content) throw duplicateDocumentContent();
    if (input.VersionName !== undefined && versions.some((one) => one.versionName === input.VersionName))
      throw duplicateVersionName();
    if (versions.length >= MOST_VERSIONS) throw tooManyDocumentVersions();
    const document = { ...before, latest: before.latest + 1 };
    const version = changing("Updating", newVersion(input, document, document.latest, ctx), document, ctx);
    save(document, version, ctx);
    return { DocumentDescription: describeDocument(document, version, ctx) };
  },

  UpdateDocumentDefaultVersion({ Name, DocumentVersion }, ctx) {
    const document = ownDocument(Name, ctx);
    const { version, versionName } = findVersion(document, { version: DocumentVersion }, ctx);
    ctx.store.collection(documentRecords).put([document.name], { ...document, default: version });
    const name = versionName === undefined ? {} : { DefaultVersionName: versionName };
    return { Description: { Name: document.name, DefaultVersion: String(version), ...name } };
  },

  GetDocument({ Name, DocumentVersion, VersionName, DocumentFormat }, ctx) {
    const document = findDocument(Name, ctx);
    const found = findVersion(document, { version: DocumentVersion, versionName: VersionName }, ctx);
    const format = DocumentFormat ?? found.format;
    if (format === "TEXT") throw notServed("documents in the format TEXT");
    return {
      Name: document.name,
      CreatedDate: new Date(found.createdMs),
      ...(found.displayName !== undefined && { DisplayName: found.displayName }),
      ...(found.versionName !== undefined && { VersionName: found.versionName }),
      DocumentVersion: String(found.version),
      ...statusOf(found, ctx.host),
      Content: format === found.format ? found.content : inFormat(found.content, found.format, format),
      DocumentType: document.type,
      DocumentFormat: format,
    };
  },

  DescribeDocument({ Name, DocumentVersion, VersionName }, ctx) {
    const document = findDocument(Name, ctx);
    const version = findVersion(document, { version: DocumentVersion, versionName: VersionName }, ctx);
    return { Document: describeDocument(document, version, ctx) };
  },

  DeleteDocument({ Name, DocumentVersion, VersionName }, ctx) {
    const document = ownDocument(Name, ctx);
    const versions = ctx.store.collection(documentVersionRecords);
    if (DocumentVersion === undefined && VersionName === undefined) {
      if (document.sharedWith)
        throw invalidDocumentOperation("You must stop sharing the document before you can delete it.");
      versions.clear({ prefix: [document.name] });
      ctx.store.collection(documentRecords).delete([document.name]);
      return;
    }
    const { version } = findVersion(document, { version: DocumentVersion, versionName: VersionName }, ctx);
    if (version === document.default)
      throw invalidDocumentOperation("The default version of the document can't be deleted.");
    versions.delete([document.name, version]);
  },

  ListDocuments(input, ctx) {
    const { NextToken: token, MaxResults: size = PAGE_SIZE, ...query } = input;
    const own = [...ctx.store.collection(documentRecords).values()];
    const wanted = [...publicDocuments(), ...own].filter((document) => isWanted(document, input, ctx));
    const { items, nextToken } = page(wanted, ({ name }) => [name], {
      size,
      token,
      query,
      refuse: invalidNextToken,
    });
    const DocumentIdentifiers = items.map((document) => {
      const {
        Parameters,
        Hash,
        HashType,
        Status,
        LatestVersion,
        DefaultVersion,
        Description,
        ...identifier
      } = describeDocument(document, findVersion(document, {}, ctx), ctx);
      return identifier;
    });
    return { DocumentIdentifiers, ...(nextToken && { NextToken: nextToken }) };
  },

  ListDocumentVersions({ Name, NextToken: token, MaxResults: size = PAGE_SIZE }, ctx) {
    const document = findDocument(Name, ctx);
    const { items, nextToken } = page(versionsOf(document, ctx), ({ version }) => [version], {
      size,
      token,
      query: { Name },
      refuse: invalidNextToken,
      descending: true,
    });
    const DocumentVersions = items.map((version) => ({
      Name: document.name,
      ...(version.displayName !== undefined && { DisplayName: version.displayName }),
      DocumentVersion: String(version.version),
      ...(version.versionName !== undefined && { VersionName: version.versionName }),
      CreatedDate: new Date(version.createdMs),
      IsDefaultVersion: version.version === document.default,
      DocumentFormat: version.format,
      ...statusOf(version, ctx.host),
    }));
    return { DocumentVersions, ...(nextToken && { NextToken: nextToken }) };
  },
};

/** https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm */
const LONGEST_CONTENT_BYTES = 64 * 1024;
const MOST_DOCUMENTS = 500;
const MOST_VERSIONS = 1000;

function versionsOf(document: DocumentRecord, ctx: Context): DocumentVersionRecord[] {
  if (document.owner === AMAZON) return [findVersion(document, {}, ctx)];
  return [...keptVersions(document, ctx).values({ prefix: [document.name] })];
}

function newVersion(
  input: SSM.CreateDocumentRequest | SSM.UpdateDocumentRequest,
  { type }: DocumentRecord,
  version: number,
  ctx: Context,
): DocumentVersionRecord {
  const format = (input.DocumentFormat ?? "JSON") as DocumentVersionRecord["format"];
  if (format === "TEXT") throw notServed("documents in the format TEXT");
  if (Buffer.byteLength(input.Content) > LONGEST_CONTENT_BYTES) throw documentTooLarge();
  const content = readContent(input.Content, format, type);
  return {
    version,
    ...(input.VersionName !== undefined && { versionName: input.VersionName }),
    ...(input.DisplayName !== undefined && { displayName: input.DisplayName }),
    content: input.Content,
    format,
    schemaVersion: String(content.schemaVersion),
    ...(content.description !== undefined && { description: content.description }),
    parameters: describeParameters(content),
    createdMs: ctx.clock.now(),
  };
}

const changing = (
  stage: "Creating" | "Updating",
  version: DocumentVersionRecord,
  { name }: DocumentRecord,
  ctx: Context,
): DocumentVersionRecord => ({
  ...version,
  transition: begin(
    documentLifecycle,
    stage,
    makeArn("ssm", ctx.region, ctx.account, `document/${name}`),
    ctx,
    ctx,
  ),
});

function save(document: DocumentRecord, version: DocumentVersionRecord, ctx: Context): void {
  ctx.store.collection(documentVersionRecords).put([document.name, version.version], version);
  ctx.store.collection(documentRecords).put([document.name], document);
}

function isWanted(document: DocumentRecord, input: SSM.ListDocumentsRequest, ctx: Context): boolean {
  const { name, type, tags, owner = "Self", sharedWith } = document;
  return (input.Filters ?? []).every(({ Key = "", Values = [] }) => {
    if (Key.startsWith("tag:")) return Values.includes(tags[Key.slice("tag:".length)] ?? "");
    if (Key === "Name") return Values.some((value) => name.startsWith(value));
    if (Key === "DocumentType") return Values.includes(type);
    if (Key === "Owner")
      return Values.some(
        (value) =>
          value === "All" ||
          value === owner ||
          (value === "Private" && owner === "Self" && !sharedWith) ||
          (value === "Public" && (owner === AMAZON || Object.hasOwn(sharedWith ?? {}, "all"))),
      );
    if (Key === "PlatformTypes") return Values.some((value) => PLATFORMS.includes(value));
    if (Key === "TargetType") return Values.includes(document.targetType ?? "");
    if (Key === "SchemaVersion" || Key === "DocumentFormat") {
      const { schemaVersion, format } = findVersion(document, {}, ctx);
      return Values.includes(Key === "SchemaVersion" ? schemaVersion : format);
    }
    throw invalidFilterKey(`Squall does not serve the filter key ${Key}.`);
  });
}
