"""200 MB sent to a node: refused at once and in words, and its memory stays as it was."""

import socket
import time

import psutil
import pytest

from primary_care.node.tests.nodes import PATIENCE, Node
from tests.faults.serving import serve

MEGABYTE = b"x" * 1_000_000


@pytest.mark.parametrize("told_before", [True, False], ids=["length", "chunked"])
def test_two_hundred_megabytes_are_refused_and_not_kept(node: Node, told_before: bool) -> None:
    process = psutil.Process(serve(node, SIMPUL_WORKER="0").pid)
    tree = [process, *(one for one in process.children(recursive=True) if "postgres" not in one.name())]
    before = sum(one.memory_info().rss for one in tree)
    peak, sent, answer = before, 0, b""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", node.port), timeout=PATIENCE) as connection:
        head = "POST /masuk HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        head += "Content-Length: 200000000\r\n\r\n" if told_before else "Transfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head.encode())
        try:
            while sent < 200:
                sent += 1
                connection.sendall(MEGABYTE if told_before else b"f4240\r\n" + MEGABYTE + b"\r\n")
                peak = max(peak, sum(one.memory_info().rss for one in tree))
        except OSError:
            pass  # the node has closed the door
        try:
            while part := connection.recv(65536):
                answer += part
        except OSError:
            pass
    peak = max(peak, sum(one.memory_info().rss for one in tree))
    assert sent < 50 and time.monotonic() - began < 10
    assert peak - before < 60e6, (before, peak)
    if told_before:
        assert answer.startswith(b"HTTP/1.1 413 ") and b"Yang dikirim 200 MB; paling besar 32 MB" in answer
    else:
        assert answer == b"" or answer.startswith(b"HTTP/1.1 4")  # without a length nothing is read as a form
    assert node.get("/hidup") == 200
