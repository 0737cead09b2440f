// Pipelines as BullMQ flows: a chain of jobs in which each is the child of the next, so that it is done before. One worker does them, as it would in a
// program of its own; each job reports its progress once and does nothing else.
// Usage: node pipeline.mjs FOLDER_OF_THE_PACKAGES REDIS_PORT STAGES SLOTS. Each line of the input is a number of pipelines. They are made first, while the
// queue is paused; the answer is the time in milliseconds from the end of the pause to the end of the last job.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

const [folder, port, stages, slots] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const { FlowProducer, Queue, Worker } = createRequire(join(folder, 'package.json'))('bullmq');
const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
const queueName = 'stages';
const queue = new Queue(queueName, { connection });
const flows = new FlowProducer({ connection });

let left = 0;
let done = () => {};
const worker = new Worker(
    queueName,
    async (job) => {
        await job.updateProgress({ fraction: 1, message: 'Done' });
        return {};
    },
    { connection, concurrency: slots },
);
worker.on('completed', () => {
    if (--left === 0) {
        done();
    }
});
worker.on('error', (error) => console.error(error.message));

function pipeline(number) {
    let job;
    for (let stage = 0; stage < stages; stage++) {
        job = { name: `stage_${stage}`, queueName, data: { pipeline: number }, children: job ? [job] : [] };
    }

    return job;
}

await worker.waitUntilReady();
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
    const count = Number(line);
    await queue.pause();
    for (let i = 0; i < count; i += 100) {
        await flows.addBulk(Array.from({ length: Math.min(100, count - i) }, (_, j) => pipeline(i + j)));
    }

    left = count * stages;
    const ended = new Promise((resolve) => (done = resolve));
    const started = process.hrtime.bigint();
    await queue.resume();
    await ended;
    console.log(Number(process.hrtime.bigint() - started) / 1e6);
}

await worker.close();
await flows.close();
await queue.close();
