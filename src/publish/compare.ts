import { parentPort, workerData } from 'node:worker_threads';
import bcrypt from 'bcryptjs';

// Runs in a thread of its own, once: a password takes a tenth of a second and more, which the watch must not wait for.
const { password, hash } = workerData as { readonly password: string; readonly hash: string };
parentPort?.postMessage(bcrypt.compareSync(password, hash));
