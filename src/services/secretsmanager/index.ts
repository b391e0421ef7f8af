import { keepToQuotas } from "../../aws/quotas.ts";
import type { Service, ServiceFactory } from "../../core/service.ts";
import { deletion } from "./deletion.ts";
import { passwords } from "./passwords.ts";
import { policies } from "./policies.ts";
import { quotas } from "./quotas.ts";
import { reading } from "./reading.ts";
import { replication } from "./replication.ts";
import { rotation } from "./rotation.ts";
import { Rotator } from "./rotator.ts";
import { secrets } from "./secrets.ts";
import { versionStages } from "./version-stages.ts";

/** AWS Secrets Manager: https://docs.aws.amazon.com/secretsmanager/latest/apireference/ */
const secretsManager: ServiceFactory = (host): Service => {
  const rotator = new Rotator(host);
  return {
    name: "secretsmanager",
    operations: {
      ...secrets,
      ...deletion(rotator),
      ...reading,
      ...versionStages,
      ...policies,
      ...passwords,
      ...replication,
      ...rotation(rotator),
    },
    start() {
      keepToQuotas(host, "secretsmanager", quotas);
      rotator.start();
    },
    stop: () => rotator.stop(),
  };
};

export default secretsManager;
