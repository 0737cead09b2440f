import collections
import json
import os
import re

with open(os.environ["VIDEOGEN_INPUT"], encoding="utf-8") as file:
    task = json.load(file)
print("openjd_status: Counting", flush=True)
words = re.findall(r"\w+", task["text"].lower())
print("openjd_progress: 50", flush=True)
counts = collections.Counter(words).most_common(3)
with open("out/counts.json", "w", encoding="utf-8") as file:
    json.dump(dict(counts), file)
