import type { Service, ServiceFactory } from "../../core/service.ts";
import { Sessions } from "./running/sessions.ts";
import { statements } from "./statements.ts";
import { transactions } from "./transactions.ts";

/** The RDS Data API, with the databases of RDS's Aurora clusters: https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/ */
const rdsData: ServiceFactory = (host): Service => {
  const sessions = new Sessions(host);
  return {
    name: "rds-data",
    operations: { ...statements(sessions), ...transactions(sessions) },
    stop: () => sessions.stop(),
  };
};

export default rdsData;
