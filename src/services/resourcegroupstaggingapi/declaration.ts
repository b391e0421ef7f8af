import { declareService } from "../../aws/declaration.ts";

/** Resource Groups Tagging API: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/ */
export default declareService({ name: "resourcegroupstaggingapi", iam: { prefix: "tag" } });
