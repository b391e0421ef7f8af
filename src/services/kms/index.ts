import { keepToQuotas } from "../../aws/quotas.ts";
import type { Service, ServiceFactory } from "../../core/service.ts";
import { agreement } from "./agreement.ts";
import { aliases } from "./aliases.ts";
import { customKeyStores } from "./custom-key-stores.ts";
import { dataKeys } from "./data-keys.ts";
import { encryption } from "./encryption.ts";
import { grants } from "./grants.ts";
import { imports } from "./import.ts";
import { Keys } from "./keys.ts";
import { lifetime } from "./lifetime.ts";
import { policies } from "./policies.ts";
import { quotas } from "./quotas.ts";
import { replicas } from "./replicas.ts";
import { rotation } from "./rotation.ts";
import { signing } from "./signing.ts";

/** AWS Key Management Service: https://docs.aws.amazon.com/kms/latest/APIReference/ */
const kms: ServiceFactory = (host): Service => {
  const keys = new Keys(host);
  return {
    name: "kms",
    operations: {
      ...lifetime(keys),
      ...aliases(keys),
      ...policies(keys),
      ...grants(keys),
      ...encryption(keys),
      ...dataKeys(keys),
      ...signing(keys),
      ...agreement(keys),
      ...imports(keys),
      ...rotation(keys),
      ...replicas(keys),
      ...customKeyStores,
    },
    // AWS has these in an order of its own.
    validation: {
      shapes: {
        MacAlgorithmSpec: { enum: ["HMAC_SHA_384", "HMAC_SHA_256", "HMAC_SHA_224", "HMAC_SHA_512"] },
      },
    },
    start() {
      keys.start();
      return keepToQuotas(host, "kms", quotas);
    },
    stop: () => keys.stop(),
  };
};

export default kms;
