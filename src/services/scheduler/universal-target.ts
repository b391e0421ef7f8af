import { type SdkOperation, sdkOperation } from "../../aws/sdk-operation.ts";

/** A target that is any operation of a service: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html */
const UNIVERSAL = /^arn:[^:]*:scheduler:::aws-sdk:([^:]+):(\w+)$/;

/** The operation as its ARN has it, and as it is called; AWS has none if that is undefined. */
export interface UniversalTarget {
  readonly service: string;
  readonly action: string;
  readonly operation: SdkOperation | undefined;
}

/** undefined for the ARN of a resource */
export function universalTarget(arn: string): UniversalTarget | undefined {
  const [, service, action] = UNIVERSAL.exec(arn) ?? [];
  if (service === undefined || action === undefined) return undefined;
  return { service, action, operation: sdkOperation(service, action) };
}

/** What operations that only read begin with: no schedule calls them. */
const READS =
  /^(?:Get|Describe|List|Poll|Receive|Search|Scan|Query|Select|Read|Lookup|Discover|Validate|BatchGet|BatchDescribe|BatchRead|TransactGet|AdminGet|AdminList|TestMigration|Retrieve|TestConnection|TranslateDocument|IsAuthorized|InvokeModel)/;

export const onlyReads = ({ operation }: SdkOperation): boolean => READS.test(operation);
