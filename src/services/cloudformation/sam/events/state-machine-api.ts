import type { Draft } from "../draft.ts";
import { InvalidEvent } from "../errors.ts";
import { sub } from "../intrinsics.ts";
import { isIntegrated } from "../openapi/paths.ts";
import { addStateMachineIntegration, swaggerPaths } from "../openapi/swagger.ts";
import { flag, literal, map, required, text } from "../properties.ts";
import { isFilled, own, type Values } from "../value.ts";
import { type ApiMethod, apiMethod, linkApi } from "./api.ts";
import { authorizeMethod } from "./api-auth.ts";
import type { EventContext, EventType } from "./event.ts";
import { startRole } from "./rule.ts";

/** `Api` of a state machine: a method of a REST API starts an execution. */
export const stateMachineApi: EventType = {
  types: {
    Path: required(text),
    Method: required(text),
    RestApiId: required(text),
    Stage: text,
    Auth: map,
    UnescapeMappingTemplate: literal(flag),
  },
  translate: (event, context) => {
    const { target } = context;
    const link = linkApi(event, context.translation);
    const role = startRole(
      event.id,
      "apigateway.amazonaws.com",
      target.arn,
      target.passedOn,
      context.boundary,
    );
    if (link.api && isFilled(link.api["__MANAGE_SWAGGER"])) {
      integrate({ ...apiMethod(event, link), stage: event.properties["Stage"] }, link.api, role, context);
    }
    return [role];
  },
};

function integrate(at: ApiMethod, api: Values, role: Draft, { target, translation }: EventContext): void {
  const { event, path, method } = at;
  const document = own(api, "DefinitionBody") as Values | undefined;
  if (document === undefined) return;
  if (isIntegrated(swaggerPaths(document), path, method)) {
    throw new InvalidEvent(event.name, `API method "${method}" defined multiple times for path "${path}".`);
  }
  const unescaped = isFilled(event.properties["UnescapeMappingTemplate"]);
  addStateMachineIntegration(document, path, method, {
    uri: sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution"),
    condition: own(target.attributes, "Condition"),
    credentials: role.arn,
    requestTemplates: {
      "application/json": sub(unescaped ? unescapedTemplate(target.id) : template(target.id)),
    },
  });
  const auth = event.properties["Auth"];
  if (isFilled(auth)) authorizeMethod(at, document, api, auth as Values, translation);
}

function template(id: string): string {
  return `{"input": "$util.escapeJavaScript($input.json('$'))", "stateMachineArn": "\${${id}}"}`;
}

/** What `escapeJavaScript` does to a single quote is undone: JSON knows no such escape. */
function unescapedTemplate(id: string): string {
  return `{"input": "$util.escapeJavaScript($input.json('$')).replaceAll("\\\\'","'")", "stateMachineArn": "\${${id}}"}`;
}
