"""Puts load on state_manager.py, and prints what came of it for the benchmark that started it.

measure.py rate FOLDER unlocked|atomic|synced CALLERS SECONDS    seconds in the first line, then the microseconds of each update
measure.py processes FOLDER PROCESSES UPDATES PAUSE_MS           of all updates: acknowledged, lost, given up, tried again, and how often;
                                                                 1 where the file was damaged. The pause is a mean
measure.py stages FOLDER STEPS STEP_MS                           seconds of two stages one after the other, and of both at once
"""

import asyncio
import random
import subprocess
import sys
import time

from state_manager import StateError, StateManager, TaskState

STAGES = ["input_adaptation", "content_parsing", "script_generation", "audio_generation", "video_generation", "output_handling"]
TASK = "task_123"


def new_task(manager):
    state = TaskState(TASK)
    for stage in STAGES:
        state.add_stage(stage)
    manager.write(state)


async def rate(folder, way, callers, seconds):
    manager = StateManager(folder, synced=way == "synced")
    new_task(manager)
    microseconds = []
    started = time.perf_counter()

    async def call(caller):
        number = 0
        stage = STAGES[caller % len(STAGES)]
        while time.perf_counter() - started < seconds:
            number += 1
            sent = time.perf_counter()
            if way == "unlocked":
                state = manager.read(TASK)
                state.set_stage(stage, progress=number / (number + 1000))
                state.stages[stage].metadata["message"] = f"step {number} is done"
                state.version += 1
                manager.write(state)
            else:
                await manager.update_stage_progress_atomic(TASK, stage, number / (number + 1000), f"step {number} is done")
            microseconds.append((time.perf_counter() - sent) * 1e6)

    await asyncio.gather(*(call(caller) for caller in range(callers)))
    print(time.perf_counter() - started)
    print("\n".join(f"{each:.1f}" for each in microseconds))


async def update(folder, process, updates, pause):
    manager = StateManager(folder)
    again = retries = 0
    for number in range(updates):
        mark = f"{process}.{number}"

        def change(state):
            state.warnings.append(mark)
            return state

        before = manager.attempts
        try:
            await manager.update_atomic(TASK, change)
            print(mark)
        except StateError as error:
            if isinstance(error.__cause__, ValueError):
                break  # The file is damaged, and stays so.
        more = manager.attempts - before - 1
        again += more > 0
        retries += more
        await asyncio.sleep(pause * random.uniform(0.5, 1.5))
    print(again, retries)


def processes(folder, count, updates, pause):
    manager = StateManager(folder)
    new_task(manager)
    children = [
        subprocess.Popen([sys.executable, __file__, "update", folder, str(each), str(updates), str(pause)], stdout=subprocess.PIPE, text=True)
        for each in range(count)
    ]
    marks, again, retries = set(), 0, 0
    for child in children:
        *told, last = child.communicate()[0].splitlines()
        marks.update(told)
        again += int(last.split()[0])
        retries += int(last.split()[1])
    try:
        kept, damaged = set(manager.read(TASK).warnings), 0
    except ValueError:
        kept, damaged = set(), 1
    print(len(marks), len(marks - kept), count * updates - len(marks), again, retries, damaged)


async def stages(folder, steps, step):
    manager = StateManager(folder)

    async def work(stage):
        for number in range(1, steps + 1):
            await asyncio.sleep(step)
            await manager.update_stage_progress_atomic(TASK, stage, number / steps)
        await manager.complete_stage_atomic(TASK, stage)

    new_task(manager)
    started = time.perf_counter()
    await work("script_generation")
    await work("audio_generation")
    one_by_one = time.perf_counter() - started
    new_task(manager)
    started = time.perf_counter()
    await asyncio.gather(work("script_generation"), work("audio_generation"))
    print(one_by_one, time.perf_counter() - started)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["rate", folder, way, callers, seconds]:
            asyncio.run(rate(folder, way, int(callers), float(seconds)))
        case ["processes", folder, count, updates, pause]:
            processes(folder, int(count), int(updates), float(pause) / 1000)
        case ["update", folder, process, updates, pause]:
            asyncio.run(update(folder, process, int(updates), float(pause)))
        case ["stages", folder, steps, step]:
            asyncio.run(stages(folder, int(steps), float(step) / 1000))
        case _:
            sys.exit(__doc__)
