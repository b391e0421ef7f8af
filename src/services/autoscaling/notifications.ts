import { page } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as AutoScaling from "../../models/generated/autoscaling.ts";
import { invalidToken, validationError } from "./errors.ts";
import { findGroup, type GroupRecord, groupRecords, saveGroup } from "./group.ts";
import { sendNotification } from "./notification.ts";

const PAGE_SIZE = 50;
const TYPES = ["LAUNCH", "LAUNCH_ERROR", "TERMINATE", "TERMINATE_ERROR"].map(
  (what) => `autoscaling:EC2_INSTANCE_${what}`,
);
const TEST = "autoscaling:TEST_NOTIFICATION";

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutNotificationConfiguration.html and its neighbours */
export const notifications: Handlers<AutoScaling.Operations> = {
  async PutNotificationConfiguration({ AutoScalingGroupName, TopicARN, NotificationTypes }, ctx) {
    const group = findGroup(AutoScalingGroupName, ctx);
    const unknown = NotificationTypes.find((type) => ![...TYPES, TEST].includes(type));
    if (unknown !== undefined) throw validationError(`"${unknown}" is not a valid Notification Type.`);
    // As a check that it may be published to.
    await sendNotification(ctx.host, ctx, group, TopicARN, {
      subject: `Auto Scaling: test notification for group "${group.name}"`,
      message: { Event: TEST, RequestId: ctx.requestId },
    }).catch((error: Error) => {
      throw validationError(
        `Unable to publish test message to notification target ${TopicARN} using IAM role ${roleOf(ctx)}. Please check your target configuration. Caused by ${error.message}`,
      );
    });
    const current = findGroup(AutoScalingGroupName, ctx);
    const others = (current.notifications ?? []).filter(({ topic }) => topic !== TopicARN);
    saveGroup({ ...current, notifications: [...others, { topic: TopicARN, types: NotificationTypes }] }, ctx);
  },

  DeleteNotificationConfiguration({ AutoScalingGroupName, TopicARN }, ctx) {
    const group = findGroup(AutoScalingGroupName, ctx);
    const notifications = (group.notifications ?? []).filter(({ topic }) => topic !== TopicARN);
    saveGroup({ ...group, notifications }, ctx);
  },

  DescribeNotificationConfigurations(input, ctx) {
    const { NextToken: token, MaxRecords: size = PAGE_SIZE, ...query } = input;
    const names = input.AutoScalingGroupNames ?? [];
    const all = [...ctx.store.collection(groupRecords).values()]
      .filter(({ name }) => names.length === 0 || names.includes(name))
      .flatMap(configurationsOf);
    const { items, nextToken } = page(
      all,
      (one) => [one.AutoScalingGroupName, one.TopicARN, one.NotificationType],
      { size, token, query, refuse: invalidToken },
    );
    return { NotificationConfigurations: items, NextToken: nextToken };
  },

  DescribeAutoScalingNotificationTypes: () => ({ AutoScalingNotificationTypes: [...TYPES, TEST] }),
};

const roleOf = ({ account }: Context): string =>
  `arn:aws:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;

const configurationsOf = ({ name, notifications = [] }: GroupRecord) =>
  notifications.flatMap(({ topic, types }) =>
    types.map((NotificationType) => ({ AutoScalingGroupName: name, TopicARN: topic, NotificationType })),
  );
