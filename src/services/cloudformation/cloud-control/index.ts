import type { ServiceFactory } from "../../../core/service.ts";
import { requestOperations } from "./request-operations.ts";
import { Requests } from "./requests.ts";
import { resources } from "./resources.ts";

/** AWS Cloud Control API, on CloudFormation's resource types: https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/ */
const cloudcontrol: ServiceFactory = (host) => {
  const requests = new Requests(host);
  return {
    name: "cloudcontrol",
    operations: { ...resources(requests), ...requestOperations(requests) },
    start: () => requests.start(),
    stop: () => requests.stop(),
  };
};

export default cloudcontrol;
