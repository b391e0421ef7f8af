import {
  authorizationOf,
  type ConnectionSecret,
  headersOf,
  withParameters,
} from "../../../aws/http-connection.ts";
import { AwsError } from "../../../core/aws-error.ts";
import { StateFailure } from "../language/failure.ts";
import { isObject, type JsonObject } from "../language/json.ts";
import type { TaskRequest } from "./integration.ts";

export interface Authorized {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Puts the connection's own parameters into a body that is a JSON object. */
  withParameters(body: string): string;
}

interface Connection {
  readonly AuthorizationType?: string;
  readonly SecretArn?: string;
}

/** What EventBridge's connection of a task has its requests carry. @throws StateFailure */
export async function connectionHeaders(parameters: JsonObject, request: TaskRequest): Promise<Authorized> {
  const authentication = isObject(parameters["Authentication"]) ? parameters["Authentication"] : {};
  const arn = authentication["ConnectionArn"];
  if (typeof arn !== "string") return { headers: {}, query: {}, withParameters: (body) => body };
  const name = arn.split("/")[1] ?? arn;
  try {
    const connection = await request.call<Connection>("events", "DescribeConnection", { Name: name });
    const secret = await request.call<{ SecretString?: string }>("secretsmanager", "GetSecretValue", {
      SecretId: connection.SecretArn,
    });
    const values = JSON.parse(secret.SecretString ?? "{}") as ConnectionSecret;
    const invocation = values.invocation_http_parameters ?? {};
    return {
      headers: {
        ...headersOf(invocation),
        ...(await authorizationOf(connection.AuthorizationType ?? "", values, "states")),
      },
      query: Object.fromEntries(
        (invocation.query_string_parameters ?? []).map(({ key, value }) => [key, value]),
      ),
      withParameters: (body) => withParameters(body, invocation),
    };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new StateFailure("Events.ConnectionResource.ConnectionNotFound", error.message, "task");
  }
}
