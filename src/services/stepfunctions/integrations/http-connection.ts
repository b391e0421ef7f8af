import { type Carried, carriedBy } from "../../../aws/http-connection.ts";
import { AwsError } from "../../../core/aws-error.ts";
import { StateFailure } from "../language/failure.ts";
import { isObject, type JsonObject } from "../language/json.ts";
import type { TaskRequest } from "./integration.ts";

const NOTHING: Carried = { headers: {}, query: {}, isToken: false, withParameters: (body) => body };

interface Connection {
  readonly AuthorizationType?: string;
  readonly SecretArn?: string;
}

/**
 * What EventBridge's connection of a task has its requests carry.
 * @param isRefused the token that was carried before is good for nothing any more
 * @throws StateFailure
 */
export async function connectionHeaders(
  parameters: JsonObject,
  request: TaskRequest,
  isRefused: boolean,
): Promise<Carried> {
  const authentication = isObject(parameters["Authentication"]) ? parameters["Authentication"] : {};
  const arn = authentication["ConnectionArn"];
  if (typeof arn !== "string") return NOTHING;
  const name = arn.split("/")[1] ?? arn;
  try {
    const connection = await request.call<Connection>("events", "DescribeConnection", { Name: name });
    const secret = await request.call<{ SecretString?: string }>("secretsmanager", "GetSecretValue", {
      SecretId: connection.SecretArn,
    });
    const sender = {
      type: connection.AuthorizationType ?? "",
      secretArn: connection.SecretArn ?? "",
      secretText: secret.SecretString,
      by: "states",
      clock: request.run.host.clock,
    };
    return await carriedBy(sender, isRefused);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new StateFailure("Events.ConnectionResource.ConnectionNotFound", error.message, "task");
  }
}
