"""A node that serves, and the midwife at her form in it."""

import subprocess
import uuid
from dataclasses import dataclass

from primary_care.node.tests.browser import Browser, Fields, Page
from primary_care.node.tests.filling import NAME, PASSWORD
from primary_care.node.tests.nodes import Node, until


def serve(node: Node, **settings: str) -> "subprocess.Popen[str]":
    """The node, answering."""
    process = node.start("run", **{"SIMPUL_DEMO": "0", "SIMPUL_NIGHTLY_BACKUP": "0", **settings})
    until(lambda: node.get("/hidup") == 200 or process.poll() is not None)
    assert process.poll() is None, process.communicate()
    return process


@dataclass
class Midwife:
    """Logged in, with the visit form of a child before her."""

    browser: Browser
    address: str
    form: Page
    weight: str

    def typed(self, key: str = "", note: str = "") -> Fields:
        """The form with the weight filled in, as a visit of its own where a key is given."""
        filled = {
            "i-berat-badan-kg": self.weight,
            **({"kunjungan": key} if key else {}),
            **({"i-catatan": note} if note else {}),
        }
        return [(name, filled.get(name, value)) for name, value in self.form.fields]

    def save(self, fields: Fields) -> Page:
        return self.browser.post(self.address, fields)


def midwife(node: Node) -> Midwife:
    browser = Browser(node.port)
    assert browser.log_in(NAME, PASSWORD).status == 200
    return Midwife(browser, *browser.child_with_a_weight())


def new_visit() -> str:
    """The key of a visit, as a form has one."""
    from primary_care.keys import new_key

    key: uuid.UUID = new_key()
    return str(key)


def saved(page: Page, key: str) -> bool:
    """Whether the node has acknowledged the visit."""
    return page.status == 200 and page.url.endswith(f"/kunjungan/{key}")
