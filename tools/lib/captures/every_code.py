# SPDX-License-Identifier: GPL-2.0-or-later
"""One exchange for every status code of tables/responses.toml, as sipp scenarios made on the fly.

every_code.toml says what a code needs beyond the default; codes and phrases come from the table.
"""

import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLE = HERE.parents[2] / "tables/responses.toml"
HAVE_CONTACT = ("INVITE", "OPTIONS", "REGISTER", "SUBSCRIBE")
ESTABLISHED_TAG = ";tag=bob-established"

SDP = """v=0
o={user} 2890844526 2890844526 IN IP4 [media_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio 49170 RTP/AVP 0
a=rtpmap:0 PCMU/8000"""


class Exchange:
    """The request, the response with one code, and what brings the call to an end."""

    def __init__(self, row, needs):
        self.code, self.phrase, self.needs = row["code"], row["phrase"], needs
        self.method = needs.get("method", "INVITE")
        self.uri = needs.get("uri", "sip:bob@biloxi.example.com")
        self.request_tag = ESTABLISHED_TAG if needs.get("in_dialog") else ""

    def sets_up_call(self):
        """By its own 2xx, or by the one which follows a provisional response."""
        return self.method == "INVITE" and self.code < 300

    def messages(self):
        """What the capture must hold of it."""
        found = [self.method, f"{self.code} {self.method}"]
        if self.needs.get("ends_fork"):
            found.append("180 INVITE")
        if self.code < 200:
            found.append("200 INVITE")
        if self.method == "INVITE":
            found.append("ACK")
        if self.sets_up_call():
            found += ["BYE", "200 BYE"]
        return found

    # --- Alice ---

    def caller(self):
        steps = [send(self.request(), retransmitted=True)]
        if self.needs.get("ends_fork"):
            steps.append('<recv response="180"/>')
        steps.append(f'<recv response="{self.code}" rrs="true"/>')
        if self.code < 200:
            steps.append('<recv response="200" rrs="true"/>')
        if self.sets_up_call():
            steps += [send(self.in_call("ACK", 1)), send(self.in_call("BYE", 2), True),
                      '<recv response="200"/>']
        elif self.method == "INVITE":
            # The ACK to a failure belongs to the INVITE's transaction: its branch is that of the first step.
            branch = f"[branch-{len(steps)}]"
            steps.append(send(self.from_alice("ACK", self.uri, 1, branch, "[peer_tag_param]")))
        return scenario(f"caller_{self.code}", steps)

    def request(self):
        headers = self.needs.get("request", [])
        body = self.needs.get("request_body", "")
        if self.method == "INVITE" and not body:
            headers, body = [*headers, "Content-Type: application/sdp"], SDP.format(user="alice")
        if self.method in HAVE_CONTACT and not any(line.startswith("Contact:") for line in headers):
            headers = ["Contact: <sip:alice@[local_ip]:[local_port]>", *headers]
        return self.from_alice(self.method, self.uri, 1, "[branch]", self.request_tag, headers, body)

    def in_call(self, method, cseq):
        return self.from_alice(method, "[next_url]", cseq, "[branch]", "[peer_tag_param]")

    def from_alice(self, method, uri, cseq, branch, to_tag, headers=(), body=""):
        to_uri = "sip:alice@example.com" if self.method == "REGISTER" else "sip:bob@biloxi.example.com"
        return message([
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP [local_ip]:[local_port];branch={branch}",
            f"Max-Forwards: {self.needs.get('max_forwards', 70)}",
            "From: <sip:alice@example.com>;tag=alice-[pid]",
            f"To: <{to_uri}>{to_tag}",
            "Call-ID: [call_id]",
            f"CSeq: {cseq} {method}",
            *headers], body)

    # --- Bob ---

    def callee(self):
        steps = [f'<recv request="{self.method}"/>']
        own_tag = "" if self.request_tag else ";tag=bob-[pid]"
        if self.needs.get("ends_fork"):
            steps.append(send(self.from_bob(180, "Ringing", own_tag)))
        steps.append(send(self.response("" if self.code == 100 else own_tag), self.code >= 200))
        if self.code < 200:
            answering_tag = ";tag=other-[pid]" if self.needs.get("ends_fork") else own_tag
            steps.append(send(self.success(answering_tag), True))
        if self.method == "INVITE":
            steps.append('<recv request="ACK"/>')
        if self.sets_up_call():
            steps += ['<recv request="BYE"/>', send(self.from_bob(200, "OK", ""))]
        return scenario(f"callee_{self.code}", steps)

    def response(self, tag):
        if self.method == "INVITE" and 200 <= self.code < 300:
            return self.success(tag)
        headers = self.needs.get("response", [])
        if 100 < self.code < 200:
            headers = ["Contact: <sip:bob@[local_ip]:[local_port]>", *headers]
        return self.from_bob(self.code, self.phrase, tag, headers, self.needs.get("response_body", ""))

    def success(self, tag):
        """The 2xx which sets up a call: this code's own, or the 200 after a provisional response."""
        code, phrase = (200, "OK") if self.code < 200 else (self.code, self.phrase)
        headers = ["Contact: <sip:bob@[local_ip]:[local_port]>", "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS",
                   "Supported: replaces", "Content-Type: application/sdp"]
        return self.from_bob(code, phrase, tag, headers, SDP.format(user="bob"))

    def from_bob(self, code, phrase, tag, headers=(), body=""):
        return message([
            f"SIP/2.0 {code} {phrase}",
            "[last_Via:]", "[last_From:]", f"[last_To:]{tag}", "[last_Call-ID:]", "[last_CSeq:]",
            *headers], body)


def message(lines, body):
    return "\n".join([*lines, "Content-Length: [len]", "", body])


def send(text, retransmitted=False):
    timer = ' retrans="500"' if retransmitted else ""
    return f"<send{timer}><![CDATA[\n{text}\n]]></send>"


def scenario(name, steps):
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', f'<scenario name="{name}">',
                      *steps, "</scenario>\n"])


def exchanges():
    """One for every row of the table, in its order."""
    needs = tomllib.loads((HERE / "every_code.toml").read_text())
    table = tomllib.loads(TABLE.read_text())
    return [Exchange(row, needs.get(str(row["code"]), {})) for row in table["response"]]


def expected():
    return [kind for exchange in exchanges() for kind in exchange.messages()]
