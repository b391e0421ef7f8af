import type * as Api from "../../models/generated/lambda.ts";
import type { VersionRecord } from "./records.ts";

/** A configuration as an answer gives it. Asked for by an alias or by `$LATEST`, that is what the ARN ends with. */
export function answer({ configuration }: VersionRecord, qualifier?: string): Api.FunctionConfiguration {
  if (qualifier === undefined) return { ...configuration };
  return {
    ...configuration,
    FunctionArn: configuration.FunctionArn.replace(
      /(function:[^:]+).*$/,
      (_all, base: string) => `${base}:${qualifier}`,
    ),
  };
}

/** Lists leave the state out. @param isNumbered whether `$LATEST` has its number, too */
export function listed({ configuration }: VersionRecord, isNumbered: boolean): Api.FunctionConfiguration {
  const {
    State: _1,
    StateReason: _2,
    StateReasonCode: _3,
    LastUpdateStatus: _4,
    LastUpdateStatusReason: _5,
    LastUpdateStatusReasonCode: _6,
    RuntimeVersionConfig: _7,
    ...rest
  } = configuration;
  const isQualified = !isNumbered || /function:[^:]+:/.test(rest.FunctionArn);
  return isQualified ? rest : { ...rest, FunctionArn: `${rest.FunctionArn}:${rest.Version}` };
}
