import { begin } from "../../aws/lifecycle.ts";
import { page } from "../../aws/page.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import {
  type Attached,
  attached,
  attachmentRecords,
  attachmentsOf,
  describeAttachment,
  NOTHING_ATTACHED,
} from "./attachments.ts";
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
    refuseNew(input, ctx);
    return withAttachments(input, input.DocumentType ?? "Command", ctx, (files) => {
      // Others were answered while files were copied.
      refuseNew(input, ctx);
      const document: DocumentRecord = {
        name: input.Name,
        type: input.DocumentType ?? "Command",
        createdMs: ctx.clock.now(),
        latest: 1,
        default: 1,
        ...(input.TargetType !== undefined && { targetType: input.TargetType }),
        tags: tagging.read(input.Tags),
      };
      const version = changing("Creating", newVersion(input, document, 1, files, ctx), document, ctx);
      save(document, version, files, ctx);
      return { DocumentDescription: describeDocument(document, version, ctx) };
    });
  },

  UpdateDocument(input, ctx) {
    const { type } = refuseChange(input, ctx);
    return withAttachments(input, type, ctx, (files) => {
      const before = refuseChange(input, ctx);
      const document = { ...before, latest: before.latest + 1 };
      const made = newVersion(input, document, document.latest, files, ctx);
      const version = changing("Updating", made, document, ctx);
      save(document, version, files, ctx);
      return { DocumentDescription: describeDocument(document, version, ctx) };
    });
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
      ...(found.attachments && {
        AttachmentsContent: attachmentsOf(document, found, ctx).map((one) =>
          describeAttachment(one, ctx.host),
        ),
      }),
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
      ctx.store.collection(attachmentRecords).clear({ prefix: [document.name] });
      ctx.store.collection(documentRecords).delete([document.name]);
      return;
    }
    const { version } = findVersion(document, { version: DocumentVersion, versionName: VersionName }, ctx);
    if (version === document.default)
      throw invalidDocumentOperation("The default version of the document can't be deleted.");
    versions.delete([document.name, version]);
    ctx.store.collection(attachmentRecords).clear({ prefix: [document.name, version] });
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

/** @throws DocumentAlreadyExists and what else refuses a new document */
function refuseNew({ Name: name }: SSM.CreateDocumentRequest, { store }: Context): void {
  const kept = store.collection(documentRecords);
  if (kept.has([name])) throw documentExists(name);
  if (/^(?:aws|amazon|amzn)/i.test(name)) throw reservedDocumentName(name);
  if (kept.count() >= MOST_DOCUMENTS) throw tooManyDocuments();
}

/** The document that gets another version. @throws InvalidDocument and what else refuses the change */
function refuseChange(input: SSM.UpdateDocumentRequest, ctx: Context): DocumentRecord {
  const document = ownDocument(input.Name, ctx);
  // It may be said which version is changed: there is but one that can be, the latest.
  const changed = findVersion(document, { version: input.DocumentVersion ?? "$LATEST" }, ctx);
  if (changed.version !== document.latest) throw invalidDocumentVersion();
  const versions = versionsOf(document, ctx);
  if (changed.content === input.Content && !input.Attachments?.length) throw duplicateDocumentContent();
  if (input.VersionName !== undefined && versions.some((one) => one.versionName === input.VersionName))
    throw duplicateVersionName();
  if (versions.length >= MOST_VERSIONS) throw tooManyDocumentVersions();
  return document;
}

/** Goes on once what is to be attached was copied: at once, where that is nothing. */
function withAttachments<T>(
  input: SSM.CreateDocumentRequest | SSM.UpdateDocumentRequest,
  type: string,
  ctx: Context,
  next: (files: Attached) => T,
): T | Promise<T> {
  if (!input.Attachments?.length) return next(NOTHING_ATTACHED);
  const copied = attached(input.Attachments, readInput(input, type).content, ctx);
  return copied.then((files) => ctx.store.transaction(() => next(files)));
}

/** @throws what refuses a document's content */
function readInput(input: SSM.CreateDocumentRequest | SSM.UpdateDocumentRequest, type: string) {
  const format = (input.DocumentFormat ?? "JSON") as DocumentVersionRecord["format"];
  if (format === "TEXT") throw notServed("documents in the format TEXT");
  if (Buffer.byteLength(input.Content) > LONGEST_CONTENT_BYTES) throw documentTooLarge();
  return { format, content: readContent(input.Content, format, type) };
}

function newVersion(
  input: SSM.CreateDocumentRequest | SSM.UpdateDocumentRequest,
  { type }: DocumentRecord,
  version: number,
  { files, failure }: Attached,
  ctx: Context,
): DocumentVersionRecord {
  const { format, content } = readInput(input, type);
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
    ...(files.length > 0 && { attachments: files.map(({ name }) => name) }),
    ...(failure !== undefined && { failure }),
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

function save(
  document: DocumentRecord,
  version: DocumentVersionRecord,
  { files }: Attached,
  ctx: Context,
): void {
  for (const file of files)
    ctx.store.collection(attachmentRecords).put([document.name, version.version, file.name], file);
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
