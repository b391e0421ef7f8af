import { declareService } from "../../aws/declaration.ts";

/** AWS Cloud Control API. What it makes are other services' resources: https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/ */
export default declareService({ name: "cloudcontrol", resources: {} });
