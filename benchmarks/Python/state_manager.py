"""The state manager of the Python system, written anew from its description, so that it can be measured.

One JSON file for each task, a lock of asyncio for each task, a version that is compared before the file is replaced. What it does wrong by
design is kept (the check and the save are not one step, and the temporary file has one name), since that is what is measured.
"""

import asyncio
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path


class StateError(Exception):
    pass


@dataclass
class StageState:
    name: str
    status: str = "pending"
    progress: float = 0.0
    started_at: str | None = None
    completed_at: str | None = None
    error: str | None = None
    artifacts: dict = field(default_factory=dict)
    metadata: dict = field(default_factory=dict)


@dataclass
class TaskState:
    task_id: str
    input_config: dict = field(default_factory=dict)
    status: str = "pending"
    current_stage: str | None = None
    overall_progress: float = 0.0
    stages: dict = field(default_factory=dict)
    created_at: str = "2025-12-16T10:11:12"
    started_at: str | None = None
    completed_at: str | None = None
    result: dict | None = None
    errors: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    metadata: dict = field(default_factory=dict)
    version: int = 0

    def add_stage(self, name):
        self.stages.setdefault(name, StageState(name))

    def set_stage(self, name, **values):
        stage = self.stages.get(name)
        if stage is not None:
            for key, value in values.items():
                setattr(stage, key, value)
            self.overall_progress = sum(each.progress for each in self.stages.values()) / len(self.stages)

    @classmethod
    def from_dict(cls, values):
        stages = {name: StageState(**stage) for name, stage in values.pop("stages").items()}
        return cls(stages=stages, **values)


class StateManager:
    """synced: whether a file and its folder are on the disk before a save returns. The Python system never waits for that."""

    def __init__(self, folder, synced=False):
        self._folder = Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._synced = synced
        self._locks = {}
        self.attempts = 0

    async def save_async(self, state):
        async with self._lock(state.task_id):
            state.version += 1
            return self.write(state)

    async def load_async(self, task_id):
        async with self._lock(task_id):
            return self.read(task_id)

    def save(self, state):
        return asyncio.run(self.save_async(state))

    def load(self, task_id):
        return asyncio.run(self.load_async(task_id))

    async def update_atomic(self, task_id, change, max_retries=3):
        problem = None
        for attempt in range(max_retries):
            self.attempts += 1
            try:
                state = await self.load_async(task_id)
                loaded = state.version
                state = change(state)
                if (await self.load_async(task_id)).version == loaded:
                    await self.save_async(state)
                    return state
            except Exception as error:
                problem = error
            await asyncio.sleep(0.1 * (attempt + 1))
        raise StateError(f"Atomic update failed after {max_retries} attempts: {problem or 'conflict'}") from problem

    async def update_stage_progress_atomic(self, task_id, stage_name, progress, message=None):
        def change(state):
            state.set_stage(stage_name, progress=min(1.0, max(0.0, progress)))
            if message and stage_name in state.stages:
                state.stages[stage_name].metadata["message"] = message
            return state

        return await self.update_atomic(task_id, change)

    async def complete_stage_atomic(self, task_id, stage_name, artifacts=None):
        def change(state):
            state.set_stage(stage_name, progress=1.0, status="completed")
            if artifacts and stage_name in state.stages:
                state.stages[stage_name].artifacts.update(artifacts)
            return state

        return await self.update_atomic(task_id, change)

    async def fail_stage_atomic(self, task_id, stage_name, error):
        def change(state):
            if stage_name in state.stages:
                state.set_stage(stage_name, progress=0.0, status="failed", error=error)
                state.errors.append(f"{stage_name}: {error}")
            return state

        return await self.update_atomic(task_id, change)

    def read(self, task_id):
        try:
            return TaskState.from_dict(json.loads((self._folder / f"{task_id}.json").read_text()))
        except FileNotFoundError:
            raise StateError(f"State not found: {task_id}") from None

    def write(self, state):
        file = self._folder / f"{state.task_id}.json"
        temporary = file.with_suffix(".tmp")
        with open(temporary, "w") as stream:
            json.dump(asdict(state), stream, indent=2)
            if self._synced:
                stream.flush()
                os.fsync(stream.fileno())
        temporary.replace(file)
        if self._synced:
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return file

    def _lock(self, task_id):
        return self._locks.setdefault(task_id, asyncio.Lock())
