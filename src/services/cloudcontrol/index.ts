export { default } from "../cloudformation/cloud-control/index.ts";
