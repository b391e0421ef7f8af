import { createHmac, timingSafeEqual } from "node:crypto";
import { AwsError } from "../../core/aws-error.ts";
import { secretKey } from "../../core/secret-key.ts";
import type { ServiceHost } from "../../core/service.ts";
import { accessDenied, invalidAccessKey, invalidArgument, signatureDoesNotMatch } from "./errors.ts";

/** Who has signed a browser's form: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html */

type Fields = Readonly<Record<string, string>>;

/** Fields of a signature, as they are spelled. */
const VERSION_4 = {
  "x-amz-algorithm": "X-Amz-Algorithm",
  "x-amz-credential": "X-Amz-Credential",
  "x-amz-date": "X-Amz-Date",
  "x-amz-signature": "X-Amz-Signature",
} as const;
const VERSION_2 = { awsaccesskeyid: "AWSAccessKeyId", signature: "Signature" } as const;

export const isSignedForm = (fields: Fields): boolean =>
  Object.keys({ ...VERSION_4, ...VERSION_2 }).some((name) => fields[name] !== undefined);

/**
 * The access key that has signed a form's policy. Whether it really has is checked under `--verify-signatures`.
 * @throws AwsError `InvalidArgument` for a field that is not there, `InvalidAccessKeyId`, `SignatureDoesNotMatch`
 */
export function signerOf(fields: Fields, host: ServiceHost): string {
  const isOld = fields["awsaccesskeyid"] !== undefined || fields["signature"] !== undefined;
  for (const [name, spelled] of Object.entries(isOld ? VERSION_2 : VERSION_4))
    if (fields[name] === undefined) missingField(spelled);
  return isOld ? signerOfVersion2(fields, host) : signerOfVersion4(fields, host);
}

export function missingField(spelled: string): never {
  throw invalidArgument(
    `Bucket POST must contain a field named '${spelled}'.  If it is specified, please check the order of the fields.`,
    spelled,
    null,
  );
}

function signerOfVersion2(fields: Fields, host: ServiceHost): string {
  const { awsaccesskeyid: key = "", signature = "", policy = "" } = fields;
  if (host.verifiesSignatures) {
    const right = createHmac("sha1", secretOf(key, fields, host))
      .update(policy)
      .digest("base64");
    compare(signature, right, key, policy);
  }
  return key;
}

function signerOfVersion4(fields: Fields, host: ServiceHost): string {
  const { "x-amz-credential": credential = "", "x-amz-signature": signature = "", policy = "" } = fields;
  const parts = credential.split("/");
  const [date = "", region = "", service = "", terminator = ""] = parts.slice(-4);
  const key = parts.slice(0, -4).join("/");
  if (host.verifiesSignatures) {
    if (key === "" || service !== "s3" || terminator !== "aws4_request")
      throw malformedCredential(credential);
    let secret: Buffer | string = `AWS4${secretOf(key, fields, host)}`;
    for (const part of [date, region, service, terminator]) secret = hmac(secret, part);
    compare(signature, hmac(secret, policy).toString("hex"), key, policy);
  }
  return key;
}

const hmac = (key: Buffer | string, text: string): Buffer =>
  createHmac("sha256", typeof key === "string" ? key : secretKey(key))
    .update(text)
    .digest();

function secretOf(key: string, fields: Fields, { credentials, clock }: ServiceHost): string {
  const known = credentials.find(key);
  if (!known?.active) throw invalidAccessKey(key);
  if (known.sessionToken !== fields["x-amz-security-token"])
    throw new AwsError("InvalidToken", "The provided token is malformed or otherwise invalid.", {
      status: 400,
      statusIsFixed: true,
    });
  if (known.expiresAt !== undefined && known.expiresAt <= clock.now())
    throw new AwsError("ExpiredToken", "The provided token has expired.", {
      status: 400,
      statusIsFixed: true,
    });
  return known.secretAccessKey;
}

/** What is signed is the policy as it was sent. */
function compare(given: string, right: string, key: string, policy: string): void {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  if (a.length !== b.length || !timingSafeEqual(a, b)) throw signatureDoesNotMatch(key, given, policy);
}

const malformedCredential = (credential: string) =>
  accessDenied(`Invalid according to Policy: the field X-Amz-Credential is malformed: ${credential}`);
