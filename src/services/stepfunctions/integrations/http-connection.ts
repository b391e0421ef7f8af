import { AwsError } from "../../../core/aws-error.ts";
import { DELIVERY_HEADER } from "../../../core/delivery.ts";
import { outbound } from "../../../core/outbound.ts";
import { StateFailure } from "../language/failure.ts";
import { isObject, type JsonObject } from "../language/json.ts";
import type { TaskRequest } from "./integration.ts";

export interface Authorized {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

interface Connection {
  readonly AuthorizationType?: string;
  readonly SecretArn?: string;
  readonly AuthParameters?: {
    readonly InvocationHttpParameters?: {
      readonly HeaderParameters?: readonly { readonly Key: string; readonly Value?: string }[];
      readonly QueryStringParameters?: readonly { readonly Key: string; readonly Value?: string }[];
    };
    readonly OAuthParameters?: { readonly AuthorizationEndpoint?: string; readonly HttpMethod?: string };
  };
}

/** What EventBridge's connection of a task has its requests carry. @throws StateFailure */
export async function connectionHeaders(parameters: JsonObject, request: TaskRequest): Promise<Authorized> {
  const authentication = isObject(parameters["Authentication"]) ? parameters["Authentication"] : {};
  const arn = authentication["ConnectionArn"];
  if (typeof arn !== "string") return { headers: {}, query: {} };
  const name = arn.split("/")[1] ?? arn;
  try {
    const connection = await request.call<Connection>("events", "DescribeConnection", { Name: name });
    const secret = await request.call<{ SecretString?: string }>("secretsmanager", "GetSecretValue", {
      SecretId: connection.SecretArn,
    });
    const values = JSON.parse(secret.SecretString ?? "{}") as Record<string, string>;
    const invocation = connection.AuthParameters?.InvocationHttpParameters;
    const pairs = (list: readonly { readonly Key: string; readonly Value?: string }[] | undefined) =>
      Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key, Value ?? ""]));
    return {
      headers: {
        ...pairs(invocation?.HeaderParameters),
        ...(await authorization(connection, values)),
      },
      query: pairs(invocation?.QueryStringParameters),
    };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new StateFailure("Events.ConnectionResource.ConnectionNotFound", error.message, "task");
  }
}

async function authorization(
  { AuthorizationType, AuthParameters }: Connection,
  secret: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  if (AuthorizationType === "API_KEY")
    return { [secret["api_key_name"] ?? ""]: secret["api_key_value"] ?? "" };
  if (AuthorizationType === "BASIC") {
    const text = `${secret["username"] ?? ""}:${secret["password"] ?? ""}`;
    return { Authorization: `Basic ${Buffer.from(text).toString("base64")}` };
  }
  const { AuthorizationEndpoint = secret["authorization_endpoint"] ?? "", HttpMethod = "POST" } =
    AuthParameters?.OAuthParameters ?? {};
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: secret["client_id"] ?? "",
    client_secret: secret["client_secret"] ?? "",
  });
  const answer = await outbound(new URL(AuthorizationEndpoint), {
    method: HttpMethod,
    headers: { "content-type": "application/x-www-form-urlencoded", [DELIVERY_HEADER]: "states" },
    body: form.toString(),
    timeoutMs: 5000,
  });
  const { access_token: token } = JSON.parse(answer.text) as { access_token?: string };
  return { Authorization: `Bearer ${token ?? ""}` };
}
