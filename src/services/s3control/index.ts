export { s3control as default } from "../s3/control/service.ts";
