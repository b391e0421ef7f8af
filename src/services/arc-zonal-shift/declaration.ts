import { declareService } from "../../aws/declaration.ts";

/** ARC's zonal shift, whose resources are other services': https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapplicationrecoverycontrollerarczonalshift.html */
export default declareService({ name: "arc-zonal-shift" });
