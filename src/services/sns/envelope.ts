/**
 * The JSON around a message: what endpoints get without raw delivery.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
import type { Message } from "./message.ts";
import { type MessageType, type SignatureVersion, type Signer, textToSign } from "./signature.ts";

/** The members of an envelope, in AWS's order. */
export interface Envelope {
  readonly Type: MessageType;
  readonly MessageId: string;
  readonly SequenceNumber?: string;
  readonly Token?: string;
  readonly TopicArn?: string;
  readonly Subject?: string;
  readonly Message: string;
  readonly SubscribeURL?: string;
  readonly Timestamp: string;
  readonly SignatureVersion?: string;
  readonly Signature?: string;
  readonly SigningCertURL?: string;
  readonly UnsubscribeURL?: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly Type: string; readonly Value: string }>>;
}

export interface EnvelopeOptions {
  /** The text for this endpoint's protocol. */
  readonly text: string;
  readonly subscriptionArn: string;
  readonly signatureVersion: SignatureVersion;
  /** Where clients reach us. */
  readonly url: string;
  readonly signer: Signer;
}

export async function envelopeOf(message: Message, options: EnvelopeOptions): Promise<Envelope> {
  const { type, id, topicArn, subject, token } = message;
  const isNotification = type === "Notification";
  const unsigned = {
    Type: type,
    MessageId: id,
    ...(message.sequenceNumber !== undefined && { SequenceNumber: message.sequenceNumber }),
    ...(token !== undefined && { Token: token }),
    ...(topicArn !== undefined && { TopicArn: topicArn }),
    ...(subject !== undefined && { Subject: subject }),
    Message: options.text,
    ...(!isNotification && {
      SubscribeURL: `${options.url}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`,
    }),
    Timestamp: new Date(message.publishedAtMs).toISOString(),
  };
  return {
    ...unsigned,
    // Notifications of FIFO topics are not signed.
    ...(message.sequenceNumber === undefined && (await signatureOf(unsigned, options))),
    ...(isNotification && {
      UnsubscribeURL: `${options.url}/?Action=Unsubscribe&SubscriptionArn=${options.subscriptionArn}`,
    }),
    ...(Object.keys(message.attributes).length > 0 && { MessageAttributes: attributesOf(message) }),
  };
}

async function signatureOf(unsigned: Pick<Envelope, "Type">, { signer, signatureVersion }: EnvelopeOptions) {
  return {
    SignatureVersion: signatureVersion,
    Signature: await signer.sign(textToSign(unsigned as { Type: MessageType }), signatureVersion),
    SigningCertURL: signer.certificateUrl(),
  };
}

function attributesOf(message: Message) {
  return Object.fromEntries(
    Object.entries(message.attributes).map(([name, { type, value }]) => [name, { Type: type, Value: value }]),
  );
}

/** An envelope as text, laid out as AWS lays it out. */
export function printEnvelope(envelope: Envelope): string {
  const members = Object.entries(envelope).map(([name, value]) => {
    const text = typeof value === "string" ? JSON.stringify(value) : printAttributes(value);
    return `  ${JSON.stringify(name)} : ${text}`;
  });
  return `{\n${members.join(",\n")}\n}`;
}

function printAttributes(attributes: object): string {
  const lines = Object.entries(attributes).map(
    ([name, value]) => `    ${JSON.stringify(name)} : ${JSON.stringify(value)}`,
  );
  return `{\n${lines.join(",\n")}\n  }`;
}

/** The event that a Lambda function gets: the same content under slightly other names. */
export function lambdaEvent(envelope: Envelope, subscriptionArn: string) {
  return {
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: subscriptionArn,
        Sns: {
          Type: envelope.Type,
          MessageId: envelope.MessageId,
          TopicArn: envelope.TopicArn,
          Subject: envelope.Subject ?? null,
          Message: envelope.Message,
          Timestamp: envelope.Timestamp,
          SignatureVersion: envelope.SignatureVersion,
          Signature: envelope.Signature,
          SigningCertUrl: envelope.SigningCertURL,
          UnsubscribeUrl: envelope.UnsubscribeURL,
          MessageAttributes: envelope.MessageAttributes ?? {},
        },
      },
    ],
  };
}
