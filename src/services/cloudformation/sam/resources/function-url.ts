import { Draft } from "../draft.ts";
import { invalidResource } from "../errors.ts";
import { aMap, inResource } from "../expect.ts";
import { isIntrinsic } from "../intrinsics.ts";
import type { Source } from "../properties.ts";
import { isFilled, type Value, type Values } from "../value.ts";

const CORS: Readonly<Record<string, readonly [noun: string, is: (value: Value) => boolean]>> = {
  AllowOrigins: ["list", Array.isArray],
  AllowMethods: ["list", Array.isArray],
  AllowCredentials: ["bool", (value) => typeof value === "boolean"],
  AllowHeaders: ["list", Array.isArray],
  ExposeHeaders: ["list", Array.isArray],
  MaxAge: ["int", Number.isInteger],
};

/** `FunctionUrlConfig`: a URL, and leave for everybody to call it where it asks for no signature. */
export function functionUrl(source: Source, lambda: Draft, alias: Draft | undefined): Draft[] {
  const { id } = source;
  const config = source.properties["FunctionUrlConfig"] as Values;
  check(id, config);
  const name = alias ? alias.ref : lambda.ref;
  const attributes = lambda.passedOn;
  const url = new Draft(
    "AWS::Lambda::Url",
    `${id}Url`,
    {
      TargetFunctionArn: name,
      AuthType: config["AuthType"],
      Cors: isFilled(config["Cors"]) ? config["Cors"] : undefined,
      InvokeMode: config["InvokeMode"],
    },
    attributes,
  );
  if (config["AuthType"] !== "NONE") return [url];
  const permission = (suffix: string, action: string, more: Values) =>
    new Draft(
      "AWS::Lambda::Permission",
      `${id}${suffix}`,
      { Action: action, FunctionName: name, Principal: "*", ...more },
      attributes,
    );
  return [
    url,
    permission("UrlPublicPermissions", "lambda:InvokeFunctionUrl", { FunctionUrlAuthType: "NONE" }),
    permission("URLInvokeAllowPublicAccess", "lambda:InvokeFunction", { InvokedViaFunctionUrl: true }),
  ];
}

function check(id: string, config: Values): void {
  if (isIntrinsic(config)) return;
  const auth = config["AuthType"];
  if (!isIntrinsic(auth) && auth !== "AWS_IAM" && auth !== "NONE") {
    throw invalidResource(
      id,
      "AuthType is required to configure function property `FunctionUrlConfig`. Please provide either AWS_IAM or NONE.",
    );
  }
  const cors = config["Cors"];
  if (!isFilled(cors) || isIntrinsic(cors)) return;
  for (const [name, value] of Object.entries(aMap(cors, inResource(id, "FunctionUrlConfig.Cors")))) {
    const expected = Object.hasOwn(CORS, name) ? CORS[name] : undefined;
    if (!expected) throw invalidResource(id, `${name} is not a valid property for configuring Cors.`);
    if (isIntrinsic(value) || expected[1](value)) continue;
    throw invalidResource(id, `${name} must be of type ${expected[0]}.`);
  }
}
