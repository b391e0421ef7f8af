import { pageOf } from "../../aws/page.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Key } from "../../core/key.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import { invalidNextToken, validation, versionNotFound } from "./errors.ts";
import {
  currentOf,
  find,
  isExpired,
  type ParameterRecord,
  parameterRecords,
  removeParameter,
  type VersionRecord,
  versionRecords,
  versionsOf,
} from "./parameter.ts";
import { announceParameter } from "./parameter-events.ts";
import { checkPathFilters, passes } from "./parameter-filter.ts";
import { levelsOfPath, type ParameterName, readName } from "./parameter-name.ts";
import { publicParameter, publicParametersBelow } from "./public-parameters.ts";
import { isSecretReference, secretParameter } from "./secret-reference.ts";
import { unseal } from "./secure-string.ts";

const PATH_PAGE_SIZE = 10;

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html and its neighbours */
export const getParameters: Handlers<SSM.Operations> = {
  GetParameter({ Name, WithDecryption }, ctx) {
    const got = get(Name, WithDecryption ?? false, ctx);
    return got instanceof Promise ? got.then((Parameter) => ({ Parameter })) : { Parameter: got };
  },

  async GetParameters({ Names, WithDecryption = false }, ctx) {
    const Parameters: SSM.Parameter[] = [];
    const InvalidParameters: string[] = [];
    for (const name of new Set(Names)) {
      try {
        Parameters.push(await get(name, WithDecryption, ctx));
      } catch (error) {
        if (!(error instanceof AwsError && isMissing(error))) throw error;
        InvalidParameters.push(name);
      }
    }
    return { Parameters, InvalidParameters };
  },

  async GetParametersByPath(input, ctx) {
    const { NextToken: token, MaxResults: size = PATH_PAGE_SIZE, ...query } = input;
    checkPathFilters(input.ParameterFilters);
    const isDirect = (depth: number, key: Key) => input.Recursive || key.length === depth + 1;
    if (/^\/aws(?:\/|$)/.test(input.Path)) return publicParametersBelow(input, ctx);
    const levels = levelsOfPath(input.Path);
    const { items, nextToken } = pageOf(ctx.store.collection(parameterRecords), {
      size,
      token,
      query,
      prefix: levels,
      refuse: invalidNextToken,
      keep: (parameter, key) =>
        key.length > levels.length && isDirect(levels.length, key) && isWanted(parameter),
    });
    const Parameters: SSM.Parameter[] = [];
    for (const parameter of items) {
      const version = labelled(parameter) ?? currentOf(parameter, ctx);
      Parameters.push(await answerOf(parameter, version, input.WithDecryption ?? false, ctx));
    }
    return { Parameters, ...(nextToken && { NextToken: nextToken }) };

    function isWanted(parameter: ParameterRecord): boolean {
      const version = labelled(parameter);
      return (
        version !== undefined &&
        !isExpired(currentOf(parameter, ctx), ctx.clock.now()) &&
        passes(input.ParameterFilters, parameter, version)
      );
    }
    /** A filter by label finds the version that has it. */
    function labelled(parameter: ParameterRecord): VersionRecord | undefined {
      const labels = input.ParameterFilters?.find(({ Key }) => Key === "Label")?.Values;
      if (labels === undefined) return currentOf(parameter, ctx);
      return versionsOf(parameter, ctx).find((version) =>
        version.labels.some((label) => labels.includes(label)),
      );
    }
  },

  DeleteParameter({ Name }, ctx) {
    remove(Name, ctx);
  },

  DeleteParameters({ Names }, ctx) {
    const DeletedParameters: string[] = [];
    const InvalidParameters: string[] = [];
    for (const name of new Set(Names)) {
      try {
        remove(name, ctx);
        DeletedParameters.push(name);
      } catch (error) {
        if (!(error instanceof AwsError && isMissing(error))) throw error;
        InvalidParameters.push(name);
      }
    }
    return { DeletedParameters, InvalidParameters };
  },
};

function remove(name: string, ctx: Context): void {
  const { parameter, current } = find(readName(name, ctx), ctx);
  removeParameter(parameter, ctx);
  announceParameter("Delete", parameter, current, ctx);
}

const isMissing = ({ code }: AwsError) => code === "ParameterNotFound" || code === "ParameterVersionNotFound";

/** A parameter as GetParameter gives it. It waits only for what another service keeps. */
function get(text: string, decrypt: boolean, ctx: Context): SSM.Parameter | Promise<SSM.Parameter> {
  const name = readName(text, ctx);
  if (isSecretReference(name.name)) return secretParameter(name, decrypt, ctx);
  const common = publicParameter(name.name, ctx);
  if (common) return common;
  const { parameter, current } = find(name, ctx);
  return answerOf(parameter, versionFor(name, parameter, current, ctx), decrypt, ctx, name.selector);
}

/** @throws ParameterVersionNotFound */
function versionFor(
  { name, selector }: ParameterName,
  parameter: ParameterRecord,
  current: VersionRecord,
  ctx: Context,
): VersionRecord {
  if (selector === undefined) return current;
  if (selector === "") throw validation("Parameter name must be a fully qualified name.");
  const found = /^\d+$/.test(selector)
    ? ctx.store.collection(versionRecords).get([parameter.arn, Number(selector)])
    : versionsOf(parameter, ctx).find(({ labels }) => labels.includes(selector));
  if (!found) throw versionNotFound(name, selector);
  return found;
}

function answerOf(
  parameter: ParameterRecord,
  version: VersionRecord,
  decrypt: boolean,
  ctx: Context,
  selector?: string,
): SSM.Parameter | Promise<SSM.Parameter> {
  const answer = (Value: string): SSM.Parameter => ({
    Name: parameter.name,
    Type: version.type,
    Value,
    Version: version.version,
    ...(selector !== undefined && { Selector: `:${selector}` }),
    LastModifiedDate: new Date(version.modifiedMs),
    ARN: parameter.arn,
    DataType: version.dataType,
  });
  if (!decrypt || version.type !== "SecureString") return answer(version.value);
  return unseal(version, parameter.arn, ctx).then(answer);
}
