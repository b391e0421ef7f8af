import { X509Certificate } from "node:crypto";
import type { Context, Handlers } from "../../core/service.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { iamArn, newEntity } from "./entity.ts";
import { noSuchServerCertificate, serverCertificateExists } from "./errors.ts";
import { pageOf } from "./page.ts";
import { type ServerCertificateRecord, serverCertificates } from "./server-certificate-record.ts";
import { addTags, readTags, removeTags, tagList, tagsOf } from "./tags.ts";

const KIND = { label: "server-certificate", idPrefix: "ASCA" };
const YEAR_MS = 365 * 24 * 3_600_000;

export const serverCertificateHandlers: Handlers<IAM.Operations> = {
  UploadServerCertificate(input, ctx) {
    const all = ctx.store.collection(serverCertificates);
    const name = input.ServerCertificateName;
    if (all.has([name])) throw serverCertificateExists(name);
    const certificate: ServerCertificateRecord = {
      ...newEntity(KIND, name, input.Path, readTags(input.Tags), ctx),
      body: input.CertificateBody,
      ...(input.CertificateChain !== undefined && { chain: input.CertificateChain }),
      expiresAtMs: expiry(input.CertificateBody, ctx.clock.now()),
    };
    all.put([name], certificate);
    return { ServerCertificateMetadata: describe(certificate), ...tagsOf(certificate.tags) };
  },

  GetServerCertificate(input, ctx) {
    const certificate = find(input.ServerCertificateName, ctx);
    return {
      ServerCertificate: {
        ServerCertificateMetadata: describe(certificate),
        CertificateBody: certificate.body,
        ...(certificate.chain !== undefined && { CertificateChain: certificate.chain }),
        ...tagsOf(certificate.tags),
      },
    };
  },

  ListServerCertificates(input, ctx) {
    const { PathPrefix: prefix = "/" } = input;
    const found = [...ctx.store.collection(serverCertificates).values()].filter(({ path }) =>
      path.startsWith(prefix),
    );
    const { items, page } = pageOf(found, input, ({ name }) => name);
    return { ServerCertificateMetadataList: items.map(describe), ...page };
  },

  UpdateServerCertificate(input, ctx) {
    const all = ctx.store.collection(serverCertificates);
    const certificate = find(input.ServerCertificateName, ctx);
    const { NewServerCertificateName: name = certificate.name, NewPath: path = certificate.path } = input;
    if (name !== certificate.name && all.has([name])) throw serverCertificateExists(name);
    all.delete([certificate.name]);
    all.put([name], { ...certificate, name, path, arn: iamArn(ctx, `${KIND.label}${path}${name}`) });
  },

  DeleteServerCertificate(input, ctx) {
    const { name } = find(input.ServerCertificateName, ctx);
    ctx.store.collection(serverCertificates).delete([name]);
  },

  TagServerCertificate(input, ctx) {
    const certificate = find(input.ServerCertificateName, ctx);
    put({ ...certificate, tags: addTags(certificate.tags, input.Tags) }, ctx);
  },

  UntagServerCertificate(input, ctx) {
    const certificate = find(input.ServerCertificateName, ctx);
    put({ ...certificate, tags: removeTags(certificate.tags, input.TagKeys) }, ctx);
  },

  ListServerCertificateTags(input, ctx) {
    const { tags } = find(input.ServerCertificateName, ctx);
    const { items, page } = pageOf(tagList(tags), input, ({ Key }) => Key);
    return { Tags: items, ...page };
  },
};

function find(name: string, ctx: Context): ServerCertificateRecord {
  const certificate = ctx.store.collection(serverCertificates).get([name]);
  if (!certificate) throw noSuchServerCertificate(name);
  return certificate;
}

function put(certificate: ServerCertificateRecord, ctx: Context): void {
  ctx.store.collection(serverCertificates).put([certificate.name], certificate);
}

function describe(certificate: ServerCertificateRecord): IAM.ServerCertificateMetadata {
  return {
    Path: certificate.path,
    ServerCertificateName: certificate.name,
    ServerCertificateId: certificate.id,
    Arn: certificate.arn,
    UploadDate: new Date(certificate.createdAtMs),
    Expiration: new Date(certificate.expiresAtMs),
  };
}

/** What the certificate says; a year for what is no certificate, which is let pass. */
function expiry(body: string, nowMs: number): number {
  try {
    return Date.parse(new X509Certificate(body).validTo);
  } catch {
    return nowMs + YEAR_MS;
  }
}
