"""Handlers of functions that trace themselves, as their users write them."""


def sdk(event, _context):
    from aws_xray_sdk.core import patch_all, xray_recorder

    patch_all()
    import boto3

    with xray_recorder.in_subsegment("work") as work:
        work.put_annotation("order", event["order"])
        boto3.client("sqs").send_message(QueueUrl=event["queue"], MessageBody="hello")
    return "ok"


def powertools(event, context):
    from aws_lambda_powertools import Tracer

    tracer = Tracer(service="orders")

    @tracer.capture_method
    def work(order):
        tracer.put_annotation(key="order", value=order)
        return "ok"

    @tracer.capture_lambda_handler
    def handle(event, _context):
        return work(event["order"])

    return handle(event, context)
