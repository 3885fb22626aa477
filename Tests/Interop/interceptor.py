"""Stands between a client and a server of XMPP or PostgreSQL, ends the TLS of both, and does what its arguments say.

usage: interceptor.py PROTOCOL SERVER-PORT CERTIFICATE KEY PORT-FILE [WHAT...]
  strip-plus         take the -PLUS mechanisms off the server's list
  strip-type=TYPE    take a binding type off the server's list (XMPP)
  inject             put something in the clear behind the server's consent to TLS
  1.2                speak TLS 1.2 at most
"""

import asyncio
import contextlib
import os
import re
import ssl
import sys

protocol, server_port, certificate, key, port_file, *what = sys.argv[1:]


def context(side):
    context = ssl.SSLContext(side)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if "1.2" in what:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


towards_client = context(ssl.PROTOCOL_TLS_SERVER)
towards_client.load_cert_chain(certificate, key)
towards_server = context(ssl.PROTOCOL_TLS_CLIENT)


class XMPP:
    consented = b"/>"
    injected = b"<stream:features xmlns:stream='http://etherx.jabber.org/streams'/>"

    @staticmethod
    async def ask_for_tls(client, server):
        """Passes on what is said until the server has said that TLS may begin, and returns that."""
        server[1].write(await client[0].readuntil(b"streams'>"))
        client[1].write(await server[0].readuntil(b"</stream:features>"))
        server[1].write(await client[0].readuntil(b"/>"))
        return await server[0].readuntil(b"/>")

    @staticmethod
    async def pass_offer(client, server):
        """The features inside TLS, changed."""
        server[1].write(await client[0].readuntil(b"streams'>"))
        features = await server[0].readuntil(b"</stream:features>")
        if "strip-plus" in what:
            features = re.sub(rb"<mechanism>[^<]*-PLUS</mechanism>", b"", features)
        for argument in what:
            if argument.startswith("strip-type="):
                kind = argument.removeprefix("strip-type=").encode()
                features = re.sub(rb"<channel-binding type=['\"]" + kind + rb"['\"]/>", b"", features)
        client[1].write(features)


class PostgreSQL:
    injected = b"R\0\0\0\x08\0\0\0\0"  # AuthenticationOk

    @staticmethod
    async def ask_for_tls(client, server):
        server[1].write(await client[0].readexactly(8))
        return await server[0].readexactly(1)

    @staticmethod
    async def pass_offer(client, server):
        length = await client[0].readexactly(4)
        server[1].write(length + await client[0].readexactly(int.from_bytes(length, "big") - 4))
        kind = await server[0].readexactly(1)
        length = await server[0].readexactly(4)
        body = await server[0].readexactly(int.from_bytes(length, "big") - 4)
        if "strip-plus" in what:
            body = body.replace(b"SCRAM-SHA-256-PLUS\0", b"")
        client[1].write(kind + (len(body) + 4).to_bytes(4, "big") + body)


async def pump(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


async def serve(*client):
    speaks = {"xmpp": XMPP, "postgresql": PostgreSQL}[protocol]
    server = await asyncio.open_connection("127.0.0.1", int(server_port))
    # Whatever one side does to its connection, the other is closed too.
    with contextlib.suppress(OSError, EOFError, ssl.SSLError):
        consent = await speaks.ask_for_tls(client, server)
        await server[1].start_tls(towards_server, server_hostname="localhost")
        client[1].write(consent + (speaks.injected if "inject" in what else b""))
        await client[1].start_tls(towards_client)
        await speaks.pass_offer(client, server)
        pumps = [asyncio.ensure_future(pump(client[0], server[1])), asyncio.ensure_future(pump(server[0], client[1]))]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for one in pumps:
            one.cancel()
    for side in (client, server):
        side[1].close()


async def main():
    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    with open(port_file + ".new", "w") as file:
        print(listener.sockets[0].getsockname()[1], file=file)
    os.rename(port_file + ".new", port_file)
    await listener.serve_forever()


asyncio.run(main())
