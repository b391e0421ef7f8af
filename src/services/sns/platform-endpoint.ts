import type { ServiceHost } from "../../core/service.ts";
import { type Collection, defineCollection } from "../../core/storage.ts";
import { endpointNotFound } from "./errors.ts";
import { textFor } from "./message.ts";
import { platformApplicationCollection } from "./platform-application.ts";
import { DeliveryError, type ProviderResponse, type Sending } from "./sending.ts";
import { type Place, placeOf } from "./topic.ts";

/** An app on a device. */
export interface PlatformEndpoint {
  readonly arn: string;
  readonly applicationArn: string;
  /** `Token`, `Enabled`, `CustomUserData`. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Key: [platform, application's name, id]. */
export const platformEndpointCollection = defineCollection<PlatformEndpoint>({
  name: "platform-endpoints",
  indexes: { token: ({ applicationArn, attributes }) => [applicationArn, attributes["Token"] ?? ""] },
});

/** `endpoint/GCM/app/<id>` → the key. */
export const endpointKey = (resource: string): [string, string, string] => {
  const [, platform = "", application = "", id = ""] = resource.split("/");
  return [platform, application, id];
};

/** @throws AwsError when there is no such endpoint */
export function endpointAt(
  host: ServiceHost,
  arn: string,
): Place & { resource: string; endpoint: PlatformEndpoint; endpoints: Collection<PlatformEndpoint> } {
  const place = placeOf(host, arn, "EndpointArn");
  const endpoints = place.store.collection(platformEndpointCollection);
  const endpoint = endpoints.get(endpointKey(place.resource));
  if (!endpoint) throw endpointNotFound();
  return { ...place, endpoint, endpoints };
}

/** Keeps a push to be read: the payload is that of the endpoint's platform. */
export async function pushToEndpoint(sending: Sending): Promise<ProviderResponse> {
  const { host, message, endpoint: arn } = sending;
  const { store, resource, account, region } = placeOf(host, arn, "EndpointArn");
  const key = endpointKey(resource);
  const endpoint = store.collection(platformEndpointCollection).get(key);
  const final = { retryable: false, statusCode: 400 };
  if (!endpoint) throw new DeliveryError("Endpoint does not exist", final);
  if (endpoint.attributes["Enabled"] === "false") throw new DeliveryError("Endpoint is disabled", final);
  const application = store.collection(platformApplicationCollection).get([key[0], key[1]]);
  if (application?.attributes["Enabled"] === "false")
    throw new DeliveryError("Platform application is disabled", final);
  sending.inbox.put(
    { account, region },
    {
      kind: "application",
      to: arn,
      ...(message.topicArn && { topicArn: message.topicArn, subscriptionArn: sending.subscription.arn }),
      messageId: message.id,
      ...(message.subject !== undefined && { subject: message.subject }),
      ...(message.structure && { structure: message.structure }),
      message: message.published,
      payload: textFor(message, key[0]),
      attributes: message.attributes,
    },
  );
  return {
    statusCode: 200,
    body: JSON.stringify({ [`${key[0].toLowerCase()}MessageId`]: host.random.uuid() }),
  };
}
