import type { Context, Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { makeId, users, wholeSecond } from "./entity.ts";
import { noSuchService, noSuchServiceCredential, notSupportedService, quotaExceeded } from "./errors.ts";
import { Owned, type Possession, statusOf } from "./owned.ts";
import { pageOf } from "./page.ts";
import { userNameOf } from "./user-name.ts";

/** The password is given once and not kept. */
interface ServiceCredentialRecord extends Possession {
  readonly service: string;
  readonly serviceUserName: string;
  readonly expiresAtMs?: number;
}

const MOST_PER_SERVICE = 2;
const SERVICES = ["codecommit.amazonaws.com", "cassandra.amazonaws.com", "bedrock.amazonaws.com"];
const PASSWORD_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const DAY_MS = 24 * 3_600_000;
const records = defineCollection<ServiceCredentialRecord>({ name: "service-credentials" });
export const serviceCredentialsOf = (ctx: Pick<Context, "store">) =>
  new Owned(records, noSuchServiceCredential, ctx);

export const serviceCredentials: Handlers<IAM.Operations> = {
  CreateServiceSpecificCredential(input, ctx) {
    const user = users(ctx).get(input.UserName);
    const service = input.ServiceName;
    if (!SERVICES.includes(service)) throw notSupportedService(service);
    const all = serviceCredentialsOf(ctx);
    if (all.of(user.name).filter((one) => one.service === service).length >= MOST_PER_SERVICE) {
      throw quotaExceeded("ServiceSpecificCredentialsPerUser", MOST_PER_SERVICE);
    }
    const createdAtMs = wholeSecond(ctx.clock.now());
    const credential: ServiceCredentialRecord = {
      id: makeId("ACCA", ctx),
      status: "Active",
      createdAtMs,
      service,
      serviceUserName: `${user.name}-at-${ctx.account}`,
      ...(input.CredentialAgeDays !== undefined && {
        expiresAtMs: createdAtMs + input.CredentialAgeDays * DAY_MS,
      }),
    };
    all.put(user.name, credential);
    return { ServiceSpecificCredential: withPassword(user.name, credential, ctx) };
  },

  ListServiceSpecificCredentials(input, ctx) {
    const owners = input.AllUsers ? users(ctx).list() : [users(ctx).get(userNameOf(input.UserName, ctx))];
    const { ServiceName: wanted } = input;
    if (wanted !== undefined && !SERVICES.includes(wanted)) throw noSuchService(wanted);
    const all = serviceCredentialsOf(ctx);
    const found = owners.flatMap(({ name }) =>
      all
        .of(name)
        .filter(({ service }) => wanted === undefined || service === wanted)
        .map((credential) => describe(name, credential)),
    );
    const { items, page } = pageOf(found, input, ({ ServiceSpecificCredentialId: id }) => id);
    // Unlike other lists it is silent about an end that is reached (recorded in LocalStack's tests).
    return { ServiceSpecificCredentials: items, ...(page.IsTruncated && page) };
  },

  UpdateServiceSpecificCredential(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    const all = serviceCredentialsOf(ctx);
    const credential = all.get(user.name, input.ServiceSpecificCredentialId);
    all.put(user.name, { ...credential, status: statusOf(input.Status) });
  },

  ResetServiceSpecificCredential(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    const credential = serviceCredentialsOf(ctx).get(user.name, input.ServiceSpecificCredentialId);
    return { ServiceSpecificCredential: withPassword(user.name, credential, ctx) };
  },

  DeleteServiceSpecificCredential(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    serviceCredentialsOf(ctx).delete(user.name, input.ServiceSpecificCredentialId);
  },
};

function describe(userName: string, credential: ServiceCredentialRecord) {
  return {
    UserName: userName,
    Status: credential.status,
    ServiceName: credential.service,
    ServiceUserName: credential.serviceUserName,
    ServiceSpecificCredentialId: credential.id,
    CreateDate: new Date(credential.createdAtMs),
    ...(credential.expiresAtMs !== undefined && { ExpirationDate: new Date(credential.expiresAtMs) }),
  };
}

function withPassword(
  userName: string,
  credential: ServiceCredentialRecord,
  ctx: Context,
): IAM.ServiceSpecificCredential {
  const ServicePassword = `${ctx.random.string(43, PASSWORD_ALPHABET)}=`;
  return { ...describe(userName, credential), ServicePassword };
}
