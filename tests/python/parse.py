"""What h11 reads, the parser of Python's servers: each request is answered with what it was, in one header field,
so that HEAD says it too. Prints its port; ends with its standard input."""

import base64
import json
import socketserver
import sys
import threading

import h11


def seen(request, body):
    text = json.dumps(
        {
            "method": request.method.decode("latin-1"),
            "target": request.target.decode("latin-1"),
            "fields": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in request.headers],
            "body": base64.b64encode(body).decode(),
        }
    )
    return base64.b64encode(text.encode()).decode()


class Reader(socketserver.BaseRequestHandler):
    def handle(self):
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=256 * 1024)
        request, body = None, b""
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                connection.receive_data(self.request.recv(65536))
            elif isinstance(event, h11.Request):
                request, body = event, b""
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                fields = [("x-seen", seen(request, body)), ("content-length", "0")]
                answer = connection.send(h11.Response(status_code=200, headers=fields))
                self.request.sendall(answer + connection.send(h11.EndOfMessage()))
                if connection.our_state is h11.MUST_CLOSE:
                    return
                connection.start_next_cycle()
            else:
                return


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """What cannot be read is not answered."""


with Server(("127.0.0.1", 0), Reader) as server:
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
