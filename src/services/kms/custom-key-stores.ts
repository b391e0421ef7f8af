import type { Handlers } from "../../core/service.ts";
import type * as KMS from "../../models/generated/kms.ts";
import { clusterNotFound, customKeyStoreNotFound, unsupported } from "./errors.ts";

/**
 * A custom key store is an HSM cluster or a key manager of one's own. There is neither here, so that none can be made, and whoever
 * names one hears that it is not there.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-store-overview.html
 */
export const customKeyStores: Handlers<KMS.Operations> = {
  CreateCustomKeyStore({ CustomKeyStoreType = "AWS_CLOUDHSM", CloudHsmClusterId = "" }) {
    if (CustomKeyStoreType !== "AWS_CLOUDHSM") throw unsupported("Squall has no external key stores.");
    throw clusterNotFound(CloudHsmClusterId);
  },

  DescribeCustomKeyStores({ CustomKeyStoreId: id, CustomKeyStoreName: name }) {
    if (id !== undefined || name !== undefined) throw customKeyStoreNotFound(id ?? name ?? "");
    return { CustomKeyStores: [], Truncated: false };
  },

  ConnectCustomKeyStore({ CustomKeyStoreId }) {
    throw customKeyStoreNotFound(CustomKeyStoreId);
  },

  DisconnectCustomKeyStore({ CustomKeyStoreId }) {
    throw customKeyStoreNotFound(CustomKeyStoreId);
  },

  UpdateCustomKeyStore({ CustomKeyStoreId }) {
    throw customKeyStoreNotFound(CustomKeyStoreId);
  },

  DeleteCustomKeyStore({ CustomKeyStoreId }) {
    throw customKeyStoreNotFound(CustomKeyStoreId);
  },
};
