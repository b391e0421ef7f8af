import type { ResourceType } from "../resource-type.ts";
import { mapped } from "./mapped.ts";

/** A part of an HTTP or WebSocket API, with the API's id and one of its own; its operations are all of the same form. */
export function part(
  kind: string,
  replacedBy: readonly string[],
  within: readonly string[] = ["ApiId"],
): ResourceType {
  const idMember = `${kind}Id`;
  return mapped({
    type: `AWS::ApiGatewayV2::${kind}`,
    service: "apigatewayv2",
    replacedBy,
    idOf: (output) => output[idMember],
    keyOf: (id, properties) => ({
      ...Object.fromEntries(within.map((member) => [member, properties[member]])),
      [idMember]: id,
    }),
    attributesOf: (_output, _properties, id) => ({ [idMember]: id }),
    create: `Create${kind}`,
    update: `Update${kind}`,
    delete: `Delete${kind}`,
    read: `Get${kind}`,
  });
}
