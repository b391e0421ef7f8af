import { createHash } from "node:crypto";
import type { Handlers } from "../../core/service.ts";
import type * as STS from "../../models/generated/sts.ts";
import { invalidIdentityToken } from "./errors.ts";
import { findRole } from "./role.ts";
import { packedSize, startSession } from "./session.ts";
import { policiesOf } from "./session-tags.ts";
import { checkTrust } from "./trust.ts";

const SESSION_NAME = "https://aws.amazon.com/SAML/Attributes/RoleSessionName";

export const saml: Handlers<STS.Operations> = {
  async AssumeRoleWithSAML(input, ctx) {
    const role = await findRole(input.RoleArn, ctx);
    const packed = packedSize(input);
    const assertion = readAssertion(input.SAMLAssertion);
    const principal = { type: "Federated", names: [input.PrincipalArn] };
    const context = { "SAML:aud": [assertion.audience], "SAML:sub": [assertion.subject] };
    checkTrust(role, "sts:AssumeRoleWithSAML", principal, context, ctx);
    const provider = input.PrincipalArn.split("/").at(-1) ?? "";
    return {
      ...startSession(role, assertion.sessionName, input.DurationSeconds, ctx, policiesOf(input)),
      ...packed,
      Subject: assertion.subject,
      SubjectType: assertion.subjectType,
      Issuer: assertion.issuer,
      Audience: assertion.audience,
      // As AWS: the hash of issuer, account and provider tells users of different providers apart.
      NameQualifier: createHash("sha1")
        .update(`${assertion.issuer}${role.account}/${provider}`)
        .digest("base64"),
    };
  },
};

/** What of a SAML response STS looks at; its signature is not checked. @throws AwsError `InvalidIdentityToken` */
function readAssertion(encoded: string) {
  const xml = Buffer.from(encoded, "base64").toString();
  if (!/<(?:\w+:)?Assertion[\s>]/.test(xml)) throw invalidIdentityToken("Invalid base64 SAMLResponse");
  const text = (pattern: RegExp) => pattern.exec(xml)?.[1]?.trim();
  const subject = text(/<(?:\w+:)?NameID[^>]*>([^<]*)</) ?? "";
  const format = text(/<(?:\w+:)?NameID[^>]*\bFormat="([^"]*)"/) ?? "";
  const attribute = new RegExp(`Name="${SESSION_NAME}"[^>]*>\\s*<[^>]*AttributeValue[^>]*>([^<]*)<`);
  const sessionName = text(attribute) ?? subject;
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
    throw invalidIdentityToken("RoleSessionName is required in the SAML assertion, with 2 to 64 characters.");
  }
  return {
    subject,
    subjectType: format.includes("persistent")
      ? "persistent"
      : format.includes("transient")
        ? "transient"
        : format,
    issuer: text(/<(?:\w+:)?Issuer[^>]*>([^<]*)</) ?? "",
    audience: text(/<(?:\w+:)?Audience[^>]*>([^<]*)</) ?? "https://signin.aws.amazon.com/saml",
    sessionName,
  };
}
