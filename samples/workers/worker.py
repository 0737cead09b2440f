"""A worker in Python, with nothing but its standard library. It does stages of the kind 'shout': they write the text of their task in capitals.

VIDEOGEN_SERVER is the address of a silo, VIDEOGEN_KEY a key of the role worker (left out where there are no keys).
"""
import json, os, signal, sys, threading, time, urllib.error, urllib.request, uuid

SERVER = os.environ.get("VIDEOGEN_SERVER", "http://localhost:8080").rstrip("/")
KEY = os.environ.get("VIDEOGEN_KEY")
WISH = {"worker": f"python-{os.getpid()}", "incarnation": str(uuid.uuid4()), "kinds": ["shout"], "slots": 1, "wait_s": 10,
        "lease_s": float(os.environ.get("LEASE_S", "12"))}
ending = threading.Event()


class Lost(Exception):
    """The stage is not ours any more: nothing is kept, and nothing more is said of it."""


def call(method, path, body=None, lease=None, headers=None, patience=60):
    """Sends a request until it is answered. An end is the same one by its lease and its body, a question by its key."""
    data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    headers = {"Content-Type": "application/json", **(headers or {})}
    headers.update({"VideoGen-Lease": lease} if lease else {})
    headers.update({"Authorization": f"Bearer {KEY}"} if KEY else {})
    until = time.monotonic() + patience
    while True:
        wait = 1
        try:
            request = urllib.request.Request(SERVER + path, data=data, headers=headers, method=method)
            with urllib.request.urlopen(request, timeout=40) as answer:
                text = answer.read()
                return answer.headers, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            if error.code in (404, 410):
                raise Lost(error.read().decode()) from None
            if error.code < 500 and error.code not in (408, 429):
                raise
            wait = float(error.headers.get("Retry-After") or 1)
        except (OSError, ValueError):
            pass  # No answer, or half of one.
        if time.monotonic() + wait > until:
            raise Lost("The cluster does not answer.")
        ending.wait(wait) if lease is None else time.sleep(wait)


def watch(item, stop):
    """Reports while the stage is at work, and hears what to do. Returns what ended it."""
    while not stop.wait(item["report_every_s"]):
        _, reply = call("POST", item["url"] + "/report", {"progress": 0.5, "message": "Shouting"}, item["lease"], patience=item["lease_s"])
        if reply["directive"] == "drain":
            ending.set()
        elif reply["directive"] != "continue":
            return reply["directive"]


def do(item):
    done = threading.Event()
    threading.Thread(target=lambda: (time.sleep(item["input"].get("seconds", 0)), done.set()), daemon=True).start()
    if directive := watch(item, done):
        if directive == "pause":
            call("POST", item["url"] + "/release", {}, item["lease"])
        return
    text = item["input"]["text"].upper().encode()
    _, made = call("PUT", item["url"] + "/artifacts/shout.txt", text, item["lease"], {"Content-Type": "text/plain"})
    call("POST", item["url"] + "/complete", {"artifacts": [made]}, item["lease"])


signal.signal(signal.SIGTERM, lambda *_: ending.set())
while not ending.is_set():
    try:
        headers, reply = call("POST", "/api/work", WISH, headers={"Idempotency-Key": str(uuid.uuid4())})
        if headers.get("VideoGen-Directive") == "drain":
            break
        for item in (reply or {"work": []})["work"]:
            do(item)
    except Lost as lost:
        print(lost, file=sys.stderr)
    except (urllib.error.HTTPError, KeyError) as error:
        print(f"A request was refused: {error}", file=sys.stderr)
        ending.wait(1)
