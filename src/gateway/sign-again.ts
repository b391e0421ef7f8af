import { AwsError } from "../core/aws-error.ts";
import type { HttpRequest } from "../core/http.ts";
import { isVersion4a } from "./authorization.ts";
import { readSignature } from "./credential-scope.ts";
import { type Onward, type Signer, signed } from "./onward.ts";
import { UNSIGNED } from "./payload-hash.ts";
import { sha256, sign } from "./signature.ts";

/** What a signed URL says of its signature. */
const OF_SIGNATURE = /^(?:X-Amz-(?:Credential|Security-Token|Signature))$/;
/** The same of the version before. */
const OF_LEGACY = /^(?:AWSAccessKeyId|Signature|Expires|x-amz-security-token)$/i;

/** How a request shows who sends it. */
export function signatureKind({
  headers,
  query,
}: Pick<HttpRequest, "headers" | "query">): "header" | "url" | "legacy-url" | "other" | "none" {
  const { authorization } = headers;
  if (authorization !== undefined) return /^AWS4?[ -]/.test(authorization) ? "header" : "other";
  if (/(?:^|&)X-Amz-Signature=/.test(query)) return "url";
  return /(?:^|&)AWSAccessKeyId=/.test(query) ? "legacy-url" : "none";
}

/**
 * Makes the signature of a request that goes on under another name again, with keys that the upstream knows. One that came
 * without a signature, or with a token (`Bearer`), is left as it is: who does not say who they are to AWS does not get to be Squall.
 * A signed URL stays one, and holds as long as its maker wanted.
 * @throws AwsError `NotImplemented` for signatures of version 4a
 */
export async function signedAgain(request: Onward, signer: Signer, nowMs: number): Promise<Onward> {
  const kind = signatureKind(request);
  if (kind === "none" || kind === "other") return request;
  // Nobody has looked at its signature: any page could say that it has one.
  if (isOfAnotherSite(request.headers)) throw forAPage();
  if (isVersion4a(request as HttpRequest)) throw cannotSign("in version 4a, for several regions");
  const signature = readSignature(request as HttpRequest);
  const scope = { ...signer, ...(signature && { signingName: signature.signingName }) };
  if (kind === "url") return { ...request, query: signedQuery(request, scope) };
  if (kind === "header") return await signed(request, scope, nowMs);
  const query = without(request.query, OF_LEGACY);
  return await signed(unsignedPayload({ ...request, query }), { ...scope, signingName: "s3" }, nowMs);
}

/** Does a browser send it for a page of another site? https://www.w3.org/TR/fetch-metadata/ */
const isOfAnotherSite = (headers: Onward["headers"]): boolean =>
  headers["sec-fetch-site"] === "cross-site" || headers["sec-fetch-site"] === "same-site";

function forAPage(): AwsError {
  const message = "A page of another site may not have its requests signed with this machine's credentials.";
  return new AwsError("AccessDenied", message, { status: 403 });
}

/** The date and the time that a URL holds are its maker's, so is what was signed beside it. */
function signedQuery(request: Onward, signer: Signer): string {
  const given = new URLSearchParams(request.query);
  const amzDate = given.get("X-Amz-Date") ?? "";
  const date = amzDate.slice(0, 8);
  const added = new URLSearchParams({
    "X-Amz-Credential": `${signer.accessKeyId}/${date}/${signer.region}/${signer.signingName}/aws4_request`,
    ...(signer.sessionToken && { "X-Amz-Security-Token": signer.sessionToken }),
  });
  const query = `${without(request.query, OF_SIGNATURE)}&${added}`;
  const payload =
    signer.signingName === "s3"
      ? (given.get("X-Amz-Content-Sha256") ?? request.headers["x-amz-content-sha256"] ?? UNSIGNED)
      : sha256(request.body);
  const { signature } = sign({
    request: { ...request, query } as HttpRequest,
    amzDate,
    date,
    signedHeaders: (given.get("X-Amz-SignedHeaders") ?? "host").split(";"),
    presigned: true,
    payload,
    ...signer,
  });
  return `${query}&X-Amz-Signature=${signature}`;
}

const without = (query: string, names: RegExp): string =>
  query
    .split("&")
    .filter((pair) => !names.test(pair.slice(0, pair.search(/=|$/))))
    .join("&");

function unsignedPayload(request: Onward): Onward {
  if (request.headers["x-amz-content-sha256"] !== undefined) return request;
  return { ...request, headers: { ...request.headers, "x-amz-content-sha256": UNSIGNED } };
}

function cannotSign(how: string): AwsError {
  const message = `The request is signed ${how}: Squall cannot make that signature again. Have the client ask for the upstream's own name (a proxy), so that its signature holds.`;
  return new AwsError("NotImplemented", message, { status: 501 });
}
