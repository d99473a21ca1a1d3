"""A console that speaks WebSocket: sends every message back. Prints its port; ends with its standard input."""

import asyncio
import logging
import sys

from websockets.asyncio.server import serve

# Nothing by itself: what it sends must depend on what it was sent.
SETTINGS = {
    "subprotocols": ["chat"],
    "select_subprotocol": lambda _, offered: "chat" if "chat" in offered else None,
    "ping_interval": None,
    "max_size": 32 * 1024 * 1024,
}


# What clients do wrong here is the tests' business.
logging.disable(logging.CRITICAL)


async def echo(connection):
    async for message in connection:
        await connection.send(message)


async def main():
    async with serve(echo, "127.0.0.1", 0, **SETTINGS) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
