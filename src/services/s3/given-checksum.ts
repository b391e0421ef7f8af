import type { BodyStream } from "../../core/http.ts";
import { sure } from "../../core/sure.ts";
import type { Body, WrittenBody } from "./bodies.ts";
import {
  ALGORITHMS,
  type AlgorithmName,
  algorithmOf,
  type ChecksumAlgorithm,
} from "./checksums/algorithms.ts";
import {
  badChecksum,
  badMd5,
  invalidChecksumHeader,
  invalidDigest,
  invalidRequest,
  malformedTrailer,
  severalChecksums,
} from "./errors.ts";

/** Checksums of an input, by its members. */
export type ChecksumInput = {
  readonly ChecksumAlgorithm?: string;
  readonly ContentMD5?: string;
} & { readonly [Name in AlgorithmName as `Checksum${Name}`]?: string };

const NAMES = Object.keys(ALGORITHMS) as AlgorithmName[];

/** What a client says of its body before all of it has come. */
export interface GivenChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** base64; undefined when it is only asked to be taken (or is still to come in a trailer). */
  readonly value: string | undefined;
  /** It comes behind the body. */
  readonly isTrailer: boolean;
}

/**
 * The one checksum that an input gives or asks for; undefined when it does neither.
 * @throws AwsError `InvalidRequest`
 */
export function givenChecksum(
  input: ChecksumInput,
  headers: Readonly<Record<string, string>> = {},
): GivenChecksum | undefined {
  checkChecksumNames(headers);
  const given = NAMES.filter((name) => input[`Checksum${name}`] !== undefined);
  if (given.length > 1) throw severalChecksums();
  const trailer = trailerOf(headers);
  const isTrailer = given.length === 0 && trailer !== undefined;
  const name =
    given[0] ?? trailer ?? input.ChecksumAlgorithm ?? headers["x-amz-sdk-checksum-algorithm"]?.toUpperCase();
  if (name === undefined) return undefined;
  const algorithm = algorithmOf(name);
  if (!algorithm) {
    throw invalidRequest(
      isTrailer
        ? "The value specified in the x-amz-trailer header is not supported"
        : "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
    );
  }
  const value = input[`Checksum${algorithm.name}`];
  if (value !== undefined) checkForm(algorithm, value);
  return { algorithm, value, isTrailer };
}

/** What a request says of checksums beside them. */
const ABOUT_CHECKSUMS: ReadonlySet<string> = new Set(["type", "algorithm", "mode"]);
const PREFIX = "x-amz-checksum-";

const checksumNames = (headers: Readonly<Record<string, string>>) =>
  Object.keys(headers)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => name.slice(PREFIX.length))
    .filter((name) => !ABOUT_CHECKSUMS.has(name));

/** @throws AwsError `InvalidRequest` for a checksum of a kind that there is not */
export function checkChecksumNames(headers: Readonly<Record<string, string>>): void {
  const unknown = checksumNames(headers).find((name) => !algorithmOf(name.toUpperCase()));
  if (unknown !== undefined)
    throw invalidRequest("The algorithm type you specified in x-amz-checksum- header is invalid.");
}

/**
 * The one checksum that headers have.
 * @throws AwsError `InvalidRequest`
 */
export function checksumOfHeaders(
  headers: Readonly<Record<string, string>>,
): { readonly name: string; readonly value: string } | undefined {
  const [name, ...others] = checksumNames(headers);
  if (others.length > 0) throw severalChecksums();
  return name === undefined
    ? undefined
    : { name: name.toUpperCase(), value: headers[`${PREFIX}${name}`] ?? "" };
}

/** What is said to come behind the body; the name as it is for what is no checksum. */
function trailerOf({ "x-amz-trailer": name }: Readonly<Record<string, string>>): string | undefined {
  return name
    ?.trim()
    .toUpperCase()
    .replace(/^X-AMZ-CHECKSUM-/, "");
}

/** @throws AwsError `InvalidRequest` for what cannot be such a checksum */
export function checkForm({ name, sizeBytes }: ChecksumAlgorithm, value: string): void {
  const bytes = Buffer.from(value, "base64");
  if (bytes.length !== sizeBytes || bytes.toString("base64") !== value)
    throw invalidChecksumHeader(`x-amz-checksum-${name.toLowerCase()}`);
}

/**
 * The MD5 that an input gives, in hexadecimal.
 * @throws AwsError `InvalidDigest` for what is none
 */
export function givenMd5({ ContentMD5: text }: ChecksumInput): string | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== 16 || bytes.toString("base64") !== text) throw invalidDigest(text);
  return bytes.toString("hex");
}

/**
 * What a client says of its body is complete when all of it has come: a trailer brings the value behind it.
 * @throws AwsError `MalformedTrailerError` for a checksum that was not announced, or was and did not come
 */
export function withTrailer(given: GivenChecksum | undefined, body: Body): GivenChecksum | undefined {
  // A call from within may bring a text.
  if (typeof body !== "object" || !("trailers" in body)) return given;
  const { trailers } = body as BodyStream;
  const expected = given?.isTrailer ? `x-amz-checksum-${given.algorithm.name.toLowerCase()}` : undefined;
  const others = Object.keys(trailers).filter(
    (name) => name.startsWith("x-amz-checksum-") && name !== expected,
  );
  if (others.length > 0 || (expected !== undefined && trailers[expected] === undefined))
    throw malformedTrailer();
  if (given === undefined || expected === undefined) return given;
  const value = sure(trailers[expected]);
  checkForm(given.algorithm, value);
  return { ...given, value };
}

/**
 * Does what came agree with what the client says of it?
 * @param digestForm the MD5 that was expected is named in hexadecimal for objects, in base64 for parts
 * @throws AwsError `BadDigest`
 */
export function checkWritten(
  written: WrittenBody,
  given: GivenChecksum | undefined,
  md5: string | undefined,
  digestForm: "hex" | "base64",
): void {
  if (md5 !== undefined && md5 !== written.md5) {
    throw badMd5(
      digestForm === "hex" ? md5 : Buffer.from(md5, "hex").toString("base64"),
      Buffer.from(written.md5, "hex").toString("base64"),
    );
  }
  if (given?.value !== undefined && written.checksums[given.algorithm.name] !== given.value)
    throw badChecksum(given.algorithm.name);
}
