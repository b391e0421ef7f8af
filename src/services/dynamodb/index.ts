import type { ServiceFactory } from "../../core/service.ts";
import { dynamodb } from "./service.ts";
import { settings } from "./settings.ts";

const factory: ServiceFactory = Object.assign(dynamodb, { settings, eager: true });
export default factory;
