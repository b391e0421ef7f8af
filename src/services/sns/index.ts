import type { Service, ServiceFactory } from "../../core/service.ts";
import { admin } from "./admin.ts";
import { Archive } from "./archive.ts";
import { dataProtection } from "./data-protection.ts";
import { Deliveries } from "./deliveries.ts";
import { DirectMessages } from "./direct-message.ts";
import { Inbox } from "./inbox.ts";
import { ofOwnRegion } from "./own-region.ts";
import { permissions } from "./permissions.ts";
import { platform } from "./platform.ts";
import { publish } from "./publish.ts";
import { Signer } from "./signature.ts";
import { sms } from "./sms.ts";
import { subscriptions } from "./subscriptions.ts";
import { tags } from "./tags.ts";
import { topics } from "./topics.ts";

/** Amazon Simple Notification Service. https://docs.aws.amazon.com/sns/latest/api/ */
const sns: ServiceFactory = (host): Service => {
  const inbox = new Inbox(host);
  const signer = new Signer(host);
  const deliveries = new Deliveries(host, signer, inbox);
  const archive = new Archive(host, deliveries);
  return {
    name: "sns",
    operations: ofOwnRegion({
      ...topics(host),
      ...tags(host),
      ...permissions(host),
      ...dataProtection(host),
      ...subscriptions(host, deliveries, archive),
      ...publish(host, deliveries, archive, new DirectMessages(host, inbox)),
      ...platform(host),
      ...sms(inbox),
    }),
    admin: admin(host, inbox, signer),
    start: () => deliveries.resume(),
    isBusy: () => deliveries.isBusy,
    stop: () => deliveries.stop(),
  };
};

export default sns;
