import { Draft } from "../draft.ts";
import { InvalidEvent } from "../errors.ts";
import { aMap, inResource } from "../expect.ts";
import { getAtt } from "../intrinsics.ts";
import { any, listOf, oneOf, type PropertyTypes, read, required, text } from "../properties.ts";
import { resourcesOf } from "../translation.ts";
import { isMap, many, own, type Values } from "../value.ts";
import type { EventType, SamEvent } from "./event.ts";
import { invokePermission } from "./permission.ts";

const USER_POOL = "AWS::Cognito::UserPool";

/** The properties of a user pool that the transform can carry over. */
const USER_POOL_TYPES: PropertyTypes = Object.fromEntries(
  [
    "AccountRecoverySetting",
    "AdminCreateUserConfig",
    "AliasAttributes",
    "AutoVerifiedAttributes",
    "DeletionProtection",
    "DeviceConfiguration",
    "EmailAuthenticationMessage",
    "EmailAuthenticationSubject",
    "EmailConfiguration",
    "EmailVerificationMessage",
    "EmailVerificationSubject",
    "EnabledMfas",
    "LambdaConfig",
    "MfaConfiguration",
    "Policies",
    "Schema",
    "SmsAuthenticationMessage",
    "SmsConfiguration",
    "SmsVerificationMessage",
    "UserAttributeUpdateSettings",
    "UsernameAttributes",
    "UsernameConfiguration",
    "UserPoolAddOns",
    "UserPoolName",
    "UserPoolTags",
    "UserPoolTier",
    "VerificationMessageTemplate",
    "WebAuthnRelyingPartyID",
    "WebAuthnUserVerification",
  ].map((name) => [name, any]),
);

/** `Cognito`: a user pool of the same template calls a function at its triggers. */
export const cognito: EventType = {
  types: {
    UserPool: required(text),
    Trigger: { ...required(oneOf(text, listOf(text))), isLiteral: true },
  },
  translate: (event, { target, translation }) => {
    const [id, pool] = poolOf(event, resourcesOf(translation.source));
    const permission = invokePermission(target, {
      prefix: `${target.id}Cognito`,
      principal: "cognito-idp.amazonaws.com",
      sourceArn: getAtt(id, "Arn"),
    });
    pool["Properties"] ??= {};
    const properties = pool["Properties"] as Values;
    properties["LambdaConfig"] ??= {};
    const triggers = aMap(properties["LambdaConfig"], inResource(id, "LambdaConfig"));
    const { Trigger } = event.properties;
    for (const trigger of many(Trigger)) {
      if (Object.hasOwn(triggers, String(trigger))) {
        throw new InvalidEvent(event.name, `Cognito trigger "${Trigger}" defined multiple times.`);
      }
      triggers[String(trigger)] = target.arn;
    }
    const source = read(id, USER_POOL, pool, USER_POOL_TYPES);
    const draft = new Draft(USER_POOL, id, source.properties, source.attributes);
    draft.dependsOn = source.dependsOn;
    return [permission, draft];
  },
};

function poolOf(event: SamEvent, resources: Values): [id: string, pool: Values] {
  const { UserPool } = event.properties;
  if (isMap(UserPool) && Object.hasOwn(UserPool, "Ref")) {
    const id = UserPool["Ref"];
    if (typeof id !== "string") throw new InvalidEvent(event.id, "Ref in Userpool is not a string.");
    const pool = own(resources, id);
    if (isMap(pool)) return [id, pool];
  }
  throw new InvalidEvent(
    event.name,
    "Cognito events must reference a Cognito UserPool in the same template.",
  );
}
