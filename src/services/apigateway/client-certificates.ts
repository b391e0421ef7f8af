import { generateKeyPairSync } from "node:crypto";
import type { Context, Handlers } from "../../core/service.ts";
import { selfSigned } from "../../core/x509.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import { certificateNotFound } from "./errors.ts";
import { newShortId } from "./identifiers.ts";
import { pageOf } from "./pages.ts";
import { entries, member, type PatchRule, patched } from "./patch.ts";

const LIFETIME_MS = 365 * 86_400_000;

function find(ctx: Context, id: string): kept.ClientCertificate {
  const certificate = ctx.store.collection(kept.clientCertificates).get([id]);
  if (!certificate) throw certificateNotFound();
  return certificate;
}

export const clientCertificates: Handlers<APIGateway.Operations> = {
  GenerateClientCertificate({ description, tags }, ctx) {
    const now = ctx.clock.now();
    const certificate: kept.ClientCertificate = {
      clientCertificateId: newShortId(ctx.random),
      ...(description !== undefined && { description }),
      pemEncodedCertificate: selfSigned(generateKeyPairSync("rsa", { modulusLength: 2048 }), {
        commonName: "ApiGateway",
        serial: ctx.random.hex(16),
        notBefore: new Date(now),
        notAfter: new Date(now + LIFETIME_MS),
      }),
      createdDate: new Date(now),
      expirationDate: new Date(now + LIFETIME_MS),
      ...(tags && { tags }),
    };
    ctx.store.collection(kept.clientCertificates).put([certificate.clientCertificateId], certificate);
    return certificate;
  },

  GetClientCertificate: ({ clientCertificateId }, ctx) => find(ctx, clientCertificateId),

  GetClientCertificates: (input, ctx) => pageOf(ctx.store.collection(kept.clientCertificates), input),

  UpdateClientCertificate({ clientCertificateId, patchOperations }, ctx) {
    const certificate = patched(find(ctx, clientCertificateId), patchOperations, patches);
    ctx.store.collection(kept.clientCertificates).put([clientCertificateId], certificate);
    return certificate;
  },

  DeleteClientCertificate({ clientCertificateId }, ctx) {
    find(ctx, clientCertificateId);
    ctx.store.collection(kept.clientCertificates).delete([clientCertificateId]);
  },
};

const patches: PatchRule<kept.ClientCertificate>[] = [member("description"), entries("/tags")];
