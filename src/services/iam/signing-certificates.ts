import type { Context, Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { users, wholeSecond } from "./entity.ts";
import { malformedCertificate, noSuchSigningCertificate, quotaExceeded } from "./errors.ts";
import { Owned, type Possession, statusOf } from "./owned.ts";
import { pageOf } from "./page.ts";
import { userNameOf } from "./user-name.ts";

interface SigningCertificateRecord extends Possession {
  readonly body: string;
}

const MOST_CERTIFICATES = 2;
const ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const records = defineCollection<SigningCertificateRecord>({ name: "signing-certificates" });
export const signingCertificatesOf = (ctx: Pick<Context, "store">) =>
  new Owned(records, noSuchSigningCertificate, ctx);

export const signingCertificates: Handlers<IAM.Operations> = {
  UploadSigningCertificate(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    if (!/-----BEGIN CERTIFICATE-----/.test(input.CertificateBody)) throw malformedCertificate();
    const certificates = signingCertificatesOf(ctx);
    if (certificates.of(user.name).length >= MOST_CERTIFICATES) {
      throw quotaExceeded("SigningCertificatesPerUser", MOST_CERTIFICATES);
    }
    const certificate: SigningCertificateRecord = {
      id: ctx.random.string(32, ID_ALPHABET),
      status: "Active",
      createdAtMs: wholeSecond(ctx.clock.now()),
      body: input.CertificateBody,
    };
    certificates.put(user.name, certificate);
    return { Certificate: describe(user.name, certificate) };
  },

  ListSigningCertificates(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    const { items, page } = pageOf(signingCertificatesOf(ctx).of(user.name), input, ({ id }) => id);
    return { Certificates: items.map((certificate) => describe(user.name, certificate)), ...page };
  },

  UpdateSigningCertificate(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    const certificates = signingCertificatesOf(ctx);
    const certificate = certificates.get(user.name, input.CertificateId);
    certificates.put(user.name, { ...certificate, status: statusOf(input.Status) });
  },

  DeleteSigningCertificate(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    signingCertificatesOf(ctx).delete(user.name, input.CertificateId);
  },
};

function describe(userName: string, certificate: SigningCertificateRecord): IAM.SigningCertificate {
  return {
    UserName: userName,
    CertificateId: certificate.id,
    CertificateBody: certificate.body,
    Status: certificate.status,
    UploadDate: new Date(certificate.createdAtMs),
  };
}
