import { createHash } from "node:crypto";
import { AwsError } from "../core/aws-error.ts";
import type { HttpRequest } from "../core/http.ts";

/** A signature of version 4 and all that it says of itself, from the Authorization header or a presigned URL. */
export interface Authorization {
  readonly accessKeyId: string;
  /** `20261123` */
  readonly date: string;
  readonly region: string;
  readonly signingName: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly presigned: boolean;
  /** `20261123T211200Z`, as sent. */
  readonly amzDate: string;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const ALGORITHM_4A = "AWS4-ECDSA-P256-SHA256";
const PARAMETERS = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Signature",
  "X-Amz-SignedHeaders",
  "X-Amz-Date",
];

/**
 * Reads a request's signature strictly; undefined when it carries none. What is wrong is said in STS's words, or in S3's.
 * @throws AwsError `IncompleteSignature`; for S3 `AuthorizationHeaderMalformed`, `AuthorizationQueryParametersError`, `InvalidArgument`, `InvalidRequest`
 */
export function readAuthorization(request: HttpRequest, service: string): Authorization | undefined {
  const header = request.headers["authorization"];
  const query = new URLSearchParams(request.query);
  const presigned = PARAMETERS.some((name) => query.has(name));
  if (header !== undefined && presigned && service === "s3") throw twoMechanisms(header);
  if (header !== undefined) return readHeader(header, request, service);
  if (presigned) return readQuery(query, service);
  if (service === "s3" && query.has("AWSAccessKeyId") && query.has("Signature")) throw oldMechanism();
  return undefined;
}

/** Signatures of version 4a are for several regions and made with a key pair: nothing that Squall could check. */
export function isVersion4a({ headers, query }: HttpRequest): boolean {
  return (
    headers["authorization"]?.startsWith(ALGORITHM_4A) === true ||
    query.includes(`X-Amz-Algorithm=${ALGORITHM_4A}`)
  );
}

function readHeader(header: string, request: HttpRequest, service: string): Authorization {
  const space = header.indexOf(" ");
  const algorithm = space < 0 ? header : header.slice(0, space);
  if (service === "s3") {
    if (algorithm === "AWS") throw oldMechanism();
    if (algorithm !== ALGORITHM) throw unsupportedType(header);
  }
  const fields = new Map<string, string>();
  for (const pair of algorithm === ALGORITHM ? header.slice(space + 1).split(",") : [header]) {
    const text = pair.trim();
    if (text === "" || text === ALGORITHM) continue;
    const at = text.indexOf("=");
    if (at < 0 || text.slice(0, at).includes(" ")) throw noPair(text, header, service);
    if (fields.has(text.slice(0, at))) throw twice(text.slice(0, at), header, service);
    fields.set(text.slice(0, at), text.slice(at + 1));
  }
  const amzDate = request.headers["x-amz-date"] ?? dateOf(request.headers["date"]);
  const [credential, signature, names] = ["Credential", "Signature", "SignedHeaders"].map((name) =>
    fields.get(name),
  );
  if (!credential || !signature || !names || amzDate === "") {
    const missing = ["Credential", "Signature", "SignedHeaders"].filter((name) => !fields.get(name));
    throw incompleteHeader(missing, amzDate, header, service);
  }
  return {
    ...readCredential(credential, service, false),
    signedHeaders: names.split(";"),
    signature,
    presigned: false,
    amzDate,
  };
}

function readQuery(query: URLSearchParams, service: string): Authorization {
  const isS3 = service === "s3";
  const wanted = isS3 ? [...PARAMETERS, "X-Amz-Expires"] : PARAMETERS;
  const missing = wanted.filter((name) => !query.get(name));
  if (missing.length > 0) throw incompleteQuery(missing, isS3);
  const given = (name: string) => query.get(name) ?? "";
  const algorithm = given("X-Amz-Algorithm");
  if (algorithm !== ALGORITHM) throw wrongAlgorithm(algorithm, isS3);
  return {
    ...readCredential(given("X-Amz-Credential"), service, true),
    signedHeaders: given("X-Amz-SignedHeaders").split(";"),
    signature: given("X-Amz-Signature"),
    presigned: true,
    amzDate: given("X-Amz-Date"),
  };
}

/** `<key>/20261123/eu-west-1/sqs/aws4_request`; a LocalStack key may hold slashes of its own, AWS's never do. */
function readCredential(
  credential: string,
  service: string,
  presigned: boolean,
): Pick<Authorization, "accessKeyId" | "date" | "region" | "signingName"> {
  const parts = credential.split("/");
  const [accessKeyId = "", date = "", region = "", signingName = "", terminator = ""] = parts;
  if (service === "s3") {
    if (parts.length !== 5 || terminator !== "aws4_request" || !accessKeyId)
      throw malformedCredential(presigned);
  } else if (parts.length !== 5 || !accessKeyId) {
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    );
  } else if (terminator !== "aws4_request") {
    throw new AwsError(
      "SignatureDoesNotMatch",
      `Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'. `,
      { status: 403 },
    );
  }
  return { accessKeyId, date, region, signingName };
}

/** The HTTP date as SigV4 has it; empty for none. */
function dateOf(date: string | undefined): string {
  const ms = Date.parse(date ?? "");
  return Number.isNaN(ms) ? "" : `${new Date(ms).toISOString().replace(/[-:]/g, "").slice(0, 15)}Z`;
}

const incomplete = (message: string) => new AwsError("IncompleteSignature", message, { status: 400 });
const malformed = (message: string) =>
  new AwsError("AuthorizationHeaderMalformed", `The authorization header is malformed; ${message}`, {
    status: 400,
  });
const wrongParameters = (message: string) =>
  new AwsError("AuthorizationQueryParametersError", message, { status: 400 });

/** AWS does not repeat a header that may hold a secret: it names it by its hash. */
const hashed = (text: string): string => createHash("sha256").update(text).digest("base64");

function noPair(text: string, header: string, service: string): AwsError {
  if (service === "s3") return malformed(`the authorization component "${text}" is malformed.`);
  return incomplete(
    `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hashed(header)}'.`,
  );
}

function twice(name: string, header: string, service: string): AwsError {
  if (service === "s3") return malformed(`the authorization component "${name}" is malformed.`);
  return incomplete(
    `Authorization header has '${name}' twice. (Hashed with SHA-256 and encoded with Base64) Authorization=${hashed(header)}`,
  );
}

function incompleteHeader(
  missing: readonly string[],
  amzDate: string,
  header: string,
  service: string,
): AwsError {
  if (service === "s3" && missing.length === 0)
    return new AwsError("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header", {
      status: 403,
    });
  if (service === "s3")
    return malformed(
      "the authorization header requires three components: Credential, SignedHeaders, and Signature.",
    );
  const sentences = missing.map((name) => `Authorization header requires '${name}' parameter. `);
  if (amzDate === "")
    sentences.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
  return incomplete(
    `${sentences.join("")}(Hashed with SHA-256 and encoded with Base64) Authorization=${hashed(header)}`,
  );
}

function incompleteQuery(missing: readonly string[], isS3: boolean): AwsError {
  if (isS3)
    return wrongParameters(
      "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    );
  const sentences = missing.map((name) => `AWS query-string parameters must include '${name}'. `);
  return incomplete(`${sentences.join("")}Re-examine the query-string parameters.`);
}

function wrongAlgorithm(algorithm: string, isS3: boolean): AwsError {
  return isS3
    ? wrongParameters(`X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"`)
    : incomplete(`Unsupported AWS 'algorithm': '${algorithm}'. `);
}

function malformedCredential(presigned: boolean): AwsError {
  const expected = `expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`;
  return presigned
    ? wrongParameters(
        `Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; ${expected}`,
      )
    : malformed(`the Credential is mal-formed; ${expected}`);
}

export const version4a = () =>
  new AwsError(
    "NotImplemented",
    `Squall checks signatures of version 4 (${ALGORITHM}); this one is of version 4a (${ALGORITHM_4A}). Without --verify-signatures it is taken as it is.`,
    { status: 501 },
  );
const oldMechanism = () =>
  new AwsError(
    "InvalidRequest",
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    { status: 400 },
  );
const unsupportedType = (header: string) =>
  new AwsError("InvalidArgument", "Unsupported Authorization Type", {
    status: 400,
    members: { ArgumentName: "Authorization", ArgumentValue: header },
  });
export const twoMechanisms = (header: string) =>
  new AwsError(
    "InvalidArgument",
    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
    { status: 400, members: { ArgumentName: "Authorization", ArgumentValue: header } },
  );
