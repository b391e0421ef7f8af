import { invalidName, invalidRoleArn } from "./errors.ts";

/** What a name, and a Map's label, may not hold: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html */
export const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff]/;

/** @throws InvalidName */
export function checkName(name: string): void {
  if (name.length > 80 || FORBIDDEN.test(name)) throw invalidName(name);
}

const ROLE_ARN = /^arn:aws[\w-]*:iam::\d{12}:role\/.+/;

/** @throws InvalidArn for what is no role's */
export function checkRole(arn: string): void {
  if (!ROLE_ARN.test(arn)) throw invalidRoleArn(arn);
}
