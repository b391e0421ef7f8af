import { makeArn } from "../../core/arn.ts";
import type { Handlers, ServiceHost } from "../../core/service.ts";
import type * as SNS from "../../models/generated/sns.ts";
import { invalidParameter, platformApplicationNotFound } from "./errors.ts";
import { pageIn } from "./page.ts";
import { platformApplicationCollection } from "./platform-application.ts";
import { endpointAt, endpointKey, platformEndpointCollection } from "./platform-endpoint.ts";
import { placeOf } from "./topic.ts";

const PLATFORMS = new Set([
  "ADM",
  "APNS",
  "APNS_SANDBOX",
  "APNS_VOIP",
  "APNS_VOIP_SANDBOX",
  "BAIDU",
  "FCM",
  "GCM",
  "MACOS",
  "MACOS_SANDBOX",
  "MPNS",
  "WNS",
]);
const LONGEST_NAME = 256;
const NAME = /^[\w.-]+$/;
/** Google's have a key alone. https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformApplication.html */
const WITHOUT_PRINCIPAL: ReadonlySet<string> = new Set(["FCM", "GCM"]);
const ENDPOINT_ATTRIBUTES = new Set(["CustomUserData", "Enabled", "Token"]);
/** Credentials are taken and never given back. */
const SECRET = new Set(["PlatformCredential", "PlatformPrincipal"]);

const shown = (attributes: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !SECRET.has(name)));

/** Platform applications and their endpoints: mobile push. */
export const platform = (host: ServiceHost): Handlers<SNS.Operations> => {
  const applicationAt = (arn: string) => {
    const { store, resource, ...place } = placeOf(host, arn, "PlatformApplicationArn");
    const [kind, name = "", title = ""] = resource.split("/");
    if (kind !== "app")
      throw invalidParameter(
        "PlatformApplicationArn Reason: Wrong number of slashes in relative portion of the ARN.",
      );
    const applications = store.collection(platformApplicationCollection);
    const application = applications.get([name, title]);
    if (!application) throw platformApplicationNotFound();
    return { ...place, store, applications, application, key: [name, title] };
  };

  return {
    CreatePlatformApplication(input, ctx) {
      if (!PLATFORMS.has(input.Platform))
        throw invalidParameter(`Platform Reason: ${input.Platform} is not supported`);
      if (input.Name.length > LONGEST_NAME)
        throw invalidParameter(`${input.Name} Reason: must be at most ${LONGEST_NAME} characters long`);
      if (!NAME.test(input.Name)) throw invalidParameter("Name");
      const { PlatformCredential, PlatformPrincipal } = input.Attributes;
      if (!PlatformCredential) throw invalidParameter("Attributes Reason: Platform credentials are invalid");
      if (!PlatformPrincipal && !WITHOUT_PRINCIPAL.has(input.Platform))
        throw invalidParameter(
          "Attributes Reason: PlatformCredential attribute provided without PlatformPrincipal",
        );
      const arn = makeArn("sns", ctx.region, ctx.account, `app/${input.Platform}/${input.Name}`);
      ctx.store.collection(platformApplicationCollection).put([input.Platform, input.Name], {
        arn,
        name: input.Name,
        platform: input.Platform,
        attributes: { Enabled: "true", ...input.Attributes },
      });
      return { PlatformApplicationArn: arn };
    },

    DeletePlatformApplication(input) {
      const { store, resource } = placeOf(host, input.PlatformApplicationArn, "PlatformApplicationArn");
      const [, name = "", title = ""] = resource.split("/");
      store.collection(platformApplicationCollection).delete([name, title]);
      store.collection(platformEndpointCollection).clear({ prefix: [name, title] });
    },

    GetPlatformApplicationAttributes(input) {
      return { Attributes: shown(applicationAt(input.PlatformApplicationArn).application.attributes) };
    },

    SetPlatformApplicationAttributes(input) {
      const { applications, application, key } = applicationAt(input.PlatformApplicationArn);
      applications.put(key, {
        ...application,
        attributes: { ...application.attributes, ...input.Attributes },
      });
    },

    ListPlatformApplications(input, ctx) {
      const page = pageIn(ctx.store.collection(platformApplicationCollection), input.NextToken);
      return {
        PlatformApplications: page.items.map(({ arn, attributes }) => ({
          PlatformApplicationArn: arn,
          Attributes: shown(attributes),
        })),
        ...(page.nextToken && { NextToken: page.nextToken }),
      };
    },

    CreatePlatformEndpoint(input, ctx) {
      const { store, application, account, region, key } = applicationAt(input.PlatformApplicationArn);
      const attributes = {
        Enabled: "true",
        ...input.Attributes,
        Token: input.Token,
        ...(input.CustomUserData !== undefined && { CustomUserData: input.CustomUserData }),
      };
      checkEndpointAttributes(attributes);
      const endpoints = store.collection(platformEndpointCollection);
      const existing = endpoints.by("token").first({ prefix: [application.arn, input.Token] });
      if (existing) {
        const same = Object.entries(attributes).every(([name, value]) => existing.attributes[name] === value);
        if (!same)
          throw invalidParameter(
            `Token Reason: Endpoint ${existing.arn} already exists with the same Token, but different attributes.`,
          );
        return { EndpointArn: existing.arn };
      }
      const id = ctx.random.uuid();
      const arn = makeArn("sns", region, account, `endpoint/${key.join("/")}/${id}`);
      endpoints.put([...key, id], { arn, applicationArn: application.arn, attributes });
      return { EndpointArn: arn };
    },

    DeleteEndpoint(input) {
      const { store, resource } = placeOf(host, input.EndpointArn, "EndpointArn");
      store.collection(platformEndpointCollection).delete(endpointKey(resource));
    },

    GetEndpointAttributes(input) {
      return { Attributes: { ...endpointAt(host, input.EndpointArn).endpoint.attributes } };
    },

    SetEndpointAttributes(input) {
      const { endpoint, endpoints, resource } = endpointAt(host, input.EndpointArn);
      checkEndpointAttributes(input.Attributes);
      endpoints.put(endpointKey(resource), {
        ...endpoint,
        attributes: { ...endpoint.attributes, ...input.Attributes },
      });
    },

    ListEndpointsByPlatformApplication(input) {
      const { store, key } = applicationAt(input.PlatformApplicationArn);
      const page = pageIn(store.collection(platformEndpointCollection), input.NextToken, { prefix: key });
      return {
        Endpoints: page.items.map(({ arn, attributes }) => ({
          EndpointArn: arn,
          Attributes: { ...attributes },
        })),
        ...(page.nextToken && { NextToken: page.nextToken }),
      };
    },
  };
};

const MAX_USER_DATA_BYTES = 2048;

function checkEndpointAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!ENDPOINT_ATTRIBUTES.has(name))
      throw invalidParameter(`Attributes Reason: Invalid attribute name: ${name}`);
    if (name === "Enabled" && value !== "true" && value !== "false")
      throw invalidParameter("Attributes Reason: Invalid value for attribute: Enabled");
    if (name === "CustomUserData" && Buffer.byteLength(value) > MAX_USER_DATA_BYTES)
      throw invalidParameter("CustomUserData Reason: must be at most 2048 bytes long in UTF-8 encoding");
  }
}
