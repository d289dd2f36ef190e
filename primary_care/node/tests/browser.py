"""As much of a browser as the tests of a node need: cookies, forms, and pages that are no success."""

import re
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, build_opener

from primary_care.demo.place import PASSWORD
from primary_care.node.tests.nodes import until

Fields = list[tuple[str, str]]


class Page:
    """One answer: where it is, its status and its text."""

    def __init__(self, url: str, status: int, retry_after: str | None, text: str) -> None:
        self.url, self.status, self.retry_after, self.text = url, status, retry_after, text

    @property
    def fields(self) -> Fields:
        """What the last form of the page would send as it stands: its fields that are not to be ticked."""
        reader = _Forms()
        reader.feed(self.text)
        return reader.forms[-1]


class Browser:
    """Follows redirects and keeps cookies, at one address."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}"
        self.cookies = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> Page:
        return self._ask(path, None)

    def post(self, path: str, fields: Fields) -> Page:
        return self._ask(path, urlencode(fields).encode())

    def log_in(self, name: str, password: str = PASSWORD) -> Page:
        """The page after logging in, to a demo account unless a password is given."""
        asked = [(one, value) for one, value in self.get("/masuk").fields if one not in ("username", "password")]
        return self.post("/masuk", [*asked, ("username", name), ("password", password)])

    def child_with_a_weight(self) -> tuple[str, Page, str]:
        """The address and the page of the visit form of a child in today's list, and the weight last recorded, in kg. The list leaves
        out whom the node is deciding for at this moment, so it is asked until the child is in it.
        """
        found: list[tuple[str, Page, str]] = []

        def look() -> bool:
            for person in dict.fromkeys(re.findall(r"/orang/[0-9a-f-]{36}", self.get("/").text)):
                form = self.get(f"{person}/kunjungan")
                last = re.search(r'id="isian-i-berat-badan-kg-last"[^>]*>\D*(\d+(?:,\d+)?)', form.text)
                if last:
                    found.append((f"{person}/kunjungan", form, last[1]))
                    return True
            return False

        until(look)
        return found[0]

    def _ask(self, path: str, data: bytes | None) -> Page:
        try:
            answer = self._opener.open(urljoin(self._address, path), data, timeout=60)
        except HTTPError as refused:
            answer = refused
        with answer:
            return Page(answer.url, answer.status, answer.headers["Retry-After"], answer.read().decode())


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Fields] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append([])
        elif tag == "input" and self.forms and given.get("type") not in ("checkbox", "radio") and given.get("name"):
            self.forms[-1].append((given["name"] or "", given.get("value") or ""))
