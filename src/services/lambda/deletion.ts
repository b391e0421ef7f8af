import { conflict, invalidParameter } from "./errors.ts";
import { eventInvokeConfigs } from "./event-invoke-configs.ts";
import { deploymentKey } from "./execution/deployment.ts";
import { functionUrls } from "./function-url-records.ts";
import type { Lambda } from "./lambda.ts";
import type { Found } from "./lookup.ts";
import { policies } from "./policy.ts";
import { provisionedConfigs } from "./provisioned-records.ts";
import { aliases, functions, LATEST, versionKey, versions } from "./records.ts";

/** Deletes a function with all that belongs to it. Its event source mappings stay, as they do at AWS. */
export function deleteFunction(lambda: Lambda, found: Found): void {
  const { store, name } = found;
  const gone = [...store.collection(versions).values({ prefix: [name] })];
  store.transaction(() => {
    store.collection(functions).delete([name]);
    for (const collection of [
      versions,
      aliases,
      policies,
      eventInvokeConfigs,
      provisionedConfigs,
      functionUrls,
    ]) {
      // The prefix is the function's name in each of them.
      store.collection(collection as typeof versions).clear({ prefix: [name] });
    }
  });
  lambda.code.release(...gone);
  for (const { configuration } of gone)
    lambda.fleet.retire(deploymentKey(found, name, configuration.Version));
}

/** Only published versions can be deleted by themselves. @throws InvalidParameterValueException */
export function checkDeletable(qualifier: string): void {
  if (qualifier === LATEST)
    throw invalidParameter("$LATEST version cannot be deleted without deleting the function.");
  if (!/^\d+$/.test(qualifier)) throw invalidParameter("Deletion of aliases is not currently supported.");
}

/** Deletes one published version, if it is there. @throws ResourceConflictException while an alias points to it */
export function deleteVersion(lambda: Lambda, found: Found, version: string): void {
  const { store, name } = found;
  const record = store.collection(versions).get(versionKey(name, version));
  // The deletion of a version that is not there succeeds (recorded).
  if (!record) return;
  for (const alias of store.collection(aliases).values({ prefix: [name] })) {
    if (alias.functionVersion === version || alias.weights?.[version] !== undefined) {
      throw conflict(
        `Function version has alias references [${alias.name}]. Please update or delete the alias.`,
      );
    }
  }
  store.transaction(() => {
    store.collection(versions).delete(versionKey(name, version));
    store.collection(policies).delete([name, version]);
    store.collection(eventInvokeConfigs).delete([name, version]);
    store.collection(provisionedConfigs).delete([name, version]);
  });
  lambda.fleet.retire(deploymentKey(found, name, version));
  lambda.code.release(record);
}
