"""A gRPC server, and a client that speaks to it through the gateway.

    grpc_through.py serve [CERTIFICATE KEY]      prints its port; serves until its input ends
    grpc_through.py call ADDRESS CA HOST COOKIE  calls it through the gateway, prints one line per result

Messages are plain bytes: the wire is what is tested, not a schema.
"""

import sys
from concurrent import futures

import grpc

SERVICE = "shop.Watch"


def unary(request, context):
    seen = dict(context.invocation_metadata())
    context.set_trailing_metadata((("x-cost", "7"), ("x-forwarded-user", "forged"), ("x-user", "forged")))
    return b"|".join(
        [
            request,
            seen.get("x-forwarded-user", "nobody").encode(),
            b"signed" if "portcullis-assertion" in seen else b"unsigned",
            b"cookie" if "portcullis" in seen.get("cookie", "") else b"clean",
        ]
    )


def stream(request, _context):
    for number in range(int(request)):
        yield b"piece %d" % number


def collect(requests, _context):
    return b",".join(requests)


def echo(requests, _context):
    yield from requests


def refuse(_request, context):
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, "not today")


def serve(*pair):
    handlers = {
        "Unary": grpc.unary_unary_rpc_method_handler(unary),
        "Stream": grpc.unary_stream_rpc_method_handler(stream),
        "Collect": grpc.stream_unary_rpc_method_handler(collect),
        "Echo": grpc.stream_stream_rpc_method_handler(echo),
        "Refuse": grpc.unary_unary_rpc_method_handler(refuse),
    }
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    if pair:
        certificate, key = (open(name, "rb").read() for name in pair)
        credentials = grpc.ssl_server_credentials([(key, certificate)])
        port = server.add_secure_port("127.0.0.1:0", credentials)
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    sys.stdin.read()
    server.stop(0)


def call(address, authorities, host, cookie):
    with open(authorities, "rb") as file:
        credentials = grpc.ssl_channel_credentials(file.read())
    options = [("grpc.ssl_target_name_override", host), ("grpc.default_authority", host)]
    metadata = (("cookie", cookie),) if cookie else ()
    timeout = 25
    with grpc.secure_channel(address, credentials, options) as channel:
        method = lambda name, kind: getattr(channel, kind)(f"/{SERVICE}/{name}")
        answer, done = method("Unary", "unary_unary").with_call(b"hello", timeout, metadata)
        print("unary", answer.decode())
        print("trailers", sorted(done.trailing_metadata()))
        pieces = method("Stream", "unary_stream")(b"3", timeout, metadata)
        print("stream", b", ".join(pieces).decode())
        joined = method("Collect", "stream_unary")(iter([b"a", b"b", b"c"]), timeout, metadata)
        print("collect", joined.decode())
        both = method("Echo", "stream_stream")(iter([b"x", b"y"]), timeout, metadata)
        print("echo", b", ".join(both).decode())
        big = b"z" * 1_000_000
        both = method("Echo", "stream_stream")(iter([big, big]), timeout, metadata)
        print("big", sum(len(piece) for piece in both))
        for name in ("Refuse", "Nothing"):
            try:
                method(name, "unary_unary")(b"", timeout, metadata)
                print(name, "answered")
            except grpc.RpcError as error:
                print(name, error.code().name, error.details())


def attempt(address, authorities, host):
    with open(authorities, "rb") as file:
        credentials = grpc.ssl_channel_credentials(file.read())
    options = [("grpc.ssl_target_name_override", host), ("grpc.default_authority", host)]
    with grpc.secure_channel(address, credentials, options) as channel:
        try:
            channel.unary_unary(f"/{SERVICE}/Unary")(b"hello", 25)
            print("answered")
        except grpc.RpcError as error:
            print(error.code().name)


if sys.argv[1] == "serve":
    serve(*sys.argv[2:])
elif sys.argv[5:]:
    call(*sys.argv[2:6])
else:
    attempt(*sys.argv[2:5])
