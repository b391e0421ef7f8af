import { parseArn } from "../../core/arn.ts";
import type { Key } from "../../core/key.ts";
import { accessDenied, tooManyLevels, validation } from "./errors.ts";

/** Names of parameters: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html */

/** What a call names: a parameter by its name or ARN, and perhaps one of its versions. */
export interface ParameterName {
  /** Without its selector; of an ARN what follows `parameter/`. */
  readonly name: string;
  /** The version's number or label, without the colon. */
  readonly selector?: string;
  /** It is an ARN of another account or region. */
  readonly isForeign?: true;
}

/** ARNs hold the name without the slash that it begins with, so `/url` and `url` are one parameter. */
export const keyOfName = (name: string): Key => name.replace(/^\//, "").split("/");

export const nameInArn = (arn: string): string | undefined =>
  /^arn:[^:]*:ssm:[^:]*:[^:]*:parameter\/(.+)$/.exec(arn)?.[1];

export function readName(
  text: string,
  { account, region }: { account: string; region: string },
): ParameterName {
  const arn = parseArn(text);
  const [name = "", selector] = splitSelector(arn ? (nameInArn(text) ?? "") : text);
  const isForeign = arn !== undefined && (arn.account !== account || arn.region !== region);
  return { name, ...(selector !== undefined && { selector }), ...(isForeign && { isForeign }) };
}

function splitSelector(text: string): [name: string, selector?: string] {
  const at = text.lastIndexOf(":");
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

const MOST_LEVELS = 15;
const LONGEST_NAME = 1011;
const SYMBOLS =
  "If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_";
const PREFIXED = 'can\'t be prefixed with "aws" or "ssm" (case-insensitive).';

/** What a new parameter may be called. @throws AwsError `ValidationException`, `AccessDeniedException`, `HierarchyLevelLimitExceededException` */
export function checkNewName(name: string, arn: string): void {
  const isPath = name.lastIndexOf("/") > 0;
  const first = name.replace(/^\//, "").toLowerCase();
  if (isPath && /^\/aws/i.test(name)) throw accessDenied(`No access to reserved parameter name: ${name}.`);
  if (/^(?:aws|ssm)/.test(first)) {
    throw validation(
      isPath
        ? `Parameter name: can't be prefixed with "ssm" (case-insensitive). ${SYMBOLS}`
        : `Parameter name: ${PREFIXED}`,
    );
  }
  if (!/^[\w.\-/]+$/.test(name))
    throw validation(`Parameter name: can't be prefixed with "ssm" (case-insensitive). ${SYMBOLS}`);
  if (name.includes("/") && !name.startsWith("/"))
    throw validation("Parameter name must be a fully qualified name.");
  if (name.endsWith("/") || name.includes("//"))
    throw validation(`Parameter name: can't be prefixed with "ssm" (case-insensitive). ${SYMBOLS}`);
  if (keyOfName(name).length > MOST_LEVELS) throw tooManyLevels(MOST_LEVELS);
  if (arn.length > LONGEST_NAME)
    throw validation(`Parameter name: the ARN of a parameter can have at most ${LONGEST_NAME} characters.`);
}

const NOT_A_PATH =
  'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.';

/** The levels of a path; AWS's own parameters are below `/aws/`. @throws AwsError `ValidationException` */
export function levelsOfPath(path: string): Key {
  if (!/^\/(?:[\w.-]+(?:\/[\w.-]+)*\/?)?$/.test(path)) throw validation(NOT_A_PATH);
  return path.split("/").filter((level) => level !== "");
}
