"""Reads tables of this package from standard input and prints, a line each, where botocore's service models differ."""

import json
import re
import sys

import botocore.session

PACKAGES = {  # by the service's name in this package; otherwise the same
    "cloudwatch": ["cloudwatch"],
    "elasticloadbalancing": ["elbv2"],
    "elasticfilesystem": ["efs"],
    "tag": ["resourcegroupstaggingapi"],
    "es": ["opensearch"],
    "ses": ["sesv2"],
    "apigateway": ["apigateway", "apigatewayv2"],
}
session = botocore.session.get_session()


def models(service):
    return [session.get_service_model(p) for p in PACKAGES.get(service, [service])]


def wire(name, shape, protocol):
    """The name of a member in an answer, or in a request if it has a location there."""
    if protocol in ("json", "rest-json", "smithy-rpc-v2-cbor"):
        return name if "location" not in shape.serialization else shape.serialization["name"]
    return shape.serialization.get("name", name)


def members(shape, protocol):
    return {wire(n, s, protocol): s for n, s in shape.members.items()}


def check_listing(row):
    name = row["Service"] + ":" + row["Operation"]
    model = models(row["Service"])[0]
    protocol = model.protocol
    operation = model.operation_model(row["Operation"])
    inputs = set(operation.input_shape.members) | set(members(operation.input_shape, protocol))
    if row["In"] not in inputs:
        yield f"{name}: the request has no {row['In']}"
    outputs = members(operation.output_shape, protocol)
    for field in ("Out", "More"):
        if row[field] and row[field] not in outputs:
            yield f"{name}: the answer has no {row[field]}"
    for rows in row["Lists"]:
        if rows["Path"] not in outputs:
            yield f"{name}: the answer has no {rows['Path']}"
            continue
        element = outputs[rows["Path"]].member
        xml = element.serialization.get("name", "member")
        if protocol in ("ec2", "query", "rest-xml") and rows["Item"] != xml:
            yield f"{name}: elements of {rows['Path']} are called {xml}"
        for path in rows["ID"].split():
            shape = element
            for part in path.split("/") if path != "." else []:
                if shape.type_name == "list":
                    shape = shape.member
                    continue
                found = members(shape, protocol)
                if part not in found:
                    yield f"{name}: items have no {path}"
                    break
                shape = found[part]
            if shape.type_name not in ("string",):
                yield f"{name}: {path} is a {shape.type_name}"


def check_route(route):
    for model in models(route["Service"]):
        if route["Operation"] in model.operation_names:
            http = model.operation_model(route["Operation"]).http
            path = re.sub(r"\{[^}+]+\}", "{}", re.sub(r"\{[^}+]*\+\}", "{+}", http["requestUri"].partition("?")[0]))
            if (http["method"], path.rstrip("/")) == (route["Method"], route["Path"].rstrip("/")):
                return
    yield f"{route['Service']}: {route['Operation']} isn't {route['Method']} {route['Path']}"


tables = json.load(sys.stdin)
for row in tables["Listings"]:
    for problem in check_listing(row):
        print(problem)
for route in tables["Routes"]:
    for problem in check_route(route):
        print(problem)
