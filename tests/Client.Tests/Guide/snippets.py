"""The Python of docs/state-manager.md, run by StateManagerGuideTests on the state manager of benchmarks/Python."""

import asyncio
import sys
import tempfile

sys.path.insert(0, sys.argv[1])
from state_manager import StateManager, TaskState  # noqa: E402

folder = tempfile.mkdtemp()
task_id = "task_123"
states = StateManager(folder)
new = TaskState(task_id)
new.add_stage("audio_generation")
states.save(new)

# region unsafe
task = states.load(task_id)
task.stages["audio_generation"].progress = 0.5
states.save(task)
# endregion
assert states.load(task_id).stages["audio_generation"].progress == 0.5


# region stage
class AudioStage:
    name = "audio_generation"

    def __init__(self, states):
        self.states = states

    async def emit_progress(self, task_id, progress):
        await self.states.update_stage_progress_atomic(task_id, self.name, progress, "Speaking")
# endregion


# A manager belongs to one event loop: its locks do.
async def main():
    states = StateManager(folder)
    # region atomic
    await states.update_stage_progress_atomic(task_id, "audio_generation", 0.75)
    # endregion
    assert states.read(task_id).stages["audio_generation"].progress == 0.75
    await AudioStage(states).emit_progress(task_id, 0.8)
    assert states.read(task_id).stages["audio_generation"].progress == 0.8


asyncio.run(main())
